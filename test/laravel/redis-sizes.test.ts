import { describe, expect, it } from 'vitest';
import { exact } from '../../src/core/reading.ts';
import { countRedisQueue, type RedisLook } from '../../src/laravel/redis-sizes.ts';

const now = 10_000;
const look = (change: Partial<RedisLook>): RedisLook => ({
  ...{ ready: 0, delayed: 0, overdue: 0, held: 0, expired: 0, first: undefined, firstDelayed: undefined },
  ...change,
});
const pushed = (createdAt: number, more = ''): string =>
  `{"uuid":"u","displayName":"A","data":{"command":"x"},"createdAt":${createdAt},"id":"i","attempts":0${more}}`;

describe('what is said of a queue in Redis', () => {
  it('counts overdue delayed jobs as pending and expired held ones as stuck', () => {
    expect(countRedisQueue(look({ delayed: 7, overdue: 3, held: 5, expired: 2 }), now)).toMatchObject({
      ...{ pending: exact(3), delayed: exact(4), reserved: exact(3), stuck: exact(2) },
    });
  });

  it("takes the age of the oldest from the head's own time, in seconds", () => {
    expect(countRedisQueue(look({ ready: 1, first: pushed(9_940) }), now).oldestSeconds).toBe(60);
  });

  it('counts from when a delayed job became due', () => {
    expect(countRedisQueue(look({ ready: 1, first: pushed(9_900, ',"delay":70') }), now).oldestSeconds).toBe(
      30,
    );
  });

  it.each([
    ['a payload from before Laravel 12.11', '{"uuid":"u","displayName":"A","data":{}}'],
    ['bytes of a serializer', 'a:1:{s:4:"uuid";}'],
  ])('does not know the age of %s, and never says 0', (_case, first) => {
    expect(
      countRedisQueue(look({ ready: 1, first, delayed: 1, overdue: 1, firstDelayed: 5 }), now),
    ).toMatchObject({
      ...{ oldestSeconds: undefined, oldestUnknown: 'no-timestamp' },
    });
  });

  it('takes the age of an overdue delayed job from its score', () => {
    const seen = look({ delayed: 2, overdue: 1, firstDelayed: 9_000 });
    expect(countRedisQueue(seen, now).oldestSeconds).toBe(1_000);
  });

  it('has no oldest where nothing is due', () => {
    const said = countRedisQueue(look({ delayed: 2, firstDelayed: 12_000 }), now);
    expect(said).toMatchObject({ oldestSeconds: undefined });
    expect(said.oldestUnknown).toBeUndefined();
  });
});
