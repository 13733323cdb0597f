import { describe, expect, it } from 'vitest';
import { artisanArgv } from '../../src/laravel/artisan-arguments.ts';
import { readVersion } from '../../src/laravel/artisan-output.ts';
import { description } from '../fakes/world.ts';

describe('the only flush that artisan is told', () => {
  it('has hours', () =>
    expect(artisanArgv({ verb: 'flush', hours: 26 }, description)).toEqual([
      ...['php', 'artisan', 'queue:flush', '--hours=26', '--no-ansi', '--no-interaction'],
    ]));

  it.each([0, 1, -2, 2.5, Number.NaN, Number.POSITIVE_INFINITY, 1e21])('never has %d of them', (hours) =>
    expect(() => artisanArgv({ verb: 'flush', hours }, description)).toThrow(/just failed/),
  );
});

describe("artisan's version", () => {
  it.each([
    ['Laravel Framework 12.72.0\n', '12.72.0'],
    ['\nDeprecated: Serializable in /x.php on line 3\nLaravel Framework 8.83.26\n', '8.83.26'],
    ['Laravel Framework 13.x-dev', '13.x-dev'],
    ['Could not open input file: artisan', undefined],
  ])('of %j is %s', (said, version) => expect(readVersion(said)).toBe(version));
});
