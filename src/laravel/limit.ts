import { setMaxListeners } from 'node:events';
import { whenLate } from '../core/late.ts';

/** The time for an answer was over before there was one. */
export class TooLate extends Error {
  override readonly name = 'TooLate';
}

/**
 * Waits for `work` at most so long, or until the signal. Then it rejects with `TooLate` at once, whatever the work does,
 * and `over` tells the work to clean up behind itself.
 */
export async function withinLimit<T>(
  limitMs: number,
  signal: AbortSignal,
  work: (over: AbortSignal) => Promise<T>,
): Promise<T> {
  if (signal.aborted) throw new TooLate('nobody waits for this any more', { cause: signal.reason });
  const controller = new AbortController();
  // One command may wait for many parts at once; each listens for a moment, so their number says nothing of a leak.
  setMaxListeners(0, signal);
  let end = (_why: string): void => undefined;
  const late = new Promise<never>((_, reject) => {
    end = (why) => {
      const error = new TooLate(why);
      reject(error);
      controller.abort(error);
    };
  });
  const onAbort = (): void => end('nobody waits for this any more');
  const callOff = whenLate(limitMs, () => end(`no answer within ${limitMs} ms`));
  signal.addEventListener('abort', onAbort, { once: true });
  const doing = work(controller.signal);
  doing.catch(() => undefined);
  try {
    return await Promise.race([doing, late]);
  } finally {
    callOff();
    signal.removeEventListener('abort', onAbort);
  }
}
