import { EventEmitter } from 'node:events';
import type { SlackClock } from './clock.ts';

/** A message as the simulated Slack keeps it. */
export interface Message {
  readonly channel: string;
  readonly ts: string;
  readonly threadTs?: string;
  /** Who wrote it: a user id, or the bot's. */
  readonly user: string;
  readonly botId?: string;
  text: string;
  blocks: readonly unknown[];
  metadata?: unknown;
  edits: number;
  deleted: boolean;
  /** The one person who sees it. */
  readonly ephemeralFor?: string;
  /** Slack's own word to a person, not the app's. */
  readonly fromSlack?: boolean;
}

/** Everything that was said, in order, and news of it. */
export interface Timeline {
  readonly messages: readonly Message[];
  add(message: Omit<Message, 'ts' | 'edits' | 'deleted'>): Message;
  edit(
    message: Message,
    change: { readonly text?: string; readonly blocks?: readonly unknown[]; readonly metadata?: unknown },
  ): void;
  remove(message: Message): void;
  find(channel: string, ts: string): Message | undefined;
  /** Calls whenever something was added, edited or removed; gives back a function that stops it. */
  onChange(listener: () => void): () => void;
}

export function createTimeline(clock: SlackClock): Timeline {
  const messages: Message[] = [];
  const news = new EventEmitter({ captureRejections: false });
  news.setMaxListeners(0);
  let last = 0;
  const nextTs = (): string => {
    last = Math.max(last + 1, Math.floor(clock.now() * 1000));
    return `${Math.floor(last / 1e6)}.${String(last % 1e6).padStart(6, '0')}`;
  };
  return {
    messages,
    add(message) {
      const added: Message = { ...message, ts: nextTs(), edits: 0, deleted: false };
      messages.push(added);
      news.emit('change');
      return added;
    },
    edit(message, { text, blocks, metadata }) {
      // Text without blocks takes the blocks away.
      message.blocks = blocks ?? (text === undefined ? message.blocks : []);
      message.text = text ?? message.text;
      if (metadata !== undefined) message.metadata = metadata;
      message.edits += 1;
      news.emit('change');
    },
    remove(message) {
      message.deleted = true;
      news.emit('change');
    },
    find: (channel, ts) => messages.find((one) => one.channel === channel && one.ts === ts && !one.deleted),
    onChange(listener) {
      news.on('change', listener);
      return () => news.off('change', listener);
    },
  };
}
