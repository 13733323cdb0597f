import { createContext, useContext } from 'react';
import type { DateStyle } from './date.ts';
import type { FindEmoji } from './emoji.ts';

/** Who and what the names in a text stand for, with one person's eyes. */
export interface Knowledge {
  readonly me: string;
  readonly personName: (id: string) => string | undefined;
  readonly channelName: (id: string) => string | undefined;
  readonly groupName: (id: string) => string | undefined;
  /** Whether this person is in the group. */
  readonly isMyGroup: (id: string) => boolean;
  readonly findEmoji: FindEmoji;
  /** The address of the workspace's own picture of this name. */
  readonly emojiPicture?: (name: string) => string | undefined;
  readonly dates: () => DateStyle;
  readonly openChannel?: (id: string) => void;
  /** Where an uploaded file is. */
  readonly fileUrl: (id: string) => string;
  readonly people: readonly { readonly id: string; readonly name: string }[];
  readonly channels: readonly { readonly id: string; readonly name: string }[];
}

const nothing: Knowledge = {
  me: '',
  personName: () => undefined,
  channelName: () => undefined,
  groupName: () => undefined,
  isMyGroup: () => false,
  findEmoji: () => undefined,
  dates: () => ({ locale: 'en-US', zone: undefined, now: Date.now() }),
  fileUrl: (id) => `/files/${id}`,
  people: [],
  channels: [],
};

const KnowledgeContext = createContext<Knowledge>(nothing);

export const KnowledgeProvider = KnowledgeContext.Provider;

export const useKnowledge = (): Knowledge => useContext(KnowledgeContext);
