import type { Change } from '../api/stream.ts';
import type { Message, UnreadNews, View, WireEntry } from '../api/types.ts';
import { type Snapshot, threadKey } from './snapshot.ts';
import { isInChannel, merge, withMessages, without } from './timeline.ts';

const wireKept = 500;

/** The page after a change. Pure; the same change twice makes no difference. */
export function applyChange(snapshot: Snapshot, change: Change): Snapshot {
  switch (change.kind) {
    case 'message':
      return inThread(inChannel(snapshot, change), change);
    case 'view':
      return applyView(snapshot, change.view);
    case 'unread':
      return applyUnread(snapshot, change.news);
    case 'wire':
      return { ...snapshot, wire: withEntries(snapshot.wire, [change.entry]) };
  }
}

type MessageChange = Extract<Change, { kind: 'message' }>;

function inChannel(snapshot: Snapshot, { how, message }: MessageChange): Snapshot {
  const timeline = snapshot.timelines[message.channel];
  if (timeline === undefined || !isInChannel(message)) return snapshot;
  // What was not loaded yet comes with its page.
  const isBeforePage = timeline.hasOlder && message.ts < (timeline.messages[0]?.ts ?? '');
  if (isBeforePage) return snapshot;
  const next =
    how === 'removed'
      ? { ...timeline, messages: without(timeline.messages, message.ts) }
      : withMessages(timeline, [message]);
  return { ...snapshot, timelines: { ...snapshot.timelines, [message.channel]: next } };
}

function inThread(snapshot: Snapshot, { how, message }: MessageChange): Snapshot {
  const key = threadKey(message.channel, message.threadTs ?? message.ts);
  const messages: readonly Message[] | undefined = snapshot.threads[key];
  if (messages === undefined) return snapshot;
  const next = how === 'removed' ? without(messages, message.ts) : merge(messages, [message]);
  return { ...snapshot, threads: { ...snapshot.threads, [key]: next } };
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

const applyUnread = (snapshot: Snapshot, { channel, ...news }: UnreadNews): Snapshot => ({
  ...snapshot,
  channels: snapshot.channels.map((one) => (one.id === channel ? { ...one, ...news } : one)),
});

/** Newest last, each number once, the oldest dropped. */
export function withEntries(
  known: readonly WireEntry[],
  arrived: readonly WireEntry[],
): readonly WireEntry[] {
  const last = known.at(-1)?.number ?? 0;
  const fresh = arrived.filter(({ number }) => number > last);
  return fresh.length === 0 ? known : [...known, ...fresh].slice(-wireKept);
}
