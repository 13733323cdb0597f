import type { RunId } from '../core/ids.ts';
import type { RunContext } from '../core/operation.ts';
import type { CallResult, IntendedCall } from '../core/store-ports.ts';
import type { CallLimits, ControlResult, NotStartedCall } from './ports.ts';
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

export interface HostCall<Result extends ControlResult>
  extends Pick<IntendedCall, 'argv' | 'failedIds' | 'countsBefore'> {
  /** Unique within the execution; makes the call's run id. */
  readonly number: number | string;
  readonly timeoutSeconds: number;
  call(limits: CallLimits): Promise<Result>;
  /** Right after it, before its result is recorded: what is counted of its effect. */
  look?(): Promise<CallResult['countsAfter']>;
}

/** The run id of a call by its number. */
export const runIdOf = (executionId: string, number: number | string): RunId =>
  `${executionId}-${number}` as RunId; // this is what a run id is

/**
 * One call on a host between its recorded intent and its recorded result. Its process can't live longer than what the
 * intent says, and a process of ours that slept through its lease makes none.
 */
export async function callHost<Result extends ControlResult>(
  { execution, requests, signal, clock }: RunContext<World>,
  { number, argv, failedIds, countsBefore, timeoutSeconds, call, look }: HostCall<Result>,
): Promise<{ readonly runId: RunId; readonly result: Result | NotStartedCall }> {
  const runId = runIdOf(execution.executionId, number);
  const began = clock.now().getTime();
  await requests.intend(execution, {
    ...{ runId, failedIds, argv, countsBefore },
    lifeSeconds: callLifeSeconds(timeoutSeconds),
  });
  // A process that slept here has lost its lease without knowing it.
  const left = leaseLeftSeconds - (clock.now().getTime() - began) / 1000;
  const limits = { runId, startWithinSeconds: Math.min(startWithinSeconds, left), timeoutSeconds, signal };
  const result: Result | NotStartedCall =
    left < 1 ? { kind: 'not-started', why: 'the lease would have been over' } : await call(limits);
  const countsAfter = (await look?.()) ?? {};
  const end: ControlResult = result;
  const said = end.kind === 'not-started' ? { stdout: '', stderr: end.why, durationMs: 0 } : end;
  await requests.record(execution, {
    ...{ runId, state: end.kind, rc: end.kind === 'ended' ? end.rc : null, countsAfter },
    ...{ stdout: said.stdout, stderr: said.stderr, durationMs: said.durationMs },
  });
  return { runId, result };
}
