import { describe, expect, it } from 'vitest';
import { renderReply } from '../../src/cli/render-text.ts';
import { isUnderstood } from '../../src/core/is-understood.ts';
import type { Locale } from '../../src/core/people.ts';
import { parseWords } from '../../src/core/words.ts';
import { usageWords } from '../../src/operations/help-verb.ts';
import { operations } from '../../src/operations/list.ts';
import { examplesOf, helpVerbText } from '../../src/text/help-verb.ts';
import { createFakeRequests } from '../fakes/requests.ts';
import { createFakeApp, createFakeClock, createFakeWorld } from '../fakes/world.ts';

const locales: readonly Locale[] = ['en', 'zh-CN'];
const world = createFakeWorld(createFakeApp().app, createFakeRequests(), createFakeClock());
const typedVerbs = operations.filter(({ typed }) => typed.length > 0);

async function ask(typed: string, locale: Locale = 'en'): Promise<string> {
  const help = operations.find(({ verb }) => verb === 'help');
  const cut = parseWords(typed);
  if (help?.effect !== 'read' || !cut.ok) throw new Error('help reads');
  const parsed = help.parse(cut.words, world);
  if (!parsed.ok) throw new Error(parsed.refusal.code);
  const judged = await parsed.value.answer({
    ...{ world, locale, signal: AbortSignal.timeout(60_000) },
    asker: { teamId: 'T0HOME', userId: 'U0ANNA', name: 'Anna', operator: false, approver: false },
  });
  if (!judged.ok) throw new Error(judged.refusal.code);
  return renderReply(judged.value);
}

describe('help', () => {
  it('lists all verbs, and says how to ask about one', async () => {
    const text = await ask('');
    for (const { typed } of typedVerbs) if (typed[0] !== 'help') expect(text).toContain(typed.join(' '));
    expect(text).toContain('/queue help retry all');
  });

  it('shows one verb alone: what it does, who may, what stands behind it, and examples', async () => {
    const text = await ask('retry all');
    expect(text).toMatch(/^\/queue retry all \[queue=\]/);
    expect(text).toContain('push all failed jobs back');
    expect(text).toMatch(/Who +operators/);
    expect(text).toContain('another person must approve exactly what the request shows');
    expect(text).toContain('- pace=  at most so many of ours waiting');
    expect(text).toContain('- /queue retry all queue=reports since=2h');
    expect(text).not.toContain('/queue show');
  });

  it.each([
    ['retry-all', '/queue retry all'],
    ['RETRY', '/queue retry ID…'],
    ['ｒｅｔｒｙ', '/queue retry ID…'],
    ['preapprove', '/queue preapprove retry'],
    ['/queue drill', '/queue drill QUEUE'],
    ['help', '/queue help [VERB]'],
  ])('understands %s', async (typed, heading) => {
    expect((await ask(typed)).startsWith(heading)).toBe(true);
  });

  it('takes the nearest verb for one that there is none of, and says so', async () => {
    expect(await ask('rety all')).toMatch(
      /^\/queue retry all .*\nThere is no rety all\. Probably meant: retry all\./,
    );
    expect(await ask('silense', 'zh-CN')).toContain('没有 silense 这个命令。可能是想用 silence。');
  });

  it('lists all where nothing is near', async () => {
    const text = await ask('me please');
    expect(text).toContain('There is no me please. This is what there is.');
    expect(text).toContain('whoami');
  });

  it('says the number of others who must approve as the policy has it', async () => {
    expect(await ask('flush', 'zh-CN')).toContain('须由另外 1 人批准');
  });
});

describe('what help says of a verb', () => {
  it.each(locales)('has words in %s for everything that may stand behind any', (locale) => {
    const { words } = helpVerbText[locale];
    const missing = typedVerbs.flatMap(({ verb, usage }) =>
      usageWords(usage).filter((word) => (words[`${verb} ${word}`] ?? words[word] ?? '') === ''),
    );
    expect(missing).toEqual([]);
  });

  it.each(locales)('has examples in %s that each are understood', (locale) => {
    const rule = { name: 'failed-jobs' } as (typeof world.alertRules)[number]; // only its name is looked at
    const policy = { ...world.policy, preapproval: { longestSeconds: 43_200, most: 500 } };
    const parts = { operations, worlds: new Map([['fap', { ...world, alertRules: [rule], policy }]]) };
    const names = { queue: 'reports', jobClass: 'SendInvoice', rule: 'failed-jobs' };
    for (const { verb, typed } of typedVerbs) {
      const examples = examplesOf(verb, names, locale);
      expect(examples, verb).not.toEqual([]);
      for (const words of examples) {
        expect(words.startsWith(typed.join(' ')), words).toBe(true);
        expect(isUnderstood(parts, words), words).toBe(true);
      }
    }
  });
});
