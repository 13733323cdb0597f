import type { FactsOf, Findings, WorkersFacts } from '../../src/runbook/facts.ts';

/** What is found when all is well; tests change what they are about. */
export const workers = (change: Partial<WorkersFacts> = {}): WorkersFacts => ({
  ...{ group: 'fap-queue-reports', alive: 2, expected: 2, missing: 0, stopped: 0, exited: 0, dying: 0 },
  ...{ starting: 0, reason: undefined, youngestSeconds: 600, oldestSeconds: 1_200 },
  ...{ timeoutOverRetryAfter: false, timeoutSeconds: undefined, timeoutRetryAfterSeconds: undefined },
  ...{ missesQueue: false, takes: undefined, elsewhere: false, connection: undefined },
  ...{ expectedConnection: undefined, oldCode: false, changedSeconds: undefined, changedFile: undefined },
  ...{ staysExited: false, stopKills: false },
  ...change,
});

export const backlog = (change: Partial<FactsOf['backlog']> = {}): FactsOf['backlog'] => ({
  isMarked: (change.due ?? 0) > 0,
  ...{ queue: 'database:reports', due: 0, delayed: 0, reserved: 0, stuck: 0, heldByGroup: 0 },
  ...{ oldestSeconds: undefined, standing: false, longestHeldSeconds: undefined, retryAfterSeconds: 90 },
  isAtLeast: false,
  nextDueSeconds: undefined,
  ...change,
});

export const failures = (change: Partial<FactsOf['failures']> = {}): FactsOf['failures'] => ({
  isMarked: (change.recent ?? 0) > 0,
  ...{ recent: 0, isAtLeast: false, withinSeconds: 3_600, exceptions: 0, topShare: 0, topCount: 0 },
  ...{
    topException: '',
    topMessage: '',
    topClass: '',
    topFirstSeconds: undefined,
    topLastSeconds: undefined,
  },
  ...{ topNewestId: undefined, timeouts: 0, earlier: 0, earlierSeconds: undefined },
  ...change,
});

export const rows = (change: Partial<FactsOf['rows']> = {}): FactsOf['rows'] => ({
  isMarked: (change.total ?? 0) > 0,
  ...{ step: 4, table: 'report_snapshots', total: 0, isAtLeast: false, isStale: false },
  ...{ inWork: 0, inWorkValue: undefined, inWorkOldestSeconds: undefined, orphaned: 0 },
  ...{ waiting: 0, waitingValue: undefined, waitingOldestSeconds: undefined },
  ...{ error: undefined, errorCount: 0, errorShare: 0, newestSeconds: undefined, updatedSeconds: undefined },
  ...change,
});

export const log = (change: Partial<FactsOf['log']> = {}): FactsOf['log'] => ({
  isMarked: (change.matches ?? 0) > 0,
  ...{ step: 5, match: 'REPORT_FAILED', matches: 0, isAtLeast: false, withinSeconds: 900 },
  newestSeconds: undefined,
  ...change,
});

export const findings = (change: Partial<Findings> = {}): Findings => ({
  condition: { maintenance: false, paused: false },
  ...{ workers: workers(), backlog: backlog(), failures: failures(), rows: [rows()], log: [log()] },
  flow: { busy: false, killed: undefined, idle: false, busyElsewhere: false },
  overall: { steps: 6, fine: 6, suspicious: 0, broken: 0, unseen: 0, storeAway: false },
  ...change,
});
