import { describe, it, type TestContext } from 'vitest';
import { renderPlain } from '../../../demo/slack/plain.ts';
import { type HeldArtisan, holdArtisan, outlive } from './held-artisan.ts';
import { type Stage, setStage } from './stage.ts';

/**
 * The bot is killed at points of a retry, on a world of its own for each case. An unclean call is judged only when neither
 * its process nor its statement can still live: two cases wait for that side by side, in the others it is made so.
 */
const patience = 240_000;

interface Scene {
  readonly stage: Stage;
  readonly id: number;
  /** Keeps artisan between its push and its DELETE. */
  hold(): Promise<HeldArtisan>;
  /** How often the job was pushed: what waits now plus what workers ran. */
  pushes(): Promise<number>;
  outcome(): Promise<string>;
  target(): Promise<string>;
}

/** Artisan's own time limit decides how long an unclean call is waited for. */
async function setScene(
  { onTestFinished }: Pick<TestContext, 'onTestFinished'>,
  timeout = '30s',
): Promise<Scene> {
  const stage = await setStage({ config: { apps: { fap: { artisan: { timeout } } } } });
  onTestFinished(() => stage.stop());
  const { app } = stage.world;
  await app.behave({ GenerateReportSnapshotJob: { do: 'throw', exception: 'content' } });
  await app.dispatch('GenerateReportSnapshotJob');
  await app.work('database', 'reports');
  const [row] = await stage.rows('SELECT id FROM fap.failed_jobs');
  const id = Number(row?.['id']);
  return {
    ...{ stage, id },
    hold: () => holdArtisan(stage, id),
    async pushes() {
      const [jobs] = await stage.rows("SELECT COUNT(*) AS n FROM fap.jobs WHERE queue = 'reports'");
      return Number(jobs?.['n']);
    },
    async outcome() {
      const found = await stage.untilRow(
        "SELECT outcome FROM queuekeeper.audit_log WHERE event = 'OUTCOME'",
        180_000,
      );
      return String(found['outcome']);
    },
    async target() {
      const [found] = await stage.rows('SELECT state FROM queuekeeper.approval_targets');
      return String(found?.['state']);
    },
  };
}

/** Of servers whose clients are gone, from now on: what waits already waits as long as before. */
const shortenLockWaits = (stage: Stage): Promise<unknown> =>
  stage.rows('SET GLOBAL innodb_lock_wait_timeout = 2');
const intended = (stage: Stage): Promise<unknown> =>
  stage.untilRow("SELECT 1 FROM queuekeeper.audit_log WHERE event = 'INTENT'");

describe.concurrent('the bot, killed in the middle of a retry', () => {
  it(
    'after the intent and before the host heard of it: nothing ran, and the audit says so',
    async (context) => {
      const { expect } = context;
      const { stage, id, outcome, pushes, target } = await setScene(context, '5s');
      await shortenLockWaits(stage);
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
      const { stage, id, hold, outcome, pushes } = await setScene(context);
      const artisan = await hold();
      await stage.slack.as('U0ANNA').command('C0OPS', `retry ${id}`);
      await artisan.waits();
      await stage.bot.kill();
      await artisan.letGo();
      await outlive(stage);
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
      const { stage, id, hold, outcome, pushes, target } = await setScene(context);
      const artisan = await hold();
      await stage.slack.as('U0ANNA').command('C0OPS', `retry ${id}`);
      await artisan.waits();
      await stage.bot.kill();
      await artisan.fails();
      await outlive(stage);
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
      const { stage, id, hold, outcome, pushes } = await setScene(context);
      const artisan = await hold();
      await stage.slack.as('U0ANNA').command('C0OPS', `retry ${id}`);
      await artisan.waits();
      stage.world.proxies.store.set('hang');
      await artisan.letGo();
      await stage.untilRow('SELECT 1 FROM (SELECT COUNT(*) AS n FROM fap.failed_jobs) t WHERE n = 0');
      await stage.bot.kill();
      stage.world.proxies.store.cut();
      stage.world.proxies.store.set('pass');
      await outlive(stage);
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
      const { stage, id, hold, outcome, pushes } = await setScene(context);
      const artisan = await hold();
      await stage.slack.as('U0ANNA').command('C0OPS', `retry ${id}`);
      await artisan.waits();
      const began = Date.now();
      const stopped = stage.bot.stop();
      await artisan.letGo();
      expect(await stopped).toBe(0);
      expect(Date.now() - began).toBeLessThan(30_000);
      await outlive(stage);
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
      const { stage, id, hold, outcome, pushes } = await setScene(context, '20s');
      const artisan = await hold();
      const card = await stage.say(`retry ${id}`);
      await artisan.waits();
      await shortenLockWaits(stage);
      stage.world.proxies.ssh.cut();
      await artisan.letGo();
      expect(await outcome()).toBe('succeeded');
      expect(await pushes()).toBe(1);
      await expect.poll(() => renderPlain(card)).toContain('Retried job');
    },
    patience,
  );

  it(
    'as one of two replicas: the other one finds the outcome, the card is there once and the job ran once',
    async (context) => {
      const { expect } = context;
      const { stage, id, hold, outcome, pushes } = await setScene(context);
      // Slack speaks to the one that came last.
      const atWork = await stage.another();
      const artisan = await hold();
      await stage.slack.as('U0ANNA').command('C0OPS', `retry ${id}`);
      await artisan.waits();
      await atWork.kill();
      await artisan.letGo();
      await outlive(stage);
      expect(await outcome()).toBe('succeeded');
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
