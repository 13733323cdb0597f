import type { RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jobClasses, type LaravelVersion, wrappedKinds } from '../../../demo/world/laravel.ts';
import { startWorld, type World } from '../../../demo/world/world.ts';
import { createLocalHost } from '../../../src/hosts/local-host.ts';
import { createLogs } from '../../../src/hosts/log/logs.ts';
import { createZone } from '../../../src/laravel/zoned-time.ts';
import type { LogReader } from '../../../src/operations/runbook-ports.ts';
import { description } from '../../fakes/world.ts';

/** All that are supported are proved by `npm run test:laravel`; QK_LARAVEL=9,10,11 adds them here. */
const versions = (process.env['QK_LARAVEL'] ?? '8,12').split(',').map(Number) as readonly LaravelVersion[]; // a wrong one has no vendor folder

const queues = [
  ...[['database', 'reports'] as const, ['database', 'ops'] as const, ['database', 'content'] as const],
  ...[['database', 'commerce'] as const, ['redis', 'insights'] as const, ['redis', 'default'] as const],
];

describe.each(versions)('the application on Laravel %i', (laravel) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ laravel });
  });
  afterAll(() => world.stop());

  const rows = async (sql: string, values: readonly unknown[] = []): Promise<readonly RowDataPacket[]> =>
    (await world.sql.query<RowDataPacket[]>(sql, [...values]))[0];
  const one = async (sql: string, values: readonly unknown[] = []): Promise<RowDataPacket> => {
    const [row] = await rows(sql, values);
    if (row === undefined) throw new Error(`no row: ${sql}`);
    return row;
  };
  const searchLog = (match: string): ReturnType<LogReader['search']> =>
    createLogs({
      description: {
        ...description,
        artisan: { ...description.artisan, directory: world.app.folder },
        log: { hosts: ['here'], files: ['storage/logs/laravel.log'] },
      },
      hosts: new Map([['here', { runner: createLocalHost({ kind: 'local', name: 'here' }) }]]),
      zone: createZone('UTC'),
    }).search({ match, withinSeconds: 900 }, new AbortController().signal);
  const only = async (kind: string): Promise<string> => {
    const [key] = await world.app.dispatch(kind);
    if (key === undefined) throw new Error(`${kind} was not dispatched`);
    return key;
  };

  it('runs every class of the runbook, and its business rows say so', async () => {
    for (const kind of jobClasses) await world.app.dispatch(kind);
    await Promise.all(queues.map(([connection, queue]) => world.app.work(connection, queue)));
    expect(await one('SELECT COUNT(*) AS jobs FROM fap.jobs')).toEqual({ jobs: 0 });
    expect(await one('SELECT COUNT(*) AS failed FROM fap.failed_jobs')).toEqual({ failed: 0 });
    const states = await one(`SELECT
      (SELECT status FROM fap.report_snapshots) AS snapshot, (SELECT status FROM fap.report_jobs) AS report,
      (SELECT status FROM fap.admin_approvals) AS approval, (SELECT probe_ok FROM fap.content_pack_releases) AS probe,
      (SELECT status FROM fap.orders) AS refund, (SELECT handle_status FROM fap.payment_events) AS event,
      (SELECT status FROM fap.benefit_grants) AS benefit, (SELECT status FROM fap.ai_insights) AS insight`);
    expect(states).toEqual({
      ...{ snapshot: 'ready', report: 'success', approval: 'EXECUTED', probe: 1 },
      ...{ refund: 'refunded', event: 'reprocessed', benefit: 'revoked', insight: 'succeeded' },
    });
    const audit = await rows('SELECT action FROM fap.audit_logs ORDER BY action');
    expect(audit.map(({ action }) => action)).toEqual(['approval_executed_success', 'content_probe_success']);
  });

  it('fails in every way it knows, with real payloads and traces', async () => {
    const kinds = {
      content: 'RuntimeException: content pack unreadable',
      result: 'App\\Exceptions\\ResultMissing: REPORT_RESULT_MISSING',
      provider: 'Illuminate\\Http\\Client\\ConnectionException: cURL error 28',
      model:
        'Illuminate\\Database\\Eloquent\\ModelNotFoundException: No query results for model [App\\Models\\Order]',
      budget: 'App\\Exceptions\\BudgetExceeded: AI_BUDGET_EXCEEDED',
      deadlock: '1213 Deadlock found',
      query: "Unknown column 'refund_batch'",
      type: 'TypeError: ',
      nested: 'RuntimeException: refund of order',
      secret: 'mysql://fap:hunter2secret@db',
      hostile: '<!here> <@U0ANNA>',
      chinese: '报告内容包不可读',
      huge: 'provider answered: 0123456789abcdef',
    } as const;
    const names = Object.keys(kinds) as (keyof typeof kinds)[]; // of the literal above
    const keys = await world.app.dispatch('RefundOrderJob', names.length);
    await world.app.behave(
      Object.fromEntries(
        keys.map((key, index) => [key, { do: 'throw', exception: names[index] ?? 'content' }] as const),
      ),
    );
    await world.app.work('database', 'commerce');
    for (const [index, name] of names.entries()) {
      const failure = await one("SELECT * FROM fap.failed_jobs WHERE payload LIKE CONCAT('%', ?, '%')", [
        keys[index],
      ]);
      expect(failure['exception'], name).toContain(kinds[name]);
      expect(failure['exception'], name).toMatch(/#\d+ .*artisan\(\d+\)/);
      expect(failure).toMatchObject({ connection: 'database', queue: 'commerce' });
      const payload: unknown = JSON.parse(String(failure['payload']));
      expect(payload).toMatchObject({ uuid: failure['uuid'], displayName: 'App\\Jobs\\RefundOrderJob' });
    }
  });

  it('takes a word back: what failed succeeds when retried', async () => {
    const key = await only('GenerateReportSnapshotJob');
    await world.app.behave({ GenerateReportSnapshotJob: { do: 'throw', exception: 'content' } });
    await world.app.work('database', 'reports');
    const row = 'SELECT status, last_error FROM fap.report_snapshots WHERE attempt_id = ?';
    expect(await one(row, [key])).toMatchObject({
      status: 'failed',
      last_error: expect.stringContaining('RuntimeException: content pack unreadable'),
    });
    const logged = await searchLog('REPORT_SNAPSHOT_GENERATE_FAILED');
    expect(logged).toMatchObject({ missing: [], value: { matches: { kind: 'exact', value: 1 } } });
    expect(logged?.value.newest[0]?.text).toContain(`REPORT_SNAPSHOT_GENERATE_FAILED {"attempt_id":"${key}"`);
    // In the trace of the exception that Laravel reports, several lines of one record.
    expect(await searchLog('GenerateReportSnapshotJob->handle()')).toMatchObject({
      value: { matches: { kind: 'exact', value: 1 } },
    });
    const { uuid } = await one('SELECT uuid FROM fap.failed_jobs ORDER BY id DESC LIMIT 1');
    await world.app.behave({ GenerateReportSnapshotJob: undefined });
    await world.app.artisan('queue:retry', String(uuid));
    await world.app.work('database', 'reports');
    expect(await one(row, [key])).toEqual({ status: 'ready', last_error: null });
  });

  it('ends quietly where the reference does', async () => {
    const event = await only('ReprocessPaymentEventJob');
    const snapshot = await only('GenerateReportSnapshotJob');
    await world.app.behave({ [event]: { do: 'throw', exception: 'provider' }, [snapshot]: { do: 'die' } });
    const before = await one('SELECT COUNT(*) AS n FROM fap.failed_jobs');
    await world.app.work('database', 'commerce');
    await world.app.work('database', 'reports');
    expect(await one('SELECT COUNT(*) AS n FROM fap.failed_jobs')).toEqual(before);
    expect(await one('SELECT handle_status FROM fap.payment_events WHERE id = ?', [event])).toEqual({
      handle_status: 'reprocess_failed',
    });
    expect(await one('SELECT status FROM fap.report_snapshots WHERE attempt_id = ?', [snapshot])).toEqual({
      status: 'running',
    });
    const orphan = await one("SELECT attempts, reserved_at FROM fap.jobs WHERE queue = 'reports'");
    expect(orphan).toMatchObject({ attempts: 1, reserved_at: expect.any(Number) });
    await world.sql.query('DELETE FROM fap.jobs');
  });

  it('times out, ends its worker, and takes its time', async () => {
    const [late, rude, slow] = await world.app.dispatch('ExecuteApprovalJob', 3);
    await world.app.behave({
      [String(late)]: { do: 'time-out', seconds: 1 },
      [String(rude)]: { do: 'exit', code: 7 },
      [String(slow)]: { do: 'slow', seconds: 0.5 },
    });
    await world.app.work('database', 'ops');
    const { exception } = await one('SELECT exception FROM fap.failed_jobs ORDER BY id DESC LIMIT 1');
    expect(exception).toMatch(/(TimeoutExceeded|MaxAttemptsExceeded)Exception/);
    expect(await one('SELECT status FROM fap.admin_approvals WHERE id = ?', [slow])).toEqual({
      status: 'EXECUTED',
    });
    await world.sql.query('DELETE FROM fap.jobs');
  });

  it('queues whatever Laravel wraps, and all of it can fail', async () => {
    await world.sql.query('DELETE FROM fap.failed_jobs');
    const keys: string[] = [];
    for (const kind of wrappedKinds) keys.push(await only(kind));
    await world.app.behave(
      Object.fromEntries(keys.map((key) => [key, { do: 'throw', exception: 'provider' }] as const)),
    );
    await world.app.work('database', 'ops');
    const found = await rows(
      "SELECT JSON_VALUE(payload, '$.displayName') AS name, payload FROM fap.failed_jobs ORDER BY id",
    );
    expect(found.map(({ name }) => name)).toEqual([
      ...[
        'App\\Listeners\\TellWarehouse',
        'App\\Mail\\ReceiptMail',
        'App\\Notifications\\RefundedNotification',
      ],
      expect.stringMatching(/^Closure \(DispatchJobs\.php:\d+\)$/),
      ...['App\\Jobs\\SendReceiptJob', 'App\\Jobs\\BatchedJob', 'App\\Jobs\\EncryptedJob', 'App\\RawHandler'],
    ]);
    const payload = (index: number): string => String(found[index]?.['payload']);
    expect(payload(4)).toContain('RefundOrderJob');
    expect(payload(6)).not.toContain(String(keys[6]));
    expect(JSON.parse(payload(7))).toMatchObject({ job: 'App\\RawHandler@sync', data: { orderNo: keys[7] } });
    expect(await one('SELECT total_jobs, failed_jobs FROM fap.job_batches')).toEqual({
      total_jobs: 1,
      failed_jobs: 1,
    });
  });

  it('holds failures that artisan must not be given', async () => {
    const newest = (id: number) =>
      one('SELECT uuid, queue, payload, exception FROM fap.failed_jobs WHERE id = ?', [id]);
    expect(await newest(await world.jobs.oddFailure('null-uuid'))).toMatchObject({
      uuid: null,
      queue: 'reports',
    });
    const lost = await newest(await world.jobs.oddFailure('no-payload-uuid'));
    expect(JSON.parse(String(lost['payload']))).not.toHaveProperty('uuid');
    const broken = await newest(await world.jobs.oddFailure('broken-json'));
    expect(() => JSON.parse(String(broken['payload']))).toThrow();
    const gone = await newest(await world.jobs.oddFailure('class-gone'));
    expect(gone['payload']).toContain('GenerateReportSnapGoneJob');
    const old = await newest(await world.jobs.oddFailure('old-key'));
    expect(old).toMatchObject({ queue: 'ops', exception: expect.stringContaining('DecryptException') });
    const { code, stdout, stderr } = await world.app.artisan('queue:retry', String(old['uuid']));
    expect(code).toBe(1);
    expect(`${stdout}${stderr}`).toContain('MAC is invalid');
  });

  it('has jobs that nobody holds any more', async () => {
    await world.sql.query('DELETE FROM fap.jobs');
    await world.app.dispatch('GenerateReportJob');
    await world.app.dispatch('GenerateInsightJob');
    await world.jobs.abandon('database', 'reports', 400);
    await world.jobs.abandon('redis', 'insights', 400);
    const { age } = await one(
      'SELECT CAST(UNIX_TIMESTAMP() AS SIGNED) - CAST(reserved_at AS SIGNED) AS age FROM fap.jobs',
    );
    expect(Number(age)).toBeGreaterThanOrEqual(399);
    const [, score] = await world.redis.client.zrange(
      'fap:queues:insights:reserved',
      '0',
      '-1',
      'WITHSCORES',
    );
    expect(Number(score)).toBeLessThan(Date.now() / 1000 - 300);
  });

  it('makes one failure for a drill, which a retry mends', async () => {
    await world.sql.query(
      'DELETE FROM fap.failed_jobs; DELETE FROM fap.jobs; DELETE FROM fap.report_snapshots',
    );
    await world.app.dispatch('GenerateReportJob');
    const { code } = await world.app.artisan('fap:drill', 'reports');
    expect(code).toBe(0);
    expect(await rows('SELECT queue FROM fap.failed_jobs')).toEqual([{ queue: 'reports' }]);
    expect(await rows('SELECT queue FROM fap.jobs')).toEqual([{ queue: 'reports' }]);
    expect((await world.app.artisan('fap:drill', 'ops')).code).toBe(1);
    await world.app.artisan('queue:retry', 'all');
    await world.app.work('database', 'reports');
    const { status } = await one("SELECT status FROM fap.report_snapshots WHERE attempt_id LIKE 'drill-%'");
    expect(status).toBe('ready');
  });

  it('goes into maintenance, and workers take nothing', async () => {
    await world.app.dispatch('GenerateReportJob');
    await world.app.artisan('down');
    await world.app.artisan('queue:work', 'database', '--queue=reports', '--once', '--sleep=0');
    expect(await one('SELECT COUNT(*) AS n FROM fap.jobs')).toEqual({ n: 1 });
    await world.app.artisan('up');
    await world.app.work('database', 'reports');
    expect(await one('SELECT COUNT(*) AS n FROM fap.jobs')).toEqual({ n: 0 });
  });

  it.runIf(laravel === 8)('says on every start what PHP thinks of its age, on the error stream', async () => {
    const { code, stdout, stderr } = await world.app.artisan('queue:failed');
    expect(code).toBe(0);
    expect(stderr).toMatch(/^Deprecated: /m);
    expect(stdout).not.toContain('Deprecated');
  });
});

describe('another way to keep failures', () => {
  it('is the older driver, whose ids are numbers', async () => {
    const world = await startWorld({ failedDriver: 'database', timezone: 'Asia/Shanghai' });
    try {
      expect((await world.app.artisan('fap:drill', 'reports')).code).toBe(0);
      const [[row]] = await world.sql.query<RowDataPacket[]>(
        'SELECT id, uuid, TIMESTAMPDIFF(MINUTE, UTC_TIMESTAMP(), failed_at) AS ahead FROM fap.failed_jobs',
      );
      expect(row).toMatchObject({ id: 1, uuid: null });
      // Written in the application's zone over a session in UTC.
      expect(Math.abs(Number(row?.['ahead']) - 480)).toBeLessThan(2);
      await world.app.artisan('queue:retry', '1');
      const [[left]] = await world.sql.query<RowDataPacket[]>('SELECT COUNT(*) AS n FROM fap.failed_jobs');
      expect(left).toEqual({ n: 0 });
    } finally {
      await world.stop();
    }
  });
});
