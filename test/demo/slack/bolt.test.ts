import { App, HTTPReceiver, LogLevel, SocketModeReceiver } from '@slack/bolt';
import type { KnownBlock, View } from '@slack/types';
import { WebClient } from '@slack/web-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSlack, type SimulatedSlack } from '../../../demo/slack/server.ts';
import { freePort } from '../../../demo/world/server.ts';

let slack: SimulatedSlack;
const closing: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  slack = await createSlack();
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await slack.close();
});

const view: View = {
  type: 'modal',
  title: { type: 'plain_text', text: 'Why' },
  submit: { type: 'plain_text', text: 'Send' },
  blocks: [
    {
      type: 'input',
      block_id: 'b',
      label: { type: 'plain_text', text: 'Reason' },
      element: { type: 'plain_text_input', action_id: 'reason' },
    },
  ],
};
const button: KnownBlock = {
  type: 'actions',
  elements: [{ type: 'button', action_id: 'go', text: { type: 'plain_text', text: 'Go' }, value: 'v1' }],
};

/** The smallest Bolt app that uses what the wire has. */
async function startApp(wire: 'http' | 'socket'): Promise<App> {
  const { tokens, bot } = slack.workspace;
  const clientOptions = {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
  };
  const port = await freePort();
  const receiver =
    wire === 'http'
      ? new HTTPReceiver({
          signingSecret: tokens.signingSecret,
          endpoints: ['/slack/events'],
          logLevel: LogLevel.ERROR,
        })
      : new SocketModeReceiver({
          appToken: tokens.app,
          logLevel: LogLevel.ERROR,
          installerOptions: { clientOptions },
        });
  const app = new App({
    ...{ receiver, token: tokens.bot, tokenVerificationEnabled: false, botId: bot.id, botUserId: bot.userId },
    ...{ clientOptions, logLevel: LogLevel.ERROR },
  });
  app.command('/queue', async ({ ack, command, client, respond, say }) => {
    if (command.text === 'silent') return;
    await ack(command.text === 'text' ? 'at once' : undefined);
    if (command.text === 'respond') await respond({ text: 'responded' });
    if (command.text === 'button') await say({ text: 'press', blocks: [button] });
    if (command.text === 'modal') await client.views.open({ trigger_id: command.trigger_id, view });
  });
  app.action('go', async ({ ack, respond }) => {
    await ack();
    await respond({ text: 'pressed', replace_original: true });
  });
  app.view(/.*/, async ({ ack, view: sent }) => {
    const reason = sent.state.values['b']?.['reason']?.value;
    await (reason === 'no' ? ack({ response_action: 'errors', errors: { b: 'say why' } }) : ack());
  });
  app.event('app_mention', async ({ event, say }) => {
    await say({ text: `heard ${event.text}`, thread_ts: event.thread_ts ?? event.ts });
  });
  await (wire === 'http' ? app.start(port) : app.start());
  closing.push(() => app.stop());
  if (wire === 'http') slack.deliverOverHttp(`http://127.0.0.1:${port}/slack/events`);
  return app;
}

const anna = (): ReturnType<SimulatedSlack['as']> => slack.as('U0ANNA');
const client = (token = slack.workspace.tokens.bot): WebClient =>
  new WebClient(token, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logLevel: LogLevel.ERROR,
  });
const refusal = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'taken',
    (error: { data?: { error?: string } }) => error.data?.error ?? String(error),
  );

