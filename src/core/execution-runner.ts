import type { RunControl } from './approval-ports.ts';
import type { AuditActor } from './audit.ts';
import type { Clock } from './clock.ts';
import { digestOf } from './digest.ts';
import type { RequestId } from './ids.ts';
import type { Cards } from './invocation.ts';
import type { Log } from './log.ts';
import type { PlannedWrite, RunContext, SealedWrite, Settled } from './operation.ts';
import { accept, type Judged, refuse } from './refusal.ts';
import type { Place } from './request.ts';
import { LeaseLost, type Requests, type RunningExecution } from './store-ports.ts';

/** Runs what changes something: the half of the pipeline that goes on after the person has been heard. */
export interface ExecutionRunner<World> {
  /** Records the request; resolves as soon as it is on record, while the run goes on. Throws for a store that is away. */
  start(order: Order<World>): Promise<Judged<null>>;
  /** Judges what earlier processes left behind, until the signal ends it. */
  recover(signal: AbortSignal): Promise<void>;
  /**
   * Takes nothing new, stops watching, lets what is under way end; what has not by then is cut off, its lease handed
   * back, and judged by the next process.
   */
  drain(milliseconds: number): Promise<void>;
}

export interface Order<World> {
  readonly operation: SealedWrite<World>;
  readonly planned: PlannedWrite<World>;
  readonly world: World;
  readonly requester: AuditActor;
  readonly place: Place;
  readonly words: string;
}

export interface ExecutionRunnerParts<World> {
  readonly requests: Requests;
  readonly control: RunControl;
  readonly cards: Cards;
  readonly operations: ReadonlyMap<string, SealedWrite<World>>;
  readonly worlds: ReadonlyMap<string, World>;
  readonly policyVersion: string;
  readonly newId: () => string;
  readonly clock: Clock;
  readonly log: Log;
}

/** A lease lives 20 s in the store; renewed well before. */
const renewEveryMs = 5_000;
const settleAgainAfterMs = 5_000;
const lookForOrphansEveryMs = 5_000;
const handBackLimitMs = 2_000;

export function createExecutionRunner<World>(parts: ExecutionRunnerParts<World>): ExecutionRunner<World> {
  const closing = new AbortController();
  const stopping = new AbortController();
  const underWay = new Set<Promise<void>>();

  const carry = (work: Promise<void>): void => {
    const tracked = work.catch((error: unknown) => {
      parts.log.error({ err: error }, 'an execution was left to the next process');
    });
    underWay.add(tracked);
    tracked.finally(() => underWay.delete(tracked));
  };

  return {
    async start(order) {
      if (closing.signal.aborted) return refuse({ code: 'shutting-down' });
      const opened = await open(parts, order);
      if (!opened.ok) return opened;
      parts.cards.changed(opened.value.requestId);
      carry(conduct(parts, opened.value, order, stopping.signal, closing.signal));
      return accept(null);
    },

    async recover(signal) {
      while (!signal.aborted) {
        const orphan = await parts.requests.takeOver().catch(() => undefined);
        if (orphan !== undefined) carry(judgeOrphan(parts, orphan, stopping.signal));
        else await parts.clock.wait(lookForOrphansEveryMs, signal).catch(() => undefined);
      }
    },

    async drain(milliseconds) {
      closing.abort(new Error('closing'));
      await Promise.race([Promise.all(underWay), parts.clock.wait(milliseconds)]);
      stopping.abort(new Error('stopping'));
      await Promise.race([Promise.all(underWay), parts.clock.wait(handBackLimitMs)]);
    },
  };
}

