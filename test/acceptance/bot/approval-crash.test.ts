import { afterAll, beforeAll, beforeEach, describe, expect, it, type TestContext } from 'vitest';
import { renderPlain } from '../../../demo/slack/plain.ts';
import type { Message } from '../../../demo/slack/timeline.ts';
import { type Scene, setScene } from '../../security/scene.ts';
import { holdArtisan, outlive } from './held-artisan.ts';
import { numberOf } from './people.ts';

/**
 * The crash points of docs/approvals.md: the bot is killed at each, started again, and everything is as the table there
 * says; no job is pushed twice.
 */
const patience = 240_000;

const cardsOf = (scene: Scene, text: string): readonly Message[] =>
  scene.stage.slack.timeline.messages.filter(
    (one) =>
      one.channel === 'C0APPROVE' &&
      one.threadTs === undefined &&
      one.ephemeralFor === undefined &&
      !one.deleted &&
      renderPlain(one).includes(text),
  );
const approve = (scene: Scene, card: Message): Promise<unknown> =>
  scene.stage.slack.as('U0BO').click(card, 'Approve');
const reborn = async (scene: Scene): Promise<void> => {
  await scene.stage.bot.kill();
  scene.stage.slack.faults.clear();
  await scene.stage.restart();
};

describe('killed where nothing runs yet', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await setScene();
  });
  afterAll(() => scene?.stage.stop());
  beforeEach(() => scene.clean());
  /** Sends the form without waiting for a card. */
  const send = async (words: string): Promise<void> => {
    const view = await scene.people.formOf(words);
    await scene.stage.slack.as('U0ANNA').submit(view, { reason: 'r', cause: 'Yes', twice: 'Yes' });
  };

  it('C0, before the store heard of the form: nothing is there, and the person asks again', async () => {
    await scene.failures(2);
    const view = await scene.people.formOf('retry all queue=reports');
    scene.stage.world.proxies.store.set('hang');
    await scene.stage.slack.as('U0ANNA').submit(view, { reason: 'r', cause: 'Yes', twice: 'Yes' });
    await scene.stage.bot.kill();
    scene.stage.world.proxies.store.cut();
    scene.stage.world.proxies.store.set('pass');
    await scene.stage.restart();
    expect(
      await scene.stage.rows("SELECT 1 FROM queuekeeper.approvals WHERE state = 'pending'"),
    ).toHaveLength(0);
    await scene.pending('retry all queue=reports');
    expect(
      await scene.stage.rows("SELECT 1 FROM queuekeeper.approvals WHERE state = 'pending'"),
    ).toHaveLength(1);
  });

  it('C1, asked and no card yet: the next process posts it, once', async () => {
    await scene.failures(2);
    scene.stage.slack.faults.set('chat.postMessage', { kind: 'hang' });
    await send('retry all queue=reports');
    const row = await scene.stage.untilRow(
      "SELECT number FROM queuekeeper.approvals WHERE state = 'pending'",
    );
    await reborn(scene);
    await expect.poll(() => cardsOf(scene, `#${row['number']} `).length).toBe(1);
  });

  it('C2, the card posted and its answer lost: it is found again, and a click on it counts', async () => {
    const [id] = await scene.failures(1);
    scene.stage.slack.faults.set('chat.postMessage', { kind: 'lose-answer' }, 1);
    await send('retry all queue=reports');
    const row = await scene.stage.untilRow(
      "SELECT number FROM queuekeeper.approvals WHERE state = 'pending'",
    );
    await expect.poll(() => cardsOf(scene, `#${row['number']} `).length).toBe(1);
    const [card] = cardsOf(scene, `#${row['number']} `);
    if (card === undefined) throw new Error('the card was just there');
    await reborn(scene);
    await approve(scene, card);
    expect(await scene.outcome(card)).toBe('succeeded');
    expect(await scene.present()).not.toContain(id);
    await expect.poll(() => renderPlain(card)).toMatch(/(done|sent): /);
    expect(cardsOf(scene, `#${row['number']} `)).toHaveLength(1);
  });

  it('C3, in the middle of a vote: vote, record and state are all there, or none of them', async () => {
    await scene.failures(1);
    const card = await scene.pending();
    const cut = scene.stage.world.proxies.store.cutWhen('INSERT INTO approval_votes', true);
    await approve(scene, card);
    await cut;
    await reborn(scene);
    const voted = (await scene.events(card)).filter((event) => event === 'VOTED').length;
    const votes = await scene.stage.rows(
      'SELECT 1 FROM queuekeeper.approval_votes v JOIN queuekeeper.approvals a ON a.id = v.request_id WHERE a.number = ?',
      [numberOf(card)],
    );
    expect(votes).toHaveLength(voted);
    if (voted === 0) await approve(scene, card);
    expect(await scene.outcome(card)).toBe('succeeded');
    expect(await scene.waiting()).toBe(1);
  });

  it('C4, approved and not begun: begun by the next process while there is time, else expired', async () => {
    await scene.failures(2);
    const card = await scene.pending();
    await scene.stage.say('freeze so that nothing begins');
    await approve(scene, card);
    await scene.untilState(card, 'approved');
    await reborn(scene);
    await scene.stage.say('unfreeze', 'U0BO');
    expect(await scene.outcome(card)).toBe('succeeded');
    expect(await scene.waiting()).toBe(2);

    await scene.failures(1);
    const late = await scene.pending();
    await scene.stage.say('freeze again');
    await approve(scene, late);
    await scene.untilState(late, 'approved');
    await scene.stage.bot.kill();
    await scene.stage.rows(
      "UPDATE queuekeeper.approvals SET run_by = UTC_TIMESTAMP(6) WHERE state = 'approved'",
    );
    await scene.stage.restart();
    await scene.untilState(late, 'expired');
    await scene.stage.say('unfreeze', 'U0BO');
    await expect.poll(() => renderPlain(late)).toContain('expired');
    expect(await scene.waiting()).toBe(2);
  });

  it('C9, the outcome recorded and the card old: the next process draws it', async () => {
    await scene.failures(2);
    const card = await scene.pending();
    scene.stage.slack.faults.set('chat.update', { kind: 'hang' });
    await approve(scene, card);
    expect(await scene.outcome(card)).toBe('succeeded');
    expect(renderPlain(card)).toContain('needs another person');
    await reborn(scene);
    await expect.poll(() => renderPlain(card)).toMatch(/(done|sent): /);
    expect(renderPlain(card)).not.toContain('[Approve]');
    expect(cardsOf(scene, renderPlain(card).split('\n')[0] ?? '')).toHaveLength(1);
  });

  it('C11, the store comes back without its last records: what changes jobs is refused, and it says so', async () => {
    await scene.failures(1);
    const card = await scene.pending();
    await scene.stage.read('whoami');
    await loseNewest(scene, 3);
    scene.stage.world.proxies.store.cut();
    await scene.people.refusal(card, 'Approve', 'U0BO');
    expect(await scene.state(card)).toBe('pending');
    await expect.poll(() => scene.stage.bot.ready()).toBe(false);
  });
});

