import { assignIds } from './blocks/ids.ts';
import type { Changes } from './changes.ts';
import type { SlackClock } from './clock.ts';

/** A message as the simulated Slack keeps it. */
export interface Message {
  readonly channel: string;
  readonly ts: string;
  readonly threadTs?: string;
  /** A reply that is shown in the channel too. */
  readonly isBroadcast?: boolean;
  /** Who wrote it: a user id, or the bot's. */
  readonly user: string;
  readonly botId?: string;
  text: string;
  blocks: readonly unknown[];
  metadata?: unknown;
  /** Ids of uploaded files. */
  readonly files?: readonly string[];
  edits: number;
  deleted: boolean;
  /** The one person who sees it. */
  readonly ephemeralFor?: string;
  /** Slack's own word to a person, not the app's. */
  readonly fromSlack?: boolean;
}

export interface MessageChange {
  readonly text?: string;
  readonly blocks?: readonly unknown[];
  readonly metadata?: unknown;
}

/** Everything that was said, in order, and news of it. */
export interface Timeline {
  readonly messages: readonly Message[];
  /** Everything of one channel, in order, also what only one person sees and what was deleted. */
  inChannel(channel: string): readonly Message[];
  /** The replies to a message, in order, likewise. */
  repliesTo(channel: string, ts: string): readonly Message[];
  /** Blocks without a block_id get one, as in Slack. */
  add(message: Omit<Message, 'ts' | 'edits' | 'deleted'>): Message;
  /** Text without blocks takes the blocks away. */
  edit(message: Message, change: MessageChange): void;
  remove(message: Message): void;
  /** Puts back what was said in an earlier life, as it was; before anything else is said, and without telling anybody. */
  restore(messages: readonly Message[]): void;
  /** Ephemeral ones too; not those that were deleted. */
  find(channel: string, ts: string): Message | undefined;
  /** Calls whenever something was added, edited or removed; gives back a function that stops it. */
  onChange(listener: (message: Message) => void): () => void;
}

export function createTimeline(clock: SlackClock, changes: Changes): Timeline {
  const messages: Message[] = [];
  const byPlace = new Map<string, Message>();
  const byChannel = new Map<string, Message[]>();
  const byThread = new Map<string, Message[]>();
  const placeOf = (channel: string, ts: string): string => `${channel} ${ts}`;
  let last = 0;
  const nextTs = (): string => {
    last = Math.max(last + 1, Math.floor(clock.now() * 1000));
    return `${Math.floor(last / 1e6)}.${String(last % 1e6).padStart(6, '0')}`;
  };
  const put = (message: Message): void => {
    messages.push(message);
    byPlace.set(placeOf(message.channel, message.ts), message);
    append(byChannel, message.channel, message);
    if (message.threadTs !== undefined) append(byThread, placeOf(message.channel, message.threadTs), message);
  };
  return {
    messages,
    inChannel: (channel) => byChannel.get(channel) ?? [],
    repliesTo: (channel, ts) => byThread.get(placeOf(channel, ts)) ?? [],
    add(message) {
      const added: Message = {
        ...message,
        ts: nextTs(),
        blocks: assignIds(message.blocks),
        edits: 0,
        deleted: false,
      };
      put(added);
      changes.tell({ kind: 'message', how: 'added', message: added });
      return added;
    },
    edit(message, { text, blocks, metadata }) {
      if (message.deleted) return;
      if (blocks !== undefined) message.blocks = assignIds(blocks);
      else if (text !== undefined) message.blocks = [];
      message.text = text ?? message.text;
      if (metadata !== undefined) message.metadata = metadata;
      message.edits += 1;
      changes.tell({ kind: 'message', how: 'edited', message });
    },
    remove(message) {
      message.deleted = true;
      changes.tell({ kind: 'message', how: 'removed', message });
    },
    restore(said) {
      for (const message of said) put(message);
      // What is said next is younger, whatever the clock says.
      last = Math.max(last, ...said.slice(-1).map(({ ts }) => Math.round(Number(ts) * 1e6)));
    },
    find(channel, ts) {
      const found = byPlace.get(placeOf(channel, ts));
      return found?.deleted === true ? undefined : found;
    },
    onChange: (listener) =>
      changes.listen((change) => {
        if (change.kind === 'message') listener(change.message);
      }),
  };
}

function append(index: Map<string, Message[]>, key: string, message: Message): void {
  const there = index.get(key);
  if (there === undefined) index.set(key, [message]);
  else there.push(message);
}
