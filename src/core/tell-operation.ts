import type { ExecutionRunnerParts } from './execution-runner-parts.ts';
import type { RunningExecution } from './store-ports.ts';
import { within } from './within.ts';

/** Longer than a tick of the evaluator: what was reached shows only in its next one. */
const endLimitMs = 120_000;
const beginLimitMs = 5_000;

type Parts<World> = Pick<ExecutionRunnerParts<World>, 'requests' | 'teller' | 'log'>;

/** The one place where others hear that an execution began. Neither throws nor keeps the run waiting. */
export const tellBegan = <World>(parts: Parts<World>, execution: RunningExecution): Promise<void> =>
  within(
    safely(parts, execution, async () => {
      const view = await parts.requests.find({ id: execution.requestId });
      if (view !== undefined) await parts.teller.began(view);
    }),
    beginLimitMs,
    undefined,
  );

/**
 * And that it has its outcome; told once, whichever process does it. `closing` ends a wait for the next measurement: better
 * told with an old value than not at all.
 */
export const tellEnded = <World>(
  parts: Parts<World>,
  execution: RunningExecution,
  closing: AbortSignal,
): Promise<void> =>
  within(
    safely(parts, execution, async () => {
      const view = await parts.requests.find({ id: execution.requestId });
      if (view?.execution?.finishedAt) await parts.teller.ended(view, closing);
    }),
    endLimitMs,
    undefined,
  );

/** A thread that is not told is no reason to stop what it would be told of. */
async function safely<World>(
  { log }: Parts<World>,
  { number: request }: RunningExecution,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    log.warn({ err: error, request }, 'no incident was told of an operation');
  }
}
