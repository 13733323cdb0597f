import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buttonsOf } from '../../../demo/slack/person.ts';
import { renderPlain } from '../../../demo/slack/plain.ts';
import { type Stage, setStage } from './stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await setStage({ workers: ['fap-queue-ops'] });
  const { app } = stage.world;
  await app.behave({
    GenerateReportSnapshotJob: { do: 'throw', exception: 'content' },
    RefundOrderJob: { do: 'throw', exception: 'secret' },
  });
  await app.dispatch('GenerateReportSnapshotJob', 10);
  await app.dispatch('RefundOrderJob');
  await app.work('database', 'reports');
  await app.work('database', 'commerce');
  await app.behave({ GenerateReportSnapshotJob: undefined, RefundOrderJob: undefined });
  await app.dispatch('GenerateReportSnapshotJob', 3);
  await app.dispatch('GenerateInsightJob', 2);
});
afterAll(() => stage?.stop());

/** The answer in which no part is missing: on a busy machine a look may take longer than a reader waits for it. */
async function readWhole(words: string, who?: string): Promise<string> {
  let text = '';
  const look = async (): Promise<string> => {
    text = await stage.read(words, who);
    return text;
  };
  await expect
    .poll(look, { interval: 500 })
    .not.toMatch(/Not looked at|could not be looked at|did not answer|未能查看/);
  return text;
}

describe('/queue status', () => {
  it('shows every configured queue with what waits, what failed and who is alive, worst on top', async () => {
    const text = await readWhole('status');
    expect(text).toMatch(/reports: 3 waiting, oldest .*, 10 failed, 0 of 2 workers/);
    for (const queue of ['reports', 'ops', 'commerce', 'content', 'insights', 'high', 'default'])
      expect(text).toContain(queue);
    expect(text).toMatch(/insights +2 /);
    expect(text).toMatch(/ops .* 1\/1/);
  });

  it('shows one queue with its failures by class and exception, what is next and its service level', async () => {
    const text = await readWhole('status reports');
    expect(text).toContain('10 × `GenerateReportSnapshotJob`: RuntimeException: content pack unreadable');
    expect(text).toContain('failed 10 / 10');
    expect(text).toContain('retry_after 1 min 30 s');
  });

  it('finds a queue by any connection that shares its table', async () => {
    expect(await readWhole('status database_reports:reports')).toContain('reports: 3 waiting');
  });

  it('shows queues that nobody configured', async () => {
    await stage.rows(
      "INSERT INTO fap.jobs (queue, payload, attempts, available_at, created_at) VALUES ('forgotten', '{}', 0, 0, 0)",
    );
    const look = async (): Promise<string> => stage.read('status');
    await expect.poll(look, { interval: 500 }).toContain('database:forgotten');
    await stage.rows("DELETE FROM fap.jobs WHERE queue = 'forgotten'");
  });

  it('says that the application is in maintenance mode, where workers run and take nothing', async () => {
    await stage.world.app.artisan('down');
    await expect.poll(() => stage.read('status'), { interval: 500 }).toContain('maintenance mode');
    await stage.world.app.artisan('up');
  });

  it('says which queues are paused', async () => {
    await stage.world.app.artisan('queue:pause', 'database:reports');
    await expect
      .poll(() => stage.read('status'), { interval: 500 })
      .toContain('*database:reports* is paused, not by Queuekeeper.');
    await stage.world.app.artisan('queue:resume', 'database:reports');
  });
});

describe('/queue', () => {
  it('alone opens the overview with buttons that answer when pressed', async () => {
    const overview = await stage.say('');
    expect(buttonsOf(overview).map(({ text }) => text)).toContain('Workers');
    await stage.slack.as('U0ANNA').click(overview, 'Workers');
    expect(await stage.see('of 8 workers alive')).toContain('fap-queue-ops');
  });

  it('tells everything about one verb, and counts a queue that nobody configured', async () => {
    expect(await stage.read('help retry all')).toContain('/queue retry all queue=');
    const strange = await readWhole('status redis:nope');
    expect(strange).toContain('nope: not in the configuration');
    expect(strange).not.toContain('could not be looked at');
  });

  it('suggests the nearest verb and queue', async () => {
    expect(await stage.read('stauts')).toContain('Did you mean `status`');
    expect(await stage.read('status reprots')).toContain('Did you mean `reports`');
  });

  it('answers in Chinese to whose Slack is Chinese', async () => {
    expect(await readWhole('status', 'U0CHEN')).toContain('个等待');
    expect(await stage.read('help', 'U0CHEN')).toContain('操作员');
  });

  it('answers the same words after a mention, in its thread and to that person alone', async () => {
    const root = stage.slack.timeline.add({
      channel: 'C0OPS',
      user: 'U0BO',
      text: 'reports hang',
      blocks: [],
    });
    await stage.slack.as('U0BO').mention('C0OPS', 'status reports', root.ts);
    const answer = await stage.slack.waitFor(
      'an answer in the thread',
      (one) => one.threadTs === root.ts && one.botId !== undefined,
    );
    expect(answer.ephemeralFor).toBe('U0BO');
    expect(renderPlain(answer)).toContain('reports: 3 waiting');
  });

  it('posts an answer for all to see when Share is pressed', async () => {
    const answer = await stage.say('workers reports');
    await stage.slack.as('U0ANNA').click(answer, 'Share');
    const shared = await stage.slack.waitFor(
      'the shared answer',
      (one) => one.ephemeralFor === undefined && renderPlain(one).includes('fap-queue-reports'),
    );
    expect(shared.channel).toBe('C0OPS');
  });

  it.each([
    ['U0GUEST', 'full members'],
    ['U0STRANGE', 'full members'],
    ['U0GONE', 'full members'],
  ])('tells %s nothing', async (who, expected) => {
    expect(await stage.read('status', who)).toContain(expected);
  });

  it('does not answer where another workspace listens', async () => {
    expect(renderPlain(await stage.say('status', 'U0ANNA', 'C0SHARED'))).toContain(
      'shared with another workspace',
    );
  });
});

