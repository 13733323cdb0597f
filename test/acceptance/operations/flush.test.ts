import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import type { RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createClock } from '../../../demo/world/clock.ts';
import { fillFailures } from '../../../demo/world/fill.ts';
import { findProgram } from '../../../demo/world/programs.ts';
import { type World as DemoWorld, startWorld } from '../../../demo/world/world.ts';
import type { RequestView } from '../../../src/core/request.ts';
import { flush } from '../../../src/operations/flush.ts';
import { type Approved, createApproved } from './approved.ts';

/** `queue:flush` on the real world: who fails meanwhile stays, and what goes is in the archive. */
let demo: DemoWorld;
let approved: Approved;
const review = { review: 'https://wiki.example.com/reviews/7' };

beforeAll(async () => {
  demo = await startWorld();
  approved = await createApproved(demo, flush, { apps: { fap: { artisan: { timeout: '30s' } } } });
  await demo.sql.query('SET GLOBAL innodb_lock_wait_timeout = 20');
  // Real failures are made once; each case takes copies of them.
  await fillFailures(demo, 2_010, { days: 1 });
  await demo.sql.query('CREATE TABLE fap.kept_failures AS SELECT * FROM fap.failed_jobs');
});
afterAll(async () => {
  await approved?.stop();
  await demo?.stop();
});
beforeEach(async () => {
  await rows('DELETE FROM fap.failed_jobs');
  await rows('DELETE FROM fap.jobs');
});

async function rows(sql: string, values: readonly unknown[] = []): Promise<readonly RowDataPacket[]> {
  const [found] = await demo.sql.query<RowDataPacket[]>(sql, [...values]);
  return found;
}
const idsOf = async (sql: string): Promise<readonly number[]> =>
  (await rows(sql)).map((row) => Number(row['id']));
const present = (): Promise<readonly number[]> => idsOf('SELECT id FROM fap.failed_jobs ORDER BY id');

/** `old` ones of three hours ago, and `fresh` ones of ten minutes ago. */
async function fill(old: number, fresh: number): Promise<void> {
  await rows(
    `INSERT INTO fap.failed_jobs (uuid, connection, queue, payload, exception, failed_at)
     SELECT uuid, connection, queue, payload, exception,
       NOW() - INTERVAL IF(ROW_NUMBER() OVER (ORDER BY id) <= ?, 180, 10) MINUTE
     FROM fap.kept_failures ORDER BY id LIMIT ?`,
    [old, old + fresh],
  );
}

/** As `archived_failed_jobs` and `failed_jobs` both can say it. */
const wholeRows = (table: string, id: string, where: string): Promise<readonly RowDataPacket[]> =>
  rows(`SELECT ${id} AS id, uuid, CAST(connection AS BINARY) AS connection, CAST(queue AS BINARY) AS queue,
    SHA2(payload, 256) AS payload, SHA2(exception, 256) AS exception, CAST(failed_at AS CHAR) AS failed_at
    FROM ${table} WHERE ${where} ORDER BY ${id}`);
const archiveOf = ({ id }: RequestView): Promise<readonly RowDataPacket[]> =>
  wholeRows('queuekeeper.archived_failed_jobs', 'failed_id', `request_id = '${id}'`);

const argvs = async (view: RequestView): Promise<readonly string[]> =>
  (
    await rows(
      "SELECT JSON_EXTRACT(detail, '$.argv') AS argv FROM queuekeeper.audit_log WHERE event = 'INTENT' AND request_id = ? ORDER BY seq",
      [view.id],
    )
  ).map((row) => [row['argv']].flat().join(' '));

