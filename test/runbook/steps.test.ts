import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { exact } from '../../src/core/reading.ts';
import type { RowsQuery } from '../../src/core/runbook-description.ts';
import type { App, InspectedProcess } from '../../src/operations/ports.ts';
import type { LogFound, RowsFound } from '../../src/operations/runbook-ports.ts';
import { findingsOf } from '../../src/runbook/find.ts';
import { markOf } from '../../src/runbook/marks.ts';
import { lookAtApplication, lookAtStep, runbookOf, stepsOf } from '../../src/runbook/run-steps.ts';
import type { ResultOf, StepResult } from '../../src/runbook/step-result.ts';
import { lookAtBacklog } from '../../src/runbook/steps/backlog.ts';
import { lookAtCondition } from '../../src/runbook/steps/condition.ts';
import { lookAtFailures } from '../../src/runbook/steps/failures.ts';
import { lookAtLog } from '../../src/runbook/steps/log.ts';
import { lookAtRows } from '../../src/runbook/steps/rows.ts';
import { lookAtWorkers } from '../../src/runbook/steps/workers.ts';
import { away, createStand, failure, group, held, ok, queue, sizes, waiting, whole } from './stage.ts';

const fakes = createStand().app;

describe('the look at the application', () => {
  const look = (condition: App['condition']): Promise<ResultOf<'condition'>> =>
    lookAtCondition(createStand({ condition }));
  const pausedNow: App['condition']['pausedNow'] = async () => undefined;

  it.each([
    ['well', { maintenance: false, paused: [] }, [], 'fine'],
    ['in maintenance', { maintenance: true, paused: [] }, [], 'broken'],
    ['paused', { maintenance: false, paused: [queue] }, [], 'suspicious'],
    ['paused elsewhere', { maintenance: false, paused: [{ ...queue, name: 'ops' }] }, [], 'fine'],
    ['without pauses', { maintenance: false, paused: undefined }, [], 'fine'],
    ['half seen', { maintenance: false, paused: undefined }, [away('redis')], 'unseen'],
    ['unknown', { maintenance: undefined, paused: [] }, [away('host')], 'unseen'],
  ] as const)('%s', async (_, value, missing, mark) => {
    const result = await look({ read: async () => whole(value, missing), pausedNow });
    expect(result.mark).toBe(mark);
  });

  it('believes a fresh look at the pauses more than a remembered one', async () => {
    const read = async () => whole({ maintenance: false, paused: [] });
    const result = await look({ read, pausedNow: async () => ok([queue]) });
    expect(result.facts?.paused).toBe(true);
  });
});

