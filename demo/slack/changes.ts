import { randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { Message } from './timeline.ts';
import type { View } from './views.ts';
import type { WireEntry } from './wire-log.ts';

/** One thing that happened in the simulated Slack. */
export type Change =
  | { readonly kind: 'message'; readonly how: 'added' | 'edited' | 'removed'; readonly message: Message }
  | { readonly kind: 'view'; readonly how: 'opened' | 'changed' | 'closed'; readonly view: View }
  | { readonly kind: 'read'; readonly user: string; readonly channel: string }
  | { readonly kind: 'workspace' }
  | { readonly kind: 'panels' }
  | { readonly kind: 'wire'; readonly entry: WireEntry };

export interface NumberedChange {
  /** Counts up from 1. */
  readonly number: number;
  readonly change: Change;
}

/** News of everything that happens, so that nobody has to look again and again. */
export interface Changes {
  /** Tells this Slack from one that ran before it. */
  readonly instance: string;
  tell(change: Change): void;
  /** Calls for every change from now on; gives back a function that stops it. */
  listen(hear: (change: Change, number: number) => void): () => void;
  /** The number of the newest change; 0 before the first. */
  newest(): number;
  /** What came after a change, oldest first; undefined when not all of it is kept any more. */
  since(number: number): readonly NumberedChange[] | undefined;
}

const kept = 5_000;
const droppedAtOnce = 1_000;

export function createChanges(): Changes {
  const emitter = new EventEmitter();
  emitter.setMaxListeners(0);
  const recent: NumberedChange[] = [];
  let count = 0;
  return {
    instance: randomBytes(4).toString('hex'),
    tell(change) {
      count += 1;
      recent.push({ number: count, change });
      if (recent.length > kept) recent.splice(0, droppedAtOnce);
      emitter.emit('change', change, count);
    },
    listen(hear) {
      emitter.on('change', hear);
      return () => void emitter.off('change', hear);
    },
    newest: () => count,
    since(number) {
      const first = count - recent.length;
      return number < first || number > count ? undefined : recent.slice(number - first);
    },
  };
}
