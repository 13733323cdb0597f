import { type ChildProcess, spawn } from 'node:child_process';
import type { RowDataPacket } from 'mysql2/promise';
import { describe, expect, it, type TestContext } from 'vitest';
import { renderPlain } from '../../demo/slack/plain.ts';
import { startWorld } from '../../demo/world/world.ts';
import { flush } from '../../src/operations/flush.ts';
import { approvalsChannel, numberOf, peopleOn } from '../acceptance/bot/people.ts';
import { type Stage, setStage } from '../acceptance/bot/stage.ts';
import { type Approved, createApproved } from '../acceptance/operations/approved.ts';
import { findProcesses } from '../acceptance/world/processes.ts';

/** What is killed in the middle is judged when nothing of it can live any more, so these mostly wait. */
const review = { review: 'https://wiki.example.com/reviews/7' };
type Demo = Stage['world'];
type Finish = Pick<TestContext, 'onTestFinished'>;

const rowsOf = async (demo: Demo, sql: string): Promise<readonly RowDataPacket[]> =>
  (await demo.sql.query<RowDataPacket[]>(sql))[0];
const present = async (demo: Demo): Promise<readonly number[]> =>
  (await rowsOf(demo, 'SELECT id FROM fap.failed_jobs ORDER BY id')).map((row) => Number(row['id']));

/** Failures made by real workers, the first ones three hours old by now. */
async function fail(demo: Demo, count: number, old: number): Promise<readonly number[]> {
  await demo.app.behave({ GenerateReportSnapshotJob: { do: 'throw', exception: 'content' } });
  await demo.app.dispatch('GenerateReportSnapshotJob', count);
  await demo.app.work('database', 'reports');
  await demo.sql.query('UPDATE fap.failed_jobs SET failed_at = NOW() - INTERVAL 3 HOUR ORDER BY id LIMIT ?', [
    old,
  ]);
  return present(demo);
}

/** The operation alone, on a world whose calls are over soon. */
async function setApproved({ onTestFinished }: Finish): Promise<{ demo: Demo; approved: Approved }> {
  const demo = await startWorld();
  onTestFinished(() => demo.stop());
  const approved = await createApproved(demo, flush, { apps: { fap: { artisan: { timeout: '5s' } } } });
  onTestFinished(() => approved.stop());
  await demo.sql.query('SET GLOBAL innodb_lock_wait_timeout = 2');
  return { demo, approved };
}

/** Keeps artisan's DELETE waiting at the last of the old rows. */
async function holdDelete(demo: Demo, { onTestFinished }: Finish): Promise<{ letGo(): Promise<void> }> {
  const lock = await demo.sql.getConnection();
  onTestFinished(() => lock.destroy());
  const [last] = await rowsOf(
    demo,
    'SELECT MAX(id) AS id FROM fap.failed_jobs WHERE failed_at < NOW() - INTERVAL 2 HOUR',
  );
  await lock.query('START TRANSACTION');
  // This row alone, and no gap beside it: failures go on coming in.
  await lock.query('SELECT id FROM fap.failed_jobs WHERE id = ? FOR UPDATE', [last?.['id']]);
  return {
    async letGo() {
      await lock.query('ROLLBACK');
    },
  };
}

const untilDeletes = (demo: Demo): Promise<void> =>
  until(
    async () =>
      (
        await rowsOf(
          demo,
          "SELECT id FROM information_schema.processlist WHERE info LIKE 'delete from `failed_jobs`%'",
        )
      ).length > 0,
  );

