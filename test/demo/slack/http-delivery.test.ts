import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSlack, type SimulatedSlack } from '../../../demo/slack/server.ts';
import { type AppAnswer, type PlainApp, startPlainApp } from './plain-app.ts';
import { clientOf, type Json, modal, refusalOf } from './stage.ts';

let slack: SimulatedSlack;
let app: PlainApp;
let heard: { readonly body: Json; readonly headers: IncomingHttpHeaders }[];
let answer: AppAnswer;
let answerHeaders: Record<string, string>;

beforeEach(async () => {
  heard = [];
  answer = {};
  answerHeaders = {};
  slack = await createSlack();
  app = await startPlainApp((body, headers) => {
    heard.push({ body, headers });
    return answer;
  }, answerHeaders);
  slack.deliverOverHttp(app.url);
});
afterEach(async () => {
  await app.close();
  await slack.close();
});

const anna = (): ReturnType<SimulatedSlack['as']> => slack.as('U0ANNA');
const retryOf = ({ headers }: { readonly headers: IncomingHttpHeaders }) => [
  ...[headers['x-slack-retry-num'], headers['x-slack-retry-reason']],
];

describe('a delivery over HTTP', () => {
  it('is signed over its bytes and the time', async () => {
    const body = '{"type":"event_callback"}';
    const { headers, raw } = slack.raw.sign({
      kind: 'events_api',
      body: { type: 'event_callback' },
      options: {},
    });
    expect(raw).toBe(body);
    const base = `v0:${headers['x-slack-request-timestamp']}:${body}`;
    const hash = createHmac('sha256', slack.workspace.tokens.signingSecret).update(base).digest('hex');
    expect(headers['x-slack-signature']).toBe(`v0=${hash}`);
  });

  it('has failed when the app refuses or is not there', async () => {
    answer = 404;
    expect(await anna().command('C0OPS', 'x')).toMatchObject({ status: 'dispatch_failed', httpStatus: 404 });
    await app.close();
    expect(await anna().command('C0OPS', 'x')).toMatchObject({
      status: 'dispatch_failed',
      reason: 'connection_failed',
    });
  });

  it('comes as often as it is told to', async () => {
    await anna().command('C0OPS', 'x', { times: 3 });
    expect(heard).toHaveLength(3);
    expect(new Set(heard.map(({ body }) => body['trigger_id'])).size).toBe(1);
    slack.faults.setDelivery('slash_commands', { kind: 'twice' }, 1);
    await anna().command('C0OPS', 'x');
    await expect.poll(() => heard.length).toBe(5);
  });

  it('takes as long as it is told to, and its trigger grows old meanwhile', async () => {
    slack.faults.setDelivery('slash_commands', { kind: 'delay', milliseconds: 3_000 }, 1);
    const delivered = anna().command('C0OPS', 'x');
    slack.clock.advance(3_000);
    expect(await delivered).toMatchObject({ status: 'acked' });
    const call = { trigger_id: String(heard[0]?.body['trigger_id']), view: modal() as never };
    expect(await refusalOf(clientOf(slack).views.open(call))).toBe('expired_trigger_id');
  });
});

describe('an event that is not acknowledged', () => {
  it('comes again at once, after a minute and after five, and no more', async () => {
    answer = 500;
    await anna().mention('C0OPS', 'hello');
    // The app hears it before Slack has its answer, and only then the next try is planned.
    const answered = (count: number): Promise<void> => expect.poll(() => slack.wireLog.length).toBe(count);
    await answered(2);
    for (const [wait, count] of [
      [60_000, 3],
      [300_000, 4],
    ] as const) {
      slack.clock.advance(wait - 2_000);
      expect(heard).toHaveLength(count - 1);
      slack.clock.advance(2_000);
      await answered(count);
    }
    slack.clock.advance(3_600_000);
    expect(heard.map(retryOf)).toEqual([
      [undefined, undefined],
      ['1', 'http_error'],
      ['2', 'http_error'],
      ['3', 'http_error'],
    ]);
    expect(new Set(heard.map(({ body }) => body['event_id'])).size).toBe(1);
  });

  it('says that it timed out', async () => {
    answer = 'never';
    const delivered = anna().mention('C0OPS', 'hello');
    await expect.poll(() => heard.length).toBe(1);
    answer = {};
    slack.clock.advance(3_001);
    expect(await delivered).toMatchObject({ status: 'operation_timeout' });
    await expect
      .poll(() => heard.map(retryOf))
      .toEqual([
        [undefined, undefined],
        ['1', 'http_timeout'],
      ]);
  });

  it('does not come again where the refusal says so, or once it is taken', async () => {
    answer = 500;
    answerHeaders['x-slack-no-retry'] = '1';
    await anna().mention('C0OPS', 'hello');
    answer = {};
    delete answerHeaders['x-slack-no-retry'];
    await anna().mention('C0OPS', 'hello');
    slack.clock.advance(3_600_000);
    await anna().command('C0OPS', 'the last');
    expect(heard).toHaveLength(3);
  });
});

describe('a response_url', () => {
  const post = async (body: object): Promise<readonly [number, string]> => {
    const url = String(heard[0]?.body['response_url']);
    const answered = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
    return [answered.status, await answered.text()];
  };
  beforeEach(async () => void (await anna().command('C0OPS', 'status')));

  it('takes five posts, ephemeral unless they say otherwise', async () => {
    expect(await post({ text: '1', response_type: 'in_channel' })).toEqual([200, 'ok']);
    for (let use = 2; use <= 5; use += 1) expect((await post({ text: `${use}` }))[0]).toBe(200);
    expect(await post({ text: '6' })).toEqual([404, 'used_url']);
    expect(
      slack
        .as('U0BO')
        .sees('C0OPS')
        .map(({ text }) => text),
    ).toEqual(['1']);
    expect(anna().ephemerals()).toHaveLength(4);
  });

  it('lives thirty minutes', async () => {
    slack.clock.advance(30 * 60_000 + 1);
    expect(await post({ text: 'late' })).toEqual([404, 'expired_url']);
  });

  it('of a slash command replaces nothing: it makes a new message', async () => {
    await post({ text: 'one' });
    await post({ text: 'two', replace_original: true });
    expect(
      anna()
        .ephemerals()
        .map(({ text }) => text),
    ).toEqual(['one', 'two']);
  });

  it('refuses what a message may not be, which costs no use', async () => {
    for (let use = 0; use < 6; use += 1)
      expect(await post({ blocks: [{ type: 'poem' }] })).toEqual([
        400,
        'invalid_blocks [ERROR] unsupported type: poem [json-pointer:/blocks/0/type]',
      ]);
    expect(await post({})).toEqual([400, 'no_text']);
    expect((await post({ text: 'good' }))[0]).toBe(200);
  });
});
