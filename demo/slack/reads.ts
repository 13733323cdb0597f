import type { Changes } from './changes.ts';
import { mentions } from './mentions.ts';
import type { Message, Timeline } from './timeline.ts';
import type { Workspace } from './workspace.ts';

export interface Unread {
  /** The last message that the person has read; undefined when they never looked. */
  readonly readTo: string | undefined;
  /** Others' messages since then, replies in threads left out; at most 999. */
  readonly unread: number;
  /** How many of them, and of the replies, mean this person. */
  readonly mentions: number;
}

/** How far each person has read. */
export interface Reads {
  /** Marks never go back: of two windows, the one that has seen more wins. */
  mark(user: string, channel: string, ts: string): void;
  of(user: string, channel: string): Unread;
  /** Every mark there is. */
  marks(): readonly ReadMark[];
}

/** A person has read a channel up to this message. */
export interface ReadMark {
  readonly user: string;
  readonly channel: string;
  readonly ts: string;
}

const mostCounted = 999;

export function createReads(workspace: Workspace, timeline: Timeline, changes: Changes): Reads {
  const marks = new Map<string, string>();
  const keyOf = (user: string, channel: string): string => `${user} ${channel}`;
  const isNews = (one: Message, user: string): boolean =>
    !one.deleted && one.ephemeralFor === undefined && one.user !== user;
  return {
    mark(user, channel, ts) {
      if (ts <= (marks.get(keyOf(user, channel)) ?? '')) return;
      marks.set(keyOf(user, channel), ts);
      changes.tell({ kind: 'read', user, channel });
    },
    marks: () =>
      [...marks].map(([key, ts]) => {
        const [user = '', channel = ''] = key.split(' ');
        return { user, channel, ts };
      }),
    of(user, channel) {
      const readTo = marks.get(keyOf(user, channel));
      const messages = timeline.inChannel(channel);
      const counted = { unread: 0, mentions: 0 };
      for (let at = messages.length - 1; at >= 0 && counted.unread < mostCounted; at -= 1) {
        const one = messages[at];
        if (one === undefined || one.ts <= (readTo ?? '')) break;
        if (!isNews(one, user)) continue;
        if (one.threadTs === undefined || one.isBroadcast === true) counted.unread += 1;
        if (mentions(one, user, workspace)) counted.mentions += 1;
      }
      return { readTo, ...counted };
    },
  };
}
