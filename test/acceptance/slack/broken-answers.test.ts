import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openStage, plainReply, type Stage } from './stage.ts';

describe('when Slack’s answers break off', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage('http');
  });
  afterAll(() => stage.close());
  afterEach(() => stage.slack.faults.clear());

  it.each(['cut', 'lose-answer'] as const)('posts an answer once: %s', async (kind) => {
    const taken: boolean[] = [];
    stage.slack.faults.set('chat.postMessage', { kind });
    stage.handle = async ({ surface }) =>
      void taken.push(await surface.post(plainReply(`said, ${kind}`), 'en'));
    await stage.slack.as('U0ANNA').mention('C0OPS', 'status');
    await expect.poll(() => taken).toEqual([false]);
    expect(stage.slack.timeline.messages.filter(({ text }) => text === `said, ${kind}`)).toHaveLength(1);
  });

  it('posts a card once, and shows it as it is', async () => {
    stage.slack.faults.set('chat.postMessage', { kind: 'cut' }, 1);
    stage.cards.change('R1');
    stage.bot.cards.changed('R1');
    await expect.poll(() => stage.cards.place('R1')?.shownVersion).toBe(1);
    expect(stage.slack.timeline.messages.filter(({ text }) => text === 'R1 version 1')).toHaveLength(1);
  });

  it('knows who somebody is as soon as Slack can say it again', async () => {
    const anna = { teamId: 'T0FAP', userId: 'U0ANNA' };
    stage.slack.faults.set('users.info', { kind: 'cut' }, 1);
    expect(await stage.bot.directory.find(anna)).toBeUndefined();
    const standing = async (): Promise<unknown> => (await stage.bot.directory.find(anna))?.standing;
    await expect.poll(standing).toBe('member');
  });
});
