import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage('http');
});
afterAll(() => stage.close());

it('posts cards in the order of requests under Slack’s limit of one a second', async () => {
  const ids = ['r1', 'r2', 'r3', 'r4'];
  stage.slack.limitPosts(true);
  for (const id of ids) stage.cards.change(id);
  stage.bot.cards.changed('r1');
  const shown = (): readonly string[] => stage.slack.timeline.messages.map(({ text }) => text);
  await expect.poll(shown).toEqual(ids.map((id) => `${id} version 1`));
});
