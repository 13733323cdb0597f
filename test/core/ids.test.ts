import { describe, expect, it } from 'vitest';
import { parseJobReference } from '../../src/core/ids.ts';

describe("a failed job's reference", () => {
  it('is a number', () => {
    expect(parseJobReference('123')).toEqual({ kind: 'id', id: 123 });
  });

  it('is a uuid in any letter case', () => {
    expect(parseJobReference('0198F6AA-0000-4000-8000-00000000000a')).toEqual({
      kind: 'uuid',
      uuid: '0198f6aa-0000-4000-8000-00000000000a',
    });
  });

  it.each([
    'all',
    '0',
    '-1',
    '1;id',
    '$(id)',
    '`id`',
    '1\n2',
    '1\u0000',
    '--range=1-5',
    '--help',
    '-n',
    '１２３',
    '1,2',
    '1.5',
    '',
    '9'.repeat(10_000),
    '0198f6aa-0000-4000-8000-00000000000g',
    ' 1',
  ])('is nothing else: %j', (typed) => {
    expect(parseJobReference(typed)).toBeUndefined();
  });
});
