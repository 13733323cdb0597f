import type { Snapshot } from './snapshot.ts';
import { emptySnapshot } from './snapshot.ts';

/** Holds the page's one snapshot, and tells who listens when it is another one. */
export interface Store {
  get(): Snapshot;
  change(step: (snapshot: Snapshot) => Snapshot): void;
  subscribe(hear: () => void): () => void;
}

export function createStore(who: string): Store {
  let snapshot = emptySnapshot(who);
  const listeners = new Set<() => void>();
  return {
    get: () => snapshot,
    change(step) {
      const next = step(snapshot);
      if (next === snapshot) return;
      snapshot = next;
      for (const hear of listeners) hear();
    },
    subscribe(hear) {
      listeners.add(hear);
      return () => listeners.delete(hear);
    },
  };
}
