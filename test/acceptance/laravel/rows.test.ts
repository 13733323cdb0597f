import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConfigChange } from '../../../demo/world/config.ts';
import { startWorld, type World } from '../../../demo/world/world.ts';
import { buildBot } from '../../../src/app.ts';
import { runCli } from '../../../src/cli/run-cli.ts';
import { loadConfiguration } from '../../../src/config/load.ts';
import type { AlertRule, SurgeRule } from '../../../src/core/alert-description.ts';
import type { AppDescription } from '../../../src/core/app-description.ts';
import { mustRead } from '../../../src/core/reading.ts';
import type { RowsQuery } from '../../../src/core/runbook-description.ts';
import { Secret } from '../../../src/core/secret.ts';
import { type AppDatabase, createAppDatabase } from '../../../src/laravel/database.ts';
import { createRows, type RowsLimits } from '../../../src/laravel/rows.ts';
import { tryConditions } from '../../../src/laravel/try-conditions.ts';
import type { RowsFound } from '../../../src/operations/runbook-ports.ts';
import { staleShareRule, surgeRule } from '../../alerts/rules.ts';
import { FakeTerminal } from '../../cli/terminal.ts';
import { description } from '../../fakes/world.ts';

const { signal } = new AbortController();
const zone = 'Europe/Berlin';
const query = (asked: Partial<RowsQuery>): RowsQuery => ({
  table: 'orders',
  groupBy: [],
  show: [],
  ...asked,
});

let world: World;
let database: AppDatabase;
beforeAll(async () => {
  world = await startWorld({});
  database = createAppDatabase(new Secret(world.mariadb.url('qk_read', 'fap')), 'fap');
});
afterAll(async () => {
  await database?.close();
  await world?.stop();
});

const sql = async (text: string): Promise<void> => void (await world.sql.query(text));
/** Far beyond what any of it needs: where time is no subject a busy machine only takes longer. */
const patient: RowsLimits = { statementsMs: 60_000, lookMs: 90_000 };
/** Seconds, and what a busy machine needs to look. */
const about = (seconds: number, found: number | undefined): void => {
  expect(found).toBeGreaterThanOrEqual(seconds - 1);
  expect(found).toBeLessThan(seconds + 50);
};
const look = (asked: Partial<RowsQuery>, timezone = 'UTC', limits = patient) =>
  createRows(database, { name: 'fap', timezone }, limits).look(query(asked), signal);
const told = ({ total, groups }: RowsFound) => [
  total,
  ...groups.map(({ values, count }) => [...values, count.kind === 'unknown' ? '?' : count.value]),
];

/** The rows steps of the example's five runbooks, in their order. */
function exampleSteps(queue: string): readonly RowsQuery[] {
  const example = new URL('../../../docs/queuekeeper.example.yml', import.meta.url).pathname;
  const loaded = loadConfiguration({
    file: example,
    env: {
      ...{ QUEUEKEEPER_STORE_URL: 'mysql://a:b@c/d', QUEUEKEEPER_AUDIT_KEY: '0123456789abcdef' },
      ...{ FAP_DATABASE_URL: 'mysql://a:b@c/d', FAP_DATABASE_WRITE_URL: 'mysql://a:b@c/d' },
      FAP_REDIS_URL: 'redis://c',
    },
    readFile: (path) => readFileSync(path, 'utf8'),
  });
  if (!loaded.ok) throw new Error('the example is good');
  const steps = loaded.configuration.runbooks.get(queue)?.steps ?? [];
  return steps.flatMap((step) => (step.kind === 'rows' ? [step.rows] : []));
}