describe('the look at the workers', () => {
  const step = { kind: 'workers', group: 'fap-queue-reports' } as const;
  const look = (
    inspect: App['workers']['inspect'],
    change: Partial<typeof step> = {},
  ): Promise<ResultOf<'workers'>> =>
    lookAtWorkers(1, { ...step, ...change }, createStand({ workers: { ...fakes.workers, inspect } }));
  const process = (
    state: InspectedProcess['state'],
    change: Partial<InspectedProcess> = {},
  ): InspectedProcess => ({
    ...{ host: 'api-1', name: 'r_00', state, pid: 1, uptimeSeconds: undefined, description: '' },
    ...{ command: undefined, settings: undefined, restarts: undefined },
    ...change,
  });

  it.each([
    ['all alive', group(), 'fine'],
    ['none alive', group({ alive: 0 }), 'broken'],
    ['one missing', group({ alive: 1 }), 'suspicious'],
    ['one dying', group({ processes: [process('BACKOFF')] }), 'suspicious'],
    ['a host that nobody could ask', group({ alive: undefined, unknownHosts: ['api-2'] }), 'unseen'],
    [
      'another queue list',
      group({ traps: [{ kind: 'queue-missing', where: [], queue, takes: ['other'] }] }),
      'broken',
    ],
    [
      "another queue's trap",
      group({ traps: [{ kind: 'queue-missing', where: [], queue: { ...queue, name: 'x' }, takes: [] }] }),
      'fine',
    ],
    [
      'another connection of the same table',
      group({
        traps: [{ kind: 'other-connection', where: [], expected: 'a', connection: 'b', sameTable: true }],
      }),
      'fine',
    ],
  ] as const)('%s', async (_, found, mark) => {
    const missing = found.alive === undefined ? [away('host', 'api-2')] : [];
    expect((await look(async () => whole([found], missing))).mark).toBe(mark);
  });

  it("keeps Supervisor's words and how long they have lived", async () => {
    const processes = [
      process('RUNNING', { uptimeSeconds: 60 }),
      process('RUNNING', { uptimeSeconds: 900 }),
      process('FATAL', { description: 'Exited too quickly' }),
    ];
    const { facts } = await look(async () => whole([group({ processes })]));
    expect(facts).toMatchObject({
      youngestSeconds: 60,
      oldestSeconds: 900,
      dying: 1,
      reason: 'Exited too quickly',
    });
  });

  it('tells one that only starts from one that never comes to run', async () => {
    const seenFor = async (restlessSeconds: number) => {
      const processes = [process('STARTING', { restlessSeconds })];
      const { facts } = await look(async () => whole([group({ alive: 0, processes })]));
      return [facts?.starting, facts?.dying];
    };
    expect(await seenFor(2)).toEqual([1, 0]);
    expect(await seenFor(20)).toEqual([0, 1]);
  });

  it('is no look where nobody knows the group', async () => {
    const result = await look(async () => whole([]), { group: 'others' as never });
    expect(result).toMatchObject({ mark: 'unseen', facts: undefined, missing: [{ detail: 'others' }] });
  });
});

describe('the look at the backlog', () => {
  const step = { kind: 'backlog', queue: 'reports' } as const;
  const stand = (change: Partial<App['queues']>) => createStand({ queues: { ...fakes.queues, ...change } });
  const due =
    (pending: number, oldestSeconds = 600) =>
    async () =>
      whole([sizes({ pending: exact(pending), oldestSeconds })]);

  it.each([
    ['nothing waits', sizes(), 'fine'],
    ['young work', sizes({ pending: exact(3), oldestSeconds: 4 }), 'fine'],
    ['work that waits for long', sizes({ pending: exact(3), oldestSeconds: 90 }), 'suspicious'],
    ['more than its service level', sizes({ pending: exact(61), oldestSeconds: 4 }), 'broken'],
    ['held too long', sizes({ stuck: exact(1) }), 'broken'],
    ['numbers that nobody knows', sizes({ pending: { kind: 'unknown' } }), 'unseen'],
  ] as const)('%s', async (_, found, mark) => {
    const context = stand({ sizes: async () => whole([found]), reserved: async () => whole([held(10)]) });
    expect((await lookAtBacklog(2, step, context)).mark).toBe(mark);
  });

  it('stands when nobody holds a job and the same one is first in two looks', async () => {
    const context = stand({ sizes: due(3), next: async () => ok([waiting('7', 600)]) });
    const result = await lookAtBacklog(2, step, context);
    expect([result.facts?.standing, result.mark]).toEqual([true, 'broken']);
    expect(context.clock.waited).toEqual([1_000]);
  });

  it('does not stand when another job is first a moment later, or a worker holds one', async () => {
    let looks = 0;
    const next = async () => ok([waiting(String(looks++), 600)]);
    expect((await lookAtBacklog(2, step, stand({ sizes: due(3), next }))).facts?.standing).toBe(false);
    const busy = stand({ sizes: due(3), next, reserved: async () => whole([held(5)]) });
    expect((await lookAtBacklog(2, step, busy)).facts).toMatchObject({
      standing: false,
      longestHeldSeconds: 5,
    });
    expect(busy.clock.waited).toEqual([]);
  });

  it('looks again so long after the first look, whatever the numbers took meanwhile', async () => {
    const context = stand({
      next: async () => ok([waiting('7', 600)]),
      async sizes() {
        await new Promise(setImmediate);
        await context.clock.wait(700);
        return due(3)();
      },
    });
    expect((await lookAtBacklog(2, step, context)).facts?.standing).toBe(true);
    expect(context.clock.waited).toEqual([700, 300]);
  });

  it('says that a queue of which only the head was counted has more, and never that nothing of it is due', async () => {
    const capped = (value: number) => ({ kind: 'capped', value }) as const;
    const head = { delayed: capped(5), reserved: capped(0), stuck: capped(0) };
    const look = async (pending: number) =>
      await lookAtBacklog(
        2,
        step,
        stand({ sizes: async () => whole([sizes({ ...head, pending: capped(pending) })]) }),
      );
    expect((await look(995)).facts).toMatchObject({ due: 995, isAtLeast: true, delayed: 5, reserved: 0 });
    const none = await look(0);
    expect([none.facts?.due, none.mark]).toEqual([undefined, 'unseen']);
  });

  it('gives work that has just come in the time to be taken', async () => {
    const context = stand({ sizes: due(3, 2), next: async () => ok([waiting('7', 2)]) });
    expect((await lookAtBacklog(2, step, context)).facts?.standing).toBe(false);
  });

  it('says nothing of what was known before its store went away', async () => {
    const context = stand({ sizes: async () => whole([sizes()], [away('database')]) });
    const result = await lookAtBacklog(2, step, context);
    expect(result.mark).toBe('unseen');
    expect(result.facts).toMatchObject({ due: undefined, reserved: undefined });
  });

  it('minds no outage of the other store', async () => {
    const context = stand({ sizes: async () => whole([sizes()], [away('redis')]) });
    expect(await lookAtBacklog(2, step, context)).toMatchObject({ mark: 'fine', missing: [] });
  });
});

