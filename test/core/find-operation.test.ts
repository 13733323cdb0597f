import { describe, expect, it } from 'vitest';
import { findOperation } from '../../src/core/find-operation.ts';
import { parseAct } from '../../src/core/parse-act.ts';
import { mostTyped, parseWords } from '../../src/core/words.ts';
import { operations } from '../../src/operations/list.ts';

const found = (line: string): string => {
  const cut = parseWords(line);
  if (!cut.ok) return cut.problem.code;
  const judged = findOperation(operations, cut.words, 'overview');
  return judged.ok
    ? `${judged.value.operation.verb}(${judged.value.rest.plain.join(' ')})`
    : judged.refusal.code;
};

describe('a verb as it is typed', () => {
  it.each([
    ['', 'overview()'],
    ['retry 12', 'retry(12)'],
    ['retry all queue=reports', 'retry-all()'],
    ['RETRY All', 'retry-all()'],
    ['retry-all queue=reports', 'retry-all()'],
    ['restart-all', 'restart-all()'],
    ['ｓｔａｔｕｓ reports', 'status(reports)'],
    ['overview', 'unknown-verb'],
  ])('%j is %s', (line, expected) => {
    expect(found(line)).toBe(expected);
  });

  it('takes nothing of a text that was cut: half of a command is another command', () => {
    const cut = `retry ${'1 '.repeat(mostTyped)}`.slice(0, mostTyped - 1);
    const judged = parseAct({ operations, worlds: new Map() }, `${cut}…`);
    expect(judged).toMatchObject({ ok: false, refusal: { code: 'too-long' } });
  });
});
