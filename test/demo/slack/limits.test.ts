import { WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSlack, type SimulatedSlack } from '../../../demo/slack/server.ts';
import { clientOf, post, refusalOf } from './stage.ts';

let slack: SimulatedSlack;
beforeEach(async () => {
  slack = await createSlack();
});
afterEach(() => slack.close());

describe('rate limits', () => {
  const say = (channel = 'C0OPS'): Promise<unknown> =>
    clientOf(slack).chat.postMessage({ channel, text: 'x' });

  it('take one post a second and channel, where that is switched on', async () => {
    await say();
    expect(await refusalOf(say())).toBe('taken');
    slack.limitPosts(true);
    slack.clock.advance(1_000);
    await say();
    const refused = await say().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(WebAPIRateLimitedError);
    expect(refused).toMatchObject({ retryAfter: 1 });
    expect(await refusalOf(say('C0ALERTS'))).toBe('taken');
    slack.clock.advance(1_000);
    expect(await refusalOf(say())).toBe('taken');
  });

  it('take as many calls a minute as the method’s tier says, and say how long to wait', async () => {
    slack.limitTiers(true);
    const list = (): Promise<Response> => post(slack, 'usergroups.list');
    for (let count = 0; count < 20; count += 1) expect((await list()).status).toBe(200);
    const refused = await list();
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(50);
    expect(await refused.json()).toEqual({ ok: false, error: 'ratelimited' });
    expect((await post(slack, 'users.info', { user: 'U0ANNA' })).status).toBe(200);
    slack.clock.advance(60_000);
    expect((await list()).status).toBe(200);
  });
});

describe('faults', () => {
  const test = (): Promise<string> => refusalOf(clientOf(slack).auth.test());

  it.each([
    { kind: 'error', status: 500 },
    { kind: 'refuse', error: 'invalid_auth' },
    { kind: 'rate-limit', retryAfterSeconds: 7 },
    { kind: 'cut' },
  ] as const)('of kind $kind last for so many calls', async (fault) => {
    slack.faults.set('auth.test', fault, 2);
    expect(await test()).not.toBe('taken');
    expect(await test()).not.toBe('taken');
    expect(await test()).toBe('taken');
  });

  it('lose the answer to a post that happened', async () => {
    slack.faults.set('chat.postMessage', { kind: 'lose-answer' }, 1);
    const call = clientOf(slack).chat.postMessage({ channel: 'C0OPS', text: 'there' });
    await expect(call).rejects.toBeInstanceOf(WebAPIRequestError);
    expect(slack.timeline.messages).toMatchObject([{ text: 'there' }]);
  });

  it('let a call hang, and nothing happens', async () => {
    slack.faults.set('chat.postMessage', { kind: 'hang' }, 1);
    const fields = new URLSearchParams({ channel: 'C0OPS', text: 'x' });
    const call = fetch(`${slack.apiUrl}chat.postMessage`, {
      ...{ method: 'POST', body: fields, signal: AbortSignal.timeout(100) },
      headers: { authorization: `Bearer ${slack.workspace.tokens.bot}` },
    });
    await expect(call).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(slack.timeline.messages).toEqual([]);
  });

  it('make a call slow, or its answer late, by Slack’s clock', async () => {
    slack.faults.set('chat.postMessage', { kind: 'late-answer', milliseconds: 60_000 }, 1);
    const late = refusalOf(clientOf(slack).chat.postMessage({ channel: 'C0OPS', text: 'late' }));
    await slack.waitFor('the message', ({ text }) => text === 'late');
    slack.clock.advance(60_000);
    expect(await late).toBe('taken');
    slack.faults.set('chat.postMessage', { kind: 'slow', milliseconds: 60_000 }, 1);
    const slow = refusalOf(clientOf(slack).chat.postMessage({ channel: 'C0OPS', text: 'slow' }));
    await expect
      .poll(() => {
        slack.clock.advance(60_000);
        return slack.timeline.messages.length;
      })
      .toBe(2);
    expect(await slow).toBe('taken');
  });
});
