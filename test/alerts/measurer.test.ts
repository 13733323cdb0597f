import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Judgement, Sample } from '../../src/alerts/judgement.ts';
import { sinceLastGap } from '../../src/alerts/measure-backlog.ts';
import { createMeasurer } from '../../src/alerts/measurer.ts';
import type { FailureLevels, QueueLevel, SurgeAsk, SurgeFound } from '../../src/alerts/measuring-ports.ts';
import type { KnownToMeasure, Measured } from '../../src/alerts/ports.ts';
import type { AlertRule } from '../../src/core/alert-description.ts';
import type { QueueDescription } from '../../src/core/app-description.ts';
import type { Incident } from '../../src/core/incident.ts';
import type { Gathered, Read } from '../../src/core/reading.ts';
import type { WorkerGroup } from '../../src/operations/ports.ts';
import { description as fap } from '../fakes/world.ts';
import { backlogRule, staleShareRule, surgeRule, utilizationRule } from './rules.ts';

const now = new Date('2026-11-25T03:00:00Z');
const base = { name: 'rule', app: 'fap', forSeconds: 60, severity: 'warning' } as const;
const failedJobs: AlertRule = {
  ...base,
  watch: 'failed_jobs',
  above: 0,
  recoverTicks: 2,
  tellEverySeconds: 900,
};
const backlog: AlertRule = { ...base, ...backlogRule, queue: 'reports' };
const workers: AlertRule = { ...base, watch: 'workers', severity: 'critical' };
const stale: AlertRule = { ...base, ...staleShareRule };
const surge: AlertRule = { ...base, ...surgeRule };
const utilization: AlertRule = { ...base, ...utilizationRule };

const group = { group: 'fap-queue-reports', hosts: ['api-1'], expected: 2 };
const queues: readonly QueueDescription[] = fap.queues.map((queue) =>
  queue.name === 'reports'
    ? {
        ...queue,
        workers: group,
        slo: { maxPending: 60, maxFailed: 10, maxOldestSeconds: 300, maxTimeouts: 2 },
      }
    : queue,
);
const description = { ...fap, queues };
const missing = { part: 'database', name: 'fap', why: 'timeout' } as const;
const dark = { ok: false, missing } as const;

let levels: Gathered<readonly QueueLevel[]>;
let failures: Read<FailureLevels>;
let alive: Gathered<readonly WorkerGroup[]>;
let list: () => Promise<Gathered<readonly WorkerGroup[]>>;
let staleFound: Read<{ stale: number; eligible: number | undefined; oldestSeconds: number | undefined }>;
let surgeFound: Read<SurgeFound>;
/** What the table was last asked, and what was an incident before. */
let asked: SurgeAsk | undefined;
let incidents: readonly Incident[];
let samples: readonly Sample[];
/** Of the trends that are kept of reports; left out: as `samples`. */
let kept: Readonly<Record<string, readonly Sample[]>>;
let open: KnownToMeasure['open'];
let errors: string[];

const level = (name: string, change: Partial<QueueLevel> = {}): QueueLevel => ({
  ...{ connection: name === 'insights' ? 'redis' : 'database', name, due: 0, counted: 'exact' },
  ...{ oldestSeconds: 0, held: 0, ...change },
});
const withReports = (change: Partial<QueueLevel>): void => {
  levels = { value: [level('reports', change), level('commerce'), level('insights')], missing: [] };
};
const failed = (change: Partial<FailureLevels> = {}): Read<FailureLevels> => ({
  ok: true,
  value: {
    ...{ total: 0, notAccepted: 0, highestId: 0, isComplete: true, timeoutsKnown: true, kinds: [] },
    byQueue: new Map([['database:reports', { notAccepted: 0, timeouts: noTimeouts, kinds: [] }]]),
    ...change,
  },
});
const noTimeouts = { byClass: 0, byText: 0, either: 0 };
const running = (host: string, uptimeSeconds = 10): WorkerGroup['processes'][number] => ({
  ...{ host, name: 'fap-queue-reports_00', state: 'RUNNING', pid: 1, uptimeSeconds, description: '' },
});
const groups = (change: Partial<WorkerGroup>): void => {
  const served = [{ connection: 'database', name: 'reports' }];
  const one = { group: group.group, queues: served, alive: 0, expected: 2, processes: [], unknownHosts: [] };
  alive = { value: [{ ...one, ...change }], missing: [] };
};

