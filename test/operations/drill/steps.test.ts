import { describe, expect, it } from 'vitest';
import { failedJobId } from '../../../src/core/ids.ts';
import { endedWith } from '../../fakes/world.ts';
import { type DrillStage, recoveredRule, setDrill, uuid101 } from './stage.ts';

const away = { ok: false, missing: { part: 'host', name: 'api-1', why: 'unreachable' } } as const;
const marks = (stage: DrillStage): string =>
  stage.records[0]?.steps.map(({ name, mark }) => `${name} ${mark}`).join(', ') ?? '';
const anna = { person: 'U0ANNA', teamId: 'T0HOME', userId: 'U0ANNA', name: 'Anna' };

describe('a drill that passes', () => {
  it('makes a failure, sees it twice, retries it once, and verifies job, business and audit', async () => {
    const stage = setDrill();
    expect(await stage.run()).toMatchObject({
      state: 'succeeded',
      detail: { conclusion: 'passed', left: [] },
    });
    expect(stage.sent).toEqual(['drill reports: fap:drill reports', 'failed', `retry ${uuid101}`]);
    expect(marks(stage)).toBe('make done, see done, retry done, job done, business done, audit done');
    expect(stage.state()).toBe('done');
    expect(stage.requests.events).toEqual([
      ...['REQUESTED', 'INTENT', 'RESULT', 'ARCHIVED', 'INTENT', 'RESULT', 'OUTCOME'],
    ]);
  });

  it('ends in a record: who, when, how long each step took, and the conclusion', async () => {
    const stage = setDrill();
    await stage.run();
    const [record] = stage.records;
    expect(record).toMatchObject({
      ...{ number: 1, app: 'fap', queue: 'database:reports', actor: { userId: 'U0ANNA' }, left: [] },
      conclusion: { kind: 'passed', reservations: [] },
    });
    expect(record?.steps.every(({ tookMs, beganMs }) => tookMs !== undefined && beganMs > 0)).toBe(true);
    const card = await stage.card();
    expect(card).toContain('#1 Drill of database:reports passed');
    expect(card).toContain('fap:drill reports ended with 0');
    expect(card).toContain('failed_jobs has a new row above 7: #101');
    expect(card).toContain('queue:failed lists it too');
    expect(card).toContain('1 row of report_snapshots recovered since the drill began');
    expect(card).toContain('the chain holds over rows 1 to 9');
    expect(card).toContain('APP_ENV=staging');
    expect(await stage.card('zh-CN')).toContain('#1 database:reports 演练通过');
  });

  it('lets the slot go while it only looks, so that others may pass', async () => {
    const stage = setDrill();
    const slots: (boolean | undefined)[] = [];
    stage.listed = () => {
      slots.push(stage.requests.kept[0]?.run.hasSlot);
      return { ok: true, value: new Set([uuid101]) };
    };
    await stage.run();
    expect(slots).toEqual([false]);
  });

  it('does not take a failure of another queue or class for its own', async () => {
    const stage = setDrill();
    stage.command = () => {
      stage.add(99, { queue: 'commerce' });
      stage.add(100, { jobClass: 'GenerateReportJob' });
      stage.add(101);
      return endedWith([]);
    };
    expect(await stage.run()).toMatchObject({ state: 'succeeded' });
    expect([...stage.rows.keys()]).toEqual([7, 99, 100]);
  });

  it('waits for a failure that is made by hand, tells how long, and goes on by itself', async () => {
    const stage = setDrill({ drills: { recovered: recoveredRule } });
    let seen = '';
    let buttons: readonly string[] = [];
    stage.meanwhile = (waits) => {
      if (waits === 20) void stage.card().then((card) => (seen = card));
      if (waits === 20) void stage.buttons().then((shown) => (buttons = shown));
      if (waits === 40) stage.add(101);
    };
    expect(await stage.run()).toMatchObject({ state: 'succeeded' });
    expect(seen).toContain('make a failure by hand');
    expect(buttons).toEqual(['stop']);
    expect(seen).toMatch(/now make a job \(GenerateReportSnapshotJob\) fail.*9 min/);
    expect(stage.sent[0]).toBe('failed');
    expect(await stage.card()).toContain('made by hand, within 40 s');
  });

  it('passes with a reservation where artisan is not asked, since it would load the whole table', async () => {
    const stage = setDrill();
    stage.total = 1_000;
    expect(await stage.run()).toMatchObject({ state: 'succeeded' });
    expect(stage.sent).not.toContain('failed');
    expect(stage.records[0]?.conclusion).toEqual({ kind: 'passed', reservations: ['see'] });
    expect(await stage.card()).toContain('step 2 could not look at all that it should');
  });

  it('passes with a reservation where nothing tells how the business stands', async () => {
    const stage = setDrill({ drills: { makeFailure: { artisan: ['fap:drill', 'reports'] } }, noRule: true });
    expect(await stage.run()).toMatchObject({ state: 'succeeded' });
    expect(stage.records[0]?.conclusion).toEqual({ kind: 'passed', reservations: ['business'] });
  });

  it('goes by the table where contact was lost while the command ran', async () => {
    const stage = setDrill();
    stage.command = () => {
      stage.add(101);
      return { kind: 'unknown', why: 'connection lost', stdout: '', stderr: '', durationMs: 1 };
    };
    expect(await stage.run()).toMatchObject({ state: 'succeeded' });
    expect(marks(stage)).toContain('make partly');
  });

  it('looks again where the database was away for a moment', async () => {
    const stage = setDrill();
    let looks = 0;
    const { newer } = stage.world.app.failures;
    Object.assign(stage.world.app.failures, {
      newer: (...args: Parameters<typeof newer>) => {
        looks += 1;
        return looks === 1 ? Promise.resolve(away) : newer(...args);
      },
    });
    expect(await stage.run()).toMatchObject({ state: 'succeeded' });
  });
});

