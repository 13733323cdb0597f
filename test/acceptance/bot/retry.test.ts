import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { renderPlain } from '../../../demo/slack/plain.ts';
import { peopleOn, textOf } from './people.ts';
import { type Stage, setStage } from './stage.ts';

let stage: Stage;

beforeAll(async () => {
  // One person may do more here than in the example, so that the cases don't use each other's allowance up.
  stage = await setStage({
    config: { approvals: { retry_without_approval: { ids: 40, costly: 6, within: '1h' } } },
  });
});
afterAll(() => stage?.stop());
beforeEach(async () => {
  await stage.rows('DELETE FROM fap.jobs');
});

/** Makes failures with real workers and returns their numbers, oldest first. */
async function fail(
  kind: string,
  queue: string,
  count = 1,
  exception: 'content' | 'provider' = 'content',
): Promise<readonly number[]> {
  const { app } = stage.world;
  const [last] = await stage.rows('SELECT COALESCE(MAX(id), 0) AS id FROM fap.failed_jobs');
  await app.behave({ [kind]: { do: 'throw', exception } });
  await app.dispatch(kind, count);
  await app.work('database', queue);
  await app.behave({ [kind]: undefined });
  const rows = await stage.rows('SELECT id FROM fap.failed_jobs WHERE id > ? ORDER BY id', [last?.['id']]);
  return rows.map((row) => Number(row['id']));
}

const auditOf = (request: number): Promise<readonly { event: string; outcome: string | null }[]> =>
  stage.rows(
    'SELECT l.event, l.outcome FROM queuekeeper.audit_log l JOIN queuekeeper.approvals a ON a.id = l.request_id WHERE a.number = ? ORDER BY l.seq',
    [request],
  ) as Promise<never>;
