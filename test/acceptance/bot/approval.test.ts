import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { renderPlain } from '../../../demo/slack/plain.ts';
import type { Message } from '../../../demo/slack/timeline.ts';
import { numberOf, type People, peopleOn } from './people.ts';
import { type Stage, setStage } from './stage.ts';

let stage: Stage;
let people: People;

beforeAll(async () => {
  stage = await setStage();
  people = peopleOn(stage);
});
afterAll(() => stage?.stop());
beforeEach(async () => {
  await stage.rows('DELETE FROM fap.jobs');
  await stage.rows('DELETE FROM fap.failed_jobs');
});

/** Failures made by real workers. */
async function fail(count: number, kind = 'GenerateReportSnapshotJob', queue = 'reports'): Promise<void> {
  const { app } = stage.world;
  await app.behave({ [kind]: { do: 'throw', exception: 'content' } });
  await app.dispatch(kind, count);
  await app.work('database', queue);
  await app.behave({ [kind]: undefined });
}

const eventsOf = async (card: Message): Promise<readonly string[]> =>
  (
    await stage.rows(
      'SELECT l.event FROM queuekeeper.audit_log l JOIN queuekeeper.approvals a ON a.id = l.request_id WHERE a.number = ? ORDER BY l.seq',
      [numberOf(card)],
    )
  ).map((row) => String(row['event']));
const shows = (card: Message, text: string | RegExp): Promise<void> =>
  expect.poll(() => renderPlain(card), { timeout: 20_000 }).toMatch(text);
const jobsWaiting = async (): Promise<number> =>
  Number((await stage.rows("SELECT COUNT(*) AS n FROM fap.jobs WHERE queue = 'reports'"))[0]?.['n']);

describe('two persons', () => {
  it('ask as Anna, refused as Anna and as her second account, approved as Bo, run, done', async () => {
    await fail(12);
    const card = await people.askRetryAll('retry all queue=reports');
    console.log(renderPlain(card));
    expect(await people.refusal(card, 'Approve', 'U0ANNA')).toContain('Only approvers');
    expect(await people.refusal(card, 'Approve', 'U0ANNA2')).toContain('is your own');
    await stage.slack.as('U0BO').click(card, 'Approve');
    await shows(card, /done: /);
    console.log(renderPlain(card));
    console.log(await eventsOf(card));
    expect(await jobsWaiting()).toBe(12);
  });
});
