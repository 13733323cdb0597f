import type { AppDescription } from '../../src/core/app-description.ts';
import type { RunControl } from '../../src/core/approval-ports.ts';
import type { Clock } from '../../src/core/clock.ts';
import { type FailedJobId, failedJobId, findJobUuid, type JobUuid } from '../../src/core/ids.ts';
import { exact, type Gathered, type Read } from '../../src/core/reading.ts';
import type { App, ArtisanResult, PresentRow, TargetCandidate } from '../../src/operations/ports.ts';
import type { World } from '../../src/operations/world.ts';
import { createFakeAlerts } from './alerts.ts';
import { createFakePauses } from './pauses.ts';

const ok = <T>(value: T): Read<T> => ({ ok: true, value });
const whole = <T>(value: T): Gathered<T> => ({ value, missing: [] });

export const uuidOf = (id: number): JobUuid => {
  const uuid = findJobUuid(`0198f6aa-0000-4000-8000-${String(id).padStart(12, '0')}`);
  if (uuid === undefined) throw new Error('a made-up uuid must be one');
  return uuid;
};

export const description: AppDescription = {
  ...{ name: 'fap', environment: 'production', timezone: 'UTC' },
  failed: { driver: 'database-uuids', table: 'failed_jobs' },
  connections: new Map([
    ['database', { name: 'database', driver: 'database', table: 'jobs', retryAfterSeconds: 90 }],
    [
      'database_reports',
      { name: 'database_reports', driver: 'database', table: 'jobs', retryAfterSeconds: 300 },
    ],
    ['redis', { name: 'redis', driver: 'redis', retryAfterSeconds: 90 }],
  ]),
  queues: [
    { name: 'reports', connection: 'database', jobs: [], costly: false },
    { name: 'commerce', connection: 'database', jobs: [], costly: true },
    { name: 'insights', connection: 'redis', jobs: [], costly: false },
  ],
  outcomes: new Map(),
  artisan: { host: 'api-1', directory: '/srv/app', php: 'php', timeoutSeconds: 60 },
};

/** A row of failed_jobs in memory, ready to be frozen. */
export const candidate = (id: number, change: Partial<TargetCandidate> = {}): TargetCandidate => ({
  ...{
    failedId: failedJobId(id),
    uuid: uuidOf(id),
    jobUuid: uuidOf(id),
    connection: 'database',
    queue: 'reports',
  },
  ...{ payloadSha256: `sha${id}`, jobClass: 'GenerateReportSnapshotJob', businessKey: null, uuidCount: 1 },
  ...{ payloadKind: 'job', batchCancelled: false, exceptionClass: 'RuntimeException' },
  ...{ failedInstant: new Date(0), timeoutSeconds: undefined, ...change },
});

export interface FakeApp {
  readonly app: App;
  /** Rows that are in failed_jobs now, by id. */
  readonly rows: Map<FailedJobId, TargetCandidate>;
  /** What was handed to artisan. */
  readonly artisanCalls: (readonly string[])[];
  /** What artisan answers; left out: it pushes and confirms everything. */
  answer: ((ids: readonly string[]) => ArtisanResult | Promise<ArtisanResult>) | undefined;
}

/** An application in memory whose artisan pushes what it is told to push. */
export function createFakeApp(candidates: readonly TargetCandidate[] = []): FakeApp {
  const rows = new Map(candidates.map((one) => [one.failedId, one]));
  const artisanCalls: (readonly string[])[] = [];
  const present = async (ids: readonly FailedJobId[]): Promise<Read<ReadonlyMap<FailedJobId, PresentRow>>> =>
    ok(new Map(ids.flatMap((id) => rowOf(rows.get(id)))));
  const call = async (ids: readonly string[]): Promise<ArtisanResult> => {
    artisanCalls.push(ids);
    if (fake.answer !== undefined) return fake.answer(ids);
    for (const [id, row] of rows) if (row.uuid !== null && ids.includes(row.uuid)) rows.delete(id);
    return endedWith(ids);
  };
  const app: App = {
    description,
    queues: {
      sizes: async () => whole([]),
      next: async () => ok([]),
      upcoming: async () => ok([]),
      reserved: async () => whole([]),
      locate: async () => ok(new Map()),
      mark: async () => ok({ tables: new Map([['jobs', 0]]), lists: new Map() }),
      queued: async () => ok(new Set<JobUuid>()),
      search: async () => whole({ found: [], searched: 0 }),
    },
    failures: {
      page: async () => ok({ rows: [], next: undefined, total: exact(0), complete: true, searched: 0 }),
      groups: async () => ok({ groups: [], of: exact(0), asOf: new Date(0) }),
      find: async () => ok(undefined),
      targets: async (references) =>
        ok(
          [...rows.values()].filter((row) =>
            references.some((r) => (r.kind === 'id' ? r.id === row.failedId : r.uuid === row.uuid)),
          ),
        ),
      async *candidates({ ids, upTo }) {
        const chosen = [...rows.values()]
          .filter(
            (row) => (ids === undefined || ids.includes(row.failedId)) && row.failedId <= (upTo ?? Infinity),
          )
          .sort((a, b) => a.failedId - b.failedId);
        const last = chosen.at(-1)?.failedId ?? failedJobId(0);
        yield {
          rows: chosen.map((row) => ({ ...row, fingerprint: 'broke', contains: new Set<string>() })),
          ...{ upTo: last, looked: chosen.length },
        };
      },
      newer: async () => ok([]),
      present,
      presentAfterLocks: present,
      lockWaitSeconds: async () => ok(0),
      failedAgain: async () => ok(new Map()),
      highest: async () => ok(failedJobId(Math.max(0, ...rows.keys()))),
      async *rows() {
        yield [];
      },
      search: async () => ok({ found: [], searched: 0, complete: true }),
    },
    business: {
      isGood: async () => ok(undefined),
      goodKeys: async () => ok(new Set()),
      search: async () => whole([]),
    },
    workers: { list: async () => whole([]), inspect: async () => whole([]) },
    supervisor: {
      status: async () => ok([]),
      settings: async () => ok(new Map()),
      restart: async () => ({ kind: 'not-started', why: 'nobody restarts here' }),
      reread: async () => ({ kind: 'not-started', why: 'nobody rereads here' }),
      update: async () => ({ kind: 'not-started', why: 'nobody updates here' }),
    },
    rows: { look: async () => ok({ total: exact(0), groups: [], rows: [] }) },
    logs: { search: async () => undefined },
    condition: {
      read: async () => whole({ maintenance: false, paused: [] }),
      pausedNow: async () => undefined,
    },
    facts: {
      read: async () =>
        ok({ laravel: '12.72.0', environment: 'production', hostUser: 'deploy', clockOffsetSeconds: 0 }),
    },
    artisan: {
      ...{ host: 'api-1', retry: (ids) => call(ids), forget: (id) => call([id]) },
      ...{ pause: async () => endedWith([]), resume: async () => endedWith([]) },
      workOne: async () => endedWith([]),
      ...{ flush: async () => endedWith([]), version: async () => ok('12.72.0') },
      ...{ drill: async () => endedWith([]), failed: async () => ok(new Set()) },
    },
    cuts: {
      choose: async ({ frozen }) => ok({ kind: 'none', why: 'too-new', ids: [], present: frozen.length }),
      mark: async () => ok({ at: new Date(0), highest: failedJobId(Math.max(0, ...rows.keys())) }),
      newer: async () => ok(0),
    },
  };
  const fake: FakeApp = { app, rows, artisanCalls, answer: undefined };
  return fake;
}

