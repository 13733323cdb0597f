import { describe, expect, it } from 'vitest';
import { isUntil, isWithin, naiveSpans } from '../../src/laravel/naive-spans.ts';
import { createZone } from '../../src/laravel/zoned-time.ts';

const berlin = createZone('Europe/Berlin');
const at = (iso: string): Date => new Date(iso);

describe('what clocks on the wall showed', () => {
  it('is one stretch on a usual day', () => {
    expect(naiveSpans(at('2026-11-25T10:00:00Z'), at('2026-11-25T10:05:00Z'), berlin)).toEqual([
      { from: '2026-11-25 11:00:01', to: '2026-11-25 11:05:00' },
    ]);
  });

  it('goes back by an hour in autumn', () => {
    expect(naiveSpans(at('2026-10-25T00:58:00Z'), at('2026-10-25T01:03:00Z'), berlin)).toEqual([
      { from: '2026-10-25 02:58:01', to: '2026-10-25 02:59:59' },
      { from: '2026-10-25 02:00:00', to: '2026-10-25 02:03:00' },
    ]);
  });

  it('jumps by an hour in spring', () => {
    expect(naiveSpans(at('2026-03-29T00:58:00Z'), at('2026-03-29T01:03:00Z'), berlin)).toEqual([
      { from: '2026-03-29 01:58:01', to: '2026-03-29 01:59:59' },
      { from: '2026-03-29 03:00:00', to: '2026-03-29 03:03:00' },
    ]);
  });

  it('holds for unix seconds as they are', () => {
    const { text, values } = isWithin(
      '`t`',
      'unix',
      at('2026-11-25T10:00:00Z'),
      at('2026-11-25T10:05:00Z'),
      berlin,
    );
    expect(text).toBe('(`t` BETWEEN ? AND ?)');
    expect(values).toEqual([1_795_600_801, 1_795_601_100]);
  });
});

describe('old enough', () => {
  /** As the server would compare. */
  const isOld = (naive: string, instant: string, now: string): boolean => {
    const { values } = isUntil('t', 'naive', at(instant), at(now), berlin);
    const [latest, ...young] = values.map(String);
    const isYoung = young.some(
      (from, index) => index % 2 === 0 && from <= naive && naive <= (young[index + 1] ?? ''),
    );
    return naive <= (latest ?? '') && !isYoung;
  };

  it('is what was written before', () => {
    expect(isOld('2026-11-25 11:00:00', '2026-11-25T10:00:00Z', '2026-11-25T10:05:00Z')).toBe(true);
    expect(isOld('2026-11-25 11:00:01', '2026-11-25T10:00:00Z', '2026-11-25T10:05:00Z')).toBe(false);
  });

  it('is not what may have been written a moment ago, in the hour that comes twice', () => {
    const [instant, now] = ['2026-10-25T01:05:00Z', '2026-10-25T01:10:00Z'];
    expect(isOld('2026-10-25 02:08:00', instant, now)).toBe(false);
    expect(isOld('2026-10-25 02:04:00', instant, now)).toBe(true);
    // Written in the first of the two hours.
    expect(isOld('2026-10-25 02:40:00', instant, now)).toBe(true);
  });
});