describe('a drill that fails', () => {
  const fails = async (stage: DrillStage, step: number, ...texts: readonly string[]): Promise<void> => {
    const settled = await stage.run();
    expect(settled).toMatchObject({ state: 'failed', detail: { conclusion: 'failed', step } });
    const card = await stage.card();
    expect(card).toContain(`failed at step ${step}`);
    for (const text of texts) expect(card).toContain(text);
  };

  it('at step 1, where the command could not be started', async () => {
    const stage = setDrill();
    stage.command = () => ({ kind: 'not-started', why: 'unreachable: no route' });
    await fails(stage, 1, 'was not started: unreachable: no route');
    expect(marks(stage)).toBe('make failed');
  });

  it('at step 1, where the command ends badly and made nothing', async () => {
    const stage = setDrill();
    stage.command = () => ({
      ...endedWith([]),
      ...{ kind: 'ended', rc: 1, stdout: 'Only reports can be drilled.\n' },
      ...{ confirmed: new Set<string>(), notFound: new Set<string>(), stderr: '', durationMs: 1 },
    });
    await fails(stage, 1, 'made no failure', 'Only reports can be drilled.');
  });

  it('at step 1, where nobody makes a failure by hand in time', async () => {
    const stage = setDrill({ drills: {} });
    await fails(stage, 1, 'nobody made a failure within 10 minutes');
  });

  it('at step 2, where no row comes', async () => {
    const stage = setDrill();
    stage.command = () => endedWith([]);
    await fails(stage, 2, 'no new row above 7');
  });

  it('at step 2, where artisan does not list the row, and names the failure with its buttons', async () => {
    const stage = setDrill();
    stage.listed = () => ({ ok: true, value: new Set(['another']) });
    await fails(stage, 2, 'does not list #101');
    expect(await stage.buttons()).toEqual(['show 101', 'retry 101', 'forget 101']);
    expect(stage.records[0]?.left).toEqual([101]);
    expect(stage.sent.some((words) => words.startsWith('retry'))).toBe(false);
  });

  it('at step 2, where artisan can not be asked', async () => {
    const stage = setDrill();
    stage.listed = () => away;
    await fails(stage, 2, 'host api-1 can not be reached');
  });

  it('at step 3, where the row must not be retried', async () => {
    const stage = setDrill();
    stage.command = () => {
      stage.add(101, { payloadKind: 'broken' });
      return endedWith([]);
    };
    await fails(stage, 3, '#101 is not retried', 'payload can not be read');
  });

  it('at step 3, where another request holds the application for 10 s, and names it', async () => {
    const stage = setDrill();
    stage.listed = () => {
      Object.assign(stage.control, { askSlot: async () => 12 });
      return { ok: true, value: new Set([uuid101]) };
    };
    await fails(stage, 3, 'busy with #12');
    const slept = stage.clock.waited.reduce((sum, ms) => sum + ms, 0);
    expect(slept).toBeGreaterThanOrEqual(10_000);
    expect(slept).toBeLessThan(15_000);
  });

  it('at step 3, where artisan did not push it', async () => {
    const stage = setDrill();
    stage.retried = () => ({ kind: 'not-started', why: 'unreachable: gone' });
    await fails(stage, 3, '#101: still in failed_jobs, nothing was done to it', 'unreachable: gone');
    expect(stage.records[0]?.left).toEqual([101]);
  });

  it('at step 4, at once where no worker is alive, and says so', async () => {
    const stage = setDrill();
    Object.assign(stage, { becomes: 'waits', alive: 0 });
    await fails(stage, 4, 'still waits in database:reports', 'no worker of fap-queue-reports is alive');
    expect(stage.clock.waited.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(15_000);
  });

  it('at step 4, where workers are alive and do not take it within a minute', async () => {
    const stage = setDrill();
    stage.becomes = 'waits';
    await fails(stage, 4, 'still waits', '2 workers of fap-queue-reports alive');
  });

  it('at step 4, and says that the application is in maintenance mode, or the queue paused', async () => {
    const stage = setDrill();
    stage.becomes = 'waits';
    const paused = [{ connection: 'database', name: 'reports' }];
    Object.assign(stage.world.app.condition, {
      read: async () => ({ value: { maintenance: true, paused }, missing: [] }),
    });
    await fails(stage, 4, 'is in maintenance mode', 'database:reports is paused');
  });

  it('at step 4, where nobody knows of the workers', async () => {
    const stage = setDrill();
    Object.assign(stage, { becomes: 'waits', alive: undefined });
    await fails(stage, 4, 'could not be seen');
  });

  it('at step 4, where it failed again, and names the new failure', async () => {
    const stage = setDrill();
    stage.becomes = 'fails';
    await fails(stage, 4, 'it failed again, as #102');
    expect(stage.records[0]?.left).toEqual([102]);
  });

  it('at step 5, where the job ended quietly and its row is not good', async () => {
    const stage = setDrill();
    stage.good = false;
    await fails(stage, 5, 'its business row (A-1) is not good');
  });

  it('at step 5, where no row recovered', async () => {
    const stage = setDrill();
    stage.recovered = 0;
    await fails(stage, 5, 'no row of report_snapshots recovered');
  });

  it('at step 5, where the database does not say', async () => {
    const stage = setDrill();
    Object.assign(stage.world.app.rows, {
      look: async () => ({ ok: false, missing: { part: 'database', name: 'fap', why: 'timeout' } }),
    });
    await fails(stage, 5, 'the database of fap did not answer in time');
  });

  it.each([
    [{ kind: 'broken', fault: 'edited', seq: 5 } as const, 'the chain does not hold at row 5 (edited)'],
    [
      { kind: 'holds', events: ['REQUESTED', 'CLAIMED', 'INTENT', 'RESULT'], from: 1, to: 4 } as const,
      'missing: ARCHIVED, INTENT, RESULT',
    ],
    [
      { kind: 'missing', part: { part: 'store', name: 'store', why: 'timeout' } } as const,
      'did not answer in time',
    ],
  ])('at step 6, where the audit log does not prove it', async (proof, text) => {
    const stage = setDrill();
    stage.proof = proof;
    await fails(stage, 6, text);
  });

  it('sends nothing where the command is one that a drill must not run', async () => {
    const stage = setDrill();
    const context = await stage.begin();
    const { runDrill } = await import('../../../src/operations/drill/run-drill.ts');
    await runDrill(context, {
      ...{ queue: { connection: 'database', name: 'reports' }, classes: [], words: ['queue:flush'] },
      ...{ highest: failedJobId(7), appEnv: 'staging' },
    });
    expect(await stage.settle(context)).toMatchObject({ detail: { step: 1 } });
    expect(stage.sent).toEqual([]);
  });
});

describe('a drill that is not begun', () => {
  it('says which other drill of the application is under way, sends nothing and keeps no record', async () => {
    const stage = setDrill();
    Object.assign(stage.world.drillRecords, { begin: async () => 12 });
    expect(await stage.run()).toMatchObject({ state: 'not_started', detail: { conclusion: 'not-begun' } });
    expect(stage.sent).toEqual([]);
    expect(stage.records).toEqual([]);
    expect(await stage.card()).toContain('not begun: drill #12 is under way');
    expect(await stage.card()).not.toContain('Make a failure');
  });
});

describe('a drill that is stopped', () => {
  it('by a person ends before its next step, and names what it leaves', async () => {
    const stage = setDrill();
    stage.listed = () => {
      const kept = stage.requests.kept[0];
      if (kept !== undefined) kept.run.stoppedBy = anna;
      return { ok: true, value: new Set([uuid101]) };
    };
    expect(await stage.run()).toMatchObject({
      state: 'partial',
      detail: { conclusion: 'stopped', step: 3, left: [101] },
    });
    expect(stage.sent.some((words) => words.startsWith('retry'))).toBe(false);
    expect(await stage.card()).toContain('stopped at step 3');
  });

  it('while it waits for a person, within a second', async () => {
    const stage = setDrill({ drills: {} });
    stage.meanwhile = (waits) => {
      const kept = stage.requests.kept[0];
      if (waits === 3 && kept !== undefined) kept.run.stoppedBy = anna;
    };
    expect(await stage.run()).toMatchObject({ detail: { conclusion: 'stopped', step: 1 } });
    expect(stage.clock.waited).toHaveLength(3);
  });

  it('by the kill switch, and says so', async () => {
    const stage = setDrill();
    stage.listed = () => {
      stage.requests.memory.freezes.set('fap', { app: 'fap', reason: 'halt', by: anna, at: new Date(0) });
      return { ok: true, value: new Set([uuid101]) };
    };
    expect(await stage.run()).toMatchObject({ detail: { conclusion: 'stopped', step: 3 } });
    expect(await stage.card()).toContain('changes are frozen: halt');
  });
});