describe('the look at failures', () => {
  const stand = (change: Partial<App['failures']>) =>
    createStand({ failures: { ...fakes.failures, ...change } });
  const step = { kind: 'failures', jobs: ['MakeReport'], withinSeconds: 3_600 } as const;
  const { clock } = createStand();
  const now = clock.now();
  const groupsOf =
    (
      lately: readonly ReturnType<typeof failure>[],
      all: readonly ReturnType<typeof failure>[],
      kind: 'exact' | 'capped' = 'exact',
    ): App['failures']['groups'] =>
    async ({ sinceSeconds }) =>
      ok({ groups: sinceSeconds === undefined ? all : lately, of: { kind, value: 0 }, asOf: now });

  it('counts what failed within its window, by exception', async () => {
    const mine = [failure('A', 8, [60, 1_800], now), failure('B', 2, [70, 90], now)];
    const others = failure('C', 50, [1, 2], now, { jobClass: 'App\\Jobs\\Other' });
    const { facts, mark } = await lookAtFailures(
      3,
      step,
      stand({ groups: groupsOf([...mine, others], mine) }),
    );
    expect(mark).toBe('suspicious');
    expect(facts).toMatchObject({ recent: 10, exceptions: 2, topException: 'A', topCount: 8, topShare: 0.8 });
    expect(facts).toMatchObject({ topFirstSeconds: 1_800, topLastSeconds: 60, isAtLeast: false, earlier: 0 });
  });

  it('takes the same exception of two classes for one cause', async () => {
    const step2 = { ...step, jobs: ['MakeReport', 'Other'] };
    const two = [
      failure('A', 2, [60, 100], now),
      failure('A', 3, [30, 500], now, { jobClass: 'App\\Jobs\\Other' }),
    ];
    const { facts } = await lookAtFailures(3, step2, stand({ groups: groupsOf(two, two) }));
    expect(facts).toMatchObject({ exceptions: 1, topCount: 5, topFirstSeconds: 500, topLastSeconds: 30 });
  });

  it('knows of failures that a storm of others hides from the newest rows', async () => {
    const hidden = failure('A', 4, [600, 900], now);
    const { facts } = await lookAtFailures(3, step, stand({ groups: groupsOf([], [hidden], 'capped') }));
    expect(facts).toMatchObject({ recent: 1, isAtLeast: true, topException: 'A' });
  });

  it('tells earlier ones apart', async () => {
    const old = failure('A', 4, [7_200, 9_000], now);
    const { facts, mark } = await lookAtFailures(3, step, stand({ groups: groupsOf([], [old]) }));
    expect([facts?.recent, facts?.earlier, facts?.earlierSeconds, mark]).toEqual([0, 4, 7_200, 'fine']);
  });

  it('asks for the queue where no classes are named', async () => {
    const asked: unknown[] = [];
    const groups: App['failures']['groups'] = async (filter) => {
      asked.push(filter.queue);
      return ok({ groups: [], of: exact(0), asOf: now });
    };
    await lookAtFailures(3, { ...step, jobs: [] }, stand({ groups }));
    expect(asked).toEqual([queue, queue]);
  });

  it('could not look when the database is away', async () => {
    const groups: App['failures']['groups'] = async () => ({ ok: false, missing: away('database') });
    expect(await lookAtFailures(3, step, stand({ groups }))).toMatchObject({
      mark: 'unseen',
      facts: undefined,
    });
  });
});

