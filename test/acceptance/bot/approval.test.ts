import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Json } from '../../../demo/slack/json.ts';
import { renderPlain } from '../../../demo/slack/plain.ts';
import type { Message } from '../../../demo/slack/timeline.ts';
import { numberOf, type People, peopleOn, textOf } from './people.ts';
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
      "SELECT l.event FROM queuekeeper.audit_log l JOIN queuekeeper.approvals a ON a.id = l.request_id WHERE a.number = ? AND l.event <> 'AUTH_DENIED' ORDER BY l.seq",
      [numberOf(card)],
    )
  ).map((row) => String(row['event']));
const shows = (card: Message, text: string | RegExp): Promise<void> =>
  expect.poll(() => renderPlain(card)).toMatch(text);
const jobsWaiting = async (): Promise<number> =>
  Number((await stage.rows("SELECT COUNT(*) AS n FROM fap.jobs WHERE queue = 'reports'"))[0]?.['n']);

const cardShows = async (card: Message, ...texts: readonly string[]): Promise<void> => {
  await expect.poll(() => texts.filter((text) => !renderPlain(card).includes(text))).toEqual([]);
};

/** A card as somebody still sees it who has not looked for a while. */
const asItWas = (card: Message): Message => structuredClone(card);

async function askedForThree(): Promise<Message> {
  await fail(3);
  return people.askRetryAll('retry all queue=reports');
}

