import type { ExecutionId, FailedJobId, RequestId } from '../../src/core/ids.ts';
import type {
  ArtisanCallRecord,
  ExecutionState,
  NewRequest,
  RequestView,
  TargetRecord,
  TargetState,
} from '../../src/core/request.ts';
import {
  AuditNotWritable,
  LeaseLost,
  type Opened,
  type Requests,
  type RunningExecution,
  type TargetChange,
} from '../../src/core/store-ports.ts';

interface Kept {
  readonly request: NewRequest;
  readonly number: number;
  readonly executionId: ExecutionId;
  state: ExecutionState;
  detail: Readonly<Record<string, unknown>>;
  version: number;
  leaseToken: string;
  targets: TargetRecord[];
  calls: ArtisanCallRecord[];
  archived: number;
}

/** Requests in memory, with the same refusals as the store's. `events` tells in which order things were recorded. */
export function createFakeRequests(options: { readonly auditWritable?: boolean } = {}): Requests & {
  readonly events: string[];
  readonly kept: Kept[];
  /** Another process takes the lease: every later write of the first one is refused. */
  stealLease(): void;
} {
  const kept: Kept[] = [];
  const events: string[] = [];
  const own = (execution: RunningExecution): Kept => {
    const found = kept.find(({ executionId }) => executionId === execution.executionId);
    if (found === undefined || found.leaseToken !== execution.leaseToken) throw new LeaseLost('stolen');
    return found;
  };
  const change = (found: Kept, states: ReadonlyMap<FailedJobId, TargetChange>): void => {
    found.version += 1;
    found.targets = found.targets.map((target) => {
      const next = states.get(target.failedId);
      return next === undefined
        ? target
        : { ...target, state: next.state, failedAgainAs: next.failedAgainAs ?? target.failedAgainAs };
    });
  };
  const running = (found: Kept, takenOver: boolean): RunningExecution => ({
    ...{ requestId: found.request.id, executionId: found.executionId, number: found.number, takenOver },
    ...{ app: found.request.app, host: found.request.host, verb: found.request.verb },
    ...{ requester: found.request.requester, place: found.request.place, leaseToken: found.leaseToken },
  });
  return {
    events,
    kept,
    stealLease: () => {
      for (const one of kept) one.leaseToken = 'stolen';
    },
    async open(request, limits): Promise<Opened> {
      if (options.auditWritable === false) throw new AuditNotWritable('the audit log is full');
      const busy = kept.find(
        ({ state, request: { app, host } }) =>
          (state === 'executing' || state === 'unknown') && app === request.app && host === request.host,
      );
      if (request.takesSlot && busy !== undefined) return { ok: false, why: 'busy', number: busy.number };
      if (limits !== undefined && limits.ids > limits.limits.ids) {
        return { ok: false, why: 'needs-approval', used: 0, limit: limits.limits.ids, costly: false };
      }
      const found: Kept = {
        ...{ request, number: kept.length + 1, executionId: `E${kept.length + 1}` as ExecutionId },
        ...{ state: 'executing', detail: {}, version: 1, leaseToken: 'ours', calls: [], archived: 0 },
        targets: request.targets.map((target) => ({ ...target, state: 'frozen', failedAgainAs: null })),
      };
      kept.push(found);
      events.push('REQUESTED');
      const view = viewOf(found);
      return { ok: true, execution: running(found, false), view };
    },
    async intend(execution, call) {
      const found = own(execution);
      events.push('INTENT');
      found.calls.push({
        ...{
          runId: call.runId,
          executionId: execution.executionId,
          failedIds: call.failedIds,
          state: 'intended',
        },
        ...{ lifeEndsAt: new Date(0), rc: null, output: '' },
      });
    },
    async record(execution, result) {
      const found = own(execution);
      events.push('RESULT');
      found.calls = found.calls.map((call) =>
        call.runId === result.runId
          ? { ...call, state: result.state, rc: result.rc, output: `${result.stdout}${result.stderr}` }
          : call,
      );
    },
    async setTargets(execution, states) {
      change(own(execution), states);
    },
    async suspect(execution) {
      own(execution).state = 'unknown';
      events.push('SUSPECT');
    },
    async finish(execution, state, detail) {
      const found = own(execution);
      Object.assign(found, { state, detail, version: found.version + 1 });
      events.push('OUTCOME');
    },
    async follow(requestId, states) {
      const found = kept.find(({ request }) => request.id === requestId);
      if (found !== undefined) change(found, states);
    },
    async find(reference) {
      const found = kept.find((one) =>
        'id' in reference ? one.request.id === reference.id : one.number === reference.number,
      );
      return found === undefined ? undefined : viewOf(found);
    },
    async targets(requestId: RequestId) {
      return kept.find(({ request }) => request.id === requestId)?.targets ?? [];
    },
    async calls(executionId) {
      return kept.find((one) => one.executionId === executionId)?.calls ?? [];
    },
    async takeOver() {
      const found = kept.find((one) => one.state === 'executing' && one.leaseToken === 'over');
      if (found === undefined) return undefined;
      found.leaseToken = 'ours';
      return running(found, true);
    },
    async renew(execution) {
      return kept.some(
        (one) => one.executionId === execution.executionId && one.leaseToken === execution.leaseToken,
      );
    },
    async handBack(execution) {
      own(execution).leaseToken = 'over';
      events.push('HANDED BACK');
    },
    async archive(execution, rows) {
      const found = own(execution);
      for await (const batch of rows) found.archived += batch.length;
      events.push('ARCHIVED');
      return { count: found.archived, bytes: 0 };
    },
    doubleRisks: async () => new Set(),
    history: async () => [],
    now: async () => new Date(),
  };
}

function viewOf(found: Kept): RequestView {
  const countsByState: { [state in TargetState]?: number } = {};
  for (const { state } of found.targets) countsByState[state] = (countsByState[state] ?? 0) + 1;
  const { request } = found;
  return {
    ...{ id: request.id, number: found.number, verb: request.verb, words: request.words, app: request.app },
    ...{ host: request.host, requester: request.requester, reason: null, place: request.place },
    ...{ digest: request.digest, facts: request.facts, count: request.targets.length, state: 'consumed' },
    ...{ version: found.version, requestedAt: new Date(0), targets: found.targets, countsByState },
    execution: {
      ...{ id: found.executionId, state: found.state, startedAt: new Date(0), finishedAt: null },
      ...{ detail: found.detail, progress: {}, stoppedBy: null, followed: false },
    },
    ...{ quorum: 0, expiresAt: null, runBy: null, votes: [], preapproval: null, decision: {} },
    ...{ policyVersion: request.policyVersion, takesSlot: request.takesSlot, template: request.template },
  };
}