const numberOf = (text: string): number => Number(/#(\d+)/.exec(text)?.[1]);

describe('/queue retry', () => {
  it('pushes one job by artisan, sees that it is done by its business row, and tells all of it in one visible message', async () => {
    const [id] = await fail('GenerateReportSnapshotJob', 'reports');
    const card = await stage.say(`retry ${id}`);
    expect(card.ephemeralFor).toBeUndefined();
    await stage.see(`Retried job ${id}`);
    await stage.world.app.work('database', 'reports');
    await expect.poll(() => renderPlain(card)).toContain('1 done');
    const number = numberOf(renderPlain(card));
    expect((await auditOf(number)).map(({ event }) => event)).toEqual([
      'REQUESTED',
      'CLAIMED',
      'ARCHIVED',
      'INTENT',
      'RESULT',
      'OUTCOME',
    ]);
    const [archived] = await stage.rows(
      'SELECT * FROM queuekeeper.archived_failed_jobs WHERE failed_id = ?',
      [id],
    );
    expect(String(archived?.['payload'])).toContain('GenerateReportSnapshotJob');
    expect(
      stage.slack.timeline.messages.filter(
        (one) => renderPlain(one).includes(`#${number} `) && one.ephemeralFor === undefined,
      ),
    ).toHaveLength(1);
  });

  it('says as which number a job failed again', async () => {
    const [id] = await fail('GenerateReportSnapshotJob', 'reports');
    const card = await stage.say(`retry ${id}`);
    await stage.see(`Retried job ${id}`);
    await stage.world.app.behave({ GenerateReportSnapshotJob: { do: 'throw', exception: 'provider' } });
    await stage.world.app.work('database', 'reports');
    await stage.world.app.behave({ GenerateReportSnapshotJob: undefined });
    await expect.poll(() => renderPlain(card)).toMatch(/failed again, as \*#\d+\*/);
  });

  it('never calls a job done that ended quietly while its business row is not good', async () => {
    const [id] = await fail('GenerateReportSnapshotJob', 'reports');
    // As after a kill: the row stays running, and a retry claims nothing and ends well.
    await stage.rows("UPDATE fap.report_snapshots SET status = 'running' ORDER BY created_at DESC LIMIT 100");
    const card = await stage.say(`retry ${id}`);
    await stage.see(`Retried job ${id}`);
    await stage.world.app.work('database', 'reports');
    await expect.poll(() => renderPlain(card)).toContain('its business row is not good');
  });

  it('says that a job left the queue where nobody knows its business row', async () => {
    const [id] = await fail('RunContentProbeJob', 'content');
    const card = await stage.say(`retry ${id}`);
    await stage.see(`Retried job ${id}`);
    await stage.world.app.work('database', 'content');
    await expect.poll(() => renderPlain(card)).toContain('left the queue without failing');
  });

  it('takes numbers and uuids mixed, the same job twice as one, and warns of what may run twice', async () => {
    const ids = await fail('RefundOrderJob', 'commerce', 2);
    const [row] = await stage.rows('SELECT uuid FROM fap.failed_jobs WHERE id = ?', [ids[0]]);
    const card = await stage.say(`retry ${ids[0]} ${row?.['uuid']} ${ids[1]}`);
    await expect.poll(() => renderPlain(card)).toMatch(/Retried 2 failed jobs/);
    expect(renderPlain(card)).toContain('marked costly');
    const jobs = await stage.rows("SELECT COUNT(*) AS n FROM fap.jobs WHERE queue = 'commerce'");
    expect(jobs[0]?.['n']).toBe(2);
  });

  it('pushes a job once when two operators retry it at the same instant', async () => {
    const [id] = await fail('GenerateReportSnapshotJob', 'reports');
    await Promise.all([
      stage.slack.as('U0ANNA').command('C0OPS', `retry ${id}`),
      stage.slack.as('U0BO').command('C0OPS', `retry ${id}`),
    ]);
    await stage.see(`Retried job ${id}`);
    // The second one hears that the job is gone, or finds it gone when its turn comes.
    await stage.untilRow(
      `SELECT 1 FROM queuekeeper.audit_log WHERE seq > 0 AND (outcome LIKE 'refused:job-not-found' OR outcome = 'partial' OR outcome LIKE 'refused:busy') ORDER BY seq DESC LIMIT 1`,
    );
    const jobs = await stage.rows("SELECT COUNT(*) AS n FROM fap.jobs WHERE queue = 'reports'");
    expect(jobs[0]?.['n']).toBe(1);
  });

  it('runs once when one command is delivered five times', async () => {
    const [id] = await fail('GenerateReportSnapshotJob', 'reports');
    await stage.slack.as('U0ANNA').command('C0OPS', `retry ${id}`, { times: 5 });
    await stage.see(`Retried job ${id}`);
    const jobs = await stage.rows("SELECT COUNT(*) AS n FROM fap.jobs WHERE queue = 'reports'");
    expect(jobs[0]?.['n']).toBe(1);
  });

  it('refuses rows that artisan would destroy, says why, and offers the others', async () => {
    const ids = await fail('GenerateReportSnapshotJob', 'reports', 2);
    await stage.rows('UPDATE fap.failed_jobs SET uuid = NULL WHERE id = ?', [ids[0]]);
    const refusal = await stage.say(`retry ${ids.join(' ')}`);
    expect(refusal.ephemeralFor).toBe('U0ANNA');
    expect(renderPlain(refusal)).toContain('its row has no uuid');
    const [count] = await stage.rows('SELECT COUNT(*) AS n FROM fap.failed_jobs WHERE id IN (?)', [ids]);
    expect(count?.['n']).toBe(2);
    await stage.slack.as('U0ANNA').click(refusal, 'Retry the other 1');
    await stage.see(`Retried job ${ids[1]}`);
  });

  it('needs approval for more jobs than one person may retry alone', async () => {
    const ids = await fail('GenerateReportSnapshotJob', 'reports', 3);
    await stage.rows('UPDATE queuekeeper.approvals SET requested_at = UTC_TIMESTAMP(6) - INTERVAL 2 HOUR');
    const words = Array.from({ length: 41 }, (_, index) => ids[index] ?? 900_000 + index);
    expect(await stage.read(`retry ${words.join(' ')}`)).toContain('There is no failed job');
    const costly = await fail('RefundOrderJob', 'commerce', 7);
    // It goes on as the question to others, in a form; a mention can open none and hears why.
    const form = await peopleOn(stage).formOf(`retry ${costly.join(' ')}`);
    expect(textOf(form)).toContain('7 failed jobs');
    await stage.slack.as('U0ANNA').closeView(form);
    await stage.slack.as('U0ANNA').mention('C0OPS', `retry ${costly.join(' ')}`);
    const refusal = await stage.see("needs another person's approval", 'running twice is costly');
    expect(refusal).toContain('[Ask for approval…]');
  });

  it('is refused to who may only read, and the refusal is in the audit log', async () => {
    const [id] = await fail('GenerateReportSnapshotJob', 'reports');
    expect(await stage.read(`retry ${id}`, 'U0CHEN')).toContain('只有操作员');
    await stage.untilRow(
      "SELECT 1 FROM queuekeeper.audit_log WHERE event = 'AUTH_DENIED' AND outcome = 'refused:needs-role'",
    );
  });

  it('says plainly that nothing was done when the host can not be reached', async () => {
    const [id] = await fail('GenerateReportSnapshotJob', 'reports');
    stage.world.proxies.ssh.set('refuse');
    try {
      const card = await stage.say(`retry ${id}`);
      await expect
        .poll(() => renderPlain(card))
        .toContain(`job ${id} (\`GenerateReportSnapshotJob\`) not retried`);
      expect(renderPlain(card)).toContain('still in failed_jobs');
    } finally {
      stage.world.proxies.ssh.set('pass');
    }
  });
});

describe('/queue forget', () => {
  it('deletes one failure, archived first', async () => {
    const [id] = await fail('GenerateReportSnapshotJob', 'reports');
    const [before] = await stage.rows('SELECT payload, exception FROM fap.failed_jobs WHERE id = ?', [id]);
    await stage.say(`forget ${id}`);
    await stage.see(`Forgot job ${id}`);
    expect(await stage.rows('SELECT id FROM fap.failed_jobs WHERE id = ?', [id])).toEqual([]);
    const [archived] = await stage.rows(
      'SELECT payload, exception FROM queuekeeper.archived_failed_jobs WHERE failed_id = ?',
      [id],
    );
    expect(String(archived?.['payload'])).toBe(before?.['payload']);
    expect(String(archived?.['exception'])).toBe(before?.['exception']);
  });
});
