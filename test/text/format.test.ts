import { describe, expect, it } from 'vitest';
import { count, duration, timeSpan } from '../../src/text/format.ts';

describe('a duration in words', () => {
  it.each([
    [0, '0 s', '0 秒'],
    [45, '45 s', '45 秒'],
    [90, '1 min 30 s', '1 分钟 30 秒'],
    [840, '14 min', '14 分钟'],
    [12_000, '3 h 20 min', '3 小时 20 分钟'],
    [187_200, '2 d 4 h', '2 天 4 小时'],
    [-5, '0 s', '0 秒'],
  ])('%d s is %s', (seconds, en, zh) => {
    expect(duration(seconds, 'en')).toBe(en);
    expect(duration(seconds, 'zh-CN')).toBe(zh);
  });
});

describe('a count in words', () => {
  it('says whether it is exact, capped, old or unknown', () => {
    expect(count({ kind: 'exact', value: 12_345 })).toBe('12,345');
    expect(count({ kind: 'capped', value: 10_000 })).toBe('10,000+');
    expect(count({ kind: 'aged', value: 7, asOf: new Date() })).toBe('~7');
    expect(count({ kind: 'unknown' })).toBe('?');
  });
});

describe('from one instant to another', () => {
  const at = (iso: string): Date => new Date(iso);

  it('is told once where both read the same', () => {
    const span = (to: string) => timeSpan(at('2026-11-25T03:00:00.100Z'), at(to), 'until', 'UTC');
    expect(span('2026-11-25T03:00:00.900Z')).toHaveLength(1);
    expect(span('2026-11-25T03:00:01.000Z')).toContain(' until ');
  });
});
