import type { FailedJobId } from '../../src/core/ids.ts';
import type { Requests, TargetChange } from '../../src/core/store-ports.ts';
import {
  createMemory,
  executionOf,
  findHolder,
  isRunning,
  type Kept,
  keep,
  type Memory,
  ownIn,
  runningIn,
  sealIn,
  viewOf,
} from './memory.ts';

/** Requests in memory, with the same refusals as the store's. `events` tells in which order things were recorded. */
export function createFakeRequests(
  options: { readonly auditWritable?: boolean; readonly memory?: Memory } = {},
): Requests & {
  readonly memory: Memory;
  readonly events: string[];
  readonly kept: Kept[];
  /** Another process takes the lease: every later write of the first one is refused. */
  stealLease(): void;
} {
  const memory = options.memory ?? createMemory(options);
  const { kept, events } = memory;
  return {
    ...{ memory, events, kept },
    stealLease: () => {
      for (const one of kept) one.leaseToken = 'stolen';
    },
    async open(request, limits) {
      if (request.takesSlot) {
        const freeze = memory.freezes.get(request.app);
        if (freeze !== undefined) return { ok: false, why: 'frozen', freeze };
        const active = memory.activePolicy ?? request.policyVersion;
        if (active !== request.policyVersion) return { ok: false, why: 'policy' };
      }
      const busy = findHolder(memory, request);
      const other = memory.kept.find(
        (one) => isRunning(one) && one.request.app === request.app && one.request.alone === request.alone,
      );
      if (request.alone !== undefined && other !== undefined)
        return { ok: false, why: 'busy', number: other.number };
      if (request.takesSlot && busy !== undefined) return { ok: false, why: 'busy', number: busy.number };
      if (limits !== undefined && limits.ids > limits.limits.ids) {
        return { ok: false, why: 'needs-approval', used: 0, limit: limits.limits.ids, costly: false };
      }
      sealIn(memory, 'REQUESTED');
      const found = keep(memory, request);
      return { ok: true, execution: executionOf(found, false, found.leaseToken), view: viewOf(found) };
    },
    async intend(execution, call) {
      const found = runningIn(memory, execution);
      sealIn(memory, 'INTENT');
      found.calls.push({
        ...{ runId: call.runId, executionId: execution.executionId, failedIds: call.failedIds },
        ...{ state: 'intended', lifeEndsAt: new Date(0), rc: null, output: '' },
      });
    },
    async record(execution, result) {
      const found = runningIn(memory, execution);
      sealIn(memory, 'RESULT');
      found.calls = found.calls.map((call) =>
        call.runId === result.runId
          ? { ...call, state: result.state, rc: result.rc, output: `${result.stdout}${result.stderr}` }
          : call,
      );
    },
    async setTargets(execution, states) {
      change(runningIn(memory, execution), states);
    },
    async suspect(execution) {
      runningIn(memory, execution).state = 'unknown';
      events.push('SUSPECT');
    },
    async finish(execution, state, detail) {
      const found = ownIn(memory, execution);
      if (!isRunning(found)) return;
      sealIn(memory, 'OUTCOME');
      Object.assign(found, { state, detail, version: found.version + 1 });
      const isPushed = found.targets.some(
        (target) => target.state === 'pushed' || target.state === 'waiting',
      );
      if (isPushed) found.run.followToken = execution.leaseToken;
      if (found.terms === undefined) return;
      found.terms.open = false;
      memory.notices.push({ requestId: found.request.id, kind: 'outcome' });
    },
    async follow(requestId, states) {
      const found = kept.find(({ request }) => request.id === requestId);
      if (found === undefined) return;
      const movable = found.targets.filter(({ state }) => state === 'pushed' || state === 'waiting');
      const moved = movable.flatMap(({ failedId }): [FailedJobId, TargetChange][] => {
        const next = states.get(failedId);
        return next === undefined ? [] : [[failedId, next]];
      });
      change(found, new Map(moved));
    },
    async find(reference) {
      const found = kept.find((one) =>
        'id' in reference ? one.request.id === reference.id : one.number === reference.number,
      );
      return found === undefined ? undefined : viewOf(found);
    },
    async targets(requestId) {
      return kept.find(({ request }) => request.id === requestId)?.targets ?? [];
    },
    async calls(executionId) {
      return kept.find((one) => one.executionId === executionId)?.calls ?? [];
    },
    async takeOver() {
      const found = kept.find((one) => isRunning(one) && one.leaseToken === 'over');
      if (found === undefined) return undefined;
      found.leaseToken = `taken ${found.version}`;
      return executionOf(found, true, found.leaseToken);
    },
    async renew(execution) {
      return kept.some(
        (one) => one.executionId === execution.executionId && one.leaseToken === execution.leaseToken,
      );
    },
    async handBack(execution) {
      ownIn(memory, execution).leaseToken = 'over';
      events.push('HANDED BACK');
    },
    async archive(execution, rows) {
      const found = runningIn(memory, execution);
      let [count, bytes] = [0, 0];
      for await (const batch of rows) {
        found.rows.push(...batch.map((row) => ({ row, restoredAt: null })));
        count += batch.length;
        bytes += batch.reduce((sum, row) => sum + row.payload.length + row.exception.length, 0);
      }
      found.archived += count;
      sealIn(memory, 'ARCHIVED');
      return { count, bytes };
    },
    doubleRisks: async () => new Set(),
    history: async () => [],
    now: async () => memory.now(),
  };
}

function change(found: Kept, states: ReadonlyMap<FailedJobId, TargetChange>): void {
  found.version += 1;
  found.targets = found.targets.map((target) => {
    const next = states.get(target.failedId);
    return next === undefined
      ? target
      : { ...target, state: next.state, failedAgainAs: next.failedAgainAs ?? target.failedAgainAs };
  });
}