describe.each(['http', 'socket'] as const)('the real Bolt over %s', (wire) => {
  it('acknowledges a command, with or without words', async () => {
    await startApp(wire);
    expect(await anna().command('C0OPS', 'nothing')).toMatchObject({ status: 'acked' });
    await anna().command('C0OPS', 'text');
    await slack.waitFor(
      'the words of the ack',
      ({ text, ephemeralFor }) => text === 'at once' && ephemeralFor === 'U0ANNA',
    );
  });

  it('answers by response_url, and a click on a button replaces its message', async () => {
    await startApp(wire);
    await anna().command('C0OPS', 'respond');
    await slack.waitFor(
      'the response',
      ({ text, ephemeralFor }) => text === 'responded' && ephemeralFor === 'U0ANNA',
    );
    await anna().command('C0OPS', 'button');
    const message = await slack.waitFor('the button', ({ text }) => text === 'press');
    await anna().click(message, 'Go');
    await expect.poll(() => message.text).toBe('pressed');
  });

  it('opens a modal, whose errors in the ack keep it open', async () => {
    await startApp(wire);
    await anna().command('C0OPS', 'modal');
    await expect.poll(() => anna().openViews().length).toBe(1);
    const [open] = anna().openViews();
    if (open === undefined) throw new Error('it is open');
    await anna().submit(open, { Reason: 'no' });
    expect(anna().openViews()).toHaveLength(1);
    await anna().submit(open, { Reason: 'because' });
    expect(anna().openViews()).toHaveLength(0);
  });

  it('hears a mention in a thread and answers there', async () => {
    await startApp(wire);
    const root = slack.timeline.add({ channel: 'C0OPS', user: 'U0BO', text: 'hm', blocks: [] });
    await anna().mention('C0OPS', 'hello', root.ts);
    const answer = await slack.waitFor('the answer', ({ text }) => text.startsWith('heard'));
    expect(answer.threadTs).toBe(root.ts);
  });

  it('is told by Slack when an ack does not come in three seconds', async () => {
    await startApp(wire);
    const { status } = await anna().command('C0OPS', 'silent');
    expect(status).not.toBe('acked');
    await slack.waitFor(
      'what Slack says',
      ({ fromSlack, ephemeralFor }) => fromSlack === true && ephemeralFor === 'U0ANNA',
    );
  });
});

describe('Socket Mode', () => {
  it('comes back after Slack asks for a new connection', async () => {
    await startApp('socket');
    slack.socket.disconnect('refresh_requested');
    await expect
      .poll(async () => (await anna().command('C0OPS', 'nothing')).status, { timeout: 15_000, interval: 300 })
      .toBe('acked');
  }, 20_000);

  it('has nobody to tell without a socket', async () => {
    expect(await anna().command('C0OPS', 'nothing')).toMatchObject({ status: 'dispatch_failed' });
  });
});

describe('the Web API', () => {
  it.each<[string, (api: WebClient) => Promise<unknown>, string]>([
    [
      'a channel that is not there',
      (api) => api.chat.postMessage({ channel: 'C0NONE', text: 'x' }),
      'channel_not_found',
    ],
    [
      'a channel that the bot is not in',
      (api) => api.chat.postMessage({ channel: 'C0RANDOM', text: 'x' }),
      'not_in_channel',
    ],
    [
      'a message without text or blocks',
      (api) => api.chat.postMessage({ channel: 'C0OPS', text: '' }),
      'no_text',
    ],
    [
      'blocks that break a limit',
      (api) =>
        api.chat.postMessage({
          channel: 'C0OPS',
          text: 'x',
          blocks: [{ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }],
        }),
      'invalid_blocks',
    ],
    [
      'an edit of what is not there',
      (api) => api.chat.update({ channel: 'C0OPS', ts: '1.2', text: 'x' }),
      'message_not_found',
    ],
    ['an unknown person', (api) => api.users.info({ user: 'U0NOBODY' }), 'user_not_found'],
    ['an unknown method', (api) => api.apiCall('poems.write'), 'unknown_method'],
    ['an unknown trigger', (api) => api.views.open({ trigger_id: '1.x', view }), 'invalid_trigger_id'],
  ])('refuses %s', async (_, call, error) => {
    expect(await refusal(call(client()))).toBe(error);
  });

  it('refuses a wrong token', async () => {
    expect(await refusal(client('xoxb-wrong').auth.test())).toBe('invalid_auth');
  });

  it('refuses to edit a person’s message, and an ephemeral one', async () => {
    const said = slack.timeline.add({ channel: 'C0OPS', user: 'U0BO', text: 'mine', blocks: [] });
    expect(await refusal(client().chat.update({ channel: 'C0OPS', ts: said.ts, text: 'x' }))).toBe(
      'cant_update_message',
    );
    const { message_ts: ts = '' } = await client().chat.postEphemeral({
      channel: 'C0OPS',
      user: 'U0ANNA',
      text: 'psst',
    });
    expect(await refusal(client().chat.update({ channel: 'C0OPS', ts, text: 'x' }))).toBe(
      'message_not_found',
    );
  });

  it('takes the blocks away when a message is edited with text alone', async () => {
    const { ts = '' } = await client().chat.postMessage({ channel: 'C0OPS', text: 'x', blocks: [button] });
    await client().chat.update({ channel: 'C0OPS', ts, text: 'y' });
    expect(slack.timeline.find('C0OPS', ts)?.blocks).toEqual([]);
  });

  it('says 429 to a second post within a second, where that is switched on', async () => {
    slack.limitPosts(true);
    await client().chat.postMessage({ channel: 'C0OPS', text: 'one' });
    await expect(client().chat.postMessage({ channel: 'C0OPS', text: 'two' })).rejects.toMatchObject({
      retryAfter: 1,
    });
    slack.clock.advance(1_000);
    expect(await refusal(client().chat.postMessage({ channel: 'C0OPS', text: 'three' }))).toBe('taken');
  });

  it('spends a trigger after one use or three seconds, and guards views by their hash', async () => {
    const triggers: string[] = [];
    const app = await startApp('socket');
    app.shortcut(/.*/, async () => undefined);
    app.use(async ({ body, next }) => {
      if ('trigger_id' in body) triggers.push(String(body.trigger_id));
      await next();
    });
    await anna().command('C0OPS', 'nothing');
    const [first = ''] = triggers;
    const { view: opened } = await client().views.open({ trigger_id: first, view });
    expect(await refusal(client().views.open({ trigger_id: first, view }))).toBe('exchanged_trigger_id');
    await anna().command('C0OPS', 'nothing');
    slack.clock.advance(3_001);
    expect(await refusal(client().views.open({ trigger_id: triggers[1] ?? '', view }))).toBe(
      'expired_trigger_id',
    );
    const update = { view_id: opened?.id ?? '', hash: opened?.hash ?? '', view };
    expect(await refusal(client().views.update(update))).toBe('taken');
    expect(await refusal(client().views.update(update))).toBe('hash_conflict');
  });
});

