import { describe, expect, it } from 'vitest';
import { bold, code, joinRich, rich } from '../../src/core/rich.ts';

describe('rich text', () => {
  it('joins plain neighbours and keeps spans', () => {
    expect(rich`a ${'b'} ${code('c')}${1}`).toEqual(['a b ', { code: 'c' }, '1']);
  });

  it('takes texts inside texts', () => {
    expect(rich`x ${rich`y ${bold('z')}`}!`).toEqual(['x y ', { bold: 'z' }, '!']);
  });

  it('joins with a separator', () => {
    expect(joinRich(['a', [code('b')]], ', ')).toEqual(['a', ', ', { code: 'b' }]);
  });
});
