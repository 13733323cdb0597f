/** A bounded number of places, given in the order of asking. */
export interface Places {
  /** Rejects with the signal's reason, and holds no place then. */
  take(signal: AbortSignal): Promise<void>;
  release(): void;
}

export function createPlaces(most: number): Places {
  let free = most;
  const waiting = new Set<() => void>();
  return {
    take(signal) {
      if (signal.aborted) return Promise.reject(signal.reason);
      if (free > 0) {
        free -= 1;
        return Promise.resolve();
      }
      return new Promise((resolve, reject) => {
        const settle = (): void => {
          waiting.delete(onPlace);
          signal.removeEventListener('abort', onAbort);
        };
        const onPlace = (): void => {
          settle();
          resolve();
        };
        const onAbort = (): void => {
          settle();
          reject(signal.reason);
        };
        waiting.add(onPlace);
        signal.addEventListener('abort', onAbort, { once: true });
      });
    },
    release() {
      // Handed over, not put back: whoever asks in this moment does not overtake those who wait.
      const [next] = waiting;
      if (next === undefined) free += 1;
      else next();
    },
  };
}