describe('the look at rows', () => {
  const query: RowsQuery = { table: 'snapshots', groupBy: ['status', 'last_error'], show: [] };
  const found = (
    ...groups: readonly (readonly [string | null, string | null, number, number?])[]
  ): RowsFound => ({
    total: exact(groups.reduce((sum, [, , count]) => sum + count, 0)),
    groups: groups.map(([status, error, count, age]) => ({
      ...{ values: [status, error], count: exact(count), oldestSeconds: age, newestSeconds: age },
      updatedSeconds: age,
    })),
    rows: [],
  });
  const look = (rows: RowsFound, change: Partial<RowsQuery> = {}): Promise<ResultOf<'rows'>> =>
    lookAtRows(
      4,
      { kind: 'rows', rows: { ...query, ...change } },
      createStand({ rows: { look: async () => ok(rows) } }),
    );

  it('reads what status words and errors mean', async () => {
    const { facts, mark } = await look(
      found(
        ['Running', null, 2, 700],
        ['PENDING', 'timeout', 5, 900],
        ['failed', 'timeout', 3, 60],
        ['failed', '', 9, 60],
      ),
    );
    expect(mark).toBe('suspicious');
    expect(facts).toMatchObject({
      total: 19,
      inWork: 2,
      inWorkValue: 'Running',
      waiting: 5,
      error: 'timeout',
    });
    expect(facts).toMatchObject({ errorCount: 8, updatedSeconds: 60, isStale: false });
  });

  it('takes a status that says so for the error where no column holds one', async () => {
    const rows = found(['reprocess_failed', null, 3, 200_000]);
    const { facts } = await look(rows, { groupBy: ['handle_status', 'kind'] });
    expect(facts).toMatchObject({ error: 'reprocess_failed', errorCount: 3, isStale: true });
  });

  it('a look at what happened lately says what is usual', async () => {
    expect((await look(found(['sent', null, 3]), { newerThanSeconds: 60 })).mark).toBe('fine');
  });

  it('could not look when it stopped at its time limit', async () => {
    const missing = { part: 'database', name: 'fap', why: 'timeout' } as const;
    const step = { kind: 'rows', rows: query } as const;
    const late = createStand({ rows: { look: async () => ({ ok: false, missing }) } });
    expect(await lookAtRows(4, step, late)).toMatchObject({ mark: 'unseen', missing: [{ why: 'timeout' }] });
  });
});

