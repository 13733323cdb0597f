import type { AppDescription } from '../core/app-description.ts';
import type { Clock } from '../core/clock.ts';
import { coalesce } from '../core/coalesce.ts';
import type { Gathered, MissingPart, Read } from '../core/reading.ts';
import type { AppCondition, ConditionReader, QueueName } from '../operations/ports.ts';
import type { AppRedis } from './redis-client.ts';

export interface ConditionParts {
  readonly description: AppDescription;
  /** On the cache's database; undefined: the default cache store is not on Redis, or not configured. */
  readonly cache: AppRedis | undefined;
  /** What the queue connections' Redis prefix puts before every key, the cache's included. */
  readonly redisPrefix: string;
  /** Whether `storage/framework/down` is there on the application's host. */
  readonly maintenanceMark: (signal: AbortSignal) => Promise<Read<boolean>>;
  readonly clock: Clock;
}

/** A verdict may rest on it: so not for longer than anybody takes to look again. */
const keepMs = 1_000;
const lookLimitMs = 6_000;

/** Maintenance mode and pauses: both stop a queue while its workers look well. */
export function createCondition(parts: ConditionParts): ConditionReader {
  const now = (): number => parts.clock.now().getTime();
  /** What was asked anew since the last whole look, so that nobody who has just paused a queue is told otherwise. */
  let latest: { readonly paused: readonly QueueName[]; readonly at: number } | undefined;
  const read = coalesce(
    async () => {
      const at = now();
      return { at, ...(await gather(parts, AbortSignal.timeout(lookLimitMs))) };
    },
    parts.clock,
    () => keepMs,
  );
  return {
    async read() {
      const { at, value, missing } = await read();
      return {
        missing,
        value: latest === undefined || latest.at < at ? value : { ...value, paused: latest.paused },
      };
    },
    async pausedNow(signal) {
      const at = now();
      const cached = await readCache(parts, signal);
      if (cached?.ok !== true) return cached;
      const { paused } = cached.value;
      if (latest === undefined || latest.at <= at) latest = { paused, at };
      return { ok: true, value: paused };
    },
  };
}

async function gather(parts: ConditionParts, signal: AbortSignal): Promise<Gathered<AppCondition>> {
  const [mark, cached] = await Promise.all([parts.maintenanceMark(signal), readCache(parts, signal)]);
  const missing: readonly MissingPart[] = [mark, cached].flatMap((read) =>
    read === undefined || read.ok ? [] : [read.missing],
  );
  const inCache = cached?.ok === true ? cached.value : undefined;
  // The mark may be a file or, with the cache driver, a key; either one means maintenance, and only both missing is none.
  const marks = [mark.ok ? mark.value : undefined, inCache?.down].filter((one) => one !== undefined);
  const maintenance = marks.includes(true) ? true : mark.ok ? false : undefined;
  return { value: { maintenance, paused: inCache?.paused }, missing };
}

interface Cached {
  readonly down: boolean;
  readonly paused: readonly QueueName[];
}

/** Exact keys of the configured queues; Laravel wrote `prefix:key` to version 9 and `prefix` + key later. */
async function readCache(parts: ConditionParts, signal: AbortSignal): Promise<Read<Cached> | undefined> {
  const { description, cache, redisPrefix } = parts;
  if (cache === undefined || description.cache === undefined) return undefined;
  const { prefix } = description.cache;
  const spellings = (key: string): readonly string[] => [
    `${redisPrefix}${prefix}${key}`,
    `${redisPrefix}${prefix}:${key}`,
  ];
  const queues = description.queues.flatMap((queue): readonly QueueName[] => [queue]);
  return cache.read(signal, async (redis) => {
    const wanted = [
      ...spellings('illuminate:foundation:down'),
      ...spellings('illuminate:queues:paused'),
      ...queues.flatMap((queue) => spellings(`illuminate:queue:paused:${queue.connection}:${queue.name}`)),
    ];
    const there = await Promise.all(wanted.map((key) => redis.exists(key)));
    const either = (at: number): boolean => there[at] === 1 || there[at + 1] === 1;
    const everything = either(2);
    return { down: either(0), paused: queues.filter((_, index) => everything || either(4 + 2 * index)) };
  });
}
