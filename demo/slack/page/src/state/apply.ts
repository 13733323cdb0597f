import type { Change } from '../api/stream.ts';
import type { View, WireEntry } from '../api/types.ts';
import type { Snapshot } from './snapshot.ts';
import { emptyTimeline, withMessages, withoutMessage } from './timeline.ts';

const wireKept = 500;

/** The page after a change. Pure; the same change twice makes no difference. */
export function applyChange(snapshot: Snapshot, change: Change): Snapshot {
  switch (change.kind) {
    case 'message':
      return applyMessage(snapshot, change);
    case 'view':
      return applyView(snapshot, change.view);
    case 'wire':
      return { ...snapshot, wire: withEntries(snapshot.wire, [change.entry]) };
  }
}

function applyMessage(snapshot: Snapshot, { how, message }: Extract<Change, { kind: 'message' }>): Snapshot {
  const timeline = snapshot.timelines[message.channel] ?? emptyTimeline;
  // An edit of something that was not loaded yet comes with its page.
  const isUnknownEdit =
    how === 'edited' && timeline.hasOlder && message.ts < (timeline.messages[0]?.ts ?? '');
  if (isUnknownEdit) return snapshot;
  const next = how === 'removed' ? withoutMessage(timeline, message.ts) : withMessages(timeline, [message]);
  return { ...snapshot, timelines: { ...snapshot.timelines, [message.channel]: next } };
}

function applyView(snapshot: Snapshot, view: View): Snapshot {
  if (view.user !== snapshot.who) return snapshot;
  if (view.type === 'home') return { ...snapshot, home: view };
  const others = snapshot.views.filter(({ id }) => id !== view.id);
  if (view.closed) return { ...snapshot, views: others };
  const at = snapshot.views.findIndex(({ id }) => id === view.id);
  if (at >= 0) return { ...snapshot, views: snapshot.views.with(at, view) };
  const under = others.findIndex(({ id }) => id === view.previous_view_id);
  // A view without one below it begins a new stack.
  return { ...snapshot, views: under < 0 ? [view] : [...others, view] };
}

/** Newest last, each number once, the oldest dropped. */
export function withEntries(
  known: readonly WireEntry[],
  arrived: readonly WireEntry[],
): readonly WireEntry[] {
  const last = known.at(-1)?.number ?? 0;
  const fresh = arrived.filter(({ number }) => number > last);
  return fresh.length === 0 ? known : [...known, ...fresh].slice(-wireKept);
}

/** Nothing in the channel is unread up to here. */
export const withRead = (snapshot: Snapshot, channel: string, ts: string): Snapshot => {
  const { [channel]: _, ...unread } = snapshot.unread;
  return { ...snapshot, unread, readTo: { ...snapshot.readTo, [channel]: ts } };
};
