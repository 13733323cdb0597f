import { describe, expect, it } from 'vitest';
import { parseWords } from '../../src/core/words.ts';

const parsed = (line: string): { plain: readonly string[]; filters: Record<string, string> } => {
  const result = parseWords(line);
  if (!result.ok) throw new Error(result.problem.code);
  return { plain: result.words.plain, filters: Object.fromEntries(result.words.filters) };
};

describe('words after /queue', () => {
  it.each([
    ['status reports', ['status', 'reports'], {}],
    ['  failed   reports ', ['failed', 'reports'], {}],
    ['failed error="pack unreadable" reports', ['failed', 'reports'], { error: 'pack unreadable' }],
    ['failed error=“pack unreadable” since=2h', ['failed'], { error: 'pack unreadable', since: '2h' }],
    ['failed error=„pack“', ['failed'], { error: 'pack' }],
    ["failed error='it is'", ['failed'], { error: 'it is' }],
    ['failed error=‘it is’', ['failed'], { error: 'it is' }],
    ['failed ERROR=x', ['failed'], { error: 'x' }],
    ['failed error=', ['failed'], { error: '' }],
    ['failed error="a=b c"', ['failed'], { error: 'a=b c' }],
    ['find "two words"', ['find', 'two words'], {}],
    ['find "a=b"', ['find', 'a=b'], {}],
    ["find don't", ['find', "don't"], {}],
    ['audit who=<@U0ANNA|anna>', ['audit'], { who: '<@U0ANNA|anna>' }],
    ['retry 1 2\n3', ['retry', '1', '2', '3'], {}],
    ['failed　queue＝reports ｓｉｎｃｅ＝“2h”', ['failed'], { queue: 'reports', since: '2h' }],
    ['freeze 原因：１２ 个', ['freeze', '原因：１２', '个'], {}],
    ['', [], {}],
  ])('reads %j', (line, plain, filters) => {
    expect(parsed(line)).toEqual({ plain, filters });
  });

  it('names the quote that was never closed', () => {
    expect(parseWords('failed error=“pack')).toEqual({
      ok: false,
      problem: { code: 'unclosed-quote', quote: '“' },
    });
  });

  it('refuses the same filter twice, in any letter case', () => {
    expect(parseWords('failed error=a Error=b')).toEqual({
      ok: false,
      problem: { code: 'filter-twice', key: 'error' },
    });
  });
});
