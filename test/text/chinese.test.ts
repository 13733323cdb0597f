import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findOddPunctuation, literalsIn } from './odd-punctuation.ts';

const folder = new URL('../../src/text/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.ts'));

describe('Chinese sentences', () => {
  it.each(files)('have Chinese punctuation in %s', (file) => {
    const literals = literalsIn(readFileSync(new URL(file, folder), 'utf8'));
    const odd = literals.filter((text) => findOddPunctuation(text).length > 0);
    expect(odd).toEqual([]);
  });

  it('are found, whatever they are put together of', () => {
    const source = [
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is source text.
      "const a = `等待 ${n === 1 ? `一个` : '多个'}`; // '没有'",
      'const b = "it\\"s";',
      "const c = '好';",
    ];
    expect(literalsIn(source.join('\n'))).toEqual(['一个', '多个', '等待 □', 'it"s', '好']);
  });

  it.each([
    ['等待, 然后', true],
    ['已完成: 3 个', true],
    ['（共 3 个）; □', true],
    ['□: 已完成', true],
    ['共 3 个(全部)', true],
    ['等待，然后：3 个', false],
    ['用 /queue retry 4711, 4712', false],
    ['映射（键: 值）', false],
    ['waiting, then: 3', false],
  ])('%s', (text, isOdd) => {
    expect(findOddPunctuation(text).length > 0).toBe(isOdd);
  });
});
