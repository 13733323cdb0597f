import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { buttonsOf } from '../../../demo/slack/person.ts';
import { renderPlain } from '../../../demo/slack/plain.ts';
import type { Message } from '../../../demo/slack/timeline.ts';
import { type Stage, setStage } from './stage.ts';

/** One world, in this order. What takes minutes in production takes seconds here; all else is as shipped. */
let stage: Stage;
const workers = 'fap-queue-reports';

const rules = {
  'failed-jobs': { for: '1s' },
  // Two samples make its window whole, however long a tick takes on a busy machine.
  'reports-backlog': { above: 5, no_decline_for: '4s', least_samples: 0.4, recover_for: '1s' },
  'snapshots-pending': { older_than: '60s', for: '1s', recover_for: '1s' },
  'payment-failures': { window: '8s', recover_windows: 1 },
  'no-workers': { for: '1s' },
  slo: undefined,
};

beforeAll(async () => {
  stage = await setStage({
    ...{ workers: [workers], tries: 1 },
    config: { alerts: { every: '1s', quiet: undefined, rules } },
  });
});
afterAll(() => stage?.stop());

const channel = 'C0ALERTS';
const roots = (rule: string): readonly Message[] =>
  stage.slack.timeline.messages.filter(
    (one) =>
      one.channel === channel &&
      one.ephemeralFor === undefined &&
      one.threadTs === undefined &&
      renderPlain(one).includes(`rule \`${rule}\``),
  );
const rootOf = (rule: string): Promise<Message> =>
  stage.slack.until(`a root of ${rule}`, () => roots(rule).at(-1));
const thread = (root: Message): readonly string[] =>
  stage.slack.timeline.messages
    .filter(({ threadTs, ephemeralFor }) => threadTs === root.ts && ephemeralFor === undefined)
    .map(renderPlain);
const becomes = (root: Message, text: string): Promise<void> =>
  expect.poll(() => renderPlain(root)).toContain(text);
const incidents = () => stage.rows('SELECT rule, state, severity FROM queuekeeper.incidents ORDER BY number');
const stateOf = async (rule: string): Promise<unknown> =>
  (await incidents()).filter((one) => one['rule'] === rule).at(-1)?.['state'];
/** The image block of a root, if it has one by now. */
const pictureOf = (root: Message) =>
  z
    .array(z.unknown())
    .parse(root.blocks)
    .flatMap((block) => {
      const image = imageBlock.safeParse(block);
      return image.success ? [image.data] : [];
    })
    .at(-1);
const imageBlock = z.object({
  type: z.literal('image'),
  slack_file: z.object({ id: z.string() }),
  alt_text: z.string(),
  title: z.object({ text: z.string() }),
});
/** By SIGKILL, and as if the evaluator's minute were over: once the store has heard of their end, nothing of theirs comes after. */
async function killAll(): Promise<void> {
  await stage.killAll();
  const lines = "SELECT id FROM information_schema.processlist WHERE user = 'qk_store'";
  await expect.poll(() => stage.rows(lines)).toEqual([]);
  await stage.rows('UPDATE queuekeeper.alert_evaluator SET until = UTC_TIMESTAMP(6)');
}
const press = (root: Message, button: string, who = 'U0BO') => stage.slack.as(who).click(root, button);