/** The store forgets its newest records, as a copy does that had not got them yet. Nothing is written in between. */
async function loseNewest({ stage }: Scene, records: number): Promise<void> {
  const store = await stage.world.sql.getConnection();
  await store.query('USE queuekeeper');
  await store.query('START TRANSACTION');
  await store.query('SELECT seq FROM audit_head FOR UPDATE');
  await store.query('DELETE FROM audit_log ORDER BY seq DESC LIMIT ?', [records]);
  await store.query('SELECT seq, hash INTO @seq, @hash FROM audit_log ORDER BY seq DESC LIMIT 1');
  await store.query('UPDATE audit_head SET seq = @seq, hash = @hash');
  await store.query('COMMIT');
  store.destroy();
}

describe.concurrent('killed while it runs', () => {
  const set = async ({ onTestFinished }: Pick<TestContext, 'onTestFinished'>): Promise<Scene> => {
    const scene = await setScene();
    onTestFinished(() => scene.stage.stop());
    return scene;
  };
  const twice = async (scene: Scene): Promise<number> =>
    (
      await scene.stage.rows(
        "SELECT JSON_VALUE(payload, '$.uuid') AS uuid FROM fap.jobs GROUP BY uuid HAVING COUNT(*) > 1",
      )
    ).length;

  /** Kills the bot when its first intent is recorded and the host can not be reached, and starts the next one. */
  const cutOffAtIntent = async (scene: Scene, card: Message): Promise<string> => {
    scene.stage.world.proxies.ssh.set('hang');
    await approve(scene, card);
    const { detail } = await scene.stage.untilRow(
      "SELECT detail FROM queuekeeper.audit_log WHERE event = 'INTENT' ORDER BY seq LIMIT 1",
    );
    await scene.stage.bot.kill();
    scene.stage.world.proxies.ssh.cut();
    scene.stage.world.proxies.ssh.set('pass');
    await outlive(scene.stage);
    await scene.stage.restart();
    return String(detail);
  };

  it(
    'C5, the intent recorded and the host not reached: not started, and nothing ran',
    async (context) => {
      const scene = await set(context);
      await scene.failures(3);
      // Paused by hand, so that the first call is the one that pushes.
      await scene.stage.world.app.artisan('queue:pause', 'database:reports');
      const card = await scene.pending();
      context.expect(await cutOffAtIntent(scene, card)).toContain('queue:retry');
      context.expect(await scene.outcome(card)).toBe('not_started');
      context.expect(await scene.waiting()).toBe(0);
      context.expect(await scene.present()).toHaveLength(3);
    },
    patience,
  );

  it(
    'C5, the same with the pause before it: the next process goes on, each job is pushed once, and the queue is served',
    async (context) => {
      const scene = await set(context);
      await scene.failures(3);
      const card = await scene.pending();
      context.expect(await cutOffAtIntent(scene, card)).toContain('queue:pause');
      context.expect(await scene.outcome(card)).toBe('succeeded');
      context.expect(await scene.waiting()).toBe(3);
      context.expect(await twice(scene)).toBe(0);
      context.expect(await scene.present()).toEqual([]);
      context.expect(await scene.stage.read('status reports')).not.toContain('paused');
    },
    patience,
  );

  it(
    'C6, in the middle of a call: artisan ends it, the data tells, and nothing is pushed twice',
    async (context) => {
      const scene = await set(context);
      const ids = await scene.failures(6);
      const card = await scene.pending();
      const artisan = await holdArtisan(scene.stage, ids[3]);
      await approve(scene, card);
      await artisan.waits();
      await scene.stage.bot.kill();
      await artisan.letGo();
      await outlive(scene.stage);
      await scene.stage.restart();
      const outcome = await scene.outcome(card);
      context.expect(['succeeded', 'partial']).toContain(outcome);
      context.expect(await scene.waiting()).toBe(6);
      context.expect(await twice(scene)).toBe(0);
      context.expect(await scene.events(card)).toContain('RECONCILED');
    },
    patience,
  );

  it(
    'C7, with the host gone between push and forget: that job is at double risk, and never run again unasked',
    async (context) => {
      const scene = await set(context);
      const ids = await scene.failures(6);
      const card = await scene.pending();
      const artisan = await holdArtisan(scene.stage, ids[3]);
      await approve(scene, card);
      await artisan.waits();
      await scene.stage.bot.kill();
      await artisan.fails();
      await outlive(scene.stage);
      await scene.stage.restart();
      context.expect(await scene.outcome(card)).toBe('partial');
      const [risky] = await scene.stage.rows(
        "SELECT failed_id FROM queuekeeper.approval_targets WHERE state = 'double_risk'",
      );
      context.expect(Number(risky?.['failed_id'])).toBe(ids[3]);
      // Asked for once more, it is left out, and the others run.
      const again = await scene.pending();
      await approve(scene, again);
      await scene.outcome(again);
      context.expect(await scene.present()).toEqual([ids[3]]);
      context.expect(await twice(scene)).toBe(0);
      context.expect(await scene.waiting()).toBe(6);
    },
    patience,
  );

  it(
    'C8, the effect there and its result not recorded: the outcome is written once',
    async (context) => {
      const scene = await set(context);
      const [id] = await scene.failures(3);
      const card = await scene.pending();
      const artisan = await holdArtisan(scene.stage, id);
      await approve(scene, card);
      await artisan.waits();
      scene.stage.world.proxies.store.set('hang');
      await artisan.letGo();
      await scene.stage.untilRow('SELECT 1 FROM (SELECT COUNT(*) AS n FROM fap.failed_jobs) t WHERE n = 0');
      await scene.stage.bot.kill();
      scene.stage.world.proxies.store.cut();
      scene.stage.world.proxies.store.set('pass');
      await outlive(scene.stage);
      await scene.stage.restart();
      context.expect(await scene.outcome(card)).toBe('succeeded');
      context.expect(await scene.waiting()).toBe(3);
      context.expect((await scene.events(card)).filter((event) => event === 'OUTCOME')).toHaveLength(1);
    },
    patience,
  );

  it(
    'C10, asleep through its lease while another process took over: it starts nothing more and writes nothing',
    async (context) => {
      const scene = await set(context);
      const ids = await scene.failures(6);
      const card = await scene.pending();
      const artisan = await holdArtisan(scene.stage, ids[3]);
      await approve(scene, card);
      await artisan.waits();
      const sleeper = scene.stage.bot;
      sleeper.process.kill('SIGSTOP');
      await artisan.letGo();
      await outlive(scene.stage);
      const other = await scene.stage.another();
      const outcome = await scene.outcome(card);
      sleeper.process.kill('SIGCONT');
      context.expect(['succeeded', 'partial']).toContain(outcome);
      await context.expect.poll(() => sleeper.logs()).toMatch(/LeaseLost|held by another|outcome already/);
      context.expect((await scene.events(card)).filter((event) => event === 'OUTCOME')).toHaveLength(1);
      context.expect(await scene.waiting()).toBe(6);
      context.expect(await twice(scene)).toBe(0);
      await other.kill();
    },
    patience,
  );
});
