import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSlack, type SimulatedSlack } from '../../../demo/slack/server.ts';
import { type PlainApp, startPlainApp } from './plain-app.ts';
import { clientOf, input, type Json, modal, words } from './stage.ts';

let slack: SimulatedSlack;
let app: PlainApp;
let heard: Json[];

beforeEach(async () => {
  heard = [];
  slack = await createSlack();
  app = await startPlainApp((body) => {
    heard.push(body);
    return {};
  });
  slack.deliverOverHttp(app.url);
});
afterEach(async () => {
  await app.close();
  await slack.close();
});

const base = (): string => `http://127.0.0.1:${slack.port}/control`;
async function look(what: string): Promise<never> {
  const answer = await fetch(`${base()}/${what}`);
  return (await answer.json()) as never; // tests say what they expect
}
async function act(what: string, asked: Json, headers: Record<string, string> = {}): Promise<Json> {
  const answer = await fetch(`${base()}/${what}`, {
    ...{ method: 'POST', body: JSON.stringify(asked) },
    headers: { 'content-type': 'application/json', ...headers },
  });
  return { httpStatus: answer.status, ...((await answer.json()) as Json | null) };
}
const say = (text: string, more: object = {}) =>
  slack.timeline.add({ channel: 'C0OPS', user: 'U0BO', text, blocks: [], ...more });
const textsOf = (messages: readonly { readonly text: string }[]): readonly string[] =>
  messages.map(({ text }) => text);

describe('looking', () => {
  it('pages through a channel, newest page first, threads apart', async () => {
    for (let count = 1; count <= 10; count += 1) say(`${count}`);
    const root = say('root');
    say('reply', { threadTs: root.ts });
    const first: readonly { readonly text: string; readonly ts: string }[] = await look(
      'messages?who=U0ANNA&channel=C0OPS&limit=4&replies=no',
    );
    expect(textsOf(first)).toEqual(['8', '9', '10', 'root']);
    expect(first.at(-1)).toMatchObject({ thread: { replies: 1, users: ['U0BO'] } });
    const next = await look(`messages?who=U0ANNA&channel=C0OPS&limit=4&before=${first[0]?.ts}`);
    expect(textsOf(next)).toEqual(['4', '5', '6', '7']);
    expect(textsOf(await look(`messages?who=U0ANNA&channel=C0OPS&thread=${root.ts}`))).toEqual([
      'root',
      'reply',
    ]);
  });

  it('gives a page of a channel of 10,000 messages without reading them all aloud', async () => {
    for (let count = 0; count < 10_000; count += 1) say(`${count}`);
    const answer = await fetch(`${base()}/messages?who=U0ANNA&channel=C0OPS&limit=60`);
    const body = await answer.text();
    expect(JSON.parse(body)).toHaveLength(60);
    expect(body.length).toBeLessThan(30_000);
  });

  it('shows nobody what others alone see, nor channels that they are not in', async () => {
    say('for Anna', { ephemeralFor: 'U0ANNA' });
    say('for all');
    expect(textsOf(await look('messages?who=U0BO&channel=C0OPS'))).toEqual(['for all']);
    expect(textsOf(await look('messages?who=U0ANNA'))).toEqual(['for Anna', 'for all']);
    expect(await look('messages?who=U0STRANGE&channel=C0OPS')).toEqual([]);
    expect(((await look('channels?who=U0STRANGE')) as readonly { id: string }[]).map(({ id }) => id)).toEqual(
      ['C0SHARED'],
    );
    expect(await look('channels?who=U0ANNA')).toContainEqual(
      expect.objectContaining({ id: 'D0ANNA', isDirect: true, name: 'Queuekeeper' }),
    );
  });

  it('shows files with the address of their bytes, and what a person has filled in', async () => {
    const file = slack.timeline.add({
      ...{ channel: 'C0OPS', user: 'U0QKBOT', text: 'x', files: ['F0NONE'] },
      blocks: [
        {
          type: 'actions',
          block_id: 'b',
          elements: [{ type: 'checkboxes', action_id: 'c', options: [{ text: words('One'), value: '1' }] }],
        },
      ],
    });
    await act('choose', {
      who: 'U0ANNA',
      channel: 'C0OPS',
      ts: file.ts,
      target: { actionId: 'c' },
      choice: ['One'],
    });
    expect(heard.at(-1)).toMatchObject({ actions: [{ selected_options: [{ value: '1' }] }] });
    const [shown] = (await look('messages?who=U0ANNA')) as readonly Json[];
    expect(shown).toMatchObject({
      attached: [{ id: 'F0NONE' }],
      values: { b: { c: { selected_options: [{ value: '1' }] } } },
    });
    expect(((await look('messages?who=U0BO')) as readonly Json[])[0]).toMatchObject({
      values: { b: { c: { selected_options: [] } } },
    });
  });
});