describe('incidents in #alerts', () => {
  it('no worker and a backlog: told with the escalation, acknowledged by a button, resolved by starting workers', async () => {
    const { app, supervisor } = stage.world;
    await supervisor?.ctl('stop', `${workers}:*`);
    await app.dispatch('GenerateReportSnapshotJob', 12);
    const [dead, backlog] = await Promise.all([rootOf('no-workers'), rootOf('reports-backlog')]);
    expect(renderPlain(dead)).toContain('no worker of `database:reports` is alive and 12 jobs wait');
    expect(renderPlain(backlog)).toContain('12 jobs wait in `database:reports`');
    expect(buttonsOf(dead).map(({ text }) => text)).toEqual([
      ...['Acknowledge', 'Silence', 'Diagnose', 'Restart…'],
    ]);
    await expect.poll(() => pictureOf(backlog)).toBeDefined();
    const picture = pictureOf(backlog);
    expect(picture?.alt_text).toMatch(
      /^Waiting jobs \(reports-backlog, database:reports\), .* to 12, highest 12 .*/,
    );
    expect(picture?.alt_text).toContain('Threshold 5. Marked: fired');
    expect(picture?.title.text).toContain('Dashed: threshold 5');
    const png = Buffer.from(
      await (
        await fetch(`${stage.slack.apiUrl.replace('/api/', '')}/files/${picture?.slack_file.id}`)
      ).arrayBuffer(),
    );
    expect(png.subarray(1, 4).toString('latin1')).toBe('PNG');
    await press(dead, 'Acknowledge');
    await becomes(dead, '(acknowledged)');
    await supervisor?.ctl('start', `${workers}:*`);
    await Promise.all([becomes(dead, 'Resolved after'), becomes(backlog, 'Resolved after')]);
    await expect.poll(() => thread(dead).at(-1)).toMatch(/Resolved after/);
    expect(thread(dead).filter((text) => !text.includes('S0ONCALL'))).toEqual([
      expect.stringContaining('has acknowledged it and is looking'),
      expect.stringContaining('Resolved after'),
    ]);
    expect(buttonsOf(dead)).toEqual([]);
  });

  it('failures, a surge of payments and stuck snapshots: each one root; the database silent changes none of them', async () => {
    const { app, proxies } = stage.world;
    await app.behave({ GenerateReportSnapshotJob: { do: 'throw', exception: 'content' } });
    await app.dispatch('GenerateReportSnapshotJob', 2);
    await stage.rows(`INSERT INTO fap.report_snapshots
      (attempt_id, scale_code, pack_id, dir_version, report_json, status, created_at, updated_at)
      SELECT CONCAT('stuck-', seq), 'S', 'P', 'V', '{}', 'pending', UTC_TIMESTAMP() - INTERVAL 120 SECOND, UTC_TIMESTAMP()
      FROM fap.seq_1_to_25`);
    await stage.rows(`INSERT INTO fap.payment_events
      (id, provider, provider_event_id, payload_json, handle_status, created_at, updated_at)
      SELECT CONCAT('surge-', seq), 'stripe', CONCAT('surge-', seq), '{}', 'failed', UTC_TIMESTAMP(), UTC_TIMESTAMP()
      FROM fap.seq_1_to_12`);
    const [failed, stale, surge] = await Promise.all(
      ['failed-jobs', 'snapshots-pending', 'payment-failures'].map(rootOf),
    );
    if (failed === undefined || stale === undefined || surge === undefined) throw new Error('no roots');
    // It may fire between the first failure and the second.
    await becomes(failed, '2 failed jobs');
    expect(renderPlain(failed)).toContain('GenerateReportSnapshotJob');
    expect(renderPlain(stale)).toContain('rows are stuck');
    expect(renderPlain(surge)).toContain('`payment-failures`: 12 rows in ');
    await becomes(surge, 'Resolved after');

    proxies.database.set('hang');
    const blind = await rootOf('monitor_blind');
    expect(renderPlain(blind)).toContain('can not be evaluated');
    // What is mended meanwhile nobody can see.
    await stage.rows("UPDATE fap.report_snapshots SET status = 'ready'");
    expect(await stateOf('failed-jobs')).toBe('open');
    expect(await stateOf('snapshots-pending')).toBe('open');
    const rulesTold = (await incidents()).map(({ rule }) => String(rule));
    expect(rulesTold.filter((rule) => rule !== 'monitor_blind').sort()).toEqual([
      ...['failed-jobs', 'no-workers', 'payment-failures', 'reports-backlog', 'snapshots-pending'],
    ]);
    proxies.database.cut();
    proxies.database.set('pass');
    await Promise.all([becomes(blind, 'Resolved after'), becomes(stale, 'Resolved after')]);
    expect(await stateOf('failed-jobs')).toBe('open');

    await stage.say('accept known since the content pack', 'U0BO');
    await becomes(failed, 'Resolved after');
  });

  it('a bot killed as soon as something fired, and again: one root, each entry once, and flapping is known still', async () => {
    const { app } = stage.world;
    await app.dispatch('GenerateReportSnapshotJob');
    await stage.untilRow("SELECT 1 FROM queuekeeper.incidents WHERE rule = 'failed-jobs' AND state = 'open'");
    await killAll();
    await stage.restart();
    await expect.poll(() => roots('failed-jobs').length).toBe(2);
    const root = await rootOf('failed-jobs');
    await press(root, 'Acknowledge');
    await becomes(root, '(acknowledged)');
    await killAll();
    await stage.restart();
    await stage.say('accept known as well', 'U0BO');
    // Its fourth change within an hour: it stays open, and only its root tells.
    await becomes(root, '(flapping): 0 failed jobs');
    expect(await stateOf('failed-jobs')).not.toBe('resolved');
    const acknowledged = () => thread(root).filter((text) => text.includes('has acknowledged it'));
    await expect.poll(() => acknowledged().length).toBe(1);
    const said = thread(root);
    expect(new Set(said).size).toBe(said.length);
    for (const rule of Object.keys(rules).filter((name) => name !== 'slo'))
      expect([rule, roots(rule).length]).toEqual([rule, rule === 'failed-jobs' ? 2 : 1]);
  });

  it('what was mended while the bot was off is found over by the next one, which says that nobody watched', async () => {
    const { app } = stage.world;
    const before = roots('no-workers').length;
    await app.dispatch('RefundOrderJob', 3);
    await expect.poll(() => roots('no-workers').length).toBe(before + 1);
    const root = await rootOf('no-workers');
    expect(renderPlain(root)).toContain('no worker of `database:commerce` is alive and 3 jobs wait');
    // What a root's first drawing tells, its thread does not: so its post is over before the bot dies.
    await stage.untilRow(`SELECT 1 FROM queuekeeper.cards c JOIN queuekeeper.incidents i ON i.id = c.request_id
      WHERE i.rule = 'no-workers' AND i.state = 'open' AND c.message_ts = '${root.ts}'`);
    await killAll();
    await app.work('database', 'commerce');
    // As if it had been off for a while.
    await stage.rows('UPDATE queuekeeper.alert_evaluator SET ticked_at = ticked_at - INTERVAL 200 SECOND');
    await stage.rows(`UPDATE queuekeeper.incidents SET fired_at = fired_at - INTERVAL 400 SECOND
      WHERE rule = 'no-workers' AND state = 'open'`);
    await stage.restart();
    await becomes(root, 'Resolved after');
    await expect.poll(() => thread(root).at(-1)).toMatch(/Resolved after/);
    const said = thread(root).filter((text) => !text.includes('S0ONCALL'));
    expect(said).toEqual([
      expect.stringContaining('Not watched from'),
      expect.stringContaining('Resolved after'),
    ]);
    expect(said[0]).toContain('When it looked again it was over; when that came about nobody saw.');
    expect(renderPlain(root)).toContain('Not watched from');
  });
});
