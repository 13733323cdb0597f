import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Reply } from '../../../src/core/reply.ts';
import { openStage, plainReply, type Stage } from './stage.ts';

describe('an answer', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage('http');
  });
  afterAll(() => stage.close());
  afterEach(() => stage.slack.faults.clear());

  const table = (heading: string): Reply => ({
    ...plainReply(heading),
    parts: [{ kind: 'table', columns: [{ label: 'Queue' }], rows: [['reports']] }],
  });
  const types = (blocks: readonly unknown[]) =>
    blocks.map((block) => (typeof block === 'object' && block !== null ? Reflect.get(block, 'type') : ''));
  const heard = (heading: string) =>
    stage.slack.waitFor(heading, (message) => message.text.includes(heading) && message.user === 'U0QKBOT');

  it('is a table where Slack takes tables', async () => {
    stage.handle = ({ surface }) => surface.answer(table('a table'), 'en');
    await stage.slack.as('U0ANNA').mention('C0OPS', 'status');
    expect(types((await heard('a table')).blocks)).toEqual(['section', 'table']);
  });

  it.each(['invalid_blocks', 'msg_blocks_too_long'])('comes without a table after %s', async (error) => {
    stage.slack.faults.set('chat.postEphemeral', { kind: 'refuse', error }, 1);
    stage.handle = ({ surface }) => surface.answer(table(`no table, ${error}`), 'en');
    await stage.slack.as('U0ANNA').mention('C0OPS', 'status');
    expect(types((await heard(`no table, ${error}`)).blocks)).toEqual(['section', 'rich_text']);
  });

  it('comes as text alone when that is refused, too', async () => {
    stage.slack.faults.set('chat.postEphemeral', { kind: 'refuse', error: 'invalid_blocks' }, 2);
    stage.handle = ({ surface }) => surface.answer(table('text alone'), 'en');
    await stage.slack.as('U0ANNA').mention('C0OPS', 'status');
    const answer = await heard('text alone');
    expect(answer.blocks).toEqual([]);
    expect(answer.text).toContain('reports');
  });

  it.each([
    ['gone', { kind: 'error', status: 404 }],
    ['failing', { kind: 'error', status: 500 }],
  ] as const)('comes as an ephemeral message when the response_url is %s', async (name, fault) => {
    stage.slack.faults.set('response_url', fault);
    stage.handle = ({ surface }) => surface.answer(plainReply(`url ${name}`), 'en');
    await stage.slack.as('U0ANNA').command('C0OPS', 'status');
    expect(await heard(`url ${name}`)).toMatchObject({ ephemeralFor: 'U0ANNA', channel: 'C0OPS' });
  });

  it('comes even by the sixth post, when the response_url is spent', async () => {
    stage.handle = async ({ surface }) => {
      for (const count of [1, 2, 3, 4, 5, 6]) await surface.answer(plainReply(`post ${count} of six`), 'en');
    };
    await stage.slack.as('U0ANNA').command('C0OPS', 'status');
    expect(await heard('post 6 of six')).toMatchObject({ ephemeralFor: 'U0ANNA' });
    expect(stage.calls('chat.postEphemeral')).toBeGreaterThan(0);
  });

  it('comes even after half an hour', async () => {
    stage.handle = ({ surface }) => {
      stage.slack.clock.advance(31 * 60_000);
      return surface.answer(plainReply('late'), 'en');
    };
    await stage.slack.as('U0ANNA').command('C0OPS', 'status');
    stage.slack.clock.advance(-31 * 60_000);
    expect(await heard('late')).toMatchObject({ ephemeralFor: 'U0ANNA' });
  });

  it('waits for a short rate limit', async () => {
    stage.slack.faults.set('chat.postEphemeral', { kind: 'rate-limit', retryAfterSeconds: 1 }, 1);
    stage.handle = ({ surface }) => surface.answer(plainReply('after the limit'), 'en');
    await stage.slack.as('U0ANNA').mention('C0OPS', 'status');
    expect(await heard('after the limit')).toMatchObject({ ephemeralFor: 'U0ANNA' });
  });

  it('never throws, and says of a post whether Slack took it', async () => {
    const said: unknown[] = [];
    stage.handle = async ({ surface }) => {
      said.push(await surface.post(plainReply('never seen'), 'en'));
      said.push(await surface.answer(plainReply('never seen'), 'en'));
    };
    stage.slack.faults.set('chat.postEphemeral', { kind: 'error', status: 500 });
    await stage.slack.as('U0ANNA').mention('C0RANDOM', 'status');
    await expect.poll(() => said).toEqual([false, undefined]);
  });
});