async function until(is: () => Promise<boolean>, limitMs = 60_000): Promise<void> {
  const over = Date.now() + limitMs;
  while (!(await is())) {
    if (Date.now() > over) throw new Error('it never came so far');
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

/** The PHP of this world that runs a flush, and nothing else. */
async function killArtisan(demo: Demo): Promise<void> {
  const lines = await findProcesses(demo.app.folder);
  const pids = lines
    .filter((line) => /^\d+ \S*php artisan queue:flush/.test(line))
    .map((line) => Number.parseInt(line, 10));
  expect(pids).toHaveLength(1);
  for (const pid of pids) process.kill(pid, 'SIGKILL');
}

describe('a flush', () => {
  it('waits for a DELETE that the server carries on without its artisan, and touches nothing until then', async (context) => {
    const { demo, approved } = await setApproved(context);
    const failed = await fail(demo, 30, 28);
    const held = await holdDelete(demo, context);
    const view = await approved.run('flush', review);
    await untilDeletes(demo);
    await killArtisan(demo);
    // As a worker writes them, while the DELETE holds all others.
    for (const uuid of ['0198f6aa-0000-4000-8000-000000000001', '0198f6aa-0000-4000-8000-000000000002']) {
      await demo.sql.query(
        "INSERT INTO fap.failed_jobs (uuid, connection, queue, payload, exception, failed_at) VALUES (?, 'database', 'reports', '{}', 'x', NOW())",
        [uuid],
      );
    }
    await held.letGo();
    const newcomers = (await present(demo)).slice(-2);
    const ended = await approved.untilEnded(view.id, 120_000);
    expect(ended.execution?.state).toBe('partial');
    expect(ended.countsByState).toEqual({ forgotten: 28, present: 2 });
    expect(await present(demo)).toEqual([...failed.slice(-2), ...newcomers]);
    expect(await rowsOf(demo, "SELECT 1 FROM queuekeeper.audit_log WHERE event = 'INTENT'")).toHaveLength(1);
  });

  it('whose connection to the host is lost tells what the data say, when its statement has come back', async (context) => {
    const { demo, approved } = await setApproved(context);
    const failed = await fail(demo, 12, 10);
    const held = await holdDelete(demo, context);
    const view = await approved.run('flush', review);
    await untilDeletes(demo);
    demo.proxies.ssh.cut('reset');
    await held.letGo();
    const ended = await approved.untilEnded(view.id, 120_000);
    expect(ended.execution?.state).toBe('partial');
    expect(ended.countsByState).toEqual({ forgotten: 10, present: 2 });
    expect(await present(demo)).toEqual(failed.slice(-2));
  });

  it('runs to its end while three workers fail jobs as fast as they can: none is lost, none taken that was not frozen', async (context) => {
    const { demo, approved } = await setApproved(context);
    const frozen = await fail(demo, 300, 260);
    await demo.app.dispatch('GenerateReportSnapshotJob', 4_000);
    const words = ['artisan', 'queue:work', 'database', '--queue=reports', '--tries=1', '--sleep=0'];
    const workers = Array.from(
      { length: 3 },
      (): ChildProcess =>
        spawn('php', words, { cwd: demo.app.folder, stdio: 'ignore', env: { ...process.env, ...demo.env } }),
    );
    context.onTestFinished(() => workers.forEach((worker) => void worker.kill('SIGKILL')));
    const view = await approved.ask('flush', review);
    approved.runner().carryOut(await approved.approve(view));
    const ended = await approved.untilEnded(view.id, 600_000);
    expect(ended.execution?.state).toBe('succeeded');
    const left = (await rowsOf(demo, 'SELECT id FROM fap.jobs')).length;
    expect(left).toBeGreaterThan(0);
    await until(async () => (await rowsOf(demo, 'SELECT id FROM fap.jobs LIMIT 1')).length === 0, 300_000);
    const after = await present(demo);
    expect(after).toHaveLength(frozen.length + 4_000 - view.count);
    const archived = await rowsOf(
      demo,
      `SELECT t.failed_id FROM queuekeeper.approval_targets t JOIN queuekeeper.archived_failed_jobs a
         ON a.request_id = t.request_id AND a.failed_id = t.failed_id WHERE t.request_id = '${view.id}'`,
    );
    expect(archived).toHaveLength(view.count);
  });

  it('of a killed bot tells afterwards what the data say, and has removed nothing that is not archived', async ({
    onTestFinished,
  }) => {
    const stage = await setStage({ config: { apps: { fap: { artisan: { timeout: '5s' } } } } });
    onTestFinished(() => stage.stop());
    await stage.rows('SET GLOBAL innodb_lock_wait_timeout = 2');
    const people = peopleOn(stage);
    const failed = await fail(stage.world, 14, 2);
    const form = await people.formOf('flush');
    const posted = stage.slack.nextMessage('the card', ({ channel }) => channel === approvalsChannel);
    await stage.slack.as('U0ANNA').submit(form, { reason: 'of no use', ...review });
    const card = await posted;
    await stage.slack.as('U0BO').click(card, 'Approve');
    await stage.untilRow(
      "SELECT 1 FROM (SELECT COUNT(*) AS n FROM queuekeeper.artisan_calls WHERE state = 'ended') t WHERE n >= 4",
      60_000,
    );
    await stage.bot.kill();
    const newcomers = (await fail(stage.world, 2, 0)).slice(-2);
    await stage.restart();
    const [request] = await stage.rows('SELECT id FROM queuekeeper.approvals WHERE number = ?', [
      numberOf(card),
    ]);
    const id = String(request?.['id']);
    await stage.untilRow(
      `SELECT 1 FROM queuekeeper.audit_log WHERE event = 'OUTCOME' AND request_id = '${id}'`,
      150_000,
    );
    const targets = await stage.rows(
      'SELECT failed_id, state FROM queuekeeper.approval_targets WHERE request_id = ?',
      [id],
    );
    const left = await present(stage.world);
    for (const { failed_id: target, state } of targets)
      expect([target, state]).toEqual([target, left.includes(Number(target)) ? 'present' : 'forgotten']);
    expect(left.slice(-2)).toEqual(newcomers);
    const archived = await stage.rows(
      'SELECT failed_id FROM queuekeeper.archived_failed_jobs WHERE request_id = ? ORDER BY failed_id',
      [id],
    );
    expect(archived.map((row) => Number(row['failed_id']))).toEqual(failed);
    await expect.poll(() => renderPlain(card), { timeout: 60_000 }).toMatch(/done: delete 14/);
  });
});
