import { describe, expect, it } from 'vitest';
import { faultOf } from '../../src/slack/api.ts';

describe('faultOf', () => {
  it('is unsure of an answer that broke off, as fetch says it', () => {
    const broken = new TypeError('terminated', { cause: new Error('other side closed') });
    expect(faultOf(broken)).toEqual({ kind: 'unsure' });
  });

  it('is unsure of an answer that did not end in time', () => {
    expect(faultOf(new DOMException('too late', 'TimeoutError'))).toEqual({ kind: 'unsure' });
  });

  it('hides no bug of ours', () => {
    const bug = new TypeError('undefined is not a function');
    expect(() => faultOf(bug)).toThrow(bug);
  });
});
