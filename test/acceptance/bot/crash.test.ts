import type { PoolConnection } from 'mysql2/promise';
import { describe, it, type TestContext } from 'vitest';
import { renderPlain } from '../../../demo/slack/plain.ts';
import { type Stage, setStage } from './stage.ts';

/**
 * The bot is killed at points of a retry, on a world of its own for each case. An unclean call is judged only when neither
 * its process nor its statement can still live, so the cases run side by side and mostly wait.
 */
const patience = 150_000;

interface Scene {
  readonly stage: Stage;
  readonly id: number;
  readonly uuid: string;
  /** Keeps artisan between its push and its DELETE until the lock is let go. */
  holdDelete(): Promise<PoolConnection>;
  /** How often the job was pushed: what waits now plus what workers ran. */
  pushes(): Promise<number>;
  outcome(): Promise<string>;
  target(): Promise<string>;
}

async function setScene({ onTestFinished }: Pick<TestContext, 'onTestFinished'>): Promise<Scene> {
  const stage = await setStage({ config: { apps: { fap: { artisan: { timeout: '5s' } } } } });
  onTestFinished(() => stage.stop());
  const { app, sql } = stage.world;
  await stage.rows('SET GLOBAL innodb_lock_wait_timeout = 2');
  await app.behave({ GenerateReportSnapshotJob: { do: 'throw', exception: 'content' } });
  await app.dispatch('GenerateReportSnapshotJob');
  await app.work('database', 'reports');
  const [row] = await stage.rows('SELECT id, uuid FROM fap.failed_jobs');
  const id = Number(row?.['id']);
  return {
    ...{ stage, id, uuid: String(row?.['uuid']) },
    async holdDelete() {
      const connection = await sql.getConnection();
      await connection.query('START TRANSACTION');
      await connection.query('SELECT id FROM fap.failed_jobs WHERE id = ? LOCK IN SHARE MODE', [id]);
      return connection;
    },
    async pushes() {
      const [jobs] = await stage.rows("SELECT COUNT(*) AS n FROM fap.jobs WHERE queue = 'reports'");
      return Number(jobs?.['n']);
    },
    async outcome() {
      const found = await stage.untilRow(
        "SELECT outcome FROM queuekeeper.audit_log WHERE event = 'OUTCOME'",
        120_000,
      );
      return String(found['outcome']);
    },
    async target() {
      const [found] = await stage.rows('SELECT state FROM queuekeeper.approval_targets');
      return String(found?.['state']);
    },
  };
}

const artisanIsAt = (stage: Stage): Promise<unknown> =>
  stage.untilRow("SELECT 1 FROM information_schema.processlist WHERE info LIKE 'delete from `failed_jobs`%'");
const intended = (stage: Stage): Promise<unknown> =>
  stage.untilRow("SELECT 1 FROM queuekeeper.audit_log WHERE event = 'INTENT'");