beforeEach(() => {
  withReports({});
  failures = failed();
  groups({});
  list = async () => alive;
  staleFound = { ok: true, value: { stale: 0, eligible: 0, oldestSeconds: undefined } };
  surgeFound = { ok: true, value: { count: 0, baseline: [], stateOf: 'handle_status', states: [] } };
  [samples, kept, open, errors, incidents] = [[], {}, new Map(), [], []];
});

const measure = async (rule: AlertRule) => {
  const measurer = createMeasurer({
    apps: [
      {
        description,
        workers: { list: () => list() },
        alerts: {
          queues: async () => levels,
          failures: async () => failures,
          stale: async () => staleFound,
          surge: async (ask) => {
            asked = ask;
            return surgeFound;
          },
          traffic: async () => ({
            ok: true,
            value: { all: 40, usual: 38, shown: [{ column: 'provider', value: 'stripe', count: 9 }] },
          }),
        },
      },
    ],
    kept: {
      samples: async (series, since) => (kept[series] ?? samples).filter(({ at }) => at >= since),
      incidents: async () => incidents,
    },
    stepSeconds: 30,
    log: { debug() {}, info() {}, warn() {}, error: (_, text) => void errors.push(text) },
  });
  return measurer.measure([rule], new AbortController().signal, { now, accepted: [], open });
};
const of = async (rule: AlertRule, queue?: string): Promise<Measured> => {
  const [{ of: all } = { of: [] }] = (await measure(rule)).measured;
  const one = all.find((measured) => measured.queue === queue);
  if (one === undefined) throw new Error(`nothing of ${queue}`);
  return one;
};
const holds = ({ judgement }: { readonly judgement: Judgement }) =>
  judgement.kind === 'unknown' ? `unknown: ${judgement.why}` : judgement.holds;

describe('failed jobs', () => {
  it('are those that nobody accepted', async () => {
    const kinds = [
      {
        ...{ queue: 'database:reports', jobClass: 'A', exceptionClass: 'E', fingerprint: 'f' },
        ...{ count: 2, oldestId: 8, newestId: 9 },
      },
    ];
    const newestAt = new Date('2026-11-25T02:59:00Z');
    failures = failed({ total: 150_002, notAccepted: 2, kinds, newestAt });
    const measured = await of(failedJobs);
    expect(holds(measured)).toBe('warning');
    expect(measured).toMatchObject({ sample: 2, fingerprint: 'rule/fap/', kinds });
    expect(measured.facts).toMatchObject({
      accepted: 150_000,
      topClass: 'A',
      topException: 'E',
      threshold: 0,
      newestFailedAt: '2026-11-25T02:59:00.000Z',
    });
  });

  it.each([
    ['the table could not be read', () => dark, 'unknown: database fap: timeout'],
    [
      'they were not counted to the end yet',
      () => failed({ notAccepted: undefined }),
      'unknown: failed-jobs',
    ],
  ])('are unknown where %s', async (_, read, said) => {
    failures = read();
    expect(holds(await of(failedJobs))).toBe(said);
  });
});