describe('two persons', () => {
  it('ask as Anna, refused as Anna and as her second account, approved as Bo, run, done', async () => {
    await fail(3);
    const view = await people.formOf('retry all queue=reports');
    expect(textOf(view)).toContain('*3 failed jobs* would be pushed back');
    const card = await people.sendForm(view);
    expect(numberOf(card)).toBeGreaterThan(0);
    await people.told(`Asked as #${numberOf(card)}`);
    await cardShows(
      card,
      "needs another person's approval: retry 3 failed jobs",
      'the cause is gone',
      '@U0ANNA',
    );
    await cardShows(card, 'May approve: @U0BO @U0CHEN @S0LEADS', 'digest `');
    expect(people.buttons(card)).toEqual(['Approve', 'Reject', 'Cancel', 'Show jobs']);

    expect(await people.refusal(card, 'Approve', 'U0ANNA')).toContain('Only approvers');
    expect(await people.refusal(card, 'Approve', 'U0ANNA2')).toContain('is your own');
    expect(await people.refusal(card, 'Reject', 'U0ANNA2')).toContain('is your own');
    await stage.untilRow(
      "SELECT 1 FROM queuekeeper.audit_log WHERE event = 'AUTH_DENIED' AND verb = 'approve' AND outcome = 'refused:own-request'",
    );

    await stage.slack.as('U0BO').click(card, 'Approve');
    await shows(card, /(done|sent): retry 3 failed jobs/);
    await cardShows(card, 'approved by @U0BO');
    expect(people.buttons(card)).not.toContain('Approve');
    expect(await jobsWaiting()).toBe(3);
    await stage.world.app.work('database', 'reports');
    await shows(card, '3 done');
    expect((await eventsOf(card)).slice(0, 4)).toEqual(['REQUESTED', 'VOTED', 'CLAIMED', 'ARCHIVED']);
    expect((await eventsOf(card)).at(-1)).toBe('OUTCOME');
  });

  it('says beside each field what is missing, before anything is asked', async () => {
    await fail(1);
    const view = await people.formOf('retry all queue=reports');
    await stage.slack
      .as('U0ANNA')
      .submit(view, { reason: '   .  ', cause: 'Yes', twice: 'Yes', first: '9999999' });
    expect(Object.keys(view.errors)).toEqual(['field:first']);
    await stage.slack.as('U0ANNA').closeView(view);
  });

  it('asks from a mention by the button that opens the form, and shows the card in that thread, too', async () => {
    await fail(1);
    const root = stage.slack.as('U0ANNA').says('C0OPS', 'reports are red');
    const said = stage.slack.nextMessage('the button', ({ ephemeralFor }) => ephemeralFor === 'U0ANNA');
    await stage.slack.as('U0ANNA').mention('C0OPS', 'retry all queue=reports', root.ts);
    await stage.slack.as('U0ANNA').click(await said, 'Open the form');
    const card = await people.sendForm(await people.readyForm());
    const other = await stage.slack.waitFor(
      'the card in the thread',
      (message) => message.threadTs === root.ts && renderPlain(message).includes(`#${numberOf(card)} needs`),
    );
    // Who is called is called once.
    expect(renderPlain(card)).toContain('May approve');
    expect(renderPlain(other)).not.toContain('May approve');
    await stage.slack.as('U0CHEN').click(other, 'Approve');
    await shows(card, /(done|sent): /);
    await shows(other, /(done|sent): /);
  });

  it('is rejected for good, and a card that somebody still sees decides nothing', async () => {
    const card = await askedForThree();
    const old = asItWas(card);
    await stage.slack.as('U0BO').click(card, 'Reject');
    await shows(card, /rejected: retry 3/);
    await cardShows(card, '@U0BO');
    expect(people.buttons(card)).toEqual([]);
    expect(await people.refusal(old, 'Approve', 'U0CHEN')).toContain(`#${numberOf(card)}`);
    expect(await jobsWaiting()).toBe(0);
    expect(await eventsOf(card)).toEqual(['REQUESTED', 'REJECTED']);
  });

  it('is cancelled by who asked, and by nobody else', async () => {
    const card = await askedForThree();
    expect(await people.refusal(card, 'Cancel', 'U0BO')).toContain('Only who asked');
    await stage.slack.as('U0ANNA').click(card, 'Cancel');
    await shows(card, /cancelled: retry 3/);
    expect(people.buttons(card)).toEqual([]);
    expect(await jobsWaiting()).toBe(0);
  });

  it('expires, loses its buttons, and tells who asked', async () => {
    const card = await askedForThree();
    const old = asItWas(card);
    await stage.rows(
      'UPDATE queuekeeper.approvals SET expires_at = UTC_TIMESTAMP(6) - INTERVAL 1 MICROSECOND WHERE number = ?',
      [numberOf(card)],
    );
    expect(await people.refusal(old, 'Approve', 'U0BO')).toContain('Too late');
    await shows(card, /expired: retry 3/);
    expect(people.buttons(card)).toEqual([]);
    await stage.see(`#${numberOf(card)}`, 'expired', '@U0ANNA');
    expect(await jobsWaiting()).toBe(0);
  });

  it('is decided on its own card alone: no copy of it, no other channel', async () => {
    const card = await askedForThree();
    for (const [what, change] of [
      ['a copy', { message_ts: '1700000000.000001' }],
      ['another channel', { channel_id: 'C0OPS' }],
    ] as const) {
      const answer = stage.slack.nextMessage(`no to ${what}`, ({ ephemeralFor }) => ephemeralFor === 'U0BO');
      await stage.slack.as('U0BO').click(card, 'Approve', {
        edit: (payload) => moved(payload, change),
      });
      expect(renderPlain(await answer)).toContain('not the card of that request');
    }
    expect(await eventsOf(card)).toEqual(['REQUESTED']);
    await stage.slack.as('U0ANNA').click(card, 'Cancel');
  });

  it('counts one vote and runs once, however often the button is pressed', async () => {
    const card = await askedForThree();
    await Promise.all(
      Array.from({ length: 20 }, () => stage.slack.as('U0BO').click(asItWas(card), 'Approve')),
    );
    await shows(card, /(done|sent): retry 3/);
    expect(await jobsWaiting()).toBe(3);
    const events = await eventsOf(card);
    expect(events.filter((event) => event === 'VOTED')).toHaveLength(1);
    expect(events.filter((event) => event === 'CLAIMED')).toHaveLength(1);
  });

  it('is approved or rejected at one instant, never both', async () => {
    const card = await askedForThree();
    await Promise.all([
      stage.slack.as('U0BO').click(asItWas(card), 'Approve'),
      stage.slack.as('U0CHEN').click(asItWas(card), 'Reject'),
    ]);
    await shows(card, /(done|sent): |rejected: /);
    const events = await eventsOf(card);
    expect(events.includes('CLAIMED')).not.toBe(events.includes('REJECTED'));
    expect(await jobsWaiting()).toBe(events.includes('CLAIMED') ? 3 : 0);
  });

  it('shows the frozen jobs to one person, page by page', async () => {
    await fail(30);
    const card = await people.askRetryAll('retry all queue=reports');
    const first = stage.slack.nextMessage('the first page', ({ ephemeralFor }) => ephemeralFor === 'U0ANNA');
    await stage.slack.as('U0ANNA').click(card, 'Show jobs');
    const page = await first;
    expect(renderPlain(page)).toContain('1–25 of 30');
    await stage.slack.as('U0ANNA').click(page, 'Next');
    await stage.see('26–30 of 30');
    await stage.slack.as('U0ANNA').click(card, 'Cancel');
  });

  it('asks in a form for more jobs than one person may retry alone', async () => {
    await fail(12);
    const ids = (await stage.rows('SELECT id FROM fap.failed_jobs ORDER BY id')).map((row) => row['id']);
    const view = await people.formOf(`retry ${ids.join(' ')}`);
    const card = await people.sendForm(view);
    await cardShows(card, 'retry 12 failed jobs');
    await stage.slack.as('U0BO').click(card, 'Approve');
    await shows(card, /(done|sent): /);
    expect(await jobsWaiting()).toBe(12);
  });

  it('is void when a frozen row was changed in place, with its number', async () => {
    const card = await askedForThree();
    const [row] = await stage.rows('SELECT id FROM fap.failed_jobs ORDER BY id LIMIT 1');
    await stage.rows(
      'UPDATE fap.failed_jobs SET payload = REPLACE(payload, \'"attempts":\', \'"attempt":\') WHERE id = ?',
      [row?.['id']],
    );
    await stage.rows('UPDATE fap.failed_jobs SET payload = CONCAT(payload, " ") WHERE id = ?', [row?.['id']]);
    await stage.slack.as('U0BO').click(card, 'Approve');
    await shows(card, /void: retry 3/);
    await cardShows(card, String(row?.['id']));
    expect(await jobsWaiting()).toBe(0);
  });

  it('lets no failure join that came after it was asked', async () => {
    const card = await askedForThree();
    await fail(2);
    await stage.slack.as('U0BO').click(card, 'Approve');
    await shows(card, /(done|sent): retry 3/);
    expect(await jobsWaiting()).toBe(3);
    expect((await stage.rows('SELECT COUNT(*) AS n FROM fap.failed_jobs'))[0]?.['n']).toBe(2);
  });
});

describe('a retry of one person', () => {
  it('is watched on by the next process after a SIGTERM, and its card does not stay at "pushed"', async () => {
    await fail(1);
    const [row] = await stage.rows('SELECT id FROM fap.failed_jobs');
    const card = await stage.say(`retry ${row?.['id']}`);
    await shows(card, /Retried job/);
    expect(await stage.bot.stop()).toBe(0);
    await stage.world.app.work('database', 'reports');
    await stage.rows('UPDATE queuekeeper.execution_runs SET follow_until = UTC_TIMESTAMP(6)');
    await stage.restart();
    await shows(card, '1 done');
  });
});

/** The same click, as if the card were elsewhere. */
function moved(payload: Json, change: Readonly<Record<string, string>>): Json {
  const container = { ...(payload['container'] as Json), ...change };
  const channel = change['channel_id'] === undefined ? payload['channel'] : { id: change['channel_id'] };
  const message = {
    ...(payload['message'] as Json),
    ...(change['message_ts'] === undefined ? {} : { ts: change['message_ts'] }),
  };
  return { ...payload, container, channel, message };
}