describe("the example's steps, over the reference application's tables", () => {
  const exact = (value: number) => ({ kind: 'exact', value });
  const steps = async (queue: string) =>
    Promise.all(exampleSteps(queue).map(async (step) => mustRead(await look(step))));

  it('of reports: stuck snapshots by error, report jobs, payment events', async () => {
    await sql(`INSERT INTO fap.report_snapshots
      (attempt_id, scale_code, pack_id, dir_version, report_json, status, last_error, created_at, updated_at) VALUES
      ('a1', 's', 'p', 'v', '{}', 'pending', NULL, NOW() - INTERVAL 30 MINUTE, NOW() - INTERVAL 30 MINUTE),
      ('a2', 's', 'p', 'v', '{}', 'pending', 'E: token=abc', NOW() - INTERVAL 2 HOUR, NOW() - INTERVAL 1 MINUTE),
      ('a3', 's', 'p', 'v', '{}', 'pending', 'E: token=abc', NOW() - INTERVAL 10 MINUTE, NULL),
      ('a4', 's', 'p', 'v', '{}', 'running', NULL, NOW() - INTERVAL 1 MINUTE, NOW()),
      ('a5', 's', 'p', 'v', '{}', 'ready', NULL, NOW() - INTERVAL 1 DAY, NOW()),
      ('a6', 's', 'p', 'v', '{}', 'pending', NULL, NULL, NULL)`);
    await sql(`INSERT INTO fap.report_jobs (id, attempt_id, status, available_at) VALUES
      ('j1', 'a1', 'queued', NOW() - INTERVAL 1 HOUR), ('j2', 'a2', 'running', NOW() - INTERVAL 20 MINUTE),
      ('j3', 'a3', 'queued', NOW() + INTERVAL 1 HOUR), ('j4', 'a4', 'success', NOW() - INTERVAL 1 HOUR)`);
    await sql(`INSERT INTO fap.payment_events (id, provider_event_id, payload_json, handle_status) VALUES
      ('p1', 'e1', '{}', 'failed'), ('p2', 'e2', '{}', 'reprocess_failed'), ('p3', 'e3', '{}', 'ok'), ('p4', 'e4', '{}', NULL)`);
    const [snapshots, jobs, payments] = await steps('reports');
    if (snapshots === undefined || jobs === undefined || payments === undefined)
      throw new Error('three steps');
    expect(told(snapshots)).toEqual([exact(3), ['pending', 'E: token=[redacted]', 2], ['pending', null, 1]]);
    const [errors, none] = snapshots.groups;
    about(7200, errors?.oldestSeconds);
    about(600, errors?.newestSeconds);
    about(60, errors?.updatedSeconds);
    about(1800, none?.updatedSeconds);
    expect(told(jobs).sort()).toEqual([exact(2), ['queued', 1], ['running', 1]].sort());
    expect(told(payments)[0]).toEqual(exact(2));
  });

  it('of ops: approvals that wait for their job, what was audited', async () => {
    await sql(`INSERT INTO fap.admin_approvals (id, type, status, reason, correlation_id, updated_at) VALUES
      ('1', 'REFUND', 'APPROVED', 'x', '1', NOW() - INTERVAL 1 HOUR), ('2', 'REFUND', 'EXECUTED', 'x', '2', NOW())`);
    await sql(`INSERT INTO fap.audit_logs (action, created_at) VALUES
      ('approval_executed_failed', NOW() - INTERVAL 1 HOUR), ('approval_executed_failed', NOW() - INTERVAL 2 DAY),
      ('queue_failed_job_replay', NOW())`);
    const [approvals, audited] = await steps('ops');
    expect(approvals && told(approvals)).toEqual([exact(1), ['APPROVED', 1]]);
    expect(audited && told(audited)).toEqual([exact(1), ['approval_executed_failed', 1]]);
  });

  it('of commerce: payment events, paid orders, grants', async () => {
    await sql("UPDATE fap.payment_events SET last_error_code = 'E_PAY', updated_at = NOW() WHERE id = 'p2'");
    await sql(`INSERT INTO fap.orders (id, order_no, sku, status, updated_at) VALUES
      ('1', 'O1', 's', 'paid', NOW() - INTERVAL 1 HOUR), ('2', 'O2', 's', 'paid', NOW()), ('3', 'O3', 's', 'refunded', NOW())`);
    await sql(`INSERT INTO fap.benefit_grants (id, benefit_code, status, created_at) VALUES
      ('1', 'b', 'active', NOW()), ('2', 'b', 'revoked', NOW()), ('3', 'b', 'active', NOW() - INTERVAL 3 DAY)`);
    const [events, orders, grants] = await steps('commerce');
    expect(events && told(events)).toEqual([exact(1), ['E_PAY', 1]]);
    expect(orders && told(orders)).toEqual([exact(1), ['paid', 1]]);
    expect(grants && told(grants)[0]).toEqual(exact(2));
  });

  it("of content: the newest failed probe's answer, without its secrets", async () => {
    await sql(`INSERT INTO fap.content_pack_releases (id, action, region, locale, dir_alias, status, probe_ok, probe_json, probe_run_at) VALUES
      ('r1', 'publish', 'cn', 'zh', 'd', 'done', 0, '{"ok":false,"secret":"hunter2"}', NOW() - INTERVAL 1 HOUR),
      ('r2', 'publish', 'us', 'en', 'd', 'done', 0, '{"ok":false}', NOW()), ('r3', 'publish', 'us', 'en', 'd', 'done', 1, NULL, NOW())`);
    const [probes] = await steps('content');
    expect(probes?.total).toEqual(exact(2));
    expect(probes?.rows).toEqual([
      ['r2', 'us', 'en', '{"ok":false}'],
      ['r1', 'cn', 'zh', '{"ok":false,"secret":"[redacted]"}'],
    ]);
  });

  it('of insights: failures by error code', async () => {
    await sql(`INSERT INTO fap.ai_insights
      (id, period_type, period_start, period_end, input_hash, prompt_version, model, provider, status, error_code, updated_at) VALUES
      ('1', 'w', CURDATE(), CURDATE(), 'h', 'v', 'm', 'p', 'failed', 'AI_BUDGET_EXCEEDED', NOW()),
      ('2', 'w', CURDATE(), CURDATE(), 'h', 'v', 'm', 'p', 'succeeded', NULL, NOW())`);
    const [insights] = await steps('insights');
    expect(insights && told(insights)).toEqual([exact(1), ['AI_BUDGET_EXCEEDED', 1]]);
  });

  it('are none of an empty table that were looked at by keys, and all that fit of a big one', async () => {
    await sql(`CREATE TABLE fap.big (id int PRIMARY KEY, org int NOT NULL, status varchar(16) NOT NULL, at datetime NOT NULL,
      note varchar(200) NOT NULL, KEY org_status (org, status))`);
    await sql(`INSERT INTO fap.big SELECT seq, 1, IF(seq % 4000 = 0, 'stuck', 'ready'), NOW() - INTERVAL 1 HOUR, REPEAT('x', 100)
      FROM fap.seq_1_to_150000`);
    await sql('ANALYZE TABLE fap.big');
    const stuck = mustRead(
      await look({
        table: 'big',
        where: "status = 'stuck'",
        groupBy: ['status'],
        since: 'at',
        olderThanSeconds: 60,
      }),
    );
    expect(told(stuck)).toEqual([exact(37), ['stuck', 37]]);
    expect(stuck.groups[0]?.oldestSeconds).toBeGreaterThan(3500);
    expect(mustRead(await look({ table: 'big', where: "status = 'nowhere'" })).total).toEqual(exact(0));
    const ready = mustRead(await look({ table: 'big', where: "status = 'ready'", groupBy: ['status'] }));
    expect(told(ready)).toEqual([{ kind: 'capped', value: 50_000 }, ['ready', 50_000]]);
  });
});