describe('the look into the log', () => {
  const step = { kind: 'log', log: { match: 'FAILED', withinSeconds: 900 } } as const;
  const found = (change: Partial<LogFound> = {}): LogFound => ({
    ...{ matches: exact(0), perMinute: [], newest: [], bytes: 100, complete: true, back: undefined },
    ...change,
  });
  const look = (
    value: LogFound,
    missing: readonly ReturnType<typeof away>[] = [],
  ): Promise<ResultOf<'log'>> =>
    lookAtLog(5, step, createStand({ logs: { search: async () => whole(value, missing) } }));

  it.each([
    ['nothing in it', found(), [], 'fine'],
    ['lines in it', found({ matches: exact(3) }), [], 'suspicious'],
    ['nothing in what was looked at', found({ complete: false }), [], 'unseen'],
    ['lines in what was looked at', found({ matches: exact(3), complete: false }), [], 'suspicious'],
    ['nothing on the host that answered', found(), [away('host')], 'unseen'],
  ] as const)('%s', async (_, value, missing, mark) => {
    expect((await look(value, missing)).mark).toBe(mark);
  });

  it('could not look where no log is configured', async () => {
    const result = await lookAtLog(5, step, createStand({ logs: { search: async () => undefined } }));
    expect(result).toMatchObject({ mark: 'unseen', missing: [{ part: 'log', why: 'not-configured' }] });
  });
});

describe('limits of a runbook', () => {
  it.each([
    [5, {}, 'fine'],
    [5, { suspiciousAbove: 4 }, 'suspicious'],
    [5, { suspiciousAbove: 5 }, 'fine'],
    [5, { suspiciousAbove: 1, brokenAbove: 4 }, 'broken'],
    [5, { brokenAbove: 9 }, 'fine'],
  ] as const)('%i with %o is %s', (value, limits, mark) => {
    expect(markOf(exact(value), limits, 'fine')).toBe(mark);
  });

  it('overrule the own judgement, and are not believed beyond where counting stopped', () => {
    expect(markOf(exact(5), { suspiciousAbove: 9 }, 'broken')).toBe('fine');
    expect(markOf({ kind: 'capped', value: 5 }, { suspiciousAbove: 9 }, 'fine')).toBe('suspicious');
    expect(markOf({ kind: 'unknown' }, { suspiciousAbove: 9 }, 'fine')).toBe('unseen');
  });
});

describe('a step within its time', () => {
  // Only the limits: that the event loop is asked once more stays real.
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] }));
  afterEach(() => void vi.useRealTimers());
  const never = (): Promise<never> => new Promise(() => undefined);
  const steps = [
    { kind: 'workers', group: 'g' },
    { kind: 'backlog', queue: 'reports' },
    { kind: 'failures', jobs: [], withinSeconds: 60 },
    { kind: 'rows', rows: { table: 't', groupBy: [], show: [] } },
    { kind: 'log', log: { match: 'x', withinSeconds: 60 } },
  ] as const;
  const hanging = () =>
    createStand({
      queues: { ...fakes.queues, sizes: never },
      failures: { ...fakes.failures, groups: never },
      workers: { ...fakes.workers, inspect: never, list: never },
      condition: { read: never, pausedNow: never },
      rows: { look: never },
      logs: { search: never },
    });

  it('is over after seven seconds whatever hangs, and names what it is', async () => {
    const context = hanging();
    const all = Promise.all([
      lookAtApplication(context),
      ...steps.map((step, index) => lookAtStep(index + 1, step, context)),
    ]);
    // And the turn in which it would be heard what has come.
    await vi.advanceTimersByTimeAsync(7_001);
    const results: readonly StepResult[] = await all;
    for (const { mark, missing } of results) {
      expect(mark).toBe('unseen');
      expect(missing).toMatchObject([{ why: 'timeout' }]);
    }
    expect(results.map(({ missing }) => missing[0]?.part)).toEqual([
      ...['host', 'host', 'database', 'database', 'database', 'log'],
    ]);
  });

  it('knows who is alive where only what is told beside that is slow', async () => {
    const { traps: _, ...dead } = group({ alive: 0 });
    const context = createStand({
      workers: { ...fakes.workers, inspect: never, list: async () => whole([dead]) },
    });
    const looking = lookAtStep(1, { kind: 'workers', group: 'fap-queue-reports' }, context);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await looking).toMatchObject({ mark: 'broken', facts: { alive: 0 } });
  });

  it('takes a bug for a step that could not be looked at, and says nothing of its words', async () => {
    const context = createStand({
      rows: { look: () => Promise.reject(new TypeError('password=hunter2')) },
    });
    const result = await lookAtStep(4, steps[3], context);
    expect(result).toMatchObject({ mark: 'unseen', missing: [{ why: 'failed', detail: 'TypeError' }] });
  });
});

