import { StoreUnavailable } from '../core/store-ports.ts';

/** Lets so many in at once; who waits too long leaves the line, so that a dead server leaves no queue behind it. */
export interface Gate {
  /** Resolves with the way out, to be called once. Rejects with `StoreUnavailable` when the wait or the line is too long. */
  enter(limitMs: number): Promise<() => void>;
}

export function createGate(places: number, longestLine: number): Gate {
  let free = places;
  const line = new Set<() => void>();

  const leave = (): void => {
    const [next] = line;
    if (next === undefined) free += 1;
    else next();
  };
  const once = (): (() => void) => {
    let left = false;
    return () => {
      if (!left) leave();
      left = true;
    };
  };

  return {
    enter(limitMs) {
      if (free > 0) {
        free -= 1;
        return Promise.resolve(once());
      }
      if (line.size >= longestLine) {
        return Promise.reject(new StoreUnavailable('too much waits for the store'));
      }
      return new Promise((resolve, reject) => {
        const admit = (): void => {
          clearTimeout(timer);
          line.delete(admit);
          resolve(once());
        };
        const timer = setTimeout(() => {
          line.delete(admit);
          reject(new StoreUnavailable(`no connection to the store became free within ${limitMs} ms`));
        }, limitMs);
        line.add(admit);
      });
    },
  };
}
