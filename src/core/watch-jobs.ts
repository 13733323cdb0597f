import { type ExecutionRunnerParts, type Runnable, runContext } from './execution-runner-parts.ts';
import { LeaseLost } from './store-ports.ts';

/** A watch's lease lives 60 s in the store. */
const renewEveryMs = 20_000;

/**
 * After the outcome: what becomes of the jobs, under a lease of its own, so that another process watches on where this one
 * ends. Where nothing is left to watch, or another one watches, it returns at once.
 */
export async function watchJobs<World>(
  parts: ExecutionRunnerParts<World>,
  runnable: Runnable<World>,
  closing: AbortSignal,
): Promise<void> {
  const { execution, operation } = runnable;
  if (closing.aborted || !(await parts.control.keepFollow(execution, false))) return;
  const ended = new AbortController();
  const lost = new AbortController();
  const keep = (async (): Promise<void> => {
    while (!ended.signal.aborted) {
      await parts.clock.wait(renewEveryMs, ended.signal).catch(() => undefined);
      if (ended.signal.aborted) return;
      const kept = await parts.control.keepFollow(execution, false).catch(() => true);
      if (!kept) lost.abort(new LeaseLost('another process watches these jobs'));
    }
  })();
  const signal = AbortSignal.any([closing, lost.signal]);
  try {
    await operation.follow(runContext(parts, runnable, signal));
    if (!signal.aborted) await parts.control.keepFollow(execution, true);
    parts.cards.changed(execution.requestId);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    ended.abort();
    await keep;
  }
}
