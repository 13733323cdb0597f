import { describe, expect, it } from 'vitest';
import { renderReply } from '../../src/cli/render-text.ts';
import type { Locale } from '../../src/core/people.ts';
import { parseWords } from '../../src/core/words.ts';
import { whoami } from '../../src/operations/whoami.ts';
import { createFakeRequests } from '../fakes/requests.ts';
import { createFakeApp, createFakeClock, createFakeWorld } from '../fakes/world.ts';
import { findOddPunctuation } from '../text/odd-punctuation.ts';

const world = createFakeWorld(createFakeApp().app, createFakeRequests(), createFakeClock());

async function ask(locale: Locale): Promise<string> {
  const cut = parseWords('');
  if (!cut.ok) throw new Error(cut.problem.code);
  const parsed = whoami.parse(cut.words, world);
  if (!parsed.ok) throw new Error(parsed.refusal.code);
  const judged = await parsed.value.answer({
    ...{ world, locale, signal: AbortSignal.timeout(60_000) },
    asker: { teamId: 'T0HOME', userId: 'U0ANNA', name: 'Anna', operator: true, approver: false },
  });
  if (!judged.ok) throw new Error(judged.refusal.code);
  return renderReply(judged.value);
}

describe('whoami', () => {
  it('says what a person may do, and which accounts are theirs', async () => {
    expect(await ask('en')).toMatch(/; /);
    expect(await ask('en')).toContain('@U0ANNA2');
  });

  it('puts it together as Chinese does', async () => {
    const text = await ask('zh-CN');
    expect(text).toContain('；');
    expect(findOddPunctuation(text)).toEqual([]);
  });
});
