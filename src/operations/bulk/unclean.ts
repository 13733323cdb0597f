import type { FailedJobId, JobUuid } from '../../core/ids.ts';
import { failedJobId } from '../../core/ids.ts';
import type { RunContext } from '../../core/operation.ts';
import { mustRead } from '../../core/reading.ts';
import type { TargetRecord } from '../../core/request.ts';
import { changes } from '../call-artisan.ts';
import { judgeUnclean } from '../retry-effect.ts';
import { locatedBy, outlive } from '../settle-calls.ts';
import type { World } from '../world.ts';
import type { RunState } from './run-state.ts';

/**
 * Judges the targets of a call whose end nobody saw, once nothing of it can live any more; those that it surely did not
 * act on are returned and stay as they are. Throws `PartMissing` when the data can't be read.
 */
export async function settleUnclean(
  context: RunContext<World>,
  state: Pick<RunState, 'mark' | 'highest'>,
  call: { readonly lifeEndsAt: Date; readonly called: readonly TargetRecord[] },
  noted: ReadonlySet<FailedJobId>,
): Promise<readonly TargetRecord[]> {
  const { requests, execution, world, signal } = context;
  await outlive(context, call);
  const ids = call.called.map(({ failedId }) => failedId);
  const present = mustRead(await world.app.failures.presentAfterLocks(ids, signal));
  const seen = await seenElsewhere(context, state, call.called);
  const judged = judgeUnclean(
    call.called,
    present,
    ({ jobUuid }) => jobUuid !== null && seen.has(jobUuid),
    noted,
  );
  const final = [...judged].filter(([, one]) => one !== 'present');
  await requests.setTargets(execution, changes(new Map(final)));
  context.changed();
  return call.called.filter(({ failedId }) => judged.get(failedId) === 'present');
}

/** A job that is in its queue, or that failed anew, was pushed. */
export async function seenElsewhere(
  { world, signal }: RunContext<World>,
  { mark, highest }: Pick<RunState, 'mark' | 'highest'>,
  targets: readonly TargetRecord[],
): Promise<ReadonlySet<JobUuid>> {
  const uuids = targets.flatMap(({ jobUuid }) => jobUuid ?? []);
  const located =
    mark === undefined
      ? []
      : mustRead(await world.app.queues.locate(mark, locatedBy(targets, world), signal)).keys();
  const again =
    highest === undefined
      ? []
      : mustRead(await world.app.failures.failedAgain(uuids, failedJobId(highest), signal)).keys();
  return new Set([...located, ...again]);
}
