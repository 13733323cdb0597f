import { describe, expect, it } from 'vitest';
import { parseDuration } from '../../src/core/duration.ts';

describe('a duration', () => {
  it.each([
    ['90s', 90],
    ['10m', 600],
    ['2h', 7200],
    ['1d', 86_400],
    ['2H', 7200],
    ['１０ｍ', 600],
    ['0m', undefined],
    ['-1h', undefined],
    ['1w', undefined],
    ['10', undefined],
    ['1.5h', undefined],
    ['', undefined],
  ])('%j is %s seconds', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });
});
