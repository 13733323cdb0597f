import { type FailedJobId, failedJobId } from '../../core/ids.ts';
import type { ReadContext, Survey } from '../../core/operation.ts';
import { PartMissing } from '../../core/reading.ts';
import { accept, type Judged, refuse } from '../../core/refusal.ts';
import type { FailureSelection } from '../ports.ts';
import type { World } from '../world.ts';
import { streamJudged } from './judged-stream.ts';
import { createSetTally, type SetTally } from './set-tally.ts';
import { unservedOf } from './unserved.ts';

/** More ticks than this nobody reads. */
const mostRisky = 10;

/**
 * Looks at everything that a selection means. Where the time for it is over before the end, what was looked at until then
 * is offered alone, and the form says so: the oldest failures come first, and those above are left for another request.
 */
export async function surveySet(
  selection: FailureSelection,
  verb: string,
  { world, signal }: ReadContext<World>,
): Promise<Judged<Survey>> {
  const tally = createSetTally(world);
  const seen = { highest: failedJobId(0), looked: 0, risky: [] as FailedJobId[] };
  // Beside the look, whose time a host that hangs must not take.
  const workers = world.app.workers.list(signal);
  workers.catch(() => undefined);
  const complete = await look(selection, world, signal, tally, seen);
  if (!complete.ok) return complete;
  // Those that were named one by one can be ticked one by one.
  const risky = selection.ids === undefined ? [] : seen.risky;
  if (tally.count + risky.length === 0)
    return refuse({ code: 'nothing-to-do', verb, leftOut: tally.leftOut });
  const facts = tally.facts();
  const queues = facts.queues.map(({ queue }) => queue);
  const unserved = unservedOf(queues, (await workers).value, world.app);
  return accept({
    ...{ highest: seen.highest, count: tally.count },
    detail: { ...facts, complete: complete.value, looked: seen.looked, risky, unserved },
  });
}

async function look(
  selection: FailureSelection,
  world: World,
  signal: AbortSignal,
  tally: SetTally,
  seen: { highest: number; looked: number; readonly risky: FailedJobId[] },
): Promise<Judged<boolean>> {
  try {
    for await (const batch of streamJudged(selection, world, signal)) {
      if (!batch.ok) return batch;
      for (const { candidate, why } of batch.value.rows) {
        tally.add(candidate, why);
        if (why === 'double-risk' && seen.risky.length < mostRisky) seen.risky.push(candidate.failedId);
      }
      seen.highest = batch.value.upTo;
      seen.looked += batch.value.looked;
    }
    return accept(true);
  } catch (error) {
    const isOver = signal.aborted || (error instanceof PartMissing && error.missing.why === 'timeout');
    if (isOver && tally.count > 0) return accept(false);
    if (error instanceof PartMissing) return refuse({ code: 'part-missing', missing: [error.missing] });
    throw error;
  }
}
