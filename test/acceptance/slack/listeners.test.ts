import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Reply } from '../../../src/core/reply.ts';
import { openStage, plainReply, type Stage } from './stage.ts';

describe('what listeners hand on', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage('http');
  });
  afterAll(() => stage.close());

  it('never holds half a number where too much was typed', async () => {
    await stage.slack.as('U0ANNA').command('C0OPS', `retry ${' '.repeat(2_990)}123456`);
    expect(stage.taken.at(-1)?.text).toMatch(/^retry +\d*…$/);
  });

  it('pages a shared list for who pressed alone, and leaves it as it is for the others', async () => {
    const page = (heading: string): Reply => ({
      ...plainReply(heading),
      parts: [
        {
          kind: 'buttons',
          buttons: [{ label: 'Next', press: { kind: 'words', verb: 'next', words: 'failed before=7' } }],
        },
      ],
    });
    stage.handle = ({ surface }) => surface.post(page('page one'), 'en').then(() => undefined);
    await stage.slack.as('U0ANNA').command('C0OPS', 'failed');
    const shared = await stage.slack.waitFor('page one', ({ text }) => text === 'page one');
    stage.handle = ({ surface }) => surface.answer(page('page two'), 'en');
    await stage.slack.as('U0BO').click(shared, 'Next');
    const next = await stage.slack.waitFor('page two', ({ text }) => text === 'page two');
    expect(next.ephemeralFor).toBe('U0BO');
    expect(shared.text).toBe('page one');
  });
});
