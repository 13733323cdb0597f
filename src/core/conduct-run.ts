import {
  Closing,
  type ExecutionRunnerParts,
  type Runnable,
  type RunSignals,
  runContext,
} from './execution-runner-parts.ts';
import type { RunContext, Settled } from './operation.ts';
import { LeaseLost } from './store-ports.ts';

/** A lease lives 20 s in the store; renewed well before. */
const renewEveryMs = 5_000;
const settleAgainAfterMs = 5_000;

/** run → verify by effect → record the outcome, while the lease is kept. Rejects where another process has to go on. */
export async function conductRun<World>(
  parts: ExecutionRunnerParts<World>,
  runnable: Runnable<World>,
  signals: RunSignals,
): Promise<void> {
  await underLease(parts, runnable, signals, async (context) => {
    try {
      await runnable.run?.(context);
    } catch (error) {
      if (error instanceof LeaseLost || error instanceof Closing || context.signal.aborted) throw error;
      const request = runnable.execution.number;
      parts.log.error({ err: error, request }, 'a run broke off; its effect is judged by the data');
    }
    await settle(parts, runnable, context);
  });
}

/** Tries until the data can be read: an outage makes an execution unknown, never failed. */
async function settle<World>(
  parts: ExecutionRunnerParts<World>,
  { operation, execution }: Runnable<World>,
  context: RunContext<World>,
): Promise<void> {
  for (;;) {
    const settled = await operation.settle(context).catch((error: unknown) => {
      if (error instanceof LeaseLost || context.signal.aborted) throw error;
      return error;
    });
    if (isSettled(settled)) {
      await parts.requests.finish(execution, settled.state, settled.detail);
      context.changed();
      return;
    }
    const request = execution.number;
    parts.log.warn({ err: settled, request }, 'the effect of a run can not be seen yet');
    await parts.requests.suspect(execution, 'the data could not be read').catch(() => undefined);
    context.changed();
    await parts.clock.wait(settleAgainAfterMs, context.signal);
  }
}

const isSettled = (value: unknown): value is Settled =>
  typeof value === 'object' && value !== null && 'state' in value && 'detail' in value;

/** Does the work while the lease is kept; ends it at once when the lease is lost. */
async function underLease<World>(
  parts: ExecutionRunnerParts<World>,
  runnable: Runnable<World>,
  { closing, stopping }: RunSignals,
  work: (context: RunContext<World>) => Promise<void>,
): Promise<void> {
  const { execution } = runnable;
  const ended = new AbortController();
  const lost = new AbortController();
  const keep = (async (): Promise<void> => {
    while (!ended.signal.aborted) {
      await parts.clock.wait(renewEveryMs, ended.signal).catch(() => undefined);
      if (ended.signal.aborted) return;
      // A store that does not answer is no lost lease yet: each write checks the token anyway.
      const kept = await parts.requests.renew(execution).catch(() => true);
      if (!kept) lost.abort(new LeaseLost('the lease of this execution is held by another process'));
    }
  })();
  try {
    await work(runContext(parts, runnable, AbortSignal.any([stopping, lost.signal]), closing));
  } catch (error) {
    if (stopping.aborted || error instanceof Closing) {
      await parts.requests.handBack(execution).catch(() => undefined);
    }
    throw error;
  } finally {
    ended.abort();
    await keep;
  }
}
