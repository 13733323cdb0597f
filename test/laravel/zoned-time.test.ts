import { describe, expect, it } from 'vitest';
import { createZone, fromNaive, toNaive } from '../../src/laravel/zoned-time.ts';

describe('naive times of an application', () => {
  it.each([
    ['UTC', '2026-11-25 03:00:00', '2026-11-25T03:00:00Z'],
    ['Asia/Shanghai', '2026-11-25 03:00:00', '2026-11-24T19:00:00Z'],
    ['Europe/Berlin', '2026-07-01 12:00:00', '2026-07-01T10:00:00Z'],
    ['Europe/Berlin', '2026-01-01 12:00:00', '2026-01-01T11:00:00Z'],
    ['America/New_York', '2026-03-08 01:59:59', '2026-03-08T06:59:59Z'],
    ['America/New_York', '2026-03-08 03:00:00', '2026-03-08T07:00:00Z'],
  ])('of %s: %s is %s, and back', (zone, naive, instant) => {
    expect(fromNaive(naive, zone)).toEqual(new Date(instant));
    expect(toNaive(new Date(instant), zone)).toBe(naive);
  });

  it('takes the first of an hour that happens twice', () =>
    expect(fromNaive('2026-10-25 02:30:00', 'Europe/Berlin')).toEqual(new Date('2026-10-25T00:30:00Z')));

  it('takes an hour that does not happen as clocks before it would go on', () =>
    expect(fromNaive('2026-03-29 02:30:00', 'Europe/Berlin')).toEqual(new Date('2026-03-29T01:30:00Z')));

  it('is the same where a zone is read once for many rows', () =>
    expect(createZone('Asia/Shanghai').toInstant('2026-11-25 03:00:00')).toEqual(
      new Date('2026-11-24T19:00:00Z'),
    ));
});
