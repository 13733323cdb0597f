import type { Digest } from './digest.ts';
import type { FrozenTarget } from './request.ts';

/**
 * Keeps a stream of rows, batch by batch in its order, with their digest built on the way; returns what the stream
 * returns, once all is kept. The next batch is made while the one before it is kept, and no further one: no set is held
 * whole. Rejects with the first error of either side, and nothing is being kept any more by then.
 */
export async function keepRows<Result>(
  rows: AsyncGenerator<readonly FrozenTarget[], Result>,
  digest: Pick<Digest, 'add'>,
  keep: (rows: readonly FrozenTarget[]) => Promise<void>,
): Promise<Result> {
  let kept = Promise.resolve();
  try {
    for (;;) {
      const batch = await rows.next();
      await kept;
      if (batch.done === true) return batch.value;
      for (const target of batch.value) digest.add(target);
      kept = keep(batch.value);
      // Its error is met where it is waited for.
      kept.catch(() => undefined);
    }
  } catch (error) {
    await kept.catch(() => undefined);
    await rows.return(undefined as never).catch(() => undefined); // what it would return is of no use any more
    throw error;
  }
}
