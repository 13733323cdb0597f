import type { Redis } from 'ioredis';
import type { AppDescription, ConnectionDescription } from '../core/app-description.ts';
import { type Clock, systemClock } from '../core/clock.ts';
import type { JobUuid } from '../core/ids.ts';
import type { MissingPart, Read } from '../core/reading.ts';
import type { LocatedBy, QueueName, ReservedJob, WaitingJob } from '../operations/ports.ts';
import { outlinePayload } from './payload.ts';
import { phpJsonTexts } from './php-json.ts';
import { configuredQueues, createOwner, type QueueStore } from './queue-store.ts';
import { queuedInRedis } from './queued-in-redis.ts';
import type { AppRedis } from './redis-client.ts';
import { reservedRedisJob, scored, waitingRedisJob } from './redis-job.ts';
import { createRedisScan, queueKey } from './redis-keys.ts';
import { locateInRedis } from './redis-locate.ts';
import { countRedisQueue, lookAtQueue } from './redis-sizes.ts';
import { upcomingPart } from './upcoming-job.ts';

export type RedisConnection = Extract<ConnectionDescription, { readonly driver: 'redis' }>;

/** Jobs at a list's end that `find` looks at, and how many of a queue it shows. */
const searchedJobs = 2_000;
const shownPerQueue = 10;

/**
 * The queues in Redis. All connections of an application share one prefix and database, so that a key is one queue. Times
 * are Redis's own clock. Undefined: the application has no such connection.
 */
export function redisQueues(
  redis: AppRedis,
  prefix: string,
  description: AppDescription,
  clock: Pick<Clock, 'now'> = systemClock,
): QueueStore | undefined {
  const connections = [...description.connections.values()].filter(
    (connection): connection is RedisConnection => connection.driver === 'redis',
  );
  return connections.length === 0
    ? undefined
    : createRedisQueues(redis, prefix, connections, description, clock);
}

