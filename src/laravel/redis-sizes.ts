import type { Redis } from 'ioredis';
import { exact } from '../core/reading.ts';
import type { StoreSizes } from './queue-store.ts';
import { dueSince } from './redis-job.ts';
import { queueKey } from './redis-keys.ts';

/** What one transaction says of a queue: lengths at one instant. Times are Redis's own unix seconds. */
export interface RedisLook {
  readonly ready: number;
  readonly delayed: number;
  readonly overdue: number;
  readonly held: number;
  readonly expired: number;
  /** The payload that a worker would pop first. */
  readonly first: string | undefined;
  /** Score of the delayed job that is due first. */
  readonly firstDelayed: number | undefined;
}

/** In one MULTI, so that a job moving from one key to the other is counted once. */
export async function lookAtQueue(
  redis: Redis,
  prefix: string,
  queue: string,
  now: number,
): Promise<RedisLook> {
  const key = queueKey(prefix, queue);
  const replies = await redis
    .multi()
    .llen(key)
    .zcard(`${key}:delayed`)
    .zcount(`${key}:delayed`, '-inf', now)
    .zcard(`${key}:reserved`)
    .zcount(`${key}:reserved`, '-inf', now)
    .lindex(key, 0)
    .zrange(`${key}:delayed`, '0', '0', 'WITHSCORES')
    .exec();
  const values = (replies ?? []).map(([error, value]): unknown => {
    if (error !== null) throw error;
    return value;
  });
  const [ready = 0, delayed = 0, overdue = 0, held = 0, expired = 0] = values.slice(0, 5).map(Number);
  const [first, range] = values.slice(5);
  const score = Array.isArray(range) && range.length > 1 ? Number(range[1]) : undefined;
  return {
    ...{ ready, delayed, overdue, held, expired, firstDelayed: score },
    first: typeof first === 'string' ? first : undefined,
  };
}

/** What is due moves to the list only inside a worker's pop, so overdue delayed jobs are pending, and expired held ones stuck. */
export function countRedisQueue(
  look: RedisLook,
  now: number,
): Omit<StoreSizes, 'connection' | 'name' | 'driver'> {
  return {
    pending: exact(look.ready + look.overdue),
    delayed: exact(look.delayed - look.overdue),
    reserved: exact(look.held - look.expired),
    stuck: exact(look.expired),
    ...oldest(look, now),
  };
}

/** The list's head has a time only since Laravel 12.11; an overdue delayed job has one as its score. Unknown is never 0. */
function oldest(
  { ready, first, overdue, firstDelayed }: RedisLook,
  now: number,
): Pick<StoreSizes, 'oldestSeconds' | 'oldestUnknown'> {
  const head = first === undefined ? undefined : dueSince(first);
  if (ready > 0 && head === undefined) return { oldestSeconds: undefined, oldestUnknown: 'no-timestamp' };
  const dues = [head, overdue > 0 ? firstDelayed : undefined].filter((due) => due !== undefined);
  return { oldestSeconds: dues.length === 0 ? undefined : Math.max(0, now - Math.min(...dues)) };
}
