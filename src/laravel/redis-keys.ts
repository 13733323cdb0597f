import type { Redis } from 'ioredis';
import type { Clock } from '../core/clock.ts';

/** Names of Laravel's keys for one queue; `prefix` stands before all of them. */
export const queueKey = (prefix: string, queue: string): string => `${prefix}queues:${queue}`;

const scanEveryMs = 300_000;
/** 50 × 500 keys: some 25 ms. What lies beyond is found when the cursor happens to come by. */
const scanSteps = 50;
const keysAStep = 500;
const namePattern = /^[\w.{}-]{1,100}$/;

/** Finds queues that nobody configured; now and then, in bounded steps, never by KEYS. A scan that failed is tried again. */
export function createRedisScan(
  prefix: string,
  clock: Pick<Clock, 'now'>,
): (redis: Redis) => Promise<readonly string[]> {
  let found: readonly string[] = [];
  let nextAt = Number.NEGATIVE_INFINITY;
  return async (redis) => {
    const now = clock.now().getTime();
    if (now >= nextAt) {
      found = await scanQueues(redis, prefix);
      nextAt = now + scanEveryMs;
    }
    return found;
  };
}

async function scanQueues(redis: Redis, prefix: string): Promise<readonly string[]> {
  const found = new Set<string>();
  const start = queueKey(prefix, '');
  const pattern = `${start.replace(/[*?[\]\\^]/g, '\\$&')}*`;
  for (let step = 0, cursor = '0'; step < scanSteps; step += 1) {
    const [next, keys] = await redis.scan(cursor, 'MATCH', pattern, 'COUNT', keysAStep);
    for (const key of keys) {
      const name = key.slice(start.length).replace(/:(?:delayed|reserved|notify)$/, '');
      if (namePattern.test(name)) found.add(name);
    }
    cursor = next;
    if (cursor === '0') break;
  }
  return [...found];
}
