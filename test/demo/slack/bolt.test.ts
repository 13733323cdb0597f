import type { KnownBlock } from '@slack/types';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSlack, type Person, type SimulatedSlack } from '../../../demo/slack/server.ts';
import { startBolt } from './bolt-stage.ts';
import { type Json, words } from './stage.ts';

let slack: SimulatedSlack;
const closing: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  slack = await createSlack();
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await slack.close();
});

const button: KnownBlock = {
  type: 'actions',
  elements: [{ type: 'button', action_id: 'go', text: { type: 'plain_text', text: 'Go' }, value: 'v1' }],
};

/** The smallest Bolt app that uses what the wire has; gives what it heard. */
async function startApp(wire: 'http' | 'socket'): Promise<Json[]> {
  const heard: Json[] = [];
  const app = await startBolt(slack, wire, (bolt) => {
    bolt.use(async ({ body, context, next }) => {
      heard.push({ ...body, retryNum: context.retryNum });
      await next();
    });
    bolt.command('/queue', async ({ ack, command, respond, say }) => {
      if (command.text === 'silent') return;
      await ack(command.text === 'text' ? 'at once' : undefined);
      if (command.text === 'respond') await respond({ text: 'responded' });
      if (command.text === 'button') await say({ text: 'press', blocks: [button] });
    });
    bolt.action('go', async ({ ack, respond }) => {
      await ack();
      await respond({ text: 'pressed', replace_original: true });
    });
    bolt.event('app_mention', async ({ event, say }) => {
      await say({ text: `heard ${event.text}`, thread_ts: event.thread_ts ?? event.ts });
    });
    bolt.message(async ({ message, say }) => {
      await say(`direct: ${'text' in message ? message.text : ''}`);
    });
  });
  closing.push(() => app.stop());
  return heard;
}

const anna = (): Person => slack.as('U0ANNA');
const toAnna = (text: string): Promise<unknown> =>
  slack.waitFor(text, (one) => one.text === text && one.ephemeralFor === 'U0ANNA');

describe.each(['http', 'socket'] as const)('the real Bolt over %s', (wire) => {
  it('acknowledges a command, with or without words', async () => {
    const heard = await startApp(wire);
    expect(await anna().command('C0OPS', 'nothing to say')).toMatchObject({ status: 'acked' });
    expect(heard[0]).toMatchObject({
      ...{ command: '/queue', text: 'nothing to say', user_id: 'U0ANNA', user_name: 'Anna' },
      ...{ team_id: 'T0FAP', team_domain: 'fap', channel_id: 'C0OPS', channel_name: 'ops' },
      ...{ api_app_id: 'A0QK', token: expect.any(String), trigger_id: expect.any(String) },
      response_url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/response\//),
    });
    await anna().command('C0OPS', 'text');
    await toAnna('at once');
  });

  it('answers by response_url, and a click on a button replaces its message', async () => {
    const heard = await startApp(wire);
    await anna().command('C0OPS', 'respond');
    await toAnna('responded');
    await anna().command('C0OPS', 'button');
    const message = await slack.waitFor('the button', ({ text }) => text === 'press');
    await anna().click(message, 'Go');
    await expect.poll(() => message.text).toBe('pressed');
    expect(heard.at(-1)).toMatchObject({
      ...{ type: 'block_actions', user: { id: 'U0ANNA' }, team: { id: 'T0FAP' }, api_app_id: 'A0QK' },
      ...{ channel: { id: 'C0OPS', name: 'ops' }, message: { ts: message.ts }, state: { values: {} } },
      container: { type: 'message', message_ts: message.ts, channel_id: 'C0OPS', is_ephemeral: false },
      actions: [
        { action_id: 'go', block_id: expect.any(String), value: 'v1', action_ts: expect.any(String) },
      ],
    });
  });

  it('hears a mention in a thread and answers there, and everything in its direct message', async () => {
    await startApp(wire);
    const root = slack.timeline.add({ channel: 'C0OPS', user: 'U0BO', text: 'hm', blocks: [] });
    await anna().mention('C0OPS', 'hello', root.ts);
    const answer = await slack.waitFor('the answer', ({ text }) => text === 'heard <@U0QKBOT> hello');
    expect(answer.threadTs).toBe(root.ts);
    await anna().directMessage('psst');
    expect(await slack.waitFor('an answer', ({ text }) => text === 'direct: psst')).toMatchObject({
      channel: 'D0ANNA',
    });
  });

  it('is told by Slack when an ack does not come in three seconds', async () => {
    const heard = await startApp(wire);
    const delivered = anna().command('C0OPS', 'silent');
    await expect.poll(() => heard.length).toBe(1);
    slack.clock.advance(3_001);
    expect(await delivered).toMatchObject({ status: 'operation_timeout' });
    await toAnna('/queue failed with the error "operation_timeout"');
  });

  it('sees the number of a repeated event', async () => {
    const heard = await startApp(wire);
    slack.faults.setDelivery('events_api', { kind: 'lose-ack' }, 1);
    await anna().mention('C0OPS', 'once');
    await expect
      .poll(() => heard.map(({ retryNum }) => retryNum))
      .toEqual([wire === 'http' ? undefined : 0, 1]);
    expect(heard[0]?.['event_id']).toBe(heard[1]?.['event_id']);
  });
});

describe('Slack’s own refusals', () => {
  it('keep a slash command in a thread and an unknown one from the app', async () => {
    const heard = await startApp('http');
    const root = slack.timeline.add({ channel: 'C0OPS', user: 'U0BO', text: 'hm', blocks: [] });
    const said = '/queue is not supported in threads. Sorry!';
    expect(await anna().command('C0OPS', 'status', { threadTs: root.ts })).toMatchObject({
      ...{ status: 'refused', reason: said },
    });
    expect(slack.timeline.repliesTo('C0OPS', root.ts)).toMatchObject([
      { text: said, ephemeralFor: 'U0ANNA', fromSlack: true },
    ]);
    expect(await anna().command('C0OPS', '/poem status')).toMatchObject({
      reason: '/poem is not a valid command.',
    });
    expect(heard).toEqual([]);
  });

  it('tell the person when nobody listens', async () => {
    expect(await anna().command('C0OPS', 'status')).toMatchObject({ status: 'dispatch_failed' });
    await toAnna('/queue failed with the error "dispatch_failed"');
    slack.deliverOverHttp('http://127.0.0.1:1/slack/events');
    expect(await anna().command('C0OPS', 'status')).toMatchObject({ status: 'dispatch_failed' });
  });

  it('show words that a confirm dialog kept back to nobody', async () => {
    const heard = await startApp('socket');
    const confirm = { title: words('Sure'), text: words('Really') };
    const element = { ...button.elements[0], confirm };
    const message = slack.timeline.add({
      ...{ channel: 'C0OPS', user: 'U0QKBOT', text: 'press', blocks: [{ ...button, elements: [element] }] },
    });
    expect(await anna().click(message, 'Go', { confirm: false })).toMatchObject({ reason: 'not confirmed' });
    expect(heard).toEqual([]);
    expect(await anna().click(message, 'Go')).toMatchObject({ status: 'acked' });
  });
});

describe('a signature', () => {
  it('of another secret or of five minutes ago is refused by Bolt', async () => {
    await startApp('http');
    for (const forged of [{ wrongSignature: true }, { skewSeconds: -301 }])
      expect(await anna().command('C0OPS', 'respond', forged)).toMatchObject({ httpStatus: 401 });
    expect(await slack.raw.verifyUrl()).toBe(true);
  });
});
