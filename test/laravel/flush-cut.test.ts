import { describe, expect, it } from 'vitest';
import { type CutClock, chooseHours, latestCut, plainCut } from '../../src/laravel/flush-cut.ts';
import { createZone } from '../../src/laravel/zoned-time.ts';

/** 160 s: what calls and artisan may take. */
const clock = (now: string, zone = 'UTC', leadSeconds = 160): CutClock => ({
  ...{ zone: createZone(zone), now: new Date(now), leadSeconds },
});

describe('the hours of a flush', () => {
  it('are two where nothing that must stay is older than what is failing now', () =>
    expect(chooseHours(undefined, clock('2026-11-25T10:00:00Z'))).toBe(2));

  it('leave ten minutes for the clock of the application, and all that the call may take', () => {
    const now = clock('2026-11-25T10:00:00Z');
    expect(latestCut(2, now)).toBe('2026-11-25 08:12:40');
    expect(plainCut(2, now)).toBe('2026-11-25 08:00:00');
    expect(chooseHours('2026-11-25 08:12:41', now)).toBe(2);
    expect(chooseHours('2026-11-25 08:12:40', now)).toBe(3);
  });

  it('are the fewest that spare the oldest row outside the set, however old it is', () => {
    expect(chooseHours('2026-11-24 10:00:00', clock('2026-11-25T10:00:00Z'))).toBe(25);
    expect(chooseHours('2020-01-01 00:00:00', clock('2026-11-25T10:00:00Z'))).toBe(60_491);
    expect(chooseHours('1970-01-01 00:00:00', clock('2026-11-25T10:00:00Z'))).toBeUndefined();
  });

  it('are never fewer than was asked for, nor fewer than two', () => {
    expect(chooseHours(undefined, clock('2026-11-25T10:00:00Z'), 5)).toBe(5);
    expect(chooseHours(undefined, clock('2026-11-25T10:00:00Z'), 0)).toBe(2);
  });

  it('grow with what artisan may take, so that what fails meanwhile is out of reach', () =>
    expect(chooseHours(undefined, clock('2026-11-25T10:00:00Z', 'UTC', 3_600))).toBe(3));

  // At 01:00 UTC clocks in Berlin go back from 03:00 to 02:00.
  it('are three while the hour that summer time repeats is near: two by the clock are one real hour', () => {
    const at = clock('2026-10-25T02:10:00Z', 'Europe/Berlin');
    // It failed 65 minutes ago, and its text is older than what two hours before now read.
    expect(latestCut(2, at) >= '2026-10-25 02:05:00').toBe(true);
    expect(chooseHours('2026-10-25 02:05:00', at)).toBe(3);
    expect(chooseHours(undefined, at)).toBe(3);
  });

  it('look at every minute of the call where clocks go back in the middle of it', () => {
    const before = clock('2026-10-25T00:55:00Z', 'Europe/Berlin', 600);
    expect(latestCut(2, before) >= '2026-10-25 01:10:00').toBe(true);
    // What comes in at 01:02 UTC reads 02:02, before the 02:59 of three minutes earlier.
    expect(chooseHours('2026-10-25 02:00:00', before)).toBe(2);
    expect(chooseHours(undefined, before)).toBe(2);
  });

  // At 01:00 UTC clocks in Berlin go forward from 02:00 to 03:00.
  it('count real hours and hours by the clock where clocks go forward, and take the later', () => {
    const at = clock('2026-03-29T01:30:00Z', 'Europe/Berlin');
    // 03:30 by the clock; two real hours before it read 00:30, two by the clock 01:30.
    expect(latestCut(2, at)).toBe('2026-03-29 01:42:40');
    expect(plainCut(2, at)).toBe('2026-03-29 00:30:00');
    expect(chooseHours('2026-03-29 01:20:00', at)).toBe(3);
  });

  it('follow the rules of the zone, not its offset of today', () => {
    expect(plainCut(24 * 40, clock('2026-11-25T10:00:00Z', 'Europe/Berlin'))).toBe('2026-10-16 11:00:00');
    expect(plainCut(2, clock('2026-11-25T10:00:00Z', 'Asia/Shanghai'))).toBe('2026-11-25 16:00:00');
  });
});