const rowOf = (row: TargetCandidate | undefined): [FailedJobId, PresentRow][] =>
  row === undefined ? [] : [[row.failedId, row]];

export const endedWith = (confirmed: readonly string[]): ArtisanResult => ({
  ...{ kind: 'ended', rc: 0, confirmed: new Set(confirmed), notFound: new Set() },
  ...{ stdout: '', stderr: '', durationMs: 1 },
});

export function createFakeWorld(app: App, requests: World['requests'], clock: Clock): World {
  return {
    ...{ app, requests, clock, appNames: ['fap'] },
    runbooks: new Map(),
    audit: { list: async () => ok([]) },
    approvals: { list: async () => [] },
    control: { targetPage: async () => [], countsByState: async () => ({}), archived: async () => [] },
    switches: {
      find: async () => undefined,
      freeze: async (name, reason, by) => ({ app: name, reason, by, at: new Date(0) }),
      unfreeze: async () => false,
    },
    preapprovals: {
      sign: () => Promise.reject(new Error('nobody signs here')),
      find: async () => undefined,
      live: async () => [],
      list: async () => [],
      withdraw: async () => false,
    },
    pauses: createFakePauses(clock.now),
    keeper: { membership: async () => undefined, active: async () => 'p1' },
    policyVersion: 'p1',
    approvalsChannel: 'C0APPROVE',
    policy: {
      ...{ expiresSeconds: 1800, runWithinSeconds: 300, quorum: { 'retry-all': 1, flush: 1, restore: 1 } },
      retryWithoutApproval: { ids: 10, costly: 1, withinSeconds: 3600 },
      page: false,
    },
    drills: new Map(),
    drillRecords: {
      begin: async () => undefined,
      target: async () => undefined,
      end: async () => undefined,
      underWay: async () => undefined,
    },
    ...{ alerts: createFakeAlerts(clock.now), alertRules: [], holdAfterSeconds: 300 },
    auditProof: { prove: async () => ({ kind: 'holds', events: [], from: 1, to: 1 }) },
    roster: { operators: ['U0ANNA'], approvers: ['U0BO'], samePerson: [['U0ANNA', 'U0ANNA2']] },
  };
}

/** A run that nobody stops, in an app that nobody freezes. */
export const createFakeControl = (): RunControl => ({
  mayGoOn: async () => ({ kind: 'go', continued: false }),
  progress: async () => undefined,
  letSlotGo: async () => undefined,
  takeSlotAgain: async () => true,
  askSlot: async () => undefined,
  press: async () => true,
  targetPage: async () => [],
  countsByState: async () => ({}),
  archived: async () => [],
  claimRestore: async () => new Set(),
  restored: async () => undefined,
  takeOverFollow: async () => undefined,
  keepFollow: async () => true,
});

/** A clock whose waits end at once, moving its time on. */
export function createFakeClock(): Clock & { readonly waited: number[] } {
  let now = Date.UTC(2026, 10, 25, 3, 0, 0);
  const waited: number[] = [];
  return {
    waited,
    now: () => new Date(now),
    async wait(milliseconds, signal) {
      signal?.throwIfAborted();
      waited.push(milliseconds);
      now += milliseconds;
      await new Promise<void>((resolve) => setImmediate(resolve));
    },
  };
}