describe('a response_url', () => {
  const post = async (url: string, body: object): Promise<number> =>
    (await fetch(url, { method: 'POST', body: JSON.stringify(body) })).status;
  /** Of a command, as the app gets it. */
  async function taken(): Promise<string> {
    let url = '';
    const app = await startApp('socket');
    app.use(async ({ body, next }) => {
      if ('response_url' in body && typeof body.response_url === 'string') url = body.response_url;
      await next();
    });
    await anna().command('C0OPS', 'nothing');
    return url;
  }

  it('takes five posts', async () => {
    const url = await taken();
    for (let use = 1; use <= 5; use += 1) expect(await post(url, { text: `${use}` })).toBe(200);
    expect(await post(url, { text: '6' })).toBe(404);
  });

  it('lives thirty minutes', async () => {
    const url = await taken();
    slack.clock.advance(30 * 60_000 + 1);
    expect(await post(url, { text: 'late' })).toBe(404);
  });

  it('of a slash command replaces nothing: it makes a new message', async () => {
    const url = await taken();
    await post(url, { text: 'one' });
    await post(url, { text: 'two', replace_original: true });
    expect(slack.timeline.messages.map(({ text }) => text)).toEqual(expect.arrayContaining(['one', 'two']));
  });
});

describe('faults', () => {
  it('can lose an answer to a post that happened', async () => {
    slack.faults.set('chat.postMessage', { kind: 'lose-answer' }, 1);
    expect(await refusal(client().chat.postMessage({ channel: 'C0OPS', text: 'there' }))).not.toBe('taken');
    expect(slack.timeline.messages.map(({ text }) => text)).toContain('there');
  });

  it('can be an error, a refusal, a rate limit or a body cut short, for so many calls', async () => {
    for (const fault of [
      { kind: 'error', status: 500 },
      { kind: 'refuse', error: 'fatal_error' },
      { kind: 'rate-limit', retryAfterSeconds: 7 },
      { kind: 'cut' },
    ] as const) {
      slack.faults.set('auth.test', fault, 1);
      expect(await refusal(client().auth.test())).not.toBe('taken');
      expect(await refusal(client().auth.test())).toBe('taken');
    }
  });

  it('forges signatures that Bolt refuses', async () => {
    await startApp('http');
    expect(await anna().command('C0OPS', 'respond', { wrongSignature: true })).toMatchObject({
      httpStatus: 401,
    });
    expect(await anna().command('C0OPS', 'respond', { skewSeconds: -301 })).toMatchObject({
      httpStatus: 401,
    });
  });
});
