import { afterAll, beforeAll, expect, it } from 'vitest';
import { renderPlain } from '../../../demo/slack/plain.ts';
import { type Stage, setStage } from './stage.ts';

let stage: Stage;

beforeAll(async () => {
  const others = ['reports-backlog', 'snapshots-pending', 'payment-failures', 'no-workers', 'slo'];
  stage = await setStage({
    workers: [],
    config: {
      alerts: {
        every: '1s',
        quiet: undefined,
        rules: {
          ...Object.fromEntries(others.map((name) => [name, undefined])),
          'failed-jobs': { for: '1s' },
        },
      },
    },
  });
  const { app } = stage.world;
  await app.behave({ GenerateReportSnapshotJob: { do: 'throw', exception: 'content' } });
  await app.dispatch('GenerateReportSnapshotJob', 3);
  await app.work('database', 'reports');
});
afterAll(() => stage?.stop());

it('an incident is taken, silenced and worked on from its thread, and accepted failures end it', async () => {
  const root = await stage.slack.waitFor(
    'the root of an incident',
    (message) =>
      message.channel === 'C0ALERTS' && message.threadTs === undefined && message.botId !== undefined,
  );
  // The bot knows its own message as soon as Slack's answer is stored.
  await stage.untilRow(`SELECT 1 FROM queuekeeper.cards WHERE message_ts = '${root.ts}'`);
  const inThread = (...parts: readonly string[]): Promise<unknown> =>
    stage.slack.waitFor(
      `"${parts.join(', ')}" in the thread`,
      (one) => one.threadTs === root.ts && parts.every((part) => renderPlain(one).includes(part)),
    );
  const mention = (words: string) => stage.slack.as('U0ANNA').mention('C0ALERTS', words, root.ts);

  await mention('ack');
  await stage.untilRow("SELECT 1 FROM queuekeeper.audit_log WHERE event = 'ACKNOWLEDGED'");
  await inThread('acknowledged');
  const anna = stage.slack.as('U0ANNA');
  await anna.click(root, 'Silence');
  const form = await stage.slack.until('the form that asks for how long and why', () =>
    anna.openViews().find(({ definition }) => definition['submit'] !== undefined),
  );
  await anna.submit(form, { duration: '30m', reason: 'by the button' });
  await stage.untilRow("SELECT 1 FROM queuekeeper.audit_log WHERE event = 'SILENCED'");
  await mention('silence 2h deploy');
  await stage.untilRow("SELECT 1 FROM queuekeeper.audit_log WHERE event = 'SILENCED' AND reason = 'deploy'");
  expect(await stage.read('alerts')).toMatch(/1 open incident[\s\S]*failed-jobs[\s\S]*deploy/);

  const [failed] = await stage.rows('SELECT id FROM fap.failed_jobs ORDER BY id LIMIT 1');
  await mention(`forget ${String(failed?.['id'])}`);
  await inThread('forget', '3 → 2');

  await stage.say('accept the old pack');
  await stage.untilRow("SELECT 1 FROM queuekeeper.incidents WHERE state = 'resolved'");
  expect(await stage.read('status')).toContain('the old pack');
});