describe('flush', () => {
  it('takes the old ones in one statement and the others one by one, archives all byte for byte, names what stays', async () => {
    await fill(300, 4);
    const nameless = await demo.jobs.oddFailure('null-uuid');
    await rows(
      "UPDATE fap.failed_jobs SET payload = CONCAT(payload, '\\0', 'ünïcödé 😀') ORDER BY id LIMIT 3",
    );
    const before = await wholeRows('fap.failed_jobs', 'id', '1');
    const view = await approved.ask('flush', review);
    expect(view.facts).toMatchObject({ hours: 2, inStatement: 300, oneByOne: 4, staying: 1 });
    // It fails between question and run, and under the connection's own zone it could look old.
    await demo.app.behave({ GenerateReportSnapshotJob: { do: 'throw', exception: 'content' } });
    await demo.app.dispatch('GenerateReportSnapshotJob', 3);
    await demo.app.work('database', 'reports');
    const newcomers = (await present()).slice(-3);
    approved.runner().carryOut(await approved.approve(view));
    const ended = await approved.untilEnded(view.id);
    expect(ended.execution).toMatchObject({
      state: 'partial',
      detail: { forgotten: 304, present: 1, newSince: 3 },
    });
    expect(await present()).toEqual([nameless, ...newcomers]);
    expect(await archiveOf(view)).toEqual(before);
    const said = await argvs(view);
    expect(said[0]).toBe('queue:flush --hours=2');
    expect(said).toHaveLength(5);
  });

  it('takes nothing in one statement where only some of a queue are meant', async () => {
    await fill(40, 0);
    const [chosen] = await rows(
      'SELECT queue, COUNT(*) AS n FROM fap.failed_jobs GROUP BY queue ORDER BY n LIMIT 1',
    );
    const others = await idsOf(
      `SELECT id FROM fap.failed_jobs WHERE queue <> '${chosen?.['queue']}' ORDER BY id`,
    );
    const view = await approved.run(`flush queue=${chosen?.['queue']}`, review);
    const ended = await approved.untilEnded(view.id);
    expect(ended.execution).toMatchObject({ state: 'succeeded' });
    expect(await present()).toEqual(others);
    expect((await argvs(view)).every((argv) => argv.startsWith('queue:forget '))).toBe(true);
  });

  it('never names to artisan a uuid that two rows have, and says which stay', async ({ onTestFinished }) => {
    await fill(0, 3);
    await rows('ALTER TABLE fap.failed_jobs DROP INDEX failed_jobs_uuid_unique');
    onTestFinished(async () => {
      await rows('DELETE FROM fap.failed_jobs');
      await rows('ALTER TABLE fap.failed_jobs ADD UNIQUE failed_jobs_uuid_unique (uuid)');
    });
    const [first = 0] = await present();
    await rows(
      `INSERT INTO fap.failed_jobs (uuid, connection, queue, payload, exception, failed_at)
       SELECT uuid, connection, queue, payload, exception, NOW() FROM fap.failed_jobs WHERE id = ?`,
      [first],
    );
    const last = (await present()).at(-1);
    const view = await approved.run('flush', review);
    expect(view.facts).toMatchObject({ staying: 2, stayingIds: [first, last], oneByOne: 2 });
    const ended = await approved.untilEnded(view.id);
    expect(ended.execution).toMatchObject({ state: 'partial', detail: { forgotten: 2, present: 2 } });
    expect(await present()).toEqual([first, last]);
  });

  it('loses no failure of three workers at full speed and takes none that was not frozen', async () => {
    await fill(2_000, 6);
    const frozen = await present();
    await demo.app.behave({ GenerateReportSnapshotJob: { do: 'throw', exception: 'content' } });
    await demo.app.dispatch('GenerateReportSnapshotJob', 400);
    const workers = work(3);
    try {
      await until(async () => (await present()).length > frozen.length + 20);
      const view = await approved.ask('flush', review);
      const meant = new Set(
        (
          await rows('SELECT failed_id AS id FROM queuekeeper.approval_targets WHERE request_id = ?', [
            view.id,
          ])
        ).map((row) => Number(row['id'])),
      );
      approved.runner().carryOut(await approved.approve(view));
      await approved.until(view.id, ({ execution }) => (execution?.progress['statement'] ?? 0) !== 0);
      await approved.store.control.press('stop', view.id, view.requester);
      const ended = await approved.untilEnded(view.id);
      await until(async () => (await rows('SELECT id FROM fap.jobs LIMIT 1')).length === 0);
      const archived = (await archiveOf(view)).map((row) => Number(row['id']));
      expect(archived.every((id) => meant.has(id))).toBe(true);
      expect(ended.execution?.progress['ended']).toMatchObject({ why: 'stopped' });
      const gone = ended.countsByState.forgotten ?? 0;
      expect(gone).toBeGreaterThanOrEqual(2_000);
      // A worker takes a job from its table before it writes the failure.
      await expect.poll(present).toHaveLength(frozen.length + 400 - gone);
      const after = await present();
      expect(after.filter((id) => !meant.has(id)).length).toBe(frozen.length + 400 - meant.size);
    } finally {
      for (const worker of workers) worker.kill('SIGKILL');
    }
  });

  it('spares a failure whose transaction is still open when it runs', async ({ onTestFinished }) => {
    await fill(30, 0);
    const open = await demo.sql.getConnection();
    onTestFinished(() => open.destroy());
    await open.query('START TRANSACTION');
    await open.query(
      `INSERT INTO fap.failed_jobs (uuid, connection, queue, payload, exception, failed_at)
       SELECT UUID(), connection, queue, payload, exception, NOW() FROM fap.failed_jobs ORDER BY id LIMIT 1`,
    );
    const view = await approved.ask('flush', review);
    approved.runner().carryOut(await approved.approve(view));
    await approved.until(view.id, ({ execution }) => (execution?.progress['phase'] ?? '') !== 'archiving');
    await open.query('COMMIT');
    const ended = await approved.untilEnded(view.id);
    expect(ended.execution).toMatchObject({ state: 'succeeded', detail: { forgotten: 30, newSince: 1 } });
    expect(await present()).toHaveLength(1);
  });

  it('goes on where a clean stop left it, in another process', async () => {
    await fill(0, 12);
    const first = approved.runner();
    const view = await approved.ask('flush', review);
    first.carryOut(await approved.approve(view));
    // Looked at often, so that it is not over when it is seen to have begun.
    await until(async () => ((await approved.find(view.id)).countsByState.forgotten ?? 0) > 2);
    await first.drain(10_000);
    expect((await approved.find(view.id)).execution?.state).toBe('executing');
    const stopping = new AbortController();
    const next = approved.runner();
    void next.recover(stopping.signal);
    const ended = await approved.untilEnded(view.id);
    stopping.abort();
    expect(ended.execution).toMatchObject({ state: 'succeeded', detail: { forgotten: 12 } });
    const called = await argvs(view);
    expect(new Set(called).size).toBe(called.length);
  });

  it('begins nothing where a frozen row was changed in place', async () => {
    await fill(20, 0);
    const view = await approved.ask('flush', review);
    const execution = await approved.approve(view);
    await rows("UPDATE fap.failed_jobs SET payload = CONCAT(payload, ' ') ORDER BY id LIMIT 1");
    approved.runner().carryOut(execution);
    const ended = await approved.untilEnded(view.id);
    expect(ended.execution).toMatchObject({ state: 'not_started', progress: { ended: { why: 'changed' } } });
    expect(await present()).toHaveLength(20);
  });

  it('goes back to who asked when it would be split otherwise than the card said', async () => {
    await fill(20, 0);
    const view = await approved.ask('flush', review);
    const execution = await approved.approve(view);
    await rows('UPDATE fap.failed_jobs SET failed_at = NOW() - INTERVAL 20 MINUTE ORDER BY id DESC LIMIT 5');
    approved.runner().carryOut(execution);
    const ended = await approved.untilEnded(view.id);
    expect(ended.execution).toMatchObject({ state: 'not_started', progress: { ended: { why: 'split' } } });
    expect(await present()).toHaveLength(20);
  });

  // Another configuration is another policy, so these come last.
  it('by age spares what is a little younger, also where the clock of the application is ten minutes ahead', async () => {
    await fill(20, 0);
    await rows('UPDATE fap.failed_jobs SET failed_at = NOW() - INTERVAL 365 MINUTE');
    const spared = (await present()).slice(-5);
    await rows('UPDATE fap.failed_jobs SET failed_at = NOW() - INTERVAL 295 MINUTE WHERE id IN (?)', [
      spared,
    ]);
    const php = await phpAhead(600_000);
    const ahead = await createApproved(demo, flush, { apps: { fap: { artisan: { php, timeout: '30s' } } } });
    try {
      const view = await ahead.run('flush older=5h', review);
      expect(view.facts).toMatchObject({ hours: 6, inStatement: 15, oneByOne: 0 });
      const ended = await ahead.untilEnded(view.id);
      expect(ended.execution).toMatchObject({ state: 'succeeded', detail: { forgotten: 15 } });
      expect(await present()).toEqual(spared);
    } finally {
      await ahead.stop();
    }
  });

  it('goes by id where others write the times of another zone', async () => {
    await fill(10, 2);
    const berlin = await createApproved(demo, flush, { apps: { fap: { timezone: 'Asia/Shanghai' } } });
    try {
      // The application's own rows say Shanghai's time; two say CURRENT_TIMESTAMP, eight hours earlier.
      await rows('UPDATE fap.failed_jobs SET failed_at = failed_at + INTERVAL 8 HOUR ORDER BY id LIMIT 11');
      const survey = await berlin.survey('flush');
      expect(survey.detail).toMatchObject({ noStatement: 'other-zone', inStatement: 0, oneByOne: 12 });
    } finally {
      await berlin.stop();
    }
  });
});

async function until(is: () => Promise<boolean>, limitMs = 100_000): Promise<void> {
  const over = Date.now() + limitMs;
  while (!(await is())) {
    if (Date.now() > over) throw new Error('it never came so far');
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

/** A PHP whose clock is so far ahead. */
async function phpAhead(milliseconds: number): Promise<string> {
  const clock = await createClock(`${demo.folder}/php.clock`);
  await clock.offset(milliseconds);
  const exported = Object.entries(clock.env).map(([name, value]) => `${name}='${value}'`);
  const path = `${demo.folder}/php-ahead`;
  await writeFile(path, `#!/bin/sh\nexec env ${exported.join(' ')} ${findProgram('php')} "$@"\n`);
  await chmod(path, 0o755);
  return path;
}

/** Workers that fail jobs as fast as they can. */
function work(count: number): readonly ChildProcess[] {
  const words = ['artisan', 'queue:work', 'database', '--queue=reports', '--tries=1', '--sleep=0'];
  return Array.from({ length: count }, () =>
    spawn('php', words, { cwd: demo.app.folder, stdio: 'ignore', env: { ...process.env, ...demo.env } }),
  );
}
