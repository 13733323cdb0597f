import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Stage, setStage } from '../acceptance/bot/stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await setStage();
  await stage.world.app.behave({ GenerateReportSnapshotJob: { do: 'throw', exception: 'content' } });
  await stage.world.app.dispatch('GenerateReportSnapshotJob');
  await stage.world.app.work('database', 'reports');
});
afterAll(() => stage?.stop());

describe('the bot killed in a retry, with every time limit as it comes', () => {
  it('judges it when artisan and a statement under the server’s own lock wait can not live any more, and not before', async () => {
    const [row] = await stage.rows('SELECT id FROM fap.failed_jobs');
    stage.world.proxies.ssh.set('hang');
    await stage.slack.as('U0ANNA').command('C0OPS', `retry ${row?.['id']}`);
    const intent = await stage.untilRow(
      "SELECT UNIX_TIMESTAMP(at) AS at FROM queuekeeper.audit_log WHERE event = 'INTENT'",
    );
    await stage.bot.kill();
    stage.world.proxies.ssh.set('pass');
    await stage.restart();
    const outcome = await stage.untilRow(
      "SELECT UNIX_TIMESTAMP(at) AS at, outcome FROM queuekeeper.audit_log WHERE event = 'OUTCOME'",
      300_000,
    );
    expect(outcome['outcome']).toBe('not_started');
    // 10 s to start, 30 s to run, 10 s between TERM and KILL, 5 s of margin, and MariaDB's 50 s of lock wait.
    expect(Number(outcome['at']) - Number(intent['at'])).toBeGreaterThanOrEqual(105);
  });
});