describe('the backlog', () => {
  const steps = (value: number, from: number, to = 1): Sample[] =>
    Array.from({ length: from - to + 1 }, (_, n) => ({
      at: new Date(now.getTime() - (from - n) * 30_000),
      value,
    }));

  it('holds after a whole window above the threshold', async () => {
    withReports({ due: 150, oldestSeconds: 700 });
    samples = steps(150, 20);
    const measured = await of(backlog, 'database:reports');
    expect(holds(measured)).toBe('critical');
    expect(measured.facts).toMatchObject({
      due: 150,
      alive: 0,
      expected: 2,
      oldestSeconds: 700,
      perMinute: 0,
    });
  });

  it('begins anew after a gap', async () => {
    withReports({ due: 150 });
    samples = [...steps(150, 20, 10), ...steps(150, 4)];
    expect(holds(await of(backlog, 'database:reports'))).toBeUndefined();
  });

  it('does not count a pause of 90 s as a gap', () => {
    const [a, b] = [
      { at: now, value: 1 },
      { at: new Date(now.getTime() + 90_000), value: 2 },
    ];
    expect(sinceLastGap([a, b], 90)).toEqual([a, b]);
    expect(sinceLastGap([a, { ...b, at: new Date(b.at.getTime() + 1) }], 90)).toHaveLength(1);
  });

  it('is unknown where it could not be counted, or not enough of it', async () => {
    withReports({ due: undefined });
    expect(holds(await of(backlog, 'database:reports'))).toBe('unknown: backlog');
    withReports({ due: 80, counted: 'least' });
    const measured = await of(backlog, 'database:reports');
    expect(holds(measured)).toBe('unknown: backlog');
    expect(measured.sample).toBeUndefined();
  });

  it('is told with the time in which it is empty at this pace', async () => {
    withReports({ due: 200 });
    samples = [...Array(20)].map((_, n) => ({
      at: new Date(now.getTime() - (20 - n) * 30_000),
      value: 400 - 10 * n,
    }));
    open = new Map([['rule/fap/database:reports' as never, {} as Incident]]); // only that it is open counts
    expect((await of(backlog, 'database:reports')).facts).toMatchObject({
      perMinute: -20,
      emptyInSeconds: 600,
    });
  });
});

describe('no workers', () => {
  it('holds where work is due and nobody is alive', async () => {
    withReports({ due: 3 });
    expect(holds(await of(workers, 'database:reports'))).toBe('critical');
  });

  it('is unknown, and no other rule waits, where hosts hold their answer back for ever', async () => {
    // Only the limits: that the event loop is asked once more stays real.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    try {
      withReports({ due: 5 });
      list = () => new Promise(() => undefined);
      const measuring = of(workers, 'database:reports');
      // And the turn in which it would be heard what has come.
      await vi.advanceTimersByTimeAsync(12_001);
      expect((await measuring).judgement).toMatchObject({ kind: 'unknown' });
    } finally {
      vi.useRealTimers();
    }
  });

  it('is unknown where a host could not be reached, unless one is alive elsewhere', async () => {
    withReports({ due: 3 });
    groups({ alive: undefined, unknownHosts: ['api-2'] });
    expect(holds(await of(workers, 'database:reports'))).toBe('unknown: workers');
    alive = { ...alive, missing: [{ part: 'host', name: 'api-2', why: 'unreachable' }] };
    expect(holds(await of(workers, 'database:reports'))).toBe('unknown: host api-2: unreachable');
    groups({ alive: undefined, unknownHosts: ['api-2'], processes: [running('api-1')] });
    expect(holds(await of(workers, 'database:reports'))).toBeUndefined();
  });

  describe('that stays alive', () => {
    const hadKept = (pending: number, oldest: number | undefined, secondsAgo = 30): void => {
      const at = new Date(now.getTime() - secondsAgo * 1_000);
      const ending = { at: now, value: 0 };
      kept = {
        'pending/fap/database:reports': [{ at, value: pending }, ending],
        'oldest/fap/database:reports': oldest === undefined ? [] : [{ at, value: oldest }, ending],
      };
    };
    const found = async (...uptimes: readonly (number | undefined)[]): Promise<Measured> => {
      groups({
        alive: uptimes.length,
        processes: uptimes.map((uptimeSeconds) => ({ ...running('api-1'), uptimeSeconds })),
      });
      return of(workers, 'database:reports');
    };
    beforeEach(() => {
      withReports({ due: 12, oldestSeconds: 400 });
      hadKept(12, 370);
    });

    it('holds where each was started since the look before, and nothing was taken meanwhile', async () => {
      const measured = await found(3, 29);
      expect(holds(measured)).toBe('critical');
      expect(measured.facts).toMatchObject({ alive: 0, expected: 2, due: 12, restarting: 2 });
    });

    const reports = (change: Partial<QueueLevel>) => (): void =>
      withReports({ due: 12, oldestSeconds: 400, ...change });
    it.each<[string, () => void, (number | undefined)?]>([
      ['one is older than the look before', () => undefined, 31],
      ['nobody knows how old one is', () => undefined, Number.NaN],
      ['one has a job', reports({ held: 1 })],
      ['nobody knows whether one has', reports({ held: undefined })],
      ['fewer wait', () => hadKept(13, 370)],
      ['the oldest was taken', reports({ oldestSeconds: 397 })],
      ['what waits came since', () => hadKept(0, 0)],
      ['its age is not known', reports({ oldestSeconds: undefined })],
      ['its age was not known', () => hadKept(12, undefined)],
      ['the look before is too long ago', () => hadKept(12, 309, 91)],
      ['nothing waits', reports({ due: 0 })],
    ])('does not where %s', async (_, change, uptime = 4) => {
      change();
      const measured = await found(3, Number.isNaN(uptime) ? undefined : uptime);
      expect(holds(measured)).toBeUndefined();
      expect(measured.sample).toBeGreaterThan(0);
    });

    it('goes by how many wait where no age can be known', async () => {
      withReports({ due: 12, oldestSeconds: undefined, isAgeless: true });
      expect(holds(await found(3))).toBe('critical');
    });

    it('is unknown where another host can not be reached, and says no longer that they restart when one stays', async () => {
      groups({ alive: undefined, unknownHosts: ['api-2'], processes: [running('api-1', 3)] });
      expect(holds(await of(workers, 'database:reports'))).toBe('unknown: workers');
      open = new Map([['rule/fap/database:reports' as never, {} as Incident]]); // only that it is open counts
      expect((await found(31)).facts).toMatchObject({ alive: 1, restarting: 0 });
    });
  });

  it.each([
    ['nothing is held and the oldest is older than `for`', { due: 3, oldestSeconds: 61 }, 'critical'],
    ['something is held', { due: 3, oldestSeconds: 61, held: 1 }, undefined],
    ['what is due has just become so', { due: 3, oldestSeconds: 2 }, undefined],
    ['the age can never be known', { due: 3, oldestSeconds: undefined, isAgeless: true }, 'critical'],
    ['the age is not known', { due: 3, oldestSeconds: undefined }, 'unknown: workers'],
  ])('without Supervisor, where %s', async (_, change, said) => {
    levels = { value: [level('reports'), level('commerce', change), level('insights')], missing: [] };
    expect(holds(await of(workers, 'database:commerce'))).toBe(said);
  });
});

