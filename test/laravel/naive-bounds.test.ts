import { describe, expect, it } from 'vitest';
import { earliestNaive, latestNaive } from '../../src/laravel/naive-bounds.ts';
import { createZone } from '../../src/laravel/zoned-time.ts';

const berlin = createZone('Europe/Berlin');
const at = (utc: string): Date => new Date(`${utc}Z`);

/** Berlin's clocks go from 03:00 back to 02:00 at 01:00 UTC on 2026-10-25, and from 02:00 to 03:00 at 01:00 UTC on 2026-03-29. */
describe('bounds for naive times', () => {
  it.each([
    ['on a day like any other', '2026-11-25T03:00:00', '2026-11-25 04:00:00'],
    ['in summer', '2026-07-01T03:00:00', '2026-07-01 05:00:00'],
    ['right before the clocks go forward', '2026-03-29T00:59:59', '2026-03-29 01:59:59'],
    ['right after it', '2026-03-29T01:00:00', '2026-03-29 03:00:00'],
    ['the first time of the hour that comes twice', '2026-10-25T00:20:00', '2026-10-25 02:20:00'],
    ['its last second', '2026-10-25T00:59:59', '2026-10-25 02:59:59'],
    ['the second time: all of the first was before', '2026-10-25T01:20:00', '2026-10-25 02:59:59'],
    ['the second time, its first second', '2026-10-25T01:00:00', '2026-10-25 02:59:59'],
    ['after it', '2026-10-25T02:00:00', '2026-10-25 03:00:00'],
  ])('latest, %s', (_, utc, naive) => {
    expect(latestNaive(at(utc), berlin)).toBe(naive);
  });

  it.each([
    ['on a day like any other', '2026-11-25T03:00:00', '2026-11-25 04:00:00'],
    ['before the hour that comes twice', '2026-10-24T23:59:59', '2026-10-25 01:59:59'],
    ['the first time: all of the second is still to come', '2026-10-25T00:20:00', '2026-10-25 02:00:00'],
    ['the second time', '2026-10-25T01:20:00', '2026-10-25 02:20:00'],
    ['after it', '2026-10-25T02:00:00', '2026-10-25 03:00:00'],
  ])('earliest, %s', (_, utc, naive) => {
    expect(earliestNaive(at(utc), berlin)).toBe(naive);
  });

  it('passes over no row that may fit, and only over an hour of those that do not, all day long', () => {
    const start = at('2026-10-24T22:00:00').getTime();
    for (let minute = 0; minute < 300; minute += 1) {
      const instant = new Date(start + minute * 60_000);
      const latest = latestNaive(instant, berlin);
      const earliest = earliestNaive(instant, berlin);
      expect(berlin.toNaive(instant) <= latest).toBe(true);
      expect(berlin.toNaive(instant) >= earliest).toBe(true);
      expect(berlin.meanings(latest)[0]).toBeLessThanOrEqual(instant.getTime());
      expect(berlin.meanings(earliest)[1]).toBeGreaterThanOrEqual(instant.getTime());
    }
  });

  it('knows a zone that moves its clocks by half an hour', () => {
    const lordHowe = createZone('Australia/Lord_Howe');
    // 02:00 becomes 01:30 at 15:00 UTC on 2026-04-04.
    expect(latestNaive(at('2026-04-04T15:10:00'), lordHowe)).toBe('2026-04-05 01:59:59');
    expect(earliestNaive(at('2026-04-04T14:40:00'), lordHowe)).toBe('2026-04-05 01:30:00');
  });
});
