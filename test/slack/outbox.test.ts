import { WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api';
import { describe, expect, it } from 'vitest';
import type { Notice } from '../../src/core/approval-ports.ts';
import type { Locale } from '../../src/core/people.ts';
import type { Reply } from '../../src/core/reply.ts';
import type { SlackApi } from '../../src/slack/api.ts';
import { createOutbox } from '../../src/slack/outbox.ts';
import { createFakeOutbox, type FakeOutbox } from '../fakes/outbox.ts';
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

interface Post {
  readonly text: string;
  readonly channel: string;
  readonly thread: string | undefined;
  readonly blocks: number;
}

interface Scene {
  readonly outbox: FakeOutbox;
  /** What came to Slack, taken or not. */
  readonly posts: Post[];
  /** Thrown for this post, if anything is. `lost`: Slack has the message all the same. */
  answer: (post: Post) => Error | 'lost' | undefined;
  say: (notice: Notice, locale: Locale) => Promise<Reply | undefined>;
  /** What Slack says when a direct message is opened; undefined: it opens it. */
  open: () => Error | undefined;
  lease: () => boolean;
  /** Somebody's answer is on its way in the channel. */
  isTaken: (channel: string) => boolean;
  /** Until the outbox is empty, or so many posts were made. */
  run(mostPosts?: number): Promise<readonly string[]>;
}

const refusal = (error: string): Error => new WebAPIPlatformError({ ok: false, error });

function createScene(): Scene {
  const outbox = createFakeOutbox();
  const posts: Post[] = [];
  const taken: { ts: string; bot_id: string; metadata: object }[] = [];
  const scene: Scene = {
    ...{ outbox, posts, answer: () => undefined, lease: () => true, isTaken: () => false },
    open: () => undefined,
    say: async ({ id }) => ({ heading: id, mood: 'neutral', parts: [] }),
    async run(mostPosts = 50) {
      const done = new AbortController();
      const poster = createOutbox({
        ...{ outbox, leases: { leaseChannel: async () => scene.lease() }, clock: createVirtualClock() },
        ...{ log: silent, locale: 'en', botId: 'B0QK', holder: 'one' },
        localeOf: async () => 'zh-CN',
        say: (notice, locale) => scene.say(notice, locale),
        rightOfWay: { isTaken: (channel) => scene.isTaken(channel) },
        api: api as unknown as SlackApi, // no other call is made
      });
      const running = poster.run(done.signal);
      for (let turn = 0; turn < 2_000 && posts.length < mostPosts; turn += 1) {
        if ((await outbox.waiting(1)).length === 0) break;
        await new Promise((resolve) => setImmediate(resolve));
      }
      done.abort();
      await running;
      return posts.map(({ text }) => text);
    },
  };
  const api = {
    posts: {
      chat: {
        async postMessage(message: {
          readonly text: string;
          readonly channel: string;
          readonly thread_ts?: string;
          readonly blocks: readonly unknown[];
          readonly metadata: object;
        }) {
          const { text, channel, thread_ts: thread, blocks, metadata } = message;
          const post = { text, channel, thread, blocks: blocks.length };
          posts.push(post);
          const answer = scene.answer(post);
          if (answer instanceof Error) throw answer;
          const ts = `${posts.length}.1`;
          taken.push({ ts, bot_id: 'B0QK', metadata });
          if (answer === 'lost') throw new WebAPIRequestError(new Error('reset'));
          return { ts };
        },
      },
    },
    reads: {
      conversations: {
        async open({ users }: { readonly users: string }) {
          const refused = scene.open();
          if (refused !== undefined) throw refused;
          return { channel: { id: users.replace('U', 'D') } };
        },
        history: async () => ({ messages: taken }),
        replies: async () => ({ messages: taken }),
      },
    },
  };
  return scene;
}

describe('the outbox', () => {
  it('says each notice once, in order, in its thread', async () => {
    const scene = createScene();
    for (const id of ['n1', 'n2', 'n3']) scene.outbox.put(id, { threadTs: '9.9' });
    expect(await scene.run()).toEqual(['n1', 'n2', 'n3']);
    expect(scene.posts.map(({ thread }) => thread)).toEqual(['9.9', '9.9', '9.9']);
    expect([...scene.outbox.ended]).toEqual([
      ['n1', '1.1'],
      ['n2', '2.1'],
      ['n3', '3.1'],
    ]);
  });

  it('tells one person alone in their direct messages and their language, once although the answer is lost', async () => {
    const scene = createScene();
    scene.say = async (_, locale) => ({ heading: locale, mood: 'neutral', parts: [] });
    scene.answer = () => 'lost';
    scene.outbox.put('n1', { kind: 'became', threadTs: '9.9', underCard: true, privateTo: 'U0ANNA' });
    expect(await scene.run()).toEqual(['zh-CN']);
    expect(scene.posts).toMatchObject([{ channel: 'D0ANNA', thread: undefined }]);
    expect(scene.outbox.ended.get('n1')).toBe('1.1');
  });

  it('tells it under the card where Slack opens no direct message, and waits while Slack does not answer', async () => {
    const scene = createScene();
    const answers = [new WebAPIRequestError(new Error('reset')), refusal('missing_scope')];
    scene.open = () => answers.shift();
    scene.outbox.put('n1', { kind: 'became', threadTs: '9.9', underCard: true, privateTo: 'U0ANNA' });
    await scene.run();
    expect(scene.posts).toMatchObject([{ channel: 'C0OPS', thread: '9.9' }]);
  });

  it('draws a notice after it was noted as begun, so that what changes then is told by what comes later', async () => {
    const scene = createScene();
    scene.say = async ({ id }) => {
      const begun = (await scene.outbox.waiting(1)).map(({ attempted }) => attempted);
      return { heading: `${id} ${begun}`, mood: 'neutral', parts: [] };
    };
    scene.outbox.put('n1');
    expect(await scene.run()).toEqual(['n1 true']);
  });

  it('keeps the order of a channel that Slack limits, while others go on', async () => {
    const scene = createScene();
    let limited = 1;
    scene.answer = ({ channel }) =>
      channel === 'C0OPS' && limited-- > 0 ? new WebAPIRateLimitedError(30) : undefined;
    for (const id of ['n1', 'n2']) scene.outbox.put(id);
    for (const id of ['m1', 'm2']) scene.outbox.put(id, { channel: 'C0APPROVE' });
    expect(await scene.run()).toEqual(['n1', 'm1', 'm2', 'n1', 'n2']);
  });

  it("lets a person's answer go first in its channel, and goes on after it", async () => {
    const scene = createScene();
    let looks = 3;
    scene.isTaken = (channel) => channel === 'C0OPS' && looks-- > 0;
    scene.outbox.put('n1');
    scene.outbox.put('m1', { channel: 'C0APPROVE' });
    expect(await scene.run()).toEqual(['m1', 'n1']);
  });

  it('does not say again what Slack took although its answer was lost', async () => {
    const scene = createScene();
    scene.answer = ({ text }) => (text === 'n1' ? 'lost' : undefined);
    for (const id of ['n1', 'n2']) scene.outbox.put(id);
    expect(await scene.run()).toEqual(['n1', 'n2']);
    expect(scene.outbox.ended.get('n1')).toBe('1.1');
  });

  it('finds what a process that was killed had said', async () => {
    const scene = createScene();
    scene.answer = () => 'lost';
    scene.outbox.put('n1');
    await scene.run(1);
    scene.answer = () => undefined;
    expect(await scene.run()).toEqual(['n1']);
  });

  it('says approvals before alerts, and alerts when there is nothing else', async () => {
    const scene = createScene();
    for (const id of ['a1', 'a2']) scene.outbox.put(id, { lane: 'alerts' });
    for (const id of ['n1', 'n2']) scene.outbox.put(id);
    expect(await scene.run()).toEqual(['n1', 'n2', 'a1', 'a2']);
  });

  it('lets alerts hold their tongue while Slack limits approvals elsewhere', async () => {
    const scene = createScene();
    let limited = 2;
    scene.answer = ({ text }) =>
      text === 'n1' && limited-- > 0 ? new WebAPIRateLimitedError(10) : undefined;
    scene.outbox.put('n1', { channel: 'C0APPROVE' });
    for (const id of ['a1', 'a2']) scene.outbox.put(id, { lane: 'alerts', channel: 'C0ALERTS' });
    const said = await scene.run();
    expect(said.filter((text) => text === 'n1')).toHaveLength(3);
    expect(said.indexOf('a2')).toBeGreaterThan(said.lastIndexOf('n1'));
  });

  it('gives the others of a channel their turn when one fails again and again, and tries that one on', async () => {
    const scene = createScene();
    scene.answer = ({ text }) => (text === 'n1' ? new WebAPIRequestError(new Error('reset')) : undefined);
    for (const id of ['n1', 'n2']) scene.outbox.put(id);
    expect(await scene.run(7)).toEqual(['n1', 'n1', 'n1', 'n1', 'n1', 'n2', 'n1']);
  });

  it('gives up what nobody can read any more', async () => {
    const scene = createScene();
    scene.answer = ({ channel }) => (channel === 'C0GONE' ? refusal('channel_not_found') : undefined);
    scene.outbox.put('n1', { channel: 'C0GONE' });
    scene.outbox.put('n2');
    expect(await scene.run()).toEqual(['n1', 'n2']);
    expect(scene.outbox.ended.get('n1')).toBe('given up');
  });

  it('says in the channel what was to stand below a message that is gone', async () => {
    const scene = createScene();
    scene.answer = ({ thread }) => (thread === undefined ? undefined : refusal('thread_not_found'));
    scene.outbox.put('n1', { threadTs: '9.9' });
    expect(await scene.run()).toEqual(['n1', 'n1']);
    expect(scene.outbox.ended.get('n1')).toBe('2.1');
  });

  it('says nothing where there is nothing to say any more', async () => {
    const scene = createScene();
    scene.say = async ({ id }) => (id === 'n1' ? undefined : { heading: id, mood: 'neutral', parts: [] });
    for (const id of ['n1', 'n2']) scene.outbox.put(id);
    expect(await scene.run()).toEqual(['n2']);
    expect(scene.outbox.ended.get('n1')).toBe('given up');
  });

  it('says it without blocks where Slack refuses them', async () => {
    const scene = createScene();
    scene.answer = ({ blocks }) => (blocks === 0 ? undefined : refusal('invalid_blocks'));
    scene.outbox.put('n1');
    await scene.run();
    expect(scene.posts.map(({ blocks }) => blocks > 0)).toEqual([true, true, false]);
  });

  it('is not hindered by a notice that can not be drawn', async () => {
    const scene = createScene();
    scene.say = async ({ id }) => {
      if (id === 'n1') throw new Error('a bug');
      return { heading: id, mood: 'neutral', parts: [] };
    };
    for (const id of ['n1', 'n2']) scene.outbox.put(id);
    expect(await scene.run(1)).toEqual(['n2']);
  });

  it('leaves a channel to the process that posts in it', async () => {
    const scene = createScene();
    let asked = 0;
    scene.lease = () => ++asked > 3;
    scene.outbox.put('n1');
    expect(await scene.run()).toEqual(['n1']);
    expect(asked).toBe(4);
  });
});
