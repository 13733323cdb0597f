import type { FailedJobId, RunId } from '../core/ids.ts';
import type { RunContext } from '../core/operation.ts';
import type { FrozenTarget, TargetState } from '../core/request.ts';
import type { TargetChange } from '../core/store-ports.ts';
import type { ArtisanResult, CallLimits } from './ports.ts';
import type { World } from './world.ts';

/** Nothing starts on the host later than this after the call was made. */
const startWithinSeconds = 10;
/** Between TERM and KILL on the host. */
const killGraceSeconds = 10;
/** For clocks and schedulers that are not exact. */
const marginSeconds = 5;

/**
 * One artisan call between its recorded intent and its recorded result. Neither its process nor, after the server's
 * lock wait, its statement can live longer than what the intent says.
 */
export async function callArtisan(
  context: RunContext<World>,
  targets: readonly FrozenTarget[],
  number: number,
  argv: readonly string[],
  call: (limits: CallLimits) => Promise<ArtisanResult>,
): Promise<ArtisanResult> {
  const { execution, requests, world, signal } = context;
  const { timeoutSeconds } = world.app.description.artisan;
  const runId = `${execution.executionId}-${number}` as RunId; // this is what a run id is
  const failedIds = targets.map((target) => target.failedId);
  await requests.intend(execution, {
    ...{ runId, failedIds, argv },
    lifeSeconds: startWithinSeconds + timeoutSeconds + killGraceSeconds + marginSeconds,
    countsBefore: { present: failedIds.length },
  });
  const result = await call({ runId, startWithinSeconds, timeoutSeconds, signal });
  const present = await world.app.failures.present(failedIds, signal);
  const said = result.kind === 'not-started' ? { stdout: '', stderr: result.why, durationMs: 0 } : result;
  await requests.record(execution, {
    ...{ runId, state: result.kind, rc: result.kind === 'ended' ? result.rc : null },
    ...{ stdout: said.stdout, stderr: said.stderr, durationMs: said.durationMs },
    countsAfter: present.ok ? { present: present.value.size } : {},
  });
  return result;
}

/** States as the store takes them. */
export const changes = (
  states: ReadonlyMap<FailedJobId, TargetState>,
): ReadonlyMap<FailedJobId, TargetChange> => new Map([...states].map(([id, state]) => [id, { state }]));
