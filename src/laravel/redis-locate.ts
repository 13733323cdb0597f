import type { Redis } from 'ioredis';
import type { JobUuid } from '../core/ids.ts';
import { sketchPayload } from './payload.ts';

const jobsAtOnce = 500;
/** Others push and workers pop while we look: so many more than were sought are looked at from the list's end. */
const slack = 1_000;
/** 10,000 payloads of 1 KB are 10 MB; for a set of jobs twice its own size is looked through, which takes a second for 100,000. */
const fewestFromEnd = 10_000;
/** So far from its end a list is searched for one payload: 20 ms, in which Redis does nothing else. */
const longestSearch = 200_000;
const mostHeld = 1_000;
const fewestDelayed = 2_000;

export interface RedisLocated {
  readonly found: ReadonlyMap<JobUuid, 'waiting' | 'reserved'>;
  /** False: there is more than was looked at, so that what was not found may be there all the same. */
  readonly whole: boolean;
}

/**
 * Exact payloads of jobs seen in lists, by the list's key: what others push later puts ours far from the list's end, where
 * one of them is found by its bytes, and the others around it. Kept by whoever looks again and again.
 */
export type SeenPayloads = Map<string, string>;

/**
 * Looks for jobs in one queue: pushed ones are at the list's end, held and backed-off ones in the sets (whose members are
 * not the pushed bytes, so uuids are compared). `markLength`: the list's length before the push.
 */
export async function locateInRedis(
  redis: Redis,
  key: string,
  markLength: number,
  wanted: ReadonlySet<JobUuid>,
  seenPayloads?: SeenPayloads,
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
  const near = Math.max(0, length - markLength) + wanted.size + slack;
  // What a worker gave back stands near the end, however long ago it was pushed first.
  const reach = seenPayloads === undefined ? Math.min(mostFromEnd, near) : mostFromEnd;
  let seen = 0;
  let nearest: string | undefined;
  while (seen < reach && found.size < wanted.size) {
    const part = await redis.lrange(key, -(seen + jobsAtOnce), -(seen + 1));
    note(part, 'waiting');
    nearest ??= part.findLast((payload) => isAsPushed(payload, wanted));
    seen += jobsAtOnce;
    if (part.length < jobsAtOnce) break;
  }
  const known = nearest ?? seenPayloads?.get(key);
  if (known !== undefined) seenPayloads?.set(key, known);
  if (found.size === wanted.size) return { found, whole: true };
  const isListSeen =
    length <= seen || (known !== undefined && (await noteAround(redis, key, known, wanted.size, note)));
  // Each of them may have been backed off.
  const mostDelayed = fewestDelayed + wanted.size;
  // After the list: a job that is popped meanwhile is then found here.
  const [delayed, held] = await Promise.all([
    redis.zrange(`${key}:delayed`, '0', String(mostDelayed - 1)),
    redis.zrevrange(`${key}:reserved`, 0, mostHeld - 1),
  ]);
  note(delayed, 'waiting');
  note(held, 'reserved');
  const whole = isListSeen && delayed.length < mostDelayed && held.length < mostHeld;
  return { found, whole: whole || found.size === wanted.size };
}

/** One of ours, and none that a worker has given back, which stands behind others that were pushed meanwhile. */
function isAsPushed(payload: string, wanted: ReadonlySet<JobUuid>): boolean {
  const { uuid, attempts } = sketchPayload(payload);
  return uuid !== undefined && wanted.has(uuid) && attempts === 0;
}

/**
 * Notes the jobs before one that was the nearest to the list's end when it was last seen: workers take from the other end,
 * so where it is gone all of them are. False: the list is too long to tell.
 */
async function noteAround(
  redis: Redis,
  key: string,
  payload: string,
  jobs: number,
  note: (payloads: readonly string[], where: 'waiting') => void,
): Promise<boolean> {
  const place = await redis.lpos(key, payload, 'RANK', -1, 'MAXLEN', longestSearch);
  if (place === null) return (await redis.llen(key)) < longestSearch;
  // Others push between ours, too.
  const first = Math.max(0, place - 2 * jobs - slack);
  for (let at = place; at >= first; at -= jobsAtOnce)
    note(await redis.lrange(key, Math.max(first, at - jobsAtOnce + 1), at), 'waiting');
  return true;
}