describe('ages', () => {
  it('count an integer column as unix seconds', async () => {
    await sql(`INSERT INTO fap.jobs (queue, payload, attempts, available_at, created_at) VALUES
      ('reports', '{}', 0, UNIX_TIMESTAMP() - 600, 0), ('reports', '{}', 0, UNIX_TIMESTAMP() - 1, 0)`);
    const found = mustRead(
      await look({ table: 'jobs', groupBy: ['queue'], since: 'available_at', olderThanSeconds: 60 }, zone),
    );
    expect(found.total).toMatchObject({ value: 1 });
    about(600, found.groups[0]?.oldestSeconds);
  });

  it("follow the application's zone through the hour that comes twice", async () => {
    // On 2026-10-25 Berlin's clocks go from 03:00 back to 02:00 at 01:00 UTC. Half an hour after that:
    const at = Date.UTC(2026, 9, 25, 1, 30) / 1000;
    const then = createAppDatabase(new Secret(world.mariadb.url('qk_read', 'fap')), 'fap', {
      maxConnections: 1,
    });
    await then.read(signal, (on) => on.all('SET timestamp = ?', [at]));
    await sql(`CREATE TABLE fap.autumn (id int PRIMARY KEY, made datetime NULL);
      INSERT INTO fap.autumn VALUES (1, '2026-10-25 01:59:00'), (2, '2026-10-25 02:10:00'), (3, '2026-10-25 02:50:00'), (4, '2026-10-25 03:00:00')`);
    const rows = createRows(then, { name: 'fap', timezone: zone });
    const older = mustRead(
      await rows.look(
        query({ table: 'autumn', groupBy: ['id'], since: 'made', olderThanSeconds: 1500 }),
        signal,
      ),
    );
    // 02:50 was 40 minutes ago or is still to come; what may be stuck counts.
    expect(older.groups.map(({ values, oldestSeconds }) => [values[0], oldestSeconds])).toEqual([
      ['1', 5460],
      ['2', 4800],
      ['3', 2400],
    ]);
    const newer = mustRead(
      await rows.look(
        query({ table: 'autumn', groupBy: ['id'], since: 'made', newerThanSeconds: 4500 }),
        signal,
      ),
    );
    expect(newer.groups.map(({ values }) => values[0])).toEqual(['2', '3', '4']);
    await then.close();
  });
});

