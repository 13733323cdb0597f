import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSlack, type SimulatedSlack } from '../../../demo/slack/server.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { person, rich } from '../../../src/core/rich.ts';
import { Secret } from '../../../src/core/secret.ts';
import { createSlackApi } from '../../../src/slack/api.ts';
import { createOutbox } from '../../../src/slack/outbox.ts';
import { createFakeOutbox, type FakeOutbox } from '../../fakes/outbox.ts';
import { silent } from '../../slack/silent.ts';

describe('a notice in a real Slack', () => {
  let slack: SimulatedSlack;
  let outbox: FakeOutbox;
  let kick: () => void;
  const ending = { signal: new AbortController(), ran: Promise.resolve() };
  beforeEach(async () => {
    slack = await createSlack();
    outbox = createFakeOutbox();
    const poster = createOutbox({
      ...{ outbox, leases: { leaseChannel: async () => true }, clock: systemClock, log: silent },
      ...{ locale: 'en', localeOf: async () => 'zh-CN', botId: 'B0QK', holder: 'one' },
      api: createSlackApi(new Secret(slack.workspace.tokens.bot), slack.apiUrl, silent),
      say: async ({ id }) => ({ heading: rich`${person('U0ANNA')} ${id}`, mood: 'good', parts: [] }),
    });
    kick = poster.kick;
    ending.signal = new AbortController();
    ending.ran = poster.run(ending.signal.signal);
  });
  afterEach(async () => {
    slack.faults.clear();
    ending.signal.abort();
    await ending.ran;
    await slack.close();
  });

  const said = (): readonly string[] =>
    slack.timeline.messages.filter(({ botId }) => botId === 'B0QK').map(({ text }) => text);
  const until = (look: () => unknown, wanted: unknown): Promise<void> =>
    vi.waitFor(() => expect(look()).toEqual(wanted), { timeout: 60_000, interval: 20 });

  it('calls the person, in the thread of its card, and is no card itself', async () => {
    const card = slack.timeline.add({
      ...{ channel: 'C0OPS', user: 'U0QK', botId: 'B0OTHER', text: 'a card', blocks: [] },
      metadata: { event_type: 'queuekeeper_request', event_payload: { request_id: 'n1' } },
    });
    outbox.put('n1', { threadTs: card.ts });
    kick();
    await until(said, ['<@U0ANNA> n1']);
    const [message] = slack.timeline.messages.filter(({ botId }) => botId === 'B0QK');
    expect(message).toMatchObject({ threadTs: card.ts, metadata: { event_payload: { notice_id: 'n1' } } });
    await until(() => outbox.ended.get('n1'), message?.ts);
  });

  it('comes once and in order although answers are lost, Slack limits, and Slack is away', async () => {
    const root = slack.timeline.add({ channel: 'C0OPS', user: 'U0ANNA', text: 'look', blocks: [] });
    for (const id of ['n1', 'n2', 'n3']) outbox.put(id, { threadTs: root.ts });
    slack.faults.set('chat.postMessage', { kind: 'lose-answer' }, 1);
    kick();
    await until(said, ['<@U0ANNA> n1']);
    slack.faults.set('chat.postMessage', { kind: 'rate-limit', retryAfterSeconds: 1 }, 1);
    await until(said, ['<@U0ANNA> n1', '<@U0ANNA> n2']);
    slack.faults.set('*', { kind: 'error', status: 500 });
    const tries = (): number => slack.wireLog.filter(({ what }) => what === 'chat.postMessage').length;
    const before = tries();
    await vi.waitFor(() => expect(tries()).toBeGreaterThan(before), { timeout: 60_000 });
    slack.faults.clear();
    await until(said, ['<@U0ANNA> n1', '<@U0ANNA> n2', '<@U0ANNA> n3']);
    await until(() => outbox.ended.size, 3);
  });
});
