import { EventEmitter } from 'node:events';
import type { Message } from './timeline.ts';
import type { View } from './views.ts';
import type { WireEntry } from './wire-log.ts';

/** One thing that happened in the simulated Slack. */
export type Change =
  | { readonly kind: 'message'; readonly how: 'added' | 'edited' | 'removed'; readonly message: Message }
  | { readonly kind: 'view'; readonly how: 'opened' | 'changed' | 'closed'; readonly view: View }
  | { readonly kind: 'wire'; readonly entry: WireEntry };

/** News of everything that happens, so that nobody has to look again and again. */
export interface Changes {
  tell(change: Change): void;
  /** Calls for every change from now on; gives back a function that stops it. */
  listen(hear: (change: Change) => void): () => void;
}

export function createChanges(): Changes {
  const emitter = new EventEmitter();
  emitter.setMaxListeners(0);
  return {
    tell: (change) => void emitter.emit('change', change),
    listen(hear) {
      emitter.on('change', hear);
      return () => void emitter.off('change', hear);
    },
  };
}
