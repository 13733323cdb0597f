import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderPlain } from '../../../demo/slack/plain.ts';
import { type Stage, setStage } from './stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await setStage({ socket: true });
  await stage.world.app.behave({ GenerateReportSnapshotJob: { do: 'throw', exception: 'content' } });
  await stage.world.app.dispatch('GenerateReportSnapshotJob', 2);
  await stage.world.app.work('database', 'reports');
});
afterAll(() => stage?.stop());

describe('over Socket Mode', () => {
  it('answers, and its button retries', async () => {
    const shown = await stage.say('show 1');
    await stage.slack.as('U0ANNA').click(shown, 'Retry');
    await stage.see('Retried job 1');
    expect(await stage.rows('SELECT id FROM fap.failed_jobs WHERE id = 1')).toEqual([]);
  });

  it('acts once on an envelope that comes twice', async () => {
    const known = new Set(stage.slack.timeline.messages);
    await stage.slack.as('U0BO').command('C0OPS', 'retry 2', { times: 2 });
    await stage.see('Retried job 2');
    const jobs = await stage.rows("SELECT COUNT(*) AS n FROM fap.jobs WHERE queue = 'reports'");
    expect(jobs[0]?.['n']).toBe(2);
    const cards = stage.slack.timeline.messages.filter(
      (one) => !known.has(one) && renderPlain(one).includes('job 2'),
    );
    expect(cards).toHaveLength(1);
  });

  it('splits what people do between two replicas, each answered once', async () => {
    const other = await stage.another();
    const known = new Set(stage.slack.timeline.messages);
    await Promise.all(Array.from({ length: 10 }, () => stage.slack.as('U0BO').command('C0OPS', 'whoami')));
    const answers = (): number =>
      stage.slack.timeline.messages.filter((one) => !known.has(one) && one.ephemeralFor === 'U0BO').length;
    await expect.poll(answers).toBe(10);
    expect(await other.stop()).toBe(0);
    expect(answers()).toBe(10);
  });

  it('answers every command that it acknowledged in a rolling restart, and Slack tells of the one that met a closing line', async () => {
    const next = await stage.another();
    const known = new Set(stage.slack.timeline.messages);
    const asking = (async () => {
      const delivered = [];
      for (let index = 0; index < 40; index += 1)
        delivered.push(await stage.slack.as('U0BO').command('C0OPS', 'whoami'));
      return delivered;
    })();
    expect(await stage.bot.stop()).toBe(0);
    const delivered = await asking;
    const acked = delivered.filter(({ status }) => status === 'acked').length;
    const answers = (): number =>
      stage.slack.timeline.messages.filter(
        (one) => !known.has(one) && one.ephemeralFor === 'U0BO' && one.botId !== undefined,
      ).length;
    await expect.poll(answers).toBe(acked);
    expect(acked).toBeGreaterThanOrEqual(39);
    await expect.poll(() => next.ready()).toBe(true);
  });

  it('connects again when Slack asks for it or drops the line', async () => {
    // A socket that is gone is noticed after some pings: until then Slack itself says that nobody answered.
    const acked = async (): Promise<string> =>
      (await stage.slack.as('U0ANNA').command('C0OPS', 'whoami')).status;
    for (const how of ['refresh_requested', 'drop'] as const) {
      stage.slack.socket.disconnect(how);
      await expect.poll(acked, { interval: 500 }).toBe('acked');
    }
    expect(await stage.read('whoami')).toContain('You are Anna');
  });
});
