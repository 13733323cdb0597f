import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderPlain } from '../../../demo/slack/plain.ts';
import { type Stage, setStage } from './stage.ts';

let stage: Stage;
const ids: number[] = [];

beforeAll(async () => {
  stage = await setStage({
    config: { approvals: { retry_without_approval: { ids: 40, costly: 6, within: '1h' } } },
  });
  const { app } = stage.world;
  await app.behave({
    GenerateReportSnapshotJob: { do: 'throw', exception: 'content' },
    GenerateInsightJob: { do: 'throw', exception: 'budget' },
  });
  await app.dispatch('GenerateReportSnapshotJob', 8);
  await app.work('database', 'reports');
  const rows = await stage.rows('SELECT id FROM fap.failed_jobs ORDER BY id');
  ids.push(...rows.map((row) => Number(row['id'])));
});
afterAll(() => stage?.stop());

const requests = async (): Promise<number> =>
  Number((await stage.rows('SELECT COUNT(*) AS n FROM queuekeeper.approvals'))[0]?.['n']);
const waiting = async (): Promise<number> =>
  Number((await stage.rows("SELECT COUNT(*) AS n FROM fap.jobs WHERE queue = 'reports'"))[0]?.['n']);

describe('what is typed', () => {
  it.each([
    ...[
      'retry 1;id',
      'retry $(id)',
      'retry `id`',
      'retry --range=1-5',
      'retry --help',
      'retry -n',
      'retry 1 all',
      'retry all 5',
      'retry １２３',
    ],
    ...['retry 0', 'retry *', `retry ${'9'.repeat(2_000)}`, 'forget all', 'retry "1\' OR 1=1"'],
  ])('never reaches artisan or the store unless it is a job: %s', async (words) => {
    const before = [await requests(), await waiting()];
    const answer = await stage.say(words);
    expect(answer.ephemeralFor).toBe('U0ANNA');
    expect([await requests(), await waiting()]).toEqual(before);
  });

  it('is bound where it is looked for, not put into SQL', async () => {
    expect(await stage.read("failed error=\"' OR '1'='1\"")).toContain('no failed job is like that');
    expect(await stage.read('failed class="x%"')).toContain('no failed job is like that');
    expect(await stage.read("find \"' OR '1'='1\"")).toContain('Nothing found');
  });
});

describe('who acts', () => {
  it('acts once on a click that comes three times', async () => {
    const shown = await stage.say(`show ${ids[0]}`);
    const before = await waiting();
    await stage.slack.as('U0ANNA').click(shown, 'Retry', { times: 3 });
    await stage.see(`Retried job ${ids[0]}`);
    expect(await waiting()).toBe(before + 1);
  });

  it('acts once on a mention that comes twice', async () => {
    const before = await waiting();
    await stage.slack.as('U0BO').mention('C0OPS', `retry ${ids[1]}`, undefined, { times: 2 });
    await stage.see(`Retried job ${ids[1]}`);
    expect(await waiting()).toBe(before + 1);
  });

  it('is authorised anew at each click: a reader who presses an operator’s button is refused', async () => {
    const shown = await stage.say(`show ${ids[2]}`);
    await stage.slack.as('U0ANNA').click(shown, 'Share');
    const shared = await stage.slack.waitFor(
      'the shared answer',
      (one) =>
        one.ephemeralFor === undefined &&
        renderPlain(one).includes(`#${ids[2]}`) &&
        renderPlain(one).includes('[Retry]'),
    );
    const before = [await requests(), await waiting()];
    await stage.slack.as('U0CHEN').click(shared, 'Retry');
    await stage.untilRow(
      "SELECT 1 FROM queuekeeper.audit_log WHERE event = 'AUTH_DENIED' AND actor LIKE '%U0CHEN%'",
    );
    expect([await requests(), await waiting()]).toEqual(before);
  });

  it('can not get round the parser with an edited button', async () => {
    const shown = await stage.say(`show ${ids[2]}`);
    const before = [await requests(), await waiting()];
    await stage.slack.as('U0ANNA').click(shown, 'Retry', { value: 'retry all' });
    await stage.slack.as('U0ANNA').click(shown, 'Retry', { value: `retry ${ids[2]}; queue:flush` });
    expect([await requests(), await waiting()]).toEqual(before);
  });

  it('is nobody from another workspace, whatever the body says', async () => {
    const answer = await stage.slack.as('U0ANNA').command('C0OPS', `retry ${ids[3]}`, { team: 'T0OTHER' });
    expect(answer.status).toBe('acked');
    await stage.untilRow("SELECT 1 FROM queuekeeper.audit_log WHERE outcome = 'refused:not-a-member'");
    expect(await stage.rows('SELECT id FROM fap.failed_jobs WHERE id = ?', [ids[3]])).toHaveLength(1);
  });

  it('may operate through a user group, and not when Slack can not say who is in it', async () => {
    const group = stage.slack.workspace.groups.find(({ id }) => id === 'S0ONCALL');
    if (group === undefined) throw new Error('the default workspace has this group');
    // A group is asked for at most once a minute; a bot that has just started has not asked yet.
    await stage.bot.kill();
    await stage.restart();
    stage.slack.faults.set('usergroups.users.list', { kind: 'error', status: 500 });
    expect(await stage.read(`retry ${ids[4]}`, 'U0CHEN')).toContain('S0ONCALL');
    stage.slack.faults.clear();
    group.members = ['U0CHEN'];
    const retried = async (): Promise<string> => stage.read(`retry ${ids[4]}`, 'U0CHEN');
    await expect.poll(retried, { interval: 1_000 }).toContain('#');
    await stage.see(`Retried job ${ids[4]}`);
  });

  it('hears nothing for a forged, an old or a future signature', async () => {
    const before = await requests();
    const known = stage.slack.timeline.messages.filter(({ fromSlack }) => fromSlack !== true).length;
    for (const attack of [{ wrongSignature: true }, { skewSeconds: -400 }, { skewSeconds: 3_600 }]) {
      const { status } = await stage.slack.as('U0ANNA').command('C0OPS', `retry ${ids[5]}`, attack);
      expect(status).not.toBe('acked');
    }
    expect(await requests()).toBe(before);
    expect(stage.slack.timeline.messages.filter(({ fromSlack }) => fromSlack !== true)).toHaveLength(known);
  });

  it('changes nothing in a direct message or where the bot is not, but reads there', async () => {
    await stage.slack.as('U0ANNA').directMessage(`retry ${ids[5]}`);
    await stage.see('must happen where colleagues see it');
    await stage.slack.as('U0ANNA').directMessage('status');
    await stage.slack.waitFor(
      'status in the direct message',
      (one) => one.channel.startsWith('D') && renderPlain(one).includes('reports'),
    );
  });
});

describe('jobs on Redis', () => {
  it('are retried and followed as those in tables', async () => {
    const { app } = stage.world;
    await app.dispatch('GenerateInsightJob');
    await app.work('redis', 'insights');
    await app.behave({ GenerateInsightJob: undefined });
    const [row] = await stage.rows("SELECT id FROM fap.failed_jobs WHERE queue = 'insights'");
    const card = await stage.say(`retry ${row?.['id']}`);
    await stage.see(`Retried job ${row?.['id']}`);
    await app.work('redis', 'insights');
    await expect.poll(() => renderPlain(card)).toContain('left the queue without failing');
  });
});
