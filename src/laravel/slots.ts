/** Nobody may wait behind so many others. */
export class TooManyWaiting extends Error {
  override readonly name = 'TooManyWaiting';
}

/** So many at once and no more; the others wait in line, and leave it when their signal says so. */
export interface Slots {
  /** Resolves to the function that gives the slot back; calling it twice does no harm. */
  take(signal: AbortSignal): Promise<() => void>;
}

export function createSlots(size: number, mostWaiting: number): Slots {
  let free = size;
  const line = new Set<() => void>();
  const giveBack = (): void => {
    free += 1;
    const first = line.values().next().value;
    first?.();
  };
  const takeNow = (): (() => void) => {
    free -= 1;
    let held = true;
    return () => {
      if (held) giveBack();
      held = false;
    };
  };
  return {
    async take(signal) {
      signal.throwIfAborted();
      if (free > 0) return takeNow();
      if (line.size >= mostWaiting) throw new TooManyWaiting(`${mostWaiting} others wait already`);
      return new Promise((resolve, reject) => {
        const leave = (): void => {
          line.delete(called);
          reject(signal.reason);
        };
        const called = (): void => {
          line.delete(called);
          signal.removeEventListener('abort', leave);
          resolve(takeNow());
        };
        signal.addEventListener('abort', leave, { once: true });
        line.add(called);
      });
    },
  };
}