describe('limits', () => {
  it('of time: a condition that takes for ever is missing, never a smaller number', async () => {
    const read = await look(
      {
        table: 'orders',
        where: '(SELECT COUNT(*) FROM seq_1_to_100000 a JOIN seq_1_to_100000 b ON a.seq + b.seq = 7) > 0',
      },
      'UTC',
      { ...patient, statementsMs: 700 },
    );
    const missing = { part: 'database', name: 'fap', why: 'timeout', detail: 'orders, > 0.7 s' };
    expect(read).toEqual({ ok: false, missing });
    // The server tells of the end before its list of processes shows it.
    const running = async () => {
      const [left] = await world.sql.query(
        "SELECT info FROM information_schema.PROCESSLIST WHERE user = 'qk_read' AND command = 'Query'",
      );
      return left;
    };
    await expect.poll(running).toEqual([]);
    expect(mustRead(await look({ table: 'autumn' })).total).toEqual({ kind: 'exact', value: 4 });
  });

  it.each([
    ['table', { table: 'order' }, "'fap.order' doesn't exist"],
    ['column', { since: 'creatd_at' }, "'creatd_at'"],
    ['column in the condition', { where: 'stat = 1' }, "'stat'"],
    ['column to show', { show: ['nr'], where: '1 = 1' }, "'nr'"],
    ['time', { since: 'order_no' }, 'order_no is varchar'],
  ])('of what there is: an unknown %s is named', async (_, asked, said) => {
    const read = await look(asked);
    expect(read.ok ? {} : read.missing).toMatchObject({
      why: 'failed',
      detail: expect.stringContaining(said),
    });
  });

  it('of what may be done: nothing can be written, not even by a function, nor locked', async () => {
    await sql(`CREATE FUNCTION fap.sneak() RETURNS INT MODIFIES SQL DATA
      BEGIN DELETE FROM fap.orders; RETURN 1; END;
      GRANT EXECUTE ON FUNCTION fap.sneak TO qk_read; GRANT ALL ON fap.orders TO qk_read`);
    const read = await look({ where: 'sneak() = 1' });
    expect(read.ok ? {} : read.missing).toMatchObject({
      why: 'failed',
      detail: expect.stringContaining('READ ONLY'),
    });
    const insert = await database.read(signal, (on) => on.all('DELETE FROM orders'));
    expect(insert.ok ? {} : insert.missing).toMatchObject({ detail: expect.stringContaining('READ ONLY') });
    const [left] = await world.sql.query('SELECT COUNT(*) AS n FROM fap.orders');
    expect(left).toEqual([{ n: 3 }]);
  });
});

