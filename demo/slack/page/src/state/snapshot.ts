import type { AppInfo, Channel, Group, Message, Panel, Person, View, WireEntry } from '../api/types.ts';

/** All that the page knows, for one person; never changed in place. */
export interface Snapshot {
  readonly who: string;
  readonly phase: 'loading' | 'ready' | 'failed';
  /** Whether news arrive. */
  readonly isLive: boolean;
  readonly people: readonly Person[];
  readonly channels: readonly Channel[];
  readonly groups: readonly Group[];
  readonly app: AppInfo | undefined;
  readonly panels: readonly Panel[];
  readonly timelines: Timelines;
  /** By channel: how many messages nobody here has seen yet, and whether one of them means this person. */
  readonly unread: Readonly<Record<string, Unread>>;
  /** By channel: the last message that this person has read. */
  readonly readTo: Readonly<Record<string, string>>;
  /** The modals, the one on top last. */
  readonly views: readonly View[];
  readonly home: View | undefined;
  readonly wire: readonly WireEntry[];
  /** Slack's or our own word about something that just failed. */
  readonly notices: readonly Notice[];
}

export interface Unread {
  readonly count: number;
  readonly mentions: number;
}

export interface Notice {
  readonly id: number;
  readonly text: string;
}

/** By channel: what was loaded of it, oldest first. */
export type Timelines = Readonly<Record<string, Timeline>>;

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
  panels: [],
  timelines: {},
  unread: {},
  readTo: {},
  views: [],
  home: undefined,
  wire: [],
  notices: [],
});

/** The direct message between the app and a person. */
export const directMessageOf = (userId: string): string => `D${userId.slice(1)}`;
