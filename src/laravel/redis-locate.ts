import type { Redis } from 'ioredis';
import type { JobUuid } from '../core/ids.ts';
import { sketchPayload } from './payload.ts';

const jobsAtOnce = 500;
/** Others push and workers pop while we look: so many more than were sought are looked at from the list's end. */
const slack = 1_000;
/** 10,000 payloads of 1 KB are 10 MB; for a set of jobs twice its own size is looked through, which takes a second for 100,000. */
const fewestFromEnd = 10_000;
const mostHeld = 1_000;
const fewestDelayed = 2_000;

export interface RedisLocated {
  readonly found: ReadonlyMap<JobUuid, 'waiting' | 'reserved'>;
  /** False: there is more than was looked at, so that what was not found may be there all the same. */
  readonly whole: boolean;
}

/**
 * Looks for jobs in one queue: pushed ones are at the list's end, held and backed-off ones in the sets (whose members are
 * not the pushed bytes, so uuids are compared). `markLength`: the list's length before the push.
 */
export async function locateInRedis(
  redis: Redis,
  key: string,
  markLength: number,
  wanted: ReadonlySet<JobUuid>,
): Promise<RedisLocated> {
  const found = new Map<JobUuid, 'waiting' | 'reserved'>();
  const note = (payloads: readonly string[], where: 'waiting' | 'reserved'): void => {
    for (const payload of payloads) {
      const { uuid } = sketchPayload(payload);
      if (uuid !== undefined && wanted.has(uuid)) found.set(uuid, where);
    }
  };
  const length = await redis.llen(key);
  const mostFromEnd = Math.max(fewestFromEnd, 2 * wanted.size);
  const reach = Math.min(mostFromEnd, Math.max(0, length - markLength) + wanted.size + slack);
  let seen = 0;
  while (seen < reach && found.size < wanted.size) {
    const part = await redis.lrange(key, -(seen + jobsAtOnce), -(seen + 1));
    note(part, 'waiting');
    seen += jobsAtOnce;
    if (part.length < jobsAtOnce) break;
  }
  if (found.size === wanted.size) return { found, whole: true };
  // Each of them may have been backed off.
  const mostDelayed = fewestDelayed + wanted.size;
  // After the list: a job that is popped meanwhile is then found here.
  const [delayed, held] = await Promise.all([
    redis.zrange(`${key}:delayed`, '0', String(mostDelayed - 1)),
    redis.zrevrange(`${key}:reserved`, 0, mostHeld - 1),
  ]);
  note(delayed, 'waiting');
  note(held, 'reserved');
  const whole = length <= seen && delayed.length < mostDelayed && held.length < mostHeld;
  return { found, whole: whole || found.size === wanted.size };
}
