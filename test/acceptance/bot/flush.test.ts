import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { renderPlain } from '../../../demo/slack/plain.ts';
import type { Message } from '../../../demo/slack/timeline.ts';
import { approvalsChannel, numberOf, type People, peopleOn, textOf } from './people.ts';
import { type Stage, setStage } from './stage.ts';

let stage: Stage;
let people: People;
const review = 'https://wiki.example.com/reviews/7';

beforeAll(async () => {
  stage = await setStage({
    config: { approvals: { retry_without_approval: { ids: 1, costly: 1, within: '1h' } } },
  });
  people = peopleOn(stage);
});
afterAll(() => stage?.stop());
beforeEach(async () => {
  await stage.rows('DELETE FROM fap.failed_jobs');
});

/** Failures made by real workers, the first ones so many hours old by now. */
async function fail(count: number, old = 0): Promise<readonly number[]> {
  const { app } = stage.world;
  await app.behave({ GenerateReportSnapshotJob: { do: 'throw', exception: 'content' } });
  await app.dispatch('GenerateReportSnapshotJob', count);
  await app.work('database', 'reports');
  await app.behave({ GenerateReportSnapshotJob: undefined });
  await stage.rows(`UPDATE fap.failed_jobs SET failed_at = NOW() - INTERVAL 3 HOUR ORDER BY id LIMIT ${old}`);
  return present();
}
const present = async (): Promise<readonly number[]> =>
  (await stage.rows('SELECT id FROM fap.failed_jobs ORDER BY id')).map((row) => Number(row['id']));
const shows = (card: Message, text: string | RegExp): Promise<void> =>
  expect.poll(() => renderPlain(card)).toMatch(text);

/** Sends the form that Anna has open, and returns the card. */
async function send(values: Readonly<Record<string, string>>): Promise<Message> {
  const known = new Set(stage.slack.timeline.messages);
  const view = await people.readyForm();
  await stage.slack.as('U0ANNA').submit(view, values);
  expect(view.errors).toEqual({});
  return stage.slack.waitFor(
    'a new card',
    (message) =>
      !known.has(message) &&
      message.channel === approvalsChannel &&
      renderPlain(message).includes('Show jobs'),
  );
}

describe('/queue flush', () => {
  it('asks for reason and review, is approved by another person, and is undone by the button on its card', async () => {
    const failed = await fail(5, 3);
    const before = await stage.rows('SELECT * FROM fap.failed_jobs ORDER BY id');
    const view = await people.formOf('flush');
    expect(textOf(view)).toContain('3 in one statement');
    expect(textOf(view)).toContain('2 one by one');
    await stage.slack.as('U0ANNA').submit(view, { reason: 'of no use', review: 'http://wiki.example.com' });
    expect(Object.keys(view.errors)).toHaveLength(1);
    const card = await send({ reason: 'of no use', review });
    expect(renderPlain(card)).toContain("needs another person's approval: delete 5 failed jobs");
    expect(renderPlain(card)).toContain(review);
    expect(await people.refusal(card, 'Approve', 'U0ANNA2')).toContain('is your own');
    await stage.slack.as('U0BO').click(card, 'Approve');
    await shows(card, /done: delete 5 failed jobs.*5 deleted/);
    expect(await present()).toEqual([]);

    await stage.slack.as('U0ANNA').click(card, 'Restore');
    const restoring = await send({ reason: 'the wrong ones' });
    expect(renderPlain(restoring)).toContain(`put back 5 failed jobs of #${numberOf(card)}`);
    await stage.slack.as('U0CHEN').click(restoring, 'Approve');
    await shows(restoring, /done: put back 5 failed jobs.*5 back in failed_jobs/);
    expect(await stage.rows('SELECT * FROM fap.failed_jobs ORDER BY id')).toEqual(before);
    expect((await present()).length).toBe(failed.length);
  });

  it('is what a forget becomes that one person may not do alone', async () => {
    const [first, second] = await fail(2);
    await stage.say(`forget ${first}`);
    await stage.see(`Forgot job ${first}`);
    await stage.slack.as('U0ANNA').command('C0OPS', `forget ${second}`);
    const card = await send({ reason: 'the last of them', review });
    await stage.slack.as('U0BO').click(card, 'Approve');
    await shows(card, /done: delete 1 failed job /);
    expect(await present()).toEqual([]);
  });

  it('brings back one forgotten failure by the button on its card', async () => {
    const [id] = await fail(1);
    await stage.rows('UPDATE queuekeeper.approvals SET requested_at = UTC_TIMESTAMP(6) - INTERVAL 2 HOUR');
    const forgotten = await stage.say(`forget ${id}`);
    await shows(forgotten, 'Forgot job');
    await stage.slack.as('U0ANNA').click(forgotten, 'Restore');
    const card = await send({ reason: 'needed after all' });
    await stage.slack.as('U0BO').click(card, 'Approve');
    await shows(card, /1 back in failed_jobs/);
    expect(await present()).toEqual([id]);
  });

  it('refuses before any form what can not be done', async () => {
    expect(await stage.read('flush older=90m')).toContain('the least is `2h`');
    expect(await stage.read('restore #999')).toContain('There is no request');
    expect(await stage.read('flush', 'U0CHEN')).toContain('只有操作员');
  });
});