describe('/queue failed', () => {
  it('lists the newest first, eight a page, with groups above and buttons below', async () => {
    const page = await stage.say('failed reports');
    const text = renderPlain(page);
    expect(text).toContain('By class and exception, of 10');
    expect(text.match(/\[Show\] \[Retry\] \[Forget\]/g)).toHaveLength(8);
    await stage.slack.as('U0ANNA').click(page, 'Next');
    await expect.poll(() => renderPlain(page)).toMatch(/\*#2\*[\s\S]*\*#1\*/);
  });

  it('filters by class, text and time', async () => {
    expect(await readWhole('failed class=refundorderjob')).toContain('RefundOrderJob');
    expect(await readWhole('failed class=RefundOrderJob')).not.toContain('GenerateReportSnapshotJob');
    expect(await readWhole('failed error=“pack unreadable” since=1h')).toContain('content pack unreadable');
    expect(await readWhole('failed error=nothing-like-it')).toContain('no failed job is like that');
  });

  it('never shows a secret, and nothing in it can ping', async () => {
    const answer = await stage.say('failed commerce');
    const wire = JSON.stringify(answer.blocks);
    expect(wire).not.toContain('hunter2');
    expect(wire).not.toContain('abcdef123456');
    expect(wire).not.toContain('<!channel>');
    expect(renderPlain(answer)).toContain('[redacted]');
  });
});

describe('/queue show, find, running, workers, audit', () => {
  it('shows everything about one failure', async () => {
    const text = await readWhole('show 1');
    expect(text).toContain('GenerateReportSnapshotJob');
    expect(text).toContain('attemptId = ');
    expect(text).toContain('apiToken = [redacted]');
    expect(text).toContain('timeout 1 min, retry_after 1 min 30 s');
    expect(text).toContain('status failed, not good');
    expect(text).toContain('Behaviour.php');
  });

  it('finds a failure by its uuid in any letter case', async () => {
    const [row] = await stage.rows('SELECT uuid FROM fap.failed_jobs WHERE id = 2');
    expect(await stage.read(`show ${String(row?.['uuid']).toUpperCase()}`)).toContain('Failed job #2');
  });

  it('says when there is no such failure', async () => {
    expect(await stage.read('show 4711')).toContain('There is no failed job `4711`');
  });

  it('finds a business key in failures and business rows, and says what it did not search', async () => {
    const [row] = await stage.rows("SELECT order_no FROM fap.orders WHERE status = 'paid' LIMIT 1");
    const text = await readWhole(`find ${row?.['order_no']}`);
    expect(text).toContain('RefundOrderJob');
    expect(text).toContain('orders');
    expect(text).toContain('Encrypted and compressed payloads can not be searched');
  });

  it('shows what a worker holds now', async () => {
    await stage.world.app.behave({ ExecuteApprovalJob: { do: 'wait' } });
    await stage.world.app.dispatch('ExecuteApprovalJob');
    await expect.poll(() => stage.read('running ops'), { interval: 300 }).toContain('ExecuteApprovalJob');
    await stage.world.app.behave({ ExecuteApprovalJob: undefined });
  });

  it('shows each worker process', async () => {
    const text = await readWhole('workers ops');
    expect(text).toMatch(/1 of 1 workers alive/);
    expect(text).toMatch(/RUNNING, pid \d+/);
  });

  it('keeps each read in the audit log, without its output', async () => {
    // Reading waits for no record of it.
    await expect.poll(() => stage.read('audit who=U0CHEN')).toMatch(/\*READ\* `(?:status|help)`/);
  });

  it('says who somebody is and what they may do', async () => {
    expect(await stage.read('whoami', 'U0CHEN')).toContain('审批');
  });
});
