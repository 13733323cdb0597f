import type { FailedJobId } from '../../core/ids.ts';
import type { ReadContext } from '../../core/operation.ts';
import { PartMissing } from '../../core/reading.ts';
import { accept, type Judged, refuse } from '../../core/refusal.ts';
import type { FrozenTarget } from '../../core/request.ts';
import { frozen } from '../failed-jobs-request.ts';
import type { FailureSelection } from '../ports.ts';
import type { World } from '../world.ts';
import type { Coverage } from './coverage.ts';
import { streamJudged } from './judged-stream.ts';
import { createSetTally, type SetFacts } from './set-tally.ts';

/** Streams the rows that may be touched, in id order; returns what the set looks like. */
export async function* freezeSet(
  selection: FailureSelection,
  verb: string,
  coverage: Coverage,
  { world, signal }: ReadContext<World>,
  risks: readonly FailedJobId[] = [],
): AsyncGenerator<readonly FrozenTarget[], Judged<SetFacts>> {
  const tally = createSetTally(world);
  try {
    const stream = streamJudged({ ...selection, texts: coverage.texts }, world, signal, risks);
    for await (const batch of stream) {
      if (!batch.ok) return batch;
      const targets: FrozenTarget[] = [];
      for (const { candidate, why } of batch.value.rows) {
        tally.add(candidate, why);
        if (why !== undefined) continue;
        coverage.add(candidate);
        targets.push(frozen(candidate));
      }
      if (targets.length > 0) yield targets;
    }
  } catch (error) {
    if (error instanceof PartMissing) return refuse({ code: 'part-missing', missing: [error.missing] });
    throw error;
  }
  if (tally.count === 0) return refuse({ code: 'nothing-to-do', verb, leftOut: tally.leftOut });
  return accept(tally.facts());
}
