import type { AppInfo, Channel, Group, Message, Panel, Person, View, WireEntry } from '../api/types.ts';

/** All that the page knows, for one person; never changed in place. */
export interface Snapshot {
  readonly who: string;
  readonly phase: 'loading' | 'ready' | 'failed';
  /** Whether news arrive. */
  readonly isLive: boolean;
  readonly people: readonly Person[];
  /** Those that this person is in, the conversation with the app among them. */
  readonly channels: readonly Channel[];
  readonly groups: readonly Group[];
  readonly app: AppInfo | undefined;
  /** The workspace's own emoji: an image's address, or `alias:NAME`. */
  readonly emoji: Readonly<Record<string, string>>;
  readonly panels: readonly Panel[];
  /** By channel. */
  readonly timelines: Readonly<Record<string, Timeline>>;
  /** By `threadKey`: the beginning and its replies, of threads that were opened. */
  readonly threads: Readonly<Record<string, readonly Message[]>>;
  /** The modals, the one on top last. */
  readonly views: readonly View[];
  readonly home: View | undefined;
  readonly wire: readonly WireEntry[];
  /** Slack's or our own word about something that just failed. */
  readonly notices: readonly Notice[];
}

export interface Notice {
  readonly id: number;
  readonly text: string;
}

/** What was loaded of a channel, oldest first; replies are in their threads. */
export interface Timeline {
  readonly messages: readonly Message[];
  readonly hasOlder: boolean;
  /** Counts down with every older message: a list keeps its place by it. */
  readonly firstIndex: number;
}

export const emptySnapshot = (who: string): Snapshot => ({
  who,
  phase: 'loading',
  isLive: false,
  people: [],
  channels: [],
  groups: [],
  app: undefined,
  emoji: {},
  panels: [],
  timelines: {},
  threads: {},
  views: [],
  home: undefined,
  wire: [],
  notices: [],
});

export const threadKey = (channel: string, ts: string): string => `${channel} ${ts}`;
