import type { FailedJobId, RunId } from '../core/ids.ts';
import type { RunContext } from '../core/operation.ts';
import type { Read } from '../core/reading.ts';
import type { FrozenTarget, TargetState } from '../core/request.ts';
import type { TargetChange } from '../core/store-ports.ts';
import type { ArtisanResult, CallLimits, PresentRow } from './ports.ts';
import type { World } from './world.ts';

/** Nothing starts on the host later than this after the call was made. */
export const startWithinSeconds = 10;
/** Between TERM and KILL on the host. */
const killGraceSeconds = 10;
/** For clocks and schedulers that are not exact. */
const marginSeconds = 5;

/** A lease lives 20 s from its last renewal, which comes every 5 s: so much is left when a write has just been let through. */
const leaseLeftSeconds = 13;

/** So long after its intent may a call's process live. */
export const callLifeSeconds = (timeoutSeconds: number): number =>
  startWithinSeconds + timeoutSeconds + killGraceSeconds + marginSeconds;

/**
 * One artisan call between its recorded intent and its recorded result. Neither its process nor, after the server's
 * lock wait, its statement can live longer than what the intent says.
 */
export async function callArtisan(
  context: RunContext<World>,
  targets: readonly FrozenTarget[],
  number: number | string,
  argv: readonly string[],
  call: (limits: CallLimits) => Promise<ArtisanResult>,
): Promise<ArtisanResult> {
  return (await callAndLook(context, targets, number, argv, call)).result;
}

/** The same, with which rows were there right after it. */
export async function callAndLook(
  context: RunContext<World>,
  targets: readonly FrozenTarget[],
  number: number | string,
  argv: readonly string[],
  call: (limits: CallLimits) => Promise<ArtisanResult>,
): Promise<{
  readonly runId: RunId;
  readonly result: ArtisanResult;
  readonly present: Read<ReadonlyMap<FailedJobId, PresentRow>>;
}> {
  const { execution, requests, world, signal, clock } = context;
  const { timeoutSeconds } = world.app.description.artisan;
  const runId = `${execution.executionId}-${number}` as RunId; // this is what a run id is
  const failedIds = targets.map((target) => target.failedId);
  const began = clock.now().getTime();
  await requests.intend(execution, {
    ...{ runId, failedIds, argv },
    lifeSeconds: callLifeSeconds(timeoutSeconds),
    countsBefore: { present: failedIds.length },
  });
  // A process that slept here has lost its lease without knowing it.
  const left = leaseLeftSeconds - (clock.now().getTime() - began) / 1000;
  const limits = { runId, startWithinSeconds: Math.min(startWithinSeconds, left), timeoutSeconds, signal };
  const result: ArtisanResult =
    left < 1 ? { kind: 'not-started', why: 'the lease would have been over' } : await call(limits);
  const present = await world.app.failures.present(failedIds, signal);
  const said = result.kind === 'not-started' ? { stdout: '', stderr: result.why, durationMs: 0 } : result;
  await requests.record(execution, {
    ...{ runId, state: result.kind, rc: result.kind === 'ended' ? result.rc : null },
    ...{ stdout: said.stdout, stderr: said.stderr, durationMs: said.durationMs },
    countsAfter: present.ok ? { present: present.value.size } : {},
  });
  return { runId, result, present };
}

/** States as the store takes them. */
export const changes = (
  states: ReadonlyMap<FailedJobId, TargetState>,
): ReadonlyMap<FailedJobId, TargetChange> => new Map([...states].map(([id, state]) => [id, { state }]));
