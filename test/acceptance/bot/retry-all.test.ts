import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { renderPlain } from '../../../demo/slack/plain.ts';
import type { Message } from '../../../demo/slack/timeline.ts';
import { type People, peopleOn, textOf } from './people.ts';
import { type Stage, setStage } from './stage.ts';

let stage: Stage;
let people: People;

beforeAll(async () => {
  stage = await setStage({
    ...{ workers: ['fap-queue-reports'], tries: 1 },
    // What is cut off is waited for as long as it may live; 500 jobs take artisan some seconds on a busy machine.
    config: { apps: { fap: { artisan: { timeout: '20s' } } } },
  });
  people = peopleOn(stage);
});
afterAll(() => stage?.stop());
beforeEach(async () => {
  await stage.rows('DELETE FROM fap.jobs');
  await stage.rows('DELETE FROM fap.failed_jobs');
});

const kind = 'GenerateReportSnapshotJob';
const count = async (sql: string): Promise<number> => Number((await stage.rows(sql))[0]?.['n']);

/** Failures made by the workers that run all the time; their business keys. */
async function fail(jobs: number): Promise<readonly string[]> {
  const { app } = stage.world;
  await app.behave({ [kind]: { do: 'throw', exception: 'content' } });
  const keys = await app.dispatch(kind, jobs);
  await expect
    .poll(() => count('SELECT COUNT(*) AS n FROM fap.failed_jobs'), { timeout: 120_000 })
    .toBe(jobs);
  await app.behave({ [kind]: undefined });
  return keys;
}

/** Approved by Bo as soon as its card is there. */
async function approved(words: string, values?: Readonly<Record<string, string>>): Promise<Message> {
  const card = await people.askRetryAll(words, values);
  await stage.slack.as('U0BO').click(card, 'Approve');
  return card;
}
const shows = (card: Message, text: string | RegExp): Promise<void> =>
  expect.poll(() => renderPlain(card), { timeout: 120_000 }).toMatch(text);

/** Once, whatever else is said there. */
const isTold = (there: () => readonly Message[], text: RegExp): Promise<void> =>
  expect.poll(() => there().filter((message) => text.test(renderPlain(message))).length).toBe(1);

describe('/queue retry all, with workers that run all the time', () => {
  it('pushes a canary, then the rest, isolates what can not be decoded, and follows all to their business rows', async () => {
    await fail(300);
    const bad = await stage.world.jobs.oddFailure('old-key');
    const view = await people.formOf('retry all first=20');
    expect(textOf(view)).toContain('*301 failed jobs* would be pushed back');
    expect(textOf(view)).toContain('1 are encrypted');
    const card = await people.sendForm(view, { first: '20' });
    await stage.slack.as('U0BO').click(card, 'Approve');
    await shows(card, /partly done: retry 301 failed jobs.*300 done/);
    const text = renderPlain(card);
    expect(text).toContain('301 requested, 300 acted on, 1 skipped');
    expect(text).toContain('1 that artisan could not read');
    expect(await stage.rows('SELECT id FROM fap.failed_jobs')).toEqual([
      expect.objectContaining({ id: bad }),
    ]);
    expect(await count("SELECT COUNT(*) AS n FROM fap.report_snapshots WHERE status = 'ready'")).toBe(300);
    expect(await count('SELECT COUNT(*) AS n FROM queuekeeper.archived_failed_jobs')).toBe(301);
    // Paused only while jobs were pushed.
    expect(await stage.world.redis.client.keys('*illuminate:queue:paused*')).toEqual([]);
  }, 300_000);

  it('asks when its canary fails again, and ends when somebody stops it', async () => {
    await fail(30);
    await stage.world.app.behave({ [kind]: { do: 'throw', exception: 'provider' } });
    const card = await approved('retry all queue=reports first=10', { first: '10' });
    await shows(card, 'did not go well');
    expect(people.buttons(card)).toEqual(['Continue', 'Stop', 'Show jobs']);
    const below = () => stage.slack.timeline.repliesTo(card.channel, card.ts);
    await isTold(below, /its first jobs did not go well: 20 not sent yet, 10 failed again/);
    await stage.slack.as('U0CHEN').click(card, 'Stop');
    await shows(card, 'partly done');
    await stage.world.app.behave({ [kind]: undefined });
    const text = renderPlain(card);
    expect(text).toContain('The first ones failed again, and it was stopped.');
    expect(text).toContain('10 failed again');
    expect(text).toContain('20 still in failed_jobs, untouched');
    expect(text).toMatch(/10 × ConnectionException: cURL error/);
    expect(people.buttons(card)).toEqual(['Show jobs']);
  }, 300_000);

  it('goes on with the rest when somebody says Continue', async () => {
    await fail(30);
    await stage.world.app.behave({ [kind]: { do: 'throw', exception: 'provider' } });
    const card = await approved('retry all queue=reports first=10', { first: '10' });
    await shows(card, 'did not go well');
    await stage.world.app.behave({ [kind]: undefined });
    await stage.slack.as('U0ANNA').click(card, 'Continue');
    await shows(card, /20 done, 10 failed again/);
    // The outcome could only say that they were sent.
    const [number = ''] = /#\d+/.exec(renderPlain(card)) ?? [];
    const alone = () => stage.slack.timeline.inChannel('D0ANNA');
    await isTold(alone, new RegExp(`your request ${number} .*: 20 done, 10 failed again`));
  }, 300_000);

  it('is where a plain retry goes that one person may not do alone', async () => {
    await fail(12);
    const ids = (await stage.rows('SELECT id FROM fap.failed_jobs ORDER BY id')).map((row) => row['id']);
    const view = await people.formOf(`retry ${ids.join(' ')}`);
    expect(textOf(view)).toContain('*12 failed jobs* would be pushed back');
    const card = await people.sendForm(view);
    await stage.slack.as('U0BO').click(card, 'Approve');
    await shows(card, /done: retry 12 failed jobs.*12 done/);
  }, 300_000);

  it('is gone on with by the next process, and no job is pushed twice', async () => {
    await fail(900);
    await stage.world.supervisor?.ctl('stop', 'fap-queue-reports:*');
    const card = await approved('retry all queue=reports', { first: '' });
    await stage.untilRow("SELECT 1 FROM queuekeeper.approval_targets WHERE state = 'pushed' LIMIT 1");
    await stage.bot.kill();
    // Of what was cut off, no statement is waited for longer.
    await stage.rows('SET GLOBAL innodb_lock_wait_timeout = 2');
    await stage.restart();
    await shows(card, /(done|sent): retry 900/);
    const [jobs] = await stage.rows(
      "SELECT COUNT(*) AS n, COUNT(DISTINCT JSON_VALUE(payload, '$.uuid')) AS different FROM fap.jobs",
    );
    expect(jobs?.['different']).toBe(jobs?.['n']);
    // Each one is in its queue or still a failure; what was cut off in the middle of its push may be both.
    const both = await count(
      "SELECT COUNT(*) AS n FROM fap.jobs j JOIN fap.failed_jobs f ON f.uuid = JSON_VALUE(j.payload, '$.uuid')",
    );
    expect(Number(jobs?.['n']) + (await count('SELECT COUNT(*) AS n FROM fap.failed_jobs')) - both).toBe(900);
    expect(both).toBeLessThanOrEqual(3);
    await expect.poll(() => stage.world.redis.client.keys('*illuminate:queue:paused*')).toEqual([]);
  }, 300_000);
});
