import type { Message } from '../api/types.ts';
import type { Timeline } from './snapshot.ts';

/** Far enough from zero for whatever a channel may hold. */
const firstIndexOfNewest = 1_000_000;

export const emptyTimeline: Timeline = { messages: [], hasOlder: false, firstIndex: firstIndexOfNewest };

/** Puts messages of a channel in their places. */
export function withMessages(
  timeline: Timeline,
  arrived: readonly Message[],
  hasOlder = timeline.hasOlder,
): Timeline {
  const [oldest] = timeline.messages;
  const messages = merge(timeline.messages, arrived);
  const older = oldest === undefined ? 0 : messages.findIndex(({ ts }) => ts === oldest.ts);
  return { messages, hasOlder, firstIndex: timeline.firstIndex - older };
}

/** In order; a message that is there already is replaced, unless the other one is an older version. */
export function merge(known: readonly Message[], arrived: readonly Message[]): readonly Message[] {
  const [first] = arrived;
  const newest = known.at(-1);
  if (first !== undefined && arrived.length === 1 && (newest === undefined || first.ts > newest.ts))
    return [...known, first];
  const byTs = new Map(known.map((message) => [message.ts, message]));
  for (const message of arrived) {
    const before = byTs.get(message.ts);
    if (before === undefined || before.edits <= message.edits) byTs.set(message.ts, message);
  }
  return [...byTs.values()].sort((one, other) => (one.ts < other.ts ? -1 : 1));
}

export const without = (messages: readonly Message[], ts: string): readonly Message[] =>
  messages.filter((one) => one.ts !== ts);

/** What stands in the channel itself: no replies, but those that were sent to the channel too. */
export const isInChannel = ({ threadTs, ts, isBroadcast }: Message): boolean =>
  threadTs === undefined || threadTs === ts || isBroadcast === true;
