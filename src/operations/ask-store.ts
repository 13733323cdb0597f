import type { MissingPart, Read } from '../core/reading.ts';
import { accept, type Judged, refuse } from '../core/refusal.ts';
import { StoreUnavailable } from '../core/store-ports.ts';
import { within } from '../core/within.ts';
import type { World } from './world.ts';

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

/** A replica whose configuration is not the one in force doesn't know who may sign and lift: it does neither. */
export async function demandPolicyInForce(world: World): Promise<Judged<null>> {
  const read = await askStore(world.keeper.active());
  if (!read.ok) return refuse({ code: 'store-unreachable' });
  const isOurs = read.value === '' || read.value === world.policyVersion;
  return isOurs ? accept(null) : refuse({ code: 'policy-outdated' });
}