describe('the steps of a queue', () => {
  it('are those of its runbook, or workers, backlog and failures', () => {
    const { app } = createStand();
    const log = { kind: 'log', log: { match: 'x', withinSeconds: 60 } } as const;
    const runbooks = new Map([['reports', { queue: 'reports', steps: [log] }]]);
    expect(stepsOf(queue, runbooks, app)).toEqual([log]);
    expect(stepsOf(queue, new Map(), app).map(({ kind }) => kind)).toEqual([
      'workers',
      'backlog',
      'failures',
    ]);
    const bare = { connection: 'redis', name: 'insights' };
    expect(stepsOf(bare, new Map(), app).map(({ kind }) => kind)).toEqual(['backlog', 'failures']);
  });

  it('are not those of a queue with the same name on another connection', () => {
    const { app } = createStand();
    const log = { kind: 'log', log: { match: 'x', withinSeconds: 60 } } as const;
    const runbooks = new Map([['reports', { queue: 'reports', steps: [log] }]]);
    const stranger = { connection: 'redis', name: 'reports' };
    expect(stepsOf(stranger, runbooks, app).map(({ kind }) => kind)).toEqual(['backlog', 'failures']);
    expect(runbookOf(stranger, runbooks, app)).toBeUndefined();
  });
});

describe('findings of several steps together', () => {
  const rowsResult = (updatedSeconds: number): StepResult => ({
    ...{ kind: 'rows', number: 4, mark: 'suspicious', missing: [], found: undefined },
    step: { kind: 'rows', rows: { table: 't', groupBy: ['status'], show: [] } },
    facts: {
      ...{ step: 4, table: 't', total: 3, isAtLeast: false, isStale: false, inWork: 3 },
      ...{ inWorkValue: 'running', inWorkOldestSeconds: 900, orphaned: undefined, waiting: 0 },
      ...{ waitingValue: undefined, waitingOldestSeconds: undefined, error: undefined, errorCount: 0 },
      ...{ errorShare: 0, newestSeconds: 900, updatedSeconds },
    },
  });
  const looks = async (reserved: number): Promise<readonly StepResult[]> => {
    const context = createStand({
      queues: { ...fakes.queues, sizes: async () => whole([sizes({ reserved: exact(reserved) })]) },
    });
    return [await lookAtBacklog(2, { kind: 'backlog', queue: 'reports' }, context)];
  };

  it('rows that say they are worked on and are held by nobody are orphaned', async () => {
    expect(findingsOf([...(await looks(1)), rowsResult(300)], queue, undefined).rows[0]?.orphaned).toBe(2);
    expect(findingsOf([...(await looks(3)), rowsResult(300)], queue, undefined).rows[0]?.orphaned).toBe(0);
  });

  it('but not while they have just changed, nor where nobody knows what workers hold', async () => {
    expect(
      findingsOf([...(await looks(0)), rowsResult(5)], queue, undefined).rows[0]?.orphaned,
    ).toBeUndefined();
    expect(findingsOf([rowsResult(300)], queue, undefined).rows[0]?.orphaned).toBeUndefined();
  });

  it("another queue's backlog is no finding about this one", async () => {
    const other = await lookAtBacklog(2, { kind: 'backlog', queue: 'commerce' }, createStand());
    expect(findingsOf([other], queue, undefined).backlog).toBeUndefined();
  });
});
