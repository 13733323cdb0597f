import type { Message } from '../api/types.ts';
import type { Timeline } from './snapshot.ts';

/** Far enough from zero for whatever a channel may hold. */
const firstIndexOfNewest = 1_000_000;

export const emptyTimeline: Timeline = { messages: [], hasOlder: false, firstIndex: firstIndexOfNewest };

/** Puts messages in their places; one that is there already is replaced, unless the other one is the older version. */
export function withMessages(
  timeline: Timeline,
  arrived: readonly Message[],
  hasOlder = timeline.hasOlder,
): Timeline {
  const [oldest] = timeline.messages;
  const newest = timeline.messages.at(-1);
  const [first] = arrived;
  if (first !== undefined && arrived.length === 1 && (newest === undefined || first.ts > newest.ts))
    return { ...timeline, messages: [...timeline.messages, first], hasOlder };
  const byTs = new Map(timeline.messages.map((message) => [message.ts, message]));
  for (const message of arrived) {
    const known = byTs.get(message.ts);
    if (known === undefined || known.edits <= message.edits) byTs.set(message.ts, message);
  }
  const messages = [...byTs.values()].sort((one, other) => (one.ts < other.ts ? -1 : 1));
  const older = messages.filter((one) => isInChannel(one) && oldest !== undefined && one.ts < oldest.ts);
  return { messages, hasOlder, firstIndex: timeline.firstIndex - older.length };
}

export const withoutMessage = (timeline: Timeline, ts: string): Timeline => ({
  ...timeline,
  messages: timeline.messages.filter((one) => one.ts !== ts),
});

/** What stands in the channel itself: no replies, but those that were sent to the channel too. */
export const isInChannel = (message: Message): boolean =>
  message.threadTs === undefined || message.isBroadcast === true || message.threadTs === message.ts;

/** A thread's beginning and its replies. */
export const threadOf = (timeline: Timeline, ts: string): readonly Message[] =>
  timeline.messages.filter((one) => one.ts === ts || one.threadTs === ts);

export interface ReplyCount {
  readonly count: number;
  readonly lastTs: string;
  readonly people: readonly string[];
}

/** By the ts of the beginning. */
export function countReplies(timeline: Timeline): ReadonlyMap<string, ReplyCount> {
  const counts = new Map<string, ReplyCount>();
  for (const { threadTs, ts, user, ephemeralFor } of timeline.messages) {
    if (threadTs === undefined || threadTs === ts || ephemeralFor !== undefined) continue;
    const before = counts.get(threadTs);
    const people = before?.people ?? [];
    counts.set(threadTs, {
      count: (before?.count ?? 0) + 1,
      lastTs: ts,
      people: people.includes(user) ? people : [...people, user],
    });
  }
  return counts;
}