describe('a stale share', () => {
  const found = (count: number, eligible: number | undefined): void => {
    staleFound = { ok: true, value: { stale: count, eligible, oldestSeconds: 900 } };
  };
  it.each([
    [3, 20, 'warning'],
    [3, 30, undefined],
    [0, 0, undefined],
    [20, undefined, 'warning'],
    [2, undefined, undefined],
    [5, undefined, 'unknown: snapshots'],
  ])('of %s in %s', async (count, eligible, said) => {
    found(count, eligible);
    expect(holds(await of(stale))).toBe(said);
  });
});

describe('a surge', () => {
  const found = (change: Partial<SurgeFound>): void => {
    const baseline = new Array<number>(285).fill(0);
    surgeFound = { ok: true, value: { count: 0, baseline, stateOf: 'handle_status', states: [], ...change } };
  };
  it.each([
    ['is one against an empty day', { count: 9 }, 'warning'],
    ['is none below five', { count: 4 }, undefined],
    ['is critical from the hard cap, whatever is usual', { count: 50, baseline: undefined }, 'critical'],
    ['is unknown while nothing is usual', { count: 49, baseline: undefined }, 'unknown: events'],
    ['needs ten with little history', { count: 9, baseline: [0, 0] }, undefined],
  ])('%s', async (_, change, said) => {
    found(change);
    expect(holds(await of(surge))).toBe(said);
  });

  it('leaves its own earlier episodes out of what is usual, from a window before they were seen', async () => {
    const ago = (seconds: number): Date => new Date(now.getTime() - seconds * 1_000);
    const was = (fingerprint: string, breachedAt: Date, resolvedAt: Date | undefined) =>
      ({ fingerprint, breachedAt, resolvedAt }) as Incident; // what else it was plays no part
    incidents = [
      was('rule/fap/', ago(100), undefined),
      was('rule/fap/', ago(9_000), ago(6_000)),
      was('other/fap/', ago(500), ago(400)),
    ];
    found({});
    await of(surge);
    expect(asked?.unusual).toEqual([
      { fromAgo: 400, untilAgo: 0 },
      { fromAgo: 9_300, untilAgo: 6_000 },
    ]);
  });

  it('is told with its states apart and all the traffic', async () => {
    const states = [
      { state: 'failed', count: 6 },
      { state: 'reprocess_failed', count: 3 },
    ];
    found({ count: 9, states });
    expect((await of(surge)).facts).toMatchObject({
      ...{ top_handle_status: 'failed (6), reprocess_failed (3)', top_provider: 'stripe (9)' },
      ...{ all: 40, usualAll: 38, share: 9 / 40 },
    });
  });
});

