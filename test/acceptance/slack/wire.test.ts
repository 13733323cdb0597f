import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openStage, plainReply, type Stage } from './stage.ts';

describe.each(['http', 'socket'] as const)('over %s', (wire) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(wire);
  });
  afterAll(() => stage.close());
  beforeEach(() => {
    stage.handle = async () => undefined;
  });
  const last = () => stage.taken.at(-1);

  it('acknowledges at once while what was asked hangs', async () => {
    const anna = stage.slack.as('U0ANNA');
    let free: () => void = () => undefined;
    stage.handle = () =>
      new Promise((resolve) => {
        free = resolve;
      });
    const acts = await Promise.all([
      anna.command('C0OPS', 'status'),
      anna.mention('C0OPS', 'status'),
      anna.directMessage('status'),
    ]);
    free();
    expect(acts.map(({ status }) => status)).toEqual(['acked', 'acked', 'acked']);
  });

  it('keeps going when what was asked fails', async () => {
    stage.handle = () => Promise.reject(new Error('a bug'));
    await stage.slack.as('U0ANNA').command('C0OPS', 'status');
    expect((await stage.slack.as('U0ANNA').command('C0OPS', 'status')).status).toBe('acked');
    expect(stage.logs.some(({ message }) => message === 'an invocation was not handled')).toBe(true);
  });

  it('translates a slash command', async () => {
    await stage.slack.as('U0ANNA').command('C0OPS', 'retry 12');
    expect(last()).toMatchObject({
      ...{ source: 'slash', user: { teamId: 'T0FAP', userId: 'U0ANNA' }, text: 'retry 12', channel: 'C0OPS' },
      dedupeKey: expect.stringMatching(/^command:\d+\.[0-9a-f]+$/),
    });
  });

  it('gives every delivery of one act the same key, and each act its own', async () => {
    const anna = stage.slack.as('U0ANNA');
    const before = stage.taken.length;
    await anna.command('C0OPS', 'status', { times: 2 });
    await anna.mention('C0OPS', 'status', undefined, { times: 2, retry: { attempt: 1, reason: 'timeout' } });
    stage.handle = ({ surface }) =>
      surface
        .post(
          {
            ...plainReply('a card'),
            parts: [
              {
                kind: 'buttons',
                buttons: [{ label: 'Stop', press: { kind: 'request', verb: 'stop', requestId: '01J' } }],
              },
            ],
          },
          'en',
        )
        .then(() => undefined);
    await anna.command('C0OPS', 'card');
    const card = await stage.slack.waitFor('the card', ({ text }) => text === 'a card');
    stage.handle = async () => undefined;
    await anna.click(card, 'Stop', { times: 2 });
    await expect.poll(() => stage.taken.length).toBe(before + 7);
    const keys = stage.taken.slice(before).map(({ dedupeKey }) => dedupeKey);
    expect(keys[0]).toBe(keys[1]);
    expect(keys[2]).toBe(keys[3]);
    expect(keys[5]).toBe(keys[6]);
    expect(new Set(keys).size).toBe(4);
    expect(last()).toMatchObject({ source: 'button', text: '01J', messageTs: card.ts, channel: 'C0OPS' });
    expect(stage.taken.at(-1)?.user).toEqual({ teamId: 'T0FAP', userId: 'U0ANNA' });
  });

  it('answers a slash command to the person alone', async () => {
    stage.handle = ({ surface }) => surface.answer(plainReply(`quick over ${wire}`), 'en');
    await stage.slack.as('U0ANNA').command('C0RANDOM', 'status');
    const answer = await stage.slack.waitFor('the answer', ({ blocks }) =>
      JSON.stringify(blocks).includes('quick'),
    );
    expect(answer).toMatchObject({ ephemeralFor: 'U0ANNA', channel: 'C0RANDOM' });
  });

  it('answers a mention to the person alone in its thread, which it begins where there is none', async () => {
    stage.handle = ({ surface }) => surface.answer(plainReply('in a thread'), 'en');
    const anna = stage.slack.as('U0ANNA');
    await anna.mention('C0ALERTS', 'diagnose reports');
    const said = anna.sees('C0ALERTS').find(({ text }) => text.includes('diagnose reports'));
    const first = await stage.slack.waitFor('the answer', ({ text }) => text === 'in a thread');
    expect(first).toMatchObject({ ephemeralFor: 'U0ANNA', threadTs: said?.ts });
    expect(last()).toMatchObject({ source: 'mention', text: 'diagnose reports', threadTs: said?.ts });
    await anna.mention('C0ALERTS', 'again', said?.ts);
    await stage.slack.waitFor('one more', ({ text, ts }) => text === 'in a thread' && ts !== first.ts);
    expect(last()).toMatchObject({ text: 'again', threadTs: said?.ts });
  });

  it('answers a direct message there', async () => {
    stage.handle = ({ surface }) => surface.answer(plainReply('between us'), 'en');
    await stage.slack.as('U0BO').directMessage('/queue status');
    expect(await stage.slack.waitFor('the answer', ({ text }) => text === 'between us')).toMatchObject({
      ...{ channel: 'D0BO', ephemeralFor: 'U0BO' },
    });
    expect(last()).toMatchObject({ text: ' status', channel: 'D0BO' });
    expect(last()?.threadTs).toBeUndefined();
  });

  it('hands on a button’s words as they are, shares visibly, and pages in place', async () => {
    const button = (label: string, verb: string, words: string) =>
      ({ label, press: { kind: 'words', verb, words } }) as const;
    const page = (heading: string) => ({
      ...plainReply(heading),
      parts: [
        {
          kind: 'buttons',
          buttons: [button('Next', 'next', 'failed before=7'), button('Share', 'share', 'failed')],
        } as const,
      ],
    });
    const anna = stage.slack.as('U0ANNA');
    stage.handle = ({ surface }) => surface.answer(page(`page one, ${wire}`), 'en');
    await anna.command('C0OPS', 'failed');
    const answer = await stage.slack.waitFor('page one', ({ text }) => text === `page one, ${wire}`);
    stage.handle = ({ surface }) => surface.answer(page(`page two, ${wire}`), 'en');
    await anna.click(answer, 'Next');
    await expect.poll(() => answer.text).toBe(`page two, ${wire}`);
    expect(last()).toMatchObject({ text: 'failed before=7', source: 'button' });
    expect(last()?.share).toBeUndefined();
    stage.handle = ({ surface }) => surface.post(plainReply(`shared, ${wire}`), 'en').then(() => undefined);
    await anna.click(answer, 'Share');
    const shared = await stage.slack.waitFor('it shared', ({ text }) => text === `shared, ${wire}`);
    expect(shared.ephemeralFor).toBeUndefined();
    expect(last()).toMatchObject({ text: 'failed', share: true });
    expect(answer.text).toBe(`page two, ${wire}`);
  });

  it('takes nobody’s word for another team than Slack’s own', async () => {
    await stage.slack.as('U0STRANGE').command('C0SHARED', 'status');
    expect(last()?.user).toEqual({ teamId: 'T0OTHER', userId: 'U0STRANGE' });
    await stage.slack.as('U0STRANGE').mention('C0SHARED', 'status');
    await expect.poll(() => last()?.source).toBe('mention');
    expect(last()?.user).toEqual({ teamId: 'T0OTHER', userId: 'U0STRANGE' });
  });

  it('writes what Slack’s libraries say into our log alone', async () => {
    stage.slack.faults.set('chat.postEphemeral', { kind: 'lose-answer' }, 1);
    stage.handle = ({ surface }) => surface.answer(plainReply('lost'), 'en');
    await stage.slack.as('U0ANNA').mention('C0OPS', 'status');
    await expect
      .poll(() => stage.logs.some(({ message }) => message === 'Slack did not take an answer'))
      .toBe(true);
    expect(stage.logs.some(({ fields }) => 'from' in fields && fields.from === 'web-api')).toBe(true);
  });
});

describe('over HTTP', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage('http');
  });
  afterAll(() => stage.close());

  it.each([
    ['forged', { wrongSignature: true }],
    ['six minutes old', { skewSeconds: -360 }],
    ['six minutes ahead', { skewSeconds: 360 }],
    ['an hour ahead', { skewSeconds: 3_600 }],
  ])('refuses at once what is %s', async (_, options) => {
    const anna = stage.slack.as('U0ANNA');
    const acts = await Promise.all([
      anna.command('C0OPS', 'retry 1', options),
      anna.mention('C0OPS', 'retry 1', undefined, options),
    ]);
    expect(acts.map(({ httpStatus }) => httpStatus)).toEqual([401, 401]);
    expect(stage.taken).toEqual([]);
  });

  it('takes what is a little off', async () => {
    const anna = stage.slack.as('U0ANNA');
    expect((await anna.command('C0OPS', 'status', { skewSeconds: 60 })).status).toBe('acked');
    expect((await anna.command('C0OPS', 'status', { skewSeconds: -60 })).status).toBe('acked');
    expect(stage.taken).toHaveLength(2);
  });
});
