import { conductRun } from './conduct-run.ts';
import {
  Closing,
  type ExecutionRunnerParts,
  type Order,
  type Runnable,
  type RunningOperation,
} from './execution-runner-parts.ts';
import { mayResume } from './may-resume.ts';
import { openRequest } from './open-request.ts';
import { accept, type Judged, refuse } from './refusal.ts';
import type { RunningExecution } from './store-ports.ts';
import { tellBegan, tellEnded } from './tell-operation.ts';
import { watchJobs } from './watch-jobs.ts';

/** Runs what changes something: the half of the pipeline that goes on after the person has been heard. */
export interface ExecutionRunner<World> {
  /** Records the request; resolves as soon as it is on record, while the run goes on. Throws for a store that is away. */
  start(order: Order<World>): Promise<Judged<null>>;
  /** Runs what other persons have approved and this process has claimed; returns at once. */
  carryOut(execution: RunningExecution): void;
  /** Takes up what earlier processes left behind: runs, and watches over jobs. Until the signal ends it. */
  recover(signal: AbortSignal): Promise<void>;
  /**
   * Takes nothing new, stops watching, lets what is under way end its step; what has not by then is cut off. Either is
   * handed back, and taken up by the next process.
   */
  drain(milliseconds: number): Promise<void>;
}

const lookForOrphansEveryMs = 5_000;
const handBackLimitMs = 2_000;

export function createExecutionRunner<World>(parts: ExecutionRunnerParts<World>): ExecutionRunner<World> {
  const { requests, control, clock, log } = parts;
  const closing = new AbortController();
  const stopping = new AbortController();
  const signals = { closing: closing.signal, stopping: stopping.signal };
  const underWay = new Set<Promise<void>>();

  const carry = (work: Promise<void>): void => {
    const tracked = work.catch((error: unknown) => {
      const level = error instanceof Closing ? 'info' : 'error';
      log[level]({ err: error }, 'an execution was left to the next process');
    });
    underWay.add(tracked);
    tracked.finally(() => underWay.delete(tracked));
  };

  const conduct = async (runnable: Runnable<World>): Promise<void> => {
    const began = tellBegan(parts, runnable.execution);
    await conductRun(parts, runnable, signals);
    await began;
    await watch(runnable);
  };

  /** After the outcome. */
  const watch = async (runnable: Runnable<World>): Promise<void> => {
    await Promise.all([
      tellEnded(parts, runnable.execution, closing.signal),
      watchJobs(parts, runnable, closing.signal),
    ]);
  };

  const takeUpRun = async (): Promise<boolean> => {
    const orphan = await requests.takeOver();
    if (orphan === undefined) return false;
    log.warn({ request: orphan.number }, 'taking over an execution that was cut off');
    const found = find(parts, orphan);
    if (found === undefined) return true;
    const run = await findResumable(parts, found);
    carry(conduct({ ...found, ...(run === undefined ? {} : { run }) }));
    return true;
  };

  const takeUpWatch = async (): Promise<boolean> => {
    const watched = await control.takeOverFollow();
    if (watched === undefined) return false;
    const found = find(parts, watched);
    if (found !== undefined) carry(watch(found));
    return true;
  };

  const repeat = async (signal: AbortSignal, takeUp: () => Promise<boolean>): Promise<void> => {
    while (!signal.aborted) {
      const took = await takeUp().catch(() => false);
      if (!took) await clock.wait(lookForOrphansEveryMs, signal).catch(() => undefined);
    }
  };

  return {
    async start(order) {
      if (closing.signal.aborted) return refuse({ code: 'shutting-down' });
      const opened = await openRequest(parts, order);
      if (!opened.ok) return opened;
      parts.cards.changed(opened.value.requestId);
      const { operation, world, planned } = order;
      carry(conduct({ execution: opened.value, operation, world, run: (context) => planned.run(context) }));
      return accept(null);
    },

    carryOut(execution) {
      parts.cards.changed(execution.requestId);
      const found = find(parts, execution);
      if (found?.operation.effect !== 'guarded') return;
      const { operation } = found;
      carry(conduct({ ...found, run: (context) => operation.run(context) }));
    },

    async recover(signal) {
      await Promise.all([repeat(signal, takeUpRun), repeat(signal, takeUpWatch)]);
    },

    async drain(milliseconds) {
      closing.abort(new Closing('closing'));
      await Promise.race([Promise.all(underWay), clock.wait(milliseconds)]);
      stopping.abort(new Error('stopping'));
      await Promise.race([Promise.all(underWay), clock.wait(handBackLimitMs)]);
    },
  };
}

interface Found<World> extends Runnable<World> {
  readonly operation: RunningOperation<World>;
}

function find<World>(
  parts: ExecutionRunnerParts<World>,
  execution: RunningExecution,
): Found<World> | undefined {
  const operation = parts.operations.get(execution.verb);
  const world = parts.worlds.get(execution.app);
  if (operation !== undefined && world !== undefined) return { execution, operation, world };
  const { number: request, verb } = execution;
  parts.log.error({ request, verb }, 'nobody here can carry on this execution');
  return undefined;
}

/** Undefined: only the data can tell what it did. */
async function findResumable<World>(
  { requests, policyVersion }: ExecutionRunnerParts<World>,
  { operation, execution }: Found<World>,
): Promise<Runnable<World>['run']> {
  if (operation.effect !== 'guarded') return undefined;
  const [view, calls, now] = await Promise.all([
    requests.find({ id: execution.requestId }),
    requests.calls(execution.executionId),
    requests.now(),
  ]);
  const isHarmless = operation.isHarmless;
  if (view === undefined || !mayResume(view, calls, now, policyVersion, isHarmless)) return undefined;
  return (context) => operation.run(context);
}