describe('service levels', () => {
  const queue = (notAccepted: number | undefined, timeouts = noTimeouts): FailureLevels['byQueue'] =>
    new Map([['database:reports', { notAccepted, timeouts, kinds: [] }]]);

  it.each([
    ['used up is not broken', { due: 60 }, failed(), 'warning'],
    ['one more breaks it', { due: 61 }, failed(), 'critical'],
    ['failures break it', {}, failed({ byQueue: queue(11) }), 'critical'],
    ['so do time-outs', {}, failed({ byQueue: queue(0, { ...noTimeouts, either: 3 }) }), 'critical'],
    ['an unknown age is no all-clear', { due: 3, oldestSeconds: undefined }, failed(), 'unknown: oldest'],
    ['what is broken is so whatever is unknown', { due: 61, oldestSeconds: undefined }, dark, 'critical'],
    ['time-outs that were not read', {}, failed({ timeoutsKnown: false }), 'unknown: timeouts'],
    ['what did not answer is named, not what is lacking by it', {}, dark, 'unknown: database fap: timeout'],
  ])('%s', async (_, change, read, said) => {
    withReports({ due: 0, ...change });
    failures = read;
    expect(holds(await of(utilization, 'database:reports'))).toBe(said);
  });

  it('are of the queues that have some', async () => {
    expect((await measure(utilization)).measured[0]?.of.map((one) => one.queue)).toEqual([
      'database:reports',
    ]);
  });
});

describe('where failures are', () => {
  const kind = (queue: string, jobClass: string, count: number) => ({
    ...{ queue, jobClass, exceptionClass: 'E', fingerprint: 'f', count, oldestId: 1, newestId: count },
  });
  it.each([
    ['one queue has more than half of them', ['a', 'b', 'b'], 'b'],
    ['two have as many', ['a', 'a', 'b', 'b'], undefined],
  ])('is told where %s', async (_, queues, main) => {
    const kinds = queues.map((queue, index) => kind(queue, `Job${index}`, index === 0 ? 3 : 2));
    const even = queues.length === 4 ? kinds.map((one) => ({ ...one, count: 2 })) : kinds;
    failures = failed({ total: 9, notAccepted: 9, kinds: even });
    const { facts } = await of(failedJobs);
    expect([facts['topQueue'], facts['mainQueue']]).toEqual(['a', main]);
  });
});

describe('a tick', () => {
  it('tells the trends of every queue, and leaves out what is unknown', async () => {
    withReports({ due: 7, oldestSeconds: undefined });
    const { series } = await measure(failedJobs);
    expect(series.get('pending/fap/database:reports')).toBe(7);
    expect(series.has('oldest/fap/database:reports')).toBe(false);
    expect(series.get('failed/fap/database:reports')).toBe(0);
  });

  it('never rejects: a store that is away leaves the rule unknown', async () => {
    withReports({ due: 150 });
    samples = new Proxy([], {
      get() {
        throw new Error('the store is away');
      },
    });
    expect(holds(await of(backlog, 'database:reports'))).toBe('unknown: measuring');
    expect(errors).toEqual(['a rule could not be measured']);
  });
});
