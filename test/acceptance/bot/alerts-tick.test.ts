import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderPlain } from '../../../demo/slack/plain.ts';
import type { Message } from '../../../demo/slack/timeline.ts';
import { call } from '../../demo/slack/stage.ts';
import { type Listener, listen } from '../../paging/server.ts';
import { numberOf, type People, peopleOn } from './people.ts';
import { type Stage, setStage } from './stage.ts';

let stage: Stage;
let outside: Listener;
let people: People;

beforeAll(async () => {
  outside = await listen();
  stage = await setStage({
    workers: [],
    config: {
      approvals: { page: true },
      alerts: {
        ...{ every: '1s', quiet: undefined },
        page: { webhook: `${outside.url}/page` },
        heartbeat: { url: `${outside.url}/beat`, every: '1s' },
        escalate: [{ after: '0s', mention: 'S0ONCALL', page: true }],
        rules: {
          'failed-jobs': { watch: 'failed_jobs', for: '2s' },
          ...{ 'reports-backlog': undefined, 'snapshots-pending': undefined, 'payment-failures': undefined },
          ...{ 'no-workers': undefined, slo: undefined },
        },
      },
    },
  });
});
beforeAll(() => {
  people = peopleOn(stage);
});
afterAll(async () => {
  await stage?.stop();
  await outside?.close();
});

interface Sent {
  readonly event: string;
  readonly key: string;
  readonly rule: string | null;
  readonly details: { readonly request?: string };
}

const sent = () =>
  outside.taken.filter(({ path }) => path === '/page').map(({ body }) => JSON.parse(body) as Sent); // our own shape
const pages = () => sent().filter(({ rule }) => rule !== null);
const about = (card: Message) => sent().filter(({ details }) => details.request === `#${numberOf(card)}`);

async function fail(): Promise<void> {
  const { app } = stage.world;
  await app.behave({ GenerateReportSnapshotJob: { do: 'throw', exception: 'content' } });
  await app.dispatch('GenerateReportSnapshotJob');
  await app.work('database', 'reports');
}

describe('alerts of a whole bot', () => {
  it('fire by a real failure, call, page, and are over on another replica when it is gone', async () => {
    await expect.poll(() => outside.taken.some(({ path }) => path === '/beat'), { interval: 50 }).toBe(true);
    const first = stage.bot;
    await stage.another();
    await fail();
    const fired = await stage.untilRow(
      "SELECT id, rule, severity, TIMESTAMPDIFF(MICROSECOND, breached_at, fired_at) AS held FROM queuekeeper.incidents WHERE rule = 'failed-jobs'",
    );
    expect(fired).toMatchObject({ severity: 'warning' });
    expect(Number(fired['held'])).toBeGreaterThanOrEqual(2_000_000);
    const root = await stage.slack.waitFor(
      'the root',
      ({ channel, threadTs }) => channel === 'C0ALERTS' && threadTs === undefined,
    );
    expect(renderPlain(root)).toContain('failed-jobs');
    // Whom the escalation calls sees it without opening the thread.
    const called = await stage.slack.waitFor('the escalation', (one) => one.threadTs === root.ts);
    expect(called.isBroadcast).toBe(true);
    expect(renderPlain(called)).toContain('@S0ONCALL');
    const wire = (await call(stage.slack, 'conversations.history', { channel: 'C0ALERTS' })) as unknown as {
      readonly messages: readonly { readonly ts: string; readonly subtype?: string }[];
    };
    expect(wire.messages.find(({ ts }) => ts === called.ts)?.subtype).toBe('thread_broadcast');
    await expect.poll(() => pages().map(({ event }) => event)).toEqual(['trigger']);
    // What was taken and not written down yet would be sent again, under the same key.
    await stage.untilRow("SELECT 1 FROM queuekeeper.incident_entries WHERE kind = 'paged'");
    // The one that evaluates goes; the other goes on at once, since the lease was handed back.
    await first.stop();
    outside.answer = (response) => void response.writeHead(503).end();
    await stage.world.sql.query('DELETE FROM fap.failed_jobs');
    await stage.untilRow("SELECT id FROM queuekeeper.incidents WHERE state = 'resolved'");
    await expect.poll(() => pages().at(-1)?.event).toBe('resolve');
    // Nobody took its end, and who knew of it dies: the next process tells it, as if the minute of the dead one were over.
    await stage.killAll();
    outside.answer = (response) => void response.writeHead(202).end();
    await stage.rows('UPDATE queuekeeper.alert_evaluator SET until = UTC_TIMESTAMP(6)');
    await stage.restart();
    await stage.untilRow("SELECT 1 FROM queuekeeper.outbox WHERE kind = 'page-end' AND state = 'said'");
    expect([...new Set(pages().map(({ event }) => event))]).toEqual(['trigger', 'resolve']);
    expect(new Set(pages().map(({ key }) => key)).size).toBe(1);
    const told = await stage.rows('SELECT kind FROM queuekeeper.incident_entries ORDER BY number');
    expect(told.map(({ kind }) => kind)).toEqual(['escalated', 'paged', 'resolved']);
    expect(await stage.rows('SELECT id FROM queuekeeper.incidents')).toHaveLength(1);
  });
});

describe('a request that waits for another person', () => {
  it('pages until somebody decides, and says in its thread where that did not get through', async () => {
    await fail();
    const card = await people.askRetryAll('retry all queue=reports');
    await expect.poll(() => about(card).map(({ event }) => event)).toEqual(['trigger']);
    await stage.untilRow("SELECT 1 FROM queuekeeper.audit_log WHERE event = 'PAGED' AND verb = 'retry-all'");
    await stage.slack.as('U0BO').click(card, 'Reject');
    await expect.poll(() => about(card).map(({ event }) => event)).toEqual(['trigger', 'resolve']);
    expect(new Set(about(card).map(({ key }) => key)).size).toBe(1);

    outside.answer = (response) => void response.writeHead(503).end();
    const deaf = await people.askRetryAll('retry all queue=reports');
    const told = await stage.slack.waitFor(
      'the miss in the thread',
      (one) => one.threadTs === deaf.ts && renderPlain(one).includes('Nobody was paged about'),
    );
    expect(renderPlain(told)).toMatch(
      /the webhook for pages answered with an error[\s\S]*call another person/,
    );
    outside.answer = (response) => void response.writeHead(202).end();
    await stage.slack.as('U0ANNA').click(deaf, 'Cancel');
  });
});
