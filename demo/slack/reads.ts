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

const mostShown = 999;

/** What was counted since the mark, and how much of the channel that took in. */
interface Count {
  unread: number;
  mentions: number;
  next: number;
}

export function createReads(workspace: Workspace, timeline: Timeline, changes: Changes): Reads {
  const marks = new Map<string, string>();
  /** By channel, then by person: a busy channel is not counted anew with every message. */
  const counts = new Map<string, Map<string, Count>>();
  const keyOf = (user: string, channel: string): string => `${user} ${channel}`;
  changes.listen((change) => {
    if (change.kind === 'message' && change.how === 'removed') counts.delete(change.message.channel);
  });
  const isNews = (one: Message, user: string): boolean =>
    !one.deleted && one.ephemeralFor === undefined && one.user !== user;
  const countOf = (user: string, channel: string): Count => {
    const ofChannel = counts.get(channel) ?? new Map<string, Count>();
    counts.set(channel, ofChannel);
    const known = ofChannel.get(user);
    if (known !== undefined) return known;
    const readTo = marks.get(keyOf(user, channel));
    const next = timeline.inChannel(channel).findLastIndex(({ ts }) => ts <= (readTo ?? '')) + 1;
    const count = { unread: 0, mentions: 0, next };
    ofChannel.set(user, count);
    return count;
  };
  return {
    mark(user, channel, ts) {
      if (ts <= (marks.get(keyOf(user, channel)) ?? '')) return;
      marks.set(keyOf(user, channel), ts);
      counts.get(channel)?.delete(user);
      changes.tell({ kind: 'read', user, channel });
    },
    marks: () =>
      [...marks].map(([key, ts]) => {
        const [user = '', channel = ''] = key.split(' ');
        return { user, channel, ts };
      }),
    of(user, channel) {
      const count = countOf(user, channel);
      const messages = timeline.inChannel(channel);
      for (; count.next < messages.length; count.next += 1) {
        const one = messages[count.next];
        if (one === undefined || !isNews(one, user)) continue;
        if (one.threadTs === undefined || one.isBroadcast === true) count.unread += 1;
        if (mentions(one, user, workspace)) count.mentions += 1;
      }
      return {
        readTo: marks.get(keyOf(user, channel)),
        unread: Math.min(mostShown, count.unread),
        mentions: count.mentions,
      };
    },
  };
}
