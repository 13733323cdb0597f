import type { FailedJobId } from '../../core/ids.ts';
import { accept, type Judged } from '../../core/refusal.ts';
import { doubleRisks, whyUnsafe } from '../failed-jobs-request.ts';
import type { FailureSelection, SelectedCandidate } from '../ports.ts';
import type { World } from '../world.ts';
import type { LeftOut } from './set-tally.ts';

export interface JudgedRow {
  readonly candidate: SelectedCandidate;
  /** Why artisan is not let near it; undefined: it may be retried. */
  readonly why: LeftOut | undefined;
}

export interface JudgedBatch {
  readonly rows: readonly JudgedRow[];
  readonly upTo: FailedJobId;
  readonly looked: number;
}

/**
 * Streams what a selection means, each row judged; `risks` may be retried although they are at double risk. A store that can't be asked about double risks refuses the whole; a
 * database that can't be read throws `PartMissing`.
 */
export async function* streamJudged(
  selection: FailureSelection,
  world: World,
  signal: AbortSignal,
  risks: readonly FailedJobId[] = [],
): AsyncGenerator<Judged<JudgedBatch>> {
  for await (const { rows, upTo, looked } of world.app.failures.candidates(selection, signal)) {
    const risky = await doubleRisks(rows, world);
    if (!risky.ok) {
      yield risky;
      return;
    }
    yield accept({
      ...{ upTo, looked },
      rows: rows.map((candidate) => ({ candidate, why: whyLeftOut(candidate, world, risky.value, risks) })),
    });
  }
}

function whyLeftOut(
  candidate: SelectedCandidate,
  world: World,
  risky: ReadonlySet<number>,
  risks: readonly FailedJobId[],
): LeftOut | undefined {
  const isRisky = risky.has(candidate.failedId) && !risks.includes(candidate.failedId);
  const unsafe = whyUnsafe(candidate, 'retry', world, isRisky);
  return unsafe ?? (candidate.batchCancelled ? 'batch-cancelled' : undefined);
}