describe.concurrent('the bot, killed in the middle of a retry', () => {
  it(
    'after the intent and before the host heard of it: nothing ran, and the audit says so',
    async (context) => {
      const { expect } = context;
      const { stage, id, outcome, pushes, target } = await setScene(context);
      stage.world.proxies.ssh.set('hang');
      await stage.slack.as('U0ANNA').command('C0OPS', `retry ${id}`);
      await intended(stage);
      await stage.bot.kill();
      stage.world.proxies.ssh.set('pass');
      await stage.restart();
      expect(await outcome()).toBe('not_started');
      expect(await pushes()).toBe(0);
      // Whether artisan had begun can't be told from outside, so the job is not run again unasked.
      expect(await target()).toBe('double_risk');
      expect(await stage.read(`retry ${id}`)).toContain('it could run twice');
    },
    patience,
  );

  it(
    'while artisan works: artisan ends its work, and the true outcome is found in the data',
    async (context) => {
      const { expect } = context;
      const { stage, id, holdDelete, outcome, pushes } = await setScene(context);
      const lock = await holdDelete();
      await stage.slack.as('U0ANNA').command('C0OPS', `retry ${id}`);
      await artisanIsAt(stage);
      await stage.bot.kill();
      await lock.query('ROLLBACK');
      lock.release();
      await stage.restart();
      expect(await outcome()).toBe('succeeded');
      expect(await pushes()).toBe(1);
      const events = await stage.rows(
        'SELECT event FROM queuekeeper.audit_log WHERE request_id IS NOT NULL ORDER BY seq',
      );
      expect(events.map(({ event }) => event)).toEqual([
        'REQUESTED',
        'CLAIMED',
        'ARCHIVED',
        'INTENT',
        'RECONCILED',
        'OUTCOME',
      ]);
      expect(await stage.see(`Retried job ${id}`)).toContain('pushed');
    },
    patience,
  );

  it(
    'and artisan killed between its push and its forget: the job is at double risk, and never run again unasked',
    async (context) => {
      const { expect } = context;
      const { stage, id, holdDelete, outcome, pushes, target } = await setScene(context);
      const lock = await holdDelete();
      await stage.slack.as('U0ANNA').command('C0OPS', `retry ${id}`);
      await artisanIsAt(stage);
      await stage.bot.kill();
      // The server gives the statement up after its lock wait; artisan fails and its row stays.
      await expect
        .poll(() =>
          stage.rows(
            "SELECT 1 FROM information_schema.processlist WHERE info LIKE 'delete from `failed_jobs`%'",
          ),
        )
        .toEqual([]);
      await lock.query('ROLLBACK');
      lock.release();
      await stage.restart();
      await outcome();
      expect(await target()).toBe('double_risk');
      expect(await pushes()).toBe(1);
      expect(await stage.read(`retry ${id}`)).toContain('it could run twice');
      expect(await pushes()).toBe(1);
    },
    patience,
  );

  it(
    'after artisan ended and before its result was recorded: found by the job in its queue',
    async (context) => {
      const { expect } = context;
      const { stage, id, outcome, pushes } = await setScene(context);
      await stage.slack.as('U0ANNA').command('C0OPS', `retry ${id}`);
      await intended(stage);
      stage.world.proxies.store.set('hang');
      await stage.untilRow('SELECT 1 FROM (SELECT COUNT(*) AS n FROM fap.failed_jobs) t WHERE n = 0');
      await stage.bot.kill();
      stage.world.proxies.store.cut();
      stage.world.proxies.store.set('pass');
      await stage.restart();
      expect(await outcome()).toBe('succeeded');
      expect(await pushes()).toBe(1);
    },
    patience,
  );

  it(
    'by SIGTERM: it ends with 0 in time, and the next process finds the outcome',
    async (context) => {
      const { expect } = context;
      const { stage, id, holdDelete, outcome, pushes } = await setScene(context);
      const lock = await holdDelete();
      await stage.slack.as('U0ANNA').command('C0OPS', `retry ${id}`);
      await artisanIsAt(stage);
      const began = Date.now();
      const stopped = stage.bot.stop();
      await lock.query('ROLLBACK');
      lock.release();
      expect(await stopped).toBe(0);
      expect(Date.now() - began).toBeLessThan(30_000);
      await stage.restart();
      expect(await outcome()).toBe('succeeded');
      expect(await pushes()).toBe(1);
    },
    patience,
  );

  it(
    'or cut off from the host: it is unknown, says so, and then what the data says',
    async (context) => {
      const { expect } = context;
      const { stage, id, holdDelete, outcome, pushes } = await setScene(context);
      const lock = await holdDelete();
      const card = await stage.say(`retry ${id}`);
      await artisanIsAt(stage);
      stage.world.proxies.ssh.cut();
      await lock.query('ROLLBACK');
      lock.release();
      expect(await outcome()).toBe('succeeded');
      expect(await pushes()).toBe(1);
      await expect.poll(() => renderPlain(card)).toContain('Retried job');
    },
    patience,
  );

  it(
    'over and over, with two replicas: the card is there once and the job ran once',
    async (context) => {
      const { expect } = context;
      const { stage, id, outcome, pushes } = await setScene(context);
      await stage.another({ unready: false });
      await stage.slack.as('U0ANNA').command('C0OPS', `retry ${id}`);
      await intended(stage);
      await stage.bot.kill();
      await outcome();
      expect(await pushes()).toBe(1);
      await expect
        .poll(
          () =>
            stage.slack.timeline.messages.filter(
              (one) => renderPlain(one).includes('#1 ') && one.channel === 'C0OPS',
            ).length,
        )
        .toBe(1);
    },
    patience,
  );
});
