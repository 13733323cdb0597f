import type { MissingPart, Read } from '../core/reading.ts';
import { StoreUnavailable } from '../core/store-ports.ts';
import { within } from '../core/within.ts';

/** What only tells how things stand does not wait for the store longer than this. */
const limitMs = 2_500;
const missing = (why: MissingPart['why']): Read<never> => ({
  ok: false,
  missing: { part: 'store', name: 'store', why },
});

/** Queuekeeper's own store as a part that can be slow or away, like every other. */
export async function askStore<T>(asked: Promise<T>): Promise<Read<T>> {
  const read = asked.then(
    (value): Read<T> => ({ ok: true, value }),
    (error: unknown): Read<T> => {
      if (error instanceof StoreUnavailable) return missing('unreachable');
      throw error;
    },
  );
  return within(read, limitMs, missing('timeout'));
}