describe('people', () => {
  it('have colors that tell them apart, on which white can be read', async () => {
    const people = (await look('people')) as readonly { readonly color: string }[];
    const colors = people.map(({ color }) => color);
    expect(new Set(colors).size).toBe(people.length);
    for (const color of colors) {
      const [red = 0, green = 0, blue = 0] = [0, 2, 4]
        .map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255)
        .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
      expect(1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)).toBeGreaterThan(4.5);
    }
  });
});

describe('unread marks', () => {
  const unread = async (who: string): Promise<Json | undefined> =>
    ((await look(`channels?who=${who}`)) as readonly Json[]).find(({ id }) => id === 'C0OPS');

  it('count what others said since, and what means the person', async () => {
    say('own', { user: 'U0ANNA' });
    say('one');
    const seen = say('for you, <@U0ANNA>');
    say('not for you, &lt;@U0ANNA&gt;');
    expect(await unread('U0ANNA')).toMatchObject({ unread: 3, mentions: 1 });
    expect(await act('read', { who: 'U0ANNA', channel: 'C0OPS', ts: seen.ts })).toMatchObject({
      unread: 1,
      mentions: 0,
    });
    expect(await act('read', { who: 'U0ANNA', channel: 'C0OPS', ts: '1.0' })).toMatchObject({
      readTo: seen.ts,
    });
    expect(await act('read', { who: 'U0ANNA', channel: 'C0OPS' })).toMatchObject({ unread: 0 });
    expect(await unread('U0BO')).toMatchObject({ unread: 1 });
  });

  it.each<[string, object]>([
    ['a user group', { text: '<!subteam^S0ONCALL>' }],
    ['everybody', { text: '<!here|here>' }],
    [
      'the person in a section',
      { blocks: [{ type: 'section', text: { type: 'mrkdwn', text: '<@U0ANNA>' } }] },
    ],
    [
      'the person in rich text',
      {
        blocks: [
          {
            type: 'rich_text',
            elements: [{ type: 'rich_text_section', elements: [{ type: 'user', user_id: 'U0ANNA' }] }],
          },
        ],
      },
    ],
    ['the person in a thread', { text: '<@U0ANNA>', threadTs: '1.2' }],
  ])('know when a message means %s', async (_, message) => {
    const oncall = slack.workspace.groups.find(({ id }) => id === 'S0ONCALL');
    if (oncall !== undefined) oncall.members = ['U0ANNA'];
    say('x', message);
    expect(await unread('U0ANNA')).toMatchObject({ mentions: 1 });
    const plain = { type: 'section', text: { type: 'plain_text', text: '<@U0ANNA>' } };
    say('x', { blocks: [plain] });
    expect(await unread('U0ANNA')).toMatchObject({ mentions: 1 });
  });
});

describe('the message box', () => {
  const send = (channel: string, text: string, more: object = {}): Promise<Json> =>
    act('send', { who: 'U0ANNA', channel, text, ...more });

  it('knows a command, a mention, a direct message and words', async () => {
    expect(await send('C0OPS', '/queue status')).toMatchObject({ status: 'acked' });
    expect(heard.at(-1)).toMatchObject({ command: '/queue', text: 'status' });
    expect(await send('C0OPS', 'well, <@U0QKBOT>?')).toMatchObject({ status: 'acked' });
    expect(heard.at(-1)).toMatchObject({ event: { type: 'app_mention', text: 'well, <@U0QKBOT>?' } });
    await send('D0ANNA', 'help');
    expect(heard.at(-1)).toMatchObject({ event: { type: 'message', channel_type: 'im', text: 'help' } });
    expect(await send('C0OPS', 'hello all')).toMatchObject({ status: 'refused', reason: 'not for the app' });
    expect(textsOf(await look('messages?who=U0BO&channel=C0OPS'))).toEqual([
      'well, <@U0QKBOT>?',
      'hello all',
    ]);
    expect(heard).toHaveLength(3);
  });

  it('refuses a command in a thread, in Slack’s words and there', async () => {
    const { ts: threadTs } = say('root');
    const reason = '/queue is not supported in threads. Sorry!';
    expect(await send('C0OPS', '/queue status', { threadTs })).toMatchObject({ status: 'refused', reason });
    expect(textsOf(await look(`messages?who=U0ANNA&channel=C0OPS&thread=${threadTs}`))).toEqual([
      'root',
      reason,
    ]);
    expect(heard).toEqual([]);
  });

  it('is not there where the person is not', async () => {
    expect(await act('send', { who: 'U0STRANGE', channel: 'C0OPS', text: 'x' })).toEqual({
      ...{ httpStatus: 400, error: 'U0STRANGE is not in C0OPS' },
    });
    expect(await act('send', { who: 'U0BO', channel: 'D0ANNA', text: 'x' })).toMatchObject({
      httpStatus: 400,
    });
    expect(await act('send', { who: 'U0NOBODY', channel: 'C0OPS', text: 'x' })).toMatchObject({
      httpStatus: 400,
    });
  });
});

