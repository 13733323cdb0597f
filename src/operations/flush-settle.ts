import type { FailedJobId } from '../core/ids.ts';
import type { RunContext, Settled } from '../core/operation.ts';
import { mustRead } from '../core/reading.ts';
import type { ArtisanCallRecord, TargetState } from '../core/request.ts';
import { changes } from './call-artisan.ts';
import { type FlushProgress, findPlan, findProgress } from './flush-plan.ts';
import { frozenPages, statementRunId } from './flush-statement.ts';
import { outlive } from './settle-calls.ts';
import type { World } from './world.ts';

/** So often the rows are looked at again while a statement may still be taking them. */
const lookAgainMs = 1_000;

/**
 * Judges by the data what no living call has judged: what a lost call may have taken is looked at only when neither its
 * process nor its statement can live any more, by a read that waits for whoever still holds the rows.
 */
export async function settleFlush(context: RunContext<World>): Promise<Settled> {
  const { requests, execution } = context;
  const [calls, view] = await Promise.all([
    requests.calls(execution.executionId),
    requests.find({ id: execution.requestId }),
  ]);
  const progress = findProgress(view?.execution?.progress ?? {});
  const unclean = calls.filter(({ state }) => state === 'intended' || state === 'unknown');
  for (const call of unclean) await outlive(context, call);
  if (unclean.length > 0) await untilRowsAreLetGo(context);
  await judgeRest(context, calls, progress);
  return conclude(context, calls, progress, findPlan(view?.facts ?? {})?.seen.highest);
}

/** Twice the same: a statement that goes through the table takes rows that it had not reached at the first look. */
async function untilRowsAreLetGo(context: RunContext<World>): Promise<void> {
  for (let before = -1; ; ) {
    let there = 0;
    for await (const page of frozenPages(context)) {
      const ids = page.map(({ failedId }) => failedId);
      there += mustRead(await context.world.app.failures.presentAfterLocks(ids, context.signal)).size;
    }
    if (there === before) return;
    before = there;
    await context.clock.wait(lookAgainMs, context.signal);
  }
}

async function judgeRest(
  context: RunContext<World>,
  calls: readonly ArtisanCallRecord[],
  progress: FlushProgress,
): Promise<void> {
  const { requests, execution, world, signal } = context;
  const named = new Set(calls.flatMap(({ failedIds }) => failedIds));
  const statement = calls.some(({ runId }) => runId === statementRunId(context));
  const judge = (id: FailedJobId, present: boolean): TargetState => {
    if (present) return 'present';
    // The archive has it, whoever was first.
    if (statement || named.has(id)) return 'forgotten';
    return progress.archived === true ? 'unconfirmed' : 'gone_before';
  };
  for await (const page of frozenPages(context)) {
    const ids = page.map(({ failedId }) => failedId);
    const present = mustRead(await world.app.failures.present(ids, signal));
    const states = ids.map((id): [FailedJobId, TargetState] => [id, judge(id, present.has(id))]);
    await requests.setTargets(execution, changes(new Map(states)));
    context.changed();
  }
}

/**
 * succeeded: every row is gone and in the archive. partial: some stay, or others removed some meanwhile. failed: artisan
 * ran and all are there. not_started: artisan is not known to have run, and all are there.
 */
async function conclude(
  context: RunContext<World>,
  calls: readonly ArtisanCallRecord[],
  progress: FlushProgress,
  highest: FailedJobId | undefined,
): Promise<Settled> {
  const { control, execution, world, signal } = context;
  const counts = await control.countsByState(execution.requestId);
  const newer = highest === undefined ? undefined : await world.app.cuts.newer(highest, signal);
  const { forgotten = 0, unconfirmed = 0, present = 0, gone_before: goneBefore = 0 } = counts;
  const requested = forgotten + unconfirmed + present + goneBefore;
  const detail = {
    ...{ requested, ...counts },
    ...(newer?.ok === true ? { newSince: newer.value } : {}),
    ...(progress.ended === undefined ? {} : { ended: progress.ended.why }),
  };
  const ran = calls.some(({ state }) => state === 'ended');
  if (present === 0 && unconfirmed === 0) return { state: 'succeeded', detail };
  if (forgotten > 0 || present === 0) return { state: 'partial', detail };
  return { state: ran ? 'failed' : 'not_started', detail };
}
