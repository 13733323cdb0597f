import type { AskedRequest, PressedCard } from '../../../src/core/approval-ports.ts';
import type { AuditActor, AuditEntry } from '../../../src/core/audit.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { digestOf } from '../../../src/core/digest.ts';
import { failedJobId, findJobUuid, type RequestId, type RunId } from '../../../src/core/ids.ts';
import type { FrozenTarget, NewRequest, RequestView } from '../../../src/core/request.ts';
import { Secret } from '../../../src/core/secret.ts';
import type { RunningExecution } from '../../../src/core/store-ports.ts';
import type { StoreLimits } from '../../../src/store/database.ts';
import { createStore, type Store, type StoreParts } from '../../../src/store/store.ts';

export const key = new Secret('a key outside the database');

const quiet = { debug() {}, info() {}, warn() {}, error() {} };

/** Longer than any test: what is no test of a limit must not meet one because the machine is busy. */
export const patient: StoreLimits = {
  ...{ connections: 10, line: 500 },
  ...{ connectMs: 600_000, workMs: 600_000, repeatMs: 600_000 },
};

export const storeOn = (url: Secret, more: Partial<StoreParts> = {}): Store =>
  createStore({ url, key, clock: systemClock, log: quiet, limits: patient, ...more });

export const anna: AuditActor = { person: 'U0ANNA', teamId: 'T0HOME', userId: 'U0ANNA', name: 'Anna' };

export const readEntry = (target: string): AuditEntry => ({
  ...{ event: 'READ', actor: anna, verb: 'status', app: 'fap', target, outcome: 'answered', detail: {} },
});

const uuidOf = (id: number): string => `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`;

export const target = (id: number, more: Partial<FrozenTarget> = {}): FrozenTarget => ({
  ...{ failedId: failedJobId(id), uuid: findJobUuid(uuidOf(id)) ?? null },
  ...{ connection: 'database', queue: 'reports', payloadSha256: 'a'.repeat(64) },
  ...{ jobClass: 'BuildReportJob', businessKey: null, jobUuid: null },
  ...more,
});

let requests = 0;

export function newRequest(ids: readonly number[], more: Partial<NewRequest> = {}): NewRequest {
  const targets = ids.map((id) => target(id));
  requests += 1;
  return {
    id: `01TEST${String(requests).padStart(20, '0')}` as RequestId, // as long as a ULID
    ...{ verb: 'retry', words: `retry ${ids.join(' ')}`, app: 'fap', host: 'api-1', takesSlot: true },
    ...{ template: 'retry', requester: anna, reason: null, targets, digest: digestOf(targets) },
    place: { teamId: 'T0HOME', channel: 'C0OPS' },
    ...{ policyVersion: 'p'.repeat(64), facts: {} },
    ...more,
  };
}

/** Opens a request that nobody else is in the way of. */
export async function opened(store: Store, request: NewRequest): Promise<RunningExecution> {
  const result = await store.requests.open(request, undefined);
  if (!result.ok) throw new Error(`not opened: ${result.why}`);
  return result.execution;
}

export const runIdOf = (execution: RunningExecution, number = 1): RunId =>
  `${execution.executionId}-${number}` as RunId; // this is what a run id is

export const callOf = (execution: RunningExecution, ids: readonly number[]) => ({
  ...{ runId: runIdOf(execution), failedIds: ids.map(failedJobId), argv: ['queue:retry', '…'] },
  ...{ lifeSeconds: 100, countsBefore: { present: ids.length } },
});

export const bo: AuditActor = { person: 'U0BO', teamId: 'T0HOME', userId: 'U0BO', name: 'Bo' };
export const chen: AuditActor = { person: 'U0CHEN', teamId: 'T0HOME', userId: 'U0CHEN', name: 'Chen' };

/** A question about these failed jobs; their rows are to be frozen first. */
export function askOf(ids: readonly number[], more: Partial<AskedRequest> = {}): AskedRequest {
  const { targets, digest, ...request } = newRequest(ids, { verb: 'retry-all', words: 'retry all' });
  return {
    ...{ ...request, digest, count: targets.length, highest: failedJobId(Math.max(...ids)) },
    ...{ target: `retry-all ids=${ids.join(',')}`, quorum: 1, expiresSeconds: 1_800, runWithinSeconds: 300 },
    ...{ cards: [{ teamId: 'T0HOME', channel: 'C0APPROVE' }, request.place], preapprovals: [] },
    ...more,
  };
}

/** The request's main card, as Slack has taken it. */
export async function shownCard(store: Store, view: RequestView): Promise<PressedCard> {
  const subject = { about: 'request', id: view.id } as const;
  const card = { subject, channel: 'C0APPROVE', threadTs: undefined, version: view.version };
  const messageTs = `${view.number}.1`;
  await store.cards.shown({ ...card, messageTs, shownVersion: 0, attempted: false }, messageTs, view.version);
  return { teamId: 'T0HOME', channel: 'C0APPROVE', messageTs };
}