describe('a modal from another process', () => {
  it('is filled in, refused with its errors, sent, and closed', async () => {
    await act('command', { who: 'U0ANNA', channel: 'C0OPS', text: 'x' });
    const call = {
      trigger_id: String(heard[0]?.['trigger_id']),
      view: modal({ blocks: [input('reason')] }) as never,
    };
    const view = (await clientOf(slack).views.open(call)).view?.id;
    expect(await act('submit', { who: 'U0ANNA', view })).toMatchObject({ status: 'refused' });
    expect(((await look('views?who=U0ANNA')) as readonly Json[])[0]).toMatchObject({
      errors: { reason: 'Please complete this required field.' },
    });
    expect(await act('fill', { who: 'U0BO', view, target: { blockId: 'reason' }, value: 'x' })).toMatchObject(
      {
        error: 'U0BO does not see what U0ANNA sees',
      },
    );
    await act('fill', { who: 'U0ANNA', view, target: { blockId: 'reason' }, value: 'x' });
    expect(await act('submit', { who: 'U0ANNA', view })).toMatchObject({ status: 'acked' });
    expect(await look('views?who=U0ANNA')).toEqual([]);
    expect(await act('close-view', { who: 'U0ANNA', view })).toMatchObject({
      error: 'there is no such view',
    });
  });
});

describe('the wire', () => {
  it('shows each request with its limits and Slack’s reasons, secrets masked and long bodies cut', async () => {
    await act('command', { who: 'U0ANNA', channel: 'C0OPS', text: 'x' });
    await fetch(String(heard[0]?.['response_url']), { method: 'POST', body: '{"text":"hi"}' });
    const api = clientOf(slack);
    await api.chat.postMessage({ channel: 'C0OPS', text: 'y'.repeat(30_000) });
    await api.chat
      .update({ channel: 'C0OPS', ts: '1.2', text: 'a token: xoxb-another-one' })
      .catch(() => undefined);
    await clientOf(slack, slack.workspace.tokens.app).apps.connections.open({});
    const entries = (await look('wire')) as readonly Json[];
    const [command, response, post, update, opened] = entries;
    expect(command).toMatchObject({
      ...{ direction: 'to-app', what: 'slash_commands', via: 'http', httpStatus: 200 },
      limits: [{ what: 'milliseconds to the ack', used: expect.any(Number), most: 3_000 }],
      request: { token: '…', response_url: expect.stringMatching(/\/response\/…$/) },
    });
    expect(response).toMatchObject({
      what: 'response_url',
      limits: [
        { what: 'characters of text', used: 2, most: 40_000 },
        { what: 'uses of the response_url', used: 1, most: 5 },
      ],
    });
    expect(post?.['limits']).toContainEqual({ what: 'posts a second in the channel', used: 1, most: 1 });
    expect(post?.['request']).toMatch(/… \(\d+ characters\)$/);
    expect(update).toMatchObject({
      ...{ what: 'chat.update', error: 'message_not_found', request: { text: 'a token: …' } },
      limits: [{ what: 'characters of text' }, { what: 'calls a minute', used: 1, most: 50 }],
    });
    expect(opened).toMatchObject({ answer: { url: expect.stringContaining('ticket=…') } });
    const all = JSON.stringify(entries);
    for (const secret of Object.values(slack.workspace.tokens)) expect(all).not.toContain(secret);
  });
});

describe('who may call', () => {
  const status = async (headers: Record<string, string>, body?: string): Promise<number> =>
    await new Promise((resolve, reject) => {
      // fetch does not let anybody choose a Host.
      import('node:http').then(({ request }) => {
        const sent = request(
          {
            host: '127.0.0.1',
            port: slack.port,
            path: '/control/reload',
            method: body === undefined ? 'GET' : 'POST',
            headers,
          },
          (answer) => {
            answer.resume();
            resolve(answer.statusCode ?? 0);
          },
        );
        sent.on('error', reject);
        sent.end(body);
      }, reject);
    });
  const json = { 'content-type': 'application/json' };
  const asked = '{"who":"U0ANNA"}';

  it('is this machine under its own names, not a name that points here', async () => {
    for (const host of ['127.0.0.1', 'localhost', '[::1]'])
      expect(await status({ ...json, host: `${host}:${slack.port}` }, asked)).toBe(200);
    for (const host of ['evil.example', `127.0.0.1.evil.example:${slack.port}`])
      expect(await status({ ...json, host }, asked)).toBe(403);
  });

  it('is no page of another site, nor a form that it sends', async () => {
    const host = `127.0.0.1:${slack.port}`;
    expect(await status({ ...json, origin: 'http://evil.example' }, asked)).toBe(403);
    expect(await status({ ...json, origin: 'null' }, asked)).toBe(403);
    expect(await status({ 'content-type': 'text/plain' }, asked)).toBe(403);
    expect(await status({ 'content-type': 'text/plain', origin: `http://${host}` }, asked)).toBe(200);
  });
});