async function open<World>(
  parts: ExecutionRunnerParts<World>,
  order: Order<World>,
): Promise<Judged<RunningExecution>> {
  const { request } = order.planned;
  const { allowance, instead, reason = null, ...recorded } = request;
  const opened = await parts.requests.open(
    {
      ...recorded,
      id: parts.newId() as RequestId, // a fresh ULID is a request's id by definition
      verb: order.operation.verb,
      words: order.words,
      requester: order.requester,
      reason,
      place: order.place,
      digest: digestOf(request.targets),
      policyVersion: parts.policyVersion,
    },
    allowance === undefined ? undefined : { ...allowance, person: order.requester.person },
  );
  if (opened.ok) return accept(opened.execution);
  if (opened.why === 'busy') return refuse({ code: 'busy', request: opened.number });
  if (opened.why === 'policy') return refuse({ code: 'policy-outdated' });
  if (opened.why === 'frozen') {
    const { reason, by, at } = opened.freeze;
    return refuse({ code: 'app-frozen', reason, byUserId: by.userId, at });
  }
  return refuse({
    ...{ code: 'needs-approval', verb: order.operation.verb, count: request.targets.length },
    ...{ limit: opened.limit, costly: opened.costly, usedInWindow: opened.used },
    ...{ withinSeconds: allowance?.withinSeconds ?? 0, instead: instead ?? '' },
  });
}

/** run → verify by effect → record the outcome → watch what becomes of it. */
async function conduct<World>(
  parts: ExecutionRunnerParts<World>,
  execution: RunningExecution,
  order: Order<World>,
  stopping: AbortSignal,
  closing: AbortSignal,
): Promise<void> {
  await underLease(parts, execution, order.world, stopping, async (context) => {
    try {
      await order.planned.run(context);
    } catch (error) {
      if (error instanceof LeaseLost || context.signal.aborted) throw error;
      parts.log.error(
        { err: error, request: execution.number },
        'a run broke off; its effect is judged by the data',
      );
    }
    await settle(parts, order.operation, context);
  });
  const context = contextOf(parts, execution, order.world, closing);
  await order.planned.follow(context);
}

/** The process that began this is gone, or lost its lease: only the data can tell what it did. */
async function judgeOrphan<World>(
  parts: ExecutionRunnerParts<World>,
  execution: RunningExecution,
  stopping: AbortSignal,
): Promise<void> {
  const operation = parts.operations.get(execution.verb);
  const world = parts.worlds.get(execution.app);
  if (operation === undefined || world === undefined) {
    parts.log.error(
      { request: execution.number, verb: execution.verb },
      'nobody here can judge this execution',
    );
    return;
  }
  parts.log.warn({ request: execution.number }, 'taking over an execution that was cut off');
  await underLease(parts, execution, world, stopping, (context) => settle(parts, operation, context));
}

/** Tries until the data can be read: an outage makes an execution unknown, never failed. */
async function settle<World>(
  parts: ExecutionRunnerParts<World>,
  operation: SealedWrite<World>,
  context: RunContext<World>,
): Promise<void> {
  for (;;) {
    const settled = await operation.settle(context).catch((error: unknown) => {
      if (error instanceof LeaseLost || context.signal.aborted) throw error;
      return error;
    });
    if (isSettled(settled)) {
      await parts.requests.finish(context.execution, settled.state, settled.detail);
      context.changed();
      return;
    }
    parts.log.warn(
      { err: settled, request: context.execution.number },
      'the effect of a run can not be seen yet',
    );
    await parts.requests.suspect(context.execution, 'the data could not be read').catch(() => undefined);
    context.changed();
    await parts.clock.wait(settleAgainAfterMs, context.signal);
  }
}

const isSettled = (value: unknown): value is Settled =>
  typeof value === 'object' && value !== null && 'state' in value && 'detail' in value;

/** Does the work while the lease is kept; ends it at once when the lease is lost. */
async function underLease<World>(
  parts: ExecutionRunnerParts<World>,
  execution: RunningExecution,
  world: World,
  stopping: AbortSignal,
  work: (context: RunContext<World>) => Promise<void>,
): Promise<void> {
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
    await work(contextOf(parts, execution, world, AbortSignal.any([stopping, lost.signal])));
  } catch (error) {
    if (stopping.aborted) await parts.requests.handBack(execution).catch(() => undefined);
    throw error;
  } finally {
    ended.abort();
    await keep;
  }
}

function contextOf<World>(
  parts: ExecutionRunnerParts<World>,
  execution: RunningExecution,
  world: World,
  signal: AbortSignal,
): RunContext<World> {
  const changed = (): void => parts.cards.changed(execution.requestId);
  const { requests, control, clock } = parts;
  return { world, execution, requests, control, signal, clock, changed };
}
