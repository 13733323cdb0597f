import { describe, expect, it } from 'vitest';
import {
  addCounts,
  type Count,
  exact,
  type Gathered,
  type MissingPart,
  unknownCount,
} from '../../src/core/reading.ts';
import { composeSizes, needsOwnLook, rememberSizes, withOwnLook } from '../../src/laravel/queue-sizes.ts';
import type { QueueStore, StoreSizes } from '../../src/laravel/queue-store.ts';
import type { QueueName } from '../../src/operations/ports.ts';
import { description } from '../fakes/world.ts';

const sizesOf = (connection: string, name: string, pending: Count = exact(1)): StoreSizes => ({
  ...{ connection, name, driver: 'database', pending, oldestSeconds: 10 },
  ...{ delayed: exact(0), reserved: exact(0), stuck: exact(0) },
});
const away: MissingPart = { part: 'database', name: 'fap', why: 'timeout' };
const table = [sizesOf('database', 'reports'), sizesOf('database', 'commerce')];
const whole = (value: readonly StoreSizes[]): Gathered<readonly StoreSizes[]> => ({ value, missing: [] });
const failed = (...counts: [string, number][]) =>
  ({ ok: true, value: new Map(counts.map(([name, count]) => [name, exact(count)])) }) as const;

describe('sizes put together', () => {
  it('adds failures of all connections that share the table', () => {
    const { value } = composeSizes(
      description,
      [whole(table)],
      failed(['database:reports', 2], ['database_reports:reports', 3]),
    );
    expect(value.filter(({ name }) => name === 'reports')).toMatchObject([
      { connection: 'database', failed: exact(5), configured: true },
    ]);
  });

  it('shows a configured queue whose store is away as unknown, never as empty', () => {
    const { value, missing } = composeSizes(description, [{ value: [], missing: [away] }], failed());
    expect(value.find(({ name }) => name === 'insights')).toMatchObject({
      ...{ driver: 'redis', pending: unknownCount, configured: true },
    });
    expect(missing).toEqual([away]);
  });

  it('shows failures of a queue that nobody configured', () => {
    const { value } = composeSizes(description, [whole(table)], failed(['database:old', 4], ['gone:old', 1]));
    expect(value.filter(({ name }) => name === 'old')).toMatchObject([
      { connection: 'database', configured: false, pending: exact(0), failed: exact(4) },
      { connection: 'gone', configured: false, pending: unknownCount, failed: exact(1) },
    ]);
  });

  it('does not know failures that could not be counted, and names the part once', () => {
    const stores = [{ value: table, missing: [away] }];
    const { value, missing } = composeSizes(description, stores, { ok: false, missing: away });
    expect(value[0]?.failed).toEqual(unknownCount);
    expect(missing).toEqual([away]);
  });

  it.each<[Count, Count, Count]>([
    [exact(1), exact(2), exact(3)],
    [exact(1), unknownCount, unknownCount],
    [{ kind: 'capped', value: 9 }, exact(1), { kind: 'capped', value: 10 }],
    [
      { kind: 'aged', value: 1, asOf: new Date(5) },
      { kind: 'aged', value: 1, asOf: new Date(3) },
      { kind: 'aged', value: 2, asOf: new Date(3) },
    ],
  ])('a sum is as good as the worse of its parts: %o and %o', (a, b, sum) => {
    expect(addCounts(a, b)).toEqual(sum);
    expect(addCounts(b, a)).toEqual(sum);
  });
});

describe('sizes of a queue that nobody configured', () => {
  const composed = composeSizes(description, [whole(table)], failed(['redis:strange', 4]));
  const inRedis = (name: string): QueueName => ({ connection: 'redis', name });
  const look = { ok: true, value: { ...sizesOf('redis', 'strange', exact(7)), driver: 'redis' } } as const;

  it.each([
    ['a configured one', { connection: 'database', name: 'reports' }, false],
    ['one that nothing mentions', inRedis('nope'), true],
    ['one in Redis of which only failures are known', inRedis('strange'), true],
  ])('are asked for of their store or not: %s', (_, queue, needed) => {
    expect(needsOwnLook(composed, queue, description)).toBe(needed);
  });

  it('are not asked for where their part is missing already', () => {
    const missing: readonly MissingPart[] = [{ ...away, part: 'redis' }];
    expect(needsOwnLook({ ...composed, missing }, inRedis('nope'), description)).toBe(false);
    expect(needsOwnLook({ ...composed, missing: [away] }, inRedis('nope'), description)).toBe(true);
  });

  it('take the place of what was guessed, and keep the failures', () => {
    const { value } = withOwnLook(composed, inRedis('strange'), look);
    expect(value.filter(({ name }) => name === 'strange')).toMatchObject([
      { connection: 'redis', configured: false, pending: exact(7), failed: exact(4) },
    ]);
  });

  it('have no failures where none are known of, unless nobody could count them', () => {
    const failedOf = (missing: readonly MissingPart[]): Count | undefined =>
      withOwnLook({ ...composed, missing }, inRedis('nope'), {
        ...look,
        value: { ...look.value, name: 'nope' },
      }).value.find(({ name }) => name === 'nope')?.failed;
    expect(failedOf([])).toEqual(exact(0));
    expect(failedOf([away])).toEqual(unknownCount);
  });

  it('are left out and named as missing where the store does not say', () => {
    const missing: MissingPart = { part: 'redis', name: 'fap', why: 'timeout' };
    const { value, ...rest } = withOwnLook(composed, inRedis('strange'), { ok: false, missing });
    expect(value.some(({ name }) => name === 'strange')).toBe(false);
    expect(rest.missing).toEqual([missing]);
  });
});

describe('sizes of a store that goes away', () => {
  it('are the last known ones with their age, for half a minute', async () => {
    let now = 0;
    let isAway = false;
    const store: Pick<QueueStore, 'sizes'> = {
      sizes: async () => (isAway ? { ok: false, missing: away } : { ok: true, value: table }),
    };
    // Only `sizes` is asked of the store here.
    const sizes = rememberSizes(store as QueueStore, { now: () => new Date(now) });
    const { signal } = new AbortController();
    expect(await sizes(signal)).toEqual(whole(table));
    isAway = true;
    now = 20_000;
    const aged = await sizes(signal);
    expect(aged.missing).toEqual([away]);
    expect(aged.value[0]).toMatchObject({
      pending: { kind: 'aged', value: 1, asOf: new Date(0) },
      oldestSeconds: 30,
    });
    now = 31_000;
    expect(await sizes(signal)).toEqual({ value: [], missing: [away] });
  });
});
