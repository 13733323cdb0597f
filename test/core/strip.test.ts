import { describe, expect, it } from 'vitest';
import { capText, strip } from '../../src/core/strip.ts';

describe('strip', () => {
  it.each([
    ['colours', '\u001b[31mred\u001b[0m', 'red'],
    ['the eight-bit CSI', '\u009b31mred', 'red'],
    ['a link ended by BEL', '\u001b]8;;https://evil.test\u0007click\u001b]8;;\u0007', 'click'],
    ['a link ended by ST', '\u001b]8;;https://evil.test\u001b\\click\u001b]8;;\u001b\\', 'click'],
    ['a device control string', '\u001bPq#0\u001b\\after', 'after'],
    ['a lone escape', 'a\u001b', 'a'],
    ['an escape with one final byte', 'a\u001bcb', 'ab'],
    ['C0, DEL and C1', 'a\u0000\u0008\u007f\u0085b', 'ab'],
    ['bidi controls', 'a\u202eb\u2066c\u2069', 'abc'],
    ['zero-width characters and the byte order mark', 'a\u200bb\u200dc\ufeffd', 'abcd'],
    ['line and paragraph separators, which become newlines', 'a\u2028b\u2029c', 'a\nb\nc'],
    ['what a carriage return overwrites', '10 %\r50 %\r100 %\nnext', '100 %\nnext'],
    [
      'halves of characters, which become the mark of an unreadable one',
      'a\ud83db\ude42c🙂',
      'a\ufffdb\ufffdc🙂',
    ],
    ['nothing of newlines and tabs', 'a\r\nb\tc', 'a\nb\tc'],
    ['nothing of Chinese and emoji', '报告 🙂', '报告 🙂'],
  ])('takes out %s', (_, text, clean) => expect(strip(text)).toBe(clean));
});

describe('capText', () => {
  it('leaves short text alone', () => expect(capText('abc', 3)).toBe('abc'));
  it('ends a cut text with an ellipsis within the limit', () => expect(capText('abcdef', 4)).toBe('abc…'));
  it('counts code points, not halves of them', () => expect(capText('🙂🙂🙂', 3)).toBe('🙂🙂🙂'));
  it('never cuts inside a surrogate pair', () => expect(capText('🙂🙂🙂🙂', 3)).toBe('🙂🙂…'));
});
