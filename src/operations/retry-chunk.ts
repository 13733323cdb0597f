import type { FailedJobId } from '../core/ids.ts';
import type { RunContext } from '../core/operation.ts';
import { mustRead } from '../core/reading.ts';
import type { FrozenTarget, TargetState } from '../core/request.ts';
import { callArtisan, changes } from './call-artisan.ts';
import { artisanId } from './failed-jobs-request.ts';
import { isUnchanged, judgeEnded } from './retry-effect.ts';
import type { World } from './world.ts';

/** True: the call's end was seen and its rows are judged. False: contact was lost, and `settle` must wait and judge. */
export async function retryChunk(
  candidates: readonly FrozenTarget[],
  number: number | string,
  context: RunContext<World>,
): Promise<boolean> {
  const { requests, execution, world, signal } = context;
  const before = mustRead(
    await world.app.failures.present(
      candidates.map(({ failedId }) => failedId),
      signal,
    ),
  );
  const targets = candidates.filter((candidate) => isUnchanged(candidate, before));
  const left = candidates.filter((candidate) => !targets.includes(candidate));
  const leftStates = left.map(({ failedId }): [FailedJobId, TargetState] => [
    failedId,
    before.has(failedId) ? 'present' : 'gone_before',
  ]);
  if (left.length > 0) await requests.setTargets(execution, changes(new Map(leftStates)));
  if (targets.length === 0) return true;
  const ids = targets.map((target) => artisanId(target, world));
  const result = await callArtisan(context, targets, number, ['queue:retry', ...ids], (limits) =>
    world.app.artisan.retry(ids, limits),
  );
  if (result.kind === 'unknown') return false;
  const after = mustRead(
    await world.app.failures.present(
      targets.map(({ failedId }) => failedId),
      signal,
    ),
  );
  const states = judgeEnded(targets, after, result, (target) => artisanId(target, world));
  await requests.setTargets(execution, changes(states));
  context.changed();
  return true;
}