describe('what is tried by `check`', () => {
  const tried = async (
    runbook: readonly RowsQuery[],
    outcomes: AppDescription['outcomes'] = new Map(),
    rules: readonly AlertRule[] = [],
  ) => {
    const steps = runbook.map((rows) => ({ kind: 'rows', rows }) as const);
    const runbooks = new Map([['reports', { queue: 'reports', steps }]]);
    const recovered = { table: 'report_snapshots', where: "status = 'ready'", since: 'updated_on' };
    const drills = new Map([['reports', { queue: 'reports', recovered }]]);
    return mustRead(
      await tryConditions(database, { ...description, outcomes }, { runbooks, drills, rules }, signal),
    );
  };

  it('is told where the server refuses it or would read all of a big table, and only there', async () => {
    const found = await tried(
      [
        ...exampleSteps('reports'),
        query({ where: 'stat = 1' }),
        query({ where: '(status = 1', groupBy: ['status'] }),
        query({ show: ['nr'] }),
        query({ since: 'sku', olderThanSeconds: 5 }),
        query({ table: 'failed_jobs_of_old' }),
        query({ table: 'big', where: "note LIKE '%y%'", groupBy: ['status'] }),
        query({ table: 'big', where: "status = 'stuck'", groupBy: ['note'] }),
      ],
      new Map([
        ['GoodJob', { property: 'a', table: 'orders', key: 'order_no', good: "status = 'refunded'" }],
        ['BadJob', { property: 'a', table: 'orders', key: 'order_nr', good: '1 = 1' }],
        ['SlowJob', { property: 'a', table: 'big', key: 'note', good: "status = 'ready'" }],
      ]),
    );
    const said = found.map((trial) => [
      trial.path.join('.'),
      trial.kind === 'refused' ? trial.detail.replace(/(.{40}).*/, '$1') : trial.rows > 100_000,
    ]);
    expect(said).toEqual([
      ['apps.fap.outcomes.BadJob', expect.stringContaining("Unknown column 'order_nr'")],
      ['apps.fap.outcomes.SlowJob', true],
      ['runbook.reports.steps.3.rows', expect.stringContaining("Unknown column 'stat'")],
      ['runbook.reports.steps.4.rows', expect.stringContaining('You have an error in your SQL syntax')],
      ['runbook.reports.steps.5.rows', expect.stringContaining("Unknown column 'nr'")],
      ['runbook.reports.steps.6.rows', 'sku is varchar, which tells no time'],
      ['runbook.reports.steps.7.rows', expect.stringContaining("'fap.failed_jobs_of_old'")],
      ['runbook.reports.steps.8.rows', true],
      ['drills.reports.recovered', expect.stringContaining("Unknown column 'updated_on'")],
    ]);
  });

  it('tries the tables of alert rules, and proposes a pace where all of a big one is read each time', async () => {
    const rule = (name: string, changes: Partial<SurgeRule> & { readonly everySeconds?: number } = {}) => ({
      ...{ name, app: 'fap', forSeconds: 0, ...surgeRule },
      ...{ table: 'orders', where: "status = 'paid'", since: 'updated_at', ...changes },
    });
    const onBig = { table: 'big', where: "note LIKE '%y%'", since: 'at' };
    const found = await tried([], new Map(), [
      {
        name: 'failed',
        app: 'fap',
        forSeconds: 0,
        watch: 'failed_jobs',
        severity: 'warning',
        above: 0,
        recoverTicks: 2,
        tellEverySeconds: 900,
      },
      rule('good'),
      rule('bad', { where: "stat = 'paid'" }),
      rule('no-time', { since: 'order_no' }),
      { ...rule('stuck'), ...staleShareRule, where: "status = 'paid'", table: 'order', since: 'updated_at' },
      rule('slow', onBig),
      { ...rule('paced', onBig), everySeconds: 300, timeoutSeconds: 2 },
    ]);
    const rules = found.filter(({ path }) => path[0] === 'alerts');
    expect(rules).toEqual([
      expect.objectContaining({
        path: ['alerts', 'rules', 'bad'],
        detail: expect.stringContaining("'stat'"),
      }),
      expect.objectContaining({ path: ['alerts', 'rules', 'no-time'], kind: 'refused' }),
      expect.objectContaining({
        path: ['alerts', 'rules', 'stuck'],
        detail: expect.stringContaining("'fap.order'"),
      }),
      expect.objectContaining({ path: ['alerts', 'rules', 'slow'], kind: 'full-scan', eachTick: true }),
    ]);
  });

  it('is told without the account where it may not read', async () => {
    await sql('CREATE TABLE queuekeeper.hidden (id int)');
    const [trial] = await tried([query({ where: 'id IN (SELECT id FROM queuekeeper.hidden)' })]);
    expect(trial?.kind === 'refused' && trial.detail).toMatch(/^SELECT command denied for table/);
  });

  it('is tried by the command line on the application of the configuration', async () => {
    const run = async (change?: ConfigChange) => {
      const terminal = new FakeTerminal(
        { ...(world.env as Record<string, string>), QUEUEKEEPER_CONFIG: await world.config(change) },
        (path) => readFileSync(path, 'utf8'),
      );
      terminal.loadBot = async () => buildBot;
      return [await runCli(['check'], terminal), [...terminal.written, ...terminal.complained].join('')];
    };
    expect(await run()).toEqual([0, expect.stringContaining('fap: its database understands all of the SQL')]);
    const steps = [{ backlog: 'reports' }, { rows: { table: 'orders', where: "statsu = 'paid'" } }];
    const verdicts = [
      { when: { step: 1, above: 5 }, say: 'Slow', do: 'restart reports' },
      { when: { step: 1, above: 9 }, say: 'Slower', do: 'restrt reports' },
    ];
    const [code, said] = await run({ runbook: { reports: { steps, verdicts } } });
    expect(code).toBe(2);
    expect(said).toMatch(/runbook\.reports\.steps\[1\]\.rows \(line \d+\): .* says: Unknown column 'statsu'/);
    expect(said).toContain('2 faults');
    expect(said).toMatch(/verdicts\[1\]\.do \(line \d+\): "\/queue restrt reports"/);
  });
});