function createRedisQueues(
  redis: AppRedis,
  prefix: string,
  connections: readonly RedisConnection[],
  description: AppDescription,
  clock: Pick<Clock, 'now'>,
): QueueStore {
  const key = (queue: string): string => queueKey(prefix, queue);
  const ownerOf = createOwner(connections, description);
  const queueOf = (queue: string): QueueName => ({ connection: ownerOf(queue).name, name: queue });
  const configured = configuredQueues(connections, description);
  const scan = createRedisScan(prefix, clock);
  const names = async (client: Redis): Promise<readonly string[]> => [
    ...new Set([...configured, ...(await scan(client))]),
  ];

  // Before it pops a job, a worker moves the overdue of both sets to the list's end.
  const readNext = (
    queue: QueueName,
    limit: number,
    signal: AbortSignal,
  ): Promise<Read<readonly { readonly job: WaitingJob; readonly payload: string }[]>> =>
    redis.read(signal, async (client) => {
      const now = await nowOf(client);
      const [ready, overdue] = await Promise.all([
        client.lrange(key(queue.name), 0, limit - 1),
        client.zrangebyscore(`${key(queue.name)}:delayed`, '-inf', now, 'WITHSCORES', 'LIMIT', 0, limit),
      ]);
      return [
        ...ready.map((payload) => ({ payload, job: waitingRedisJob(payload, queue, now) })),
        ...scored(overdue).map(([payload, dueAt]) => ({
          ...{ payload, job: waitingRedisJob(payload, queue, now, dueAt) },
        })),
      ].slice(0, limit);
    });

  return {
    connections,

    sizes: (signal) =>
      redis.read(signal, async (client) => {
        const [all, now] = await Promise.all([names(client), nowOf(client)]);
        const looks = await Promise.all(
          all.map(async (name) => ({ name, look: await lookAtQueue(client, prefix, name, now) })),
        );
        return looks
          .filter(({ name, look }) => configured.includes(name) || look.ready + look.delayed + look.held > 0)
          .map(({ name, look }) => ({
            ...{ ...queueOf(name), driver: 'redis' as const },
            ...countRedisQueue(look, now),
          }));
      }),

    sizesOf: (queue, signal) =>
      redis.read(signal, async (client) => {
        const now = await nowOf(client);
        const look = await lookAtQueue(client, prefix, queue.name, now);
        return { ...queue, driver: 'redis' as const, ...countRedisQueue(look, now) };
      }),

    next: async (queue, limit, signal) => {
      const read = await readNext(queue, limit, signal);
      return read.ok ? { ok: true, value: read.value.map(({ job }) => job) } : read;
    },

    upcoming: async (queue, limit, signal) => {
      const read = await readNext(queue, limit, signal);
      if (!read.ok) return read;
      const whole = read.value.map(({ job, payload }) => ({
        ...job,
        ...upcomingPart(outlinePayload(payload), description),
      }));
      return { ok: true, value: whole };
    },

    async reserved(queue, limit, signal) {
      const read = await redis.read(signal, async (client) => {
        const now = await nowOf(client);
        const all = queue === undefined ? await names(client) : [queue.name];
        const jobs = await Promise.all(all.map((name) => reservedIn(client, name, limit, now)));
        return jobs
          .flat()
          .sort((a, b) => b.heldSeconds - a.heldSeconds)
          .slice(0, limit);
      });
      return read.ok ? { value: read.value, missing: [] } : { value: [], missing: [read.missing] };
    },

    mark: (queues, signal) =>
      redis.read(signal, async (client) => {
        const keys = [...new Set(queues.map(({ name }) => key(name)))];
        const lengths = await Promise.all(keys.map((one) => client.llen(one)));
        return { tables: new Map(), lists: new Map(keys.map((one, index) => [one, lengths[index] ?? 0])) };
      }),

    async locate(mark, jobs, signal, seen) {
      const byKey = byKeyOf(jobs, key);
      const read = await redis.read(signal, (client) =>
        Promise.all(
          [...byKey].map(([one, wanted]) =>
            locateInRedis(client, one, mark.lists.get(one) ?? 0, wanted, seen),
          ),
        ),
      );
      if (!read.ok) return read;
      if (read.value.some(({ whole }) => !whole)) return { ok: false, missing: tooMuch(description) };
      return { ok: true, value: new Map(read.value.flatMap(({ found }) => [...found])) };
    },

    async queued(jobs, signal) {
      const found = new Set<JobUuid>();
      for (const [one, wanted] of byKeyOf(jobs, key)) {
        const read = await queuedInRedis(redis, one, wanted, signal);
        if (!read.ok) return read;
        for (const uuid of read.value) found.add(uuid);
      }
      return { ok: true, value: found };
    },

    async search(text, signal) {
      const sought = phpJsonTexts(text).map((one) => one.toLowerCase());
      const found: WaitingJob[] = [];
      let searched = 0;
      const read = await redis.read(signal, async (client) => {
        const now = await nowOf(client);
        for (const name of await names(client)) {
          const payloads = await client.lrange(key(name), -searchedJobs, -1);
          const hits = payloads.filter((payload) => {
            const lower = payload.toLowerCase();
            return sought.some((one) => lower.includes(one));
          });
          searched += payloads.length;
          found.push(
            ...hits.slice(-shownPerQueue).map((payload) => waitingRedisJob(payload, queueOf(name), now)),
          );
        }
      });
      return { value: { found: [...found], searched }, missing: read.ok ? [] : [read.missing] };
    },
  };

  async function reservedIn(
    client: Redis,
    name: string,
    limit: number,
    now: number,
  ): Promise<readonly ReservedJob[]> {
    const entries = await client.zrange(`${key(name)}:reserved`, '0', String(limit - 1), 'WITHSCORES');
    return scored(entries).map(([payload, score]) =>
      reservedRedisJob(payload, score, name, ownerOf(name), now),
    );
  }
}

function byKeyOf(
  jobs: readonly LocatedBy[],
  key: (queue: string) => string,
): ReadonlyMap<string, ReadonlySet<JobUuid>> {
  const byKey = new Map<string, Set<JobUuid>>();
  for (const job of jobs) byKey.set(key(job.name), (byKey.get(key(job.name)) ?? new Set()).add(job.uuid));
  return byKey;
}

const nowOf = async (redis: Redis): Promise<number> => Number((await redis.time())[0]);

/** More waits than can be looked at in time: what was not found may still be there, so nothing is said. */
const tooMuch = ({ name }: AppDescription): MissingPart => ({ part: 'redis', name, why: 'timeout' });
