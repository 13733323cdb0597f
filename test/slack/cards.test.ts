import { describe, expect, it } from 'vitest';
import type { CardPlace, CardStore } from '../../src/core/card-store.ts';
import type { RequestId } from '../../src/core/ids.ts';
import type { SlackApi } from '../../src/slack/api.ts';
import { createCards } from '../../src/slack/cards.ts';
import { createRightOfWay } from '../../src/slack/right-of-way.ts';
import { silent } from './silent.ts';

/** Waiting takes no time, and moves it. */
function createVirtualClock() {
  let now = 0;
  return {
    now: () => new Date(now),
    async wait(milliseconds: number, signal?: AbortSignal) {
      await new Promise((resolve) => setImmediate(resolve));
      if (signal?.aborted !== true) now += milliseconds;
    },
  };
}

const cardOf = (id: string): CardPlace => ({
  ...{ subject: { about: 'request', id: id as RequestId }, channel: 'C0OPS' }, // the test's own ids
  ...{ threadTs: undefined, messageTs: undefined },
  ...{ shownVersion: 0, version: 1, attempted: false },
});

describe('an edit that Slack did not answer', () => {
  /** Slack shows what it takes; the first edit gets no answer, and is seen there after so many looks. */
  async function edits(seenAfter: number) {
    const clock = createVirtualClock();
    const done = new AbortController();
    const sent: { readonly text: string; readonly at: number }[] = [];
    let [version, looks, shows] = [1, 0, ''];
    const card = (): CardPlace => ({ ...cardOf('r1'), messageTs: '9.9', version });
    const store: CardStore = {
      behind: async () => [card()],
      shown: async () => done.abort(),
      ...{ attempt: async () => true, giveUp: async () => undefined, leaseChannel: async () => true },
      pictureRefused: async () => false,
    };
    const update = async ({ text, metadata }: { text: string; metadata: { event_payload: object } }) => {
      sent.push({ text, at: clock.now().getTime() });
      if (sent.length > 1) return { ts: '9.9' };
      shows = JSON.stringify(metadata.event_payload);
      version = 2;
      throw new TypeError('fetch failed', { cause: new Error('reset') });
    };
    const history = async () => {
      looks += 1;
      const payload: unknown = looks > seenAfter ? JSON.parse(shows) : { request_id: 'r1', shows: '0' };
      const metadata = { event_type: 'queuekeeper_request', event_payload: payload };
      return { messages: [{ ts: '9.9', bot_id: 'B0QK', metadata }] };
    };
    const cards = createCards({
      ...{ store, clock, log: silent, locale: 'en', botId: 'B0QK', holder: 'one' },
      api: { posts: { chat: { update } }, reads: { conversations: { history } } } as unknown as SlackApi, // no other call is made
      draw: async () => ({ reply: { heading: `v${version}`, mood: 'neutral', parts: [] }, version }),
    });
    await cards.run(done.signal);
    return { texts: sent.map(({ text }) => text), waited: (sent[1]?.at ?? 0) - (sent[0]?.at ?? 0), looks };
  }

  it('is read back before the next one goes out, so that it can not come over it', async () => {
    expect(await edits(3)).toMatchObject({ texts: ['v1', 'v2'], looks: 4 });
  });

  it('is waited for no longer than it can be under way', async () => {
    const { texts, waited } = await edits(Number.POSITIVE_INFINITY);
    expect(texts).toEqual(['v1', 'v2']);
    expect(waited).toBeGreaterThanOrEqual(10_000);
    expect(waited).toBeLessThan(15_000);
  });
});

describe('cards of one channel', () => {
  it("are not posted while a person's answer is on its way there, but edited", async () => {
    const sent: string[] = [];
    const done = new AbortController();
    const rightOfWay = createRightOfWay();
    let answered: () => void = () => undefined;
    const answer = rightOfWay.first('C0OPS', () => new Promise<void>((resolve) => (answered = resolve)));
    const edited = { ...cardOf('r1'), messageTs: '9.9' };
    const store: CardStore = {
      behind: async () => [edited, cardOf('r2')].filter(({ subject }) => !sent.includes(subject.id)),
      ...{ shown: async () => undefined, attempt: async () => true },
      ...{ giveUp: async () => undefined, leaseChannel: async () => true },
      pictureRefused: async () => false,
    };
    const clock = createVirtualClock();
    let waits = 0;
    const send = async ({ text }: { readonly text: string }) => {
      sent.push(text);
      if (sent.length === 2) done.abort();
      return { ts: '1.1' };
    };
    const cards = createCards({
      ...{ store, log: silent, locale: 'en', botId: 'B0QK', holder: 'one', rightOfWay },
      clock: {
        now: clock.now,
        async wait(milliseconds, signal) {
          waits += 1;
          if (waits === 20) {
            expect(sent).toEqual(['r1']);
            answered();
          }
          await clock.wait(milliseconds, signal);
        },
      },
      api: { posts: { chat: { postMessage: send, update: send } } } as unknown as SlackApi, // no other call is made
      draw: async ({ subject }) => ({
        reply: { heading: subject.id, mood: 'neutral', parts: [] },
        version: 1,
      }),
    });
    await Promise.all([cards.run(done.signal), answer]);
    expect(sent).toEqual(['r1', 'r2']);
  });

  it('get their turn when one of them fails again and again, and that one is tried on', async () => {
    const posted: string[] = [];
    const shown = new Set<string>();
    const done = new AbortController();
    const store: CardStore = {
      behind: async () => ['r1', 'r2'].filter((id) => !shown.has(id)).map(cardOf),
      async shown({ subject }) {
        shown.add(subject.id);
      },
      ...{ attempt: async () => true, giveUp: async () => undefined, leaseChannel: async () => true },
      pictureRefused: async () => false,
    };
    const postMessage = async ({ text }: { readonly text: string }) => {
      posted.push(text);
      if (posted.filter((one) => one === 'r1').length > 6) done.abort();
      if (text === 'r1') throw new TypeError('fetch failed', { cause: new Error('reset') });
      return { ts: '1.1' };
    };
    const cards = createCards({
      ...{ store, clock: createVirtualClock(), log: silent, locale: 'en', botId: 'B0QK', holder: 'one' },
      api: { posts: { chat: { postMessage } } } as unknown as SlackApi, // no other call is made
      draw: async ({ subject }) => ({
        reply: { heading: subject.id, mood: 'neutral', parts: [] },
        version: 1,
      }),
    });
    await cards.run(done.signal);
    expect(posted).toEqual(['r1', 'r1', 'r1', 'r1', 'r1', 'r2', 'r1', 'r1']);
  });
});
