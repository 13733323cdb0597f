import type { Redis } from 'ioredis';
import type { AppDescription, ConnectionDescription } from '../core/app-description.ts';
import type { JobUuid } from '../core/ids.ts';
import { exact, type Read } from '../core/reading.ts';
import type { LocatedBy, QueueName, QueueSizes, ReservedJob, WaitingJob } from '../operations/ports.ts';
import { sketchPayload } from './payload.ts';
import type { AppRedis } from './redis-client.ts';

const tail = 5_000;
const reservedShown = 200;
const scanEveryMs = 300_000;
const scanSteps = 50;

/** Queues of the Redis connection. All jobs of one application share one prefix and database here. */
export interface RedisQueues {
  sizes(signal: AbortSignal): Promise<Read<readonly Omit<QueueSizes, 'failed' | 'configured'>[]>>;
  next(queue: QueueName, limit: number, signal: AbortSignal): Promise<Read<readonly WaitingJob[]>>;
  reserved(
    queue: QueueName | undefined,
    limit: number,
    signal: AbortSignal,
  ): Promise<Read<readonly ReservedJob[]>>;
  mark(queues: readonly QueueName[], signal: AbortSignal): Promise<Read<ReadonlyMap<string, number>>>;
  locate(
    jobs: readonly LocatedBy[],
    signal: AbortSignal,
  ): Promise<Read<ReadonlyMap<JobUuid, 'waiting' | 'reserved'>>>;
  search(
    text: string,
    newest: number,
    signal: AbortSignal,
  ): Promise<Read<{ readonly found: readonly WaitingJob[]; readonly searched: number }>>;
}

type RedisConnection = Extract<ConnectionDescription, { readonly driver: 'redis' }>;

export function createRedisQueues(
  redis: AppRedis,
  prefix: string,
  connection: RedisConnection,
  description: AppDescription,
): RedisQueues {
  const key = (queue: string): string => `${prefix}queues:${queue}`;
  const configured = description.queues
    .filter((queue) => queue.connection === connection.name)
    .map(({ name }) => name);
  let strangers: readonly string[] = [];
  let scanned = 0;

  /** Queues that nobody configured; looked for now and then, in bounded steps, never by KEYS. */
  const names = async (client: Redis): Promise<readonly string[]> => {
    if (Date.now() - scanned > scanEveryMs) {
      scanned = Date.now();
      strangers = (await scanQueues(client, prefix)).filter((name) => !configured.includes(name));
    }
    return [...configured, ...strangers];
  };

  return {
    sizes: (signal) =>
      redis.read(signal, async (client) => {
        const all = await names(client);
        const now = Number((await client.time())[0]);
        const sizes = await Promise.all(all.map((name) => sizeOf(client, key(name), now)));
        return sizes.map((size, index) => ({
          ...{ connection: connection.name, name: all[index] ?? '', driver: 'redis' as const },
          ...size,
        }));
      }),

    next: (queue, limit, signal) =>
      redis.read(signal, async (client) => {
        const now = Number((await client.time())[0]);
        const payloads = await client.lrange(key(queue.name), 0, limit - 1);
        return payloads.map((payload) => waitingJob(payload, queue, now));
      }),

    reserved: (queue, limit, signal) =>
      redis.read(signal, async (client) => {
        const all = queue === undefined ? await names(client) : [queue.name];
        const now = Number((await client.time())[0]);
        const jobs = await Promise.all(
          all.map(async (name) => {
            const entries = await client.zrange(
              `${key(name)}:reserved`,
              '0',
              String(limit - 1),
              'WITHSCORES',
            );
            return pairs(entries).map(([payload, score]) =>
              reservedJob(payload, score, name, connection, now),
            );
          }),
        );
        return jobs.flat();
      }),

    mark: (queues, signal) =>
      redis.read(signal, async (client) => {
        const lengths = await Promise.all(queues.map(({ name }) => client.llen(key(name))));
        return new Map(queues.map(({ name }, index) => [name, lengths[index] ?? 0]));
      }),

    // Pushed jobs are at the list's end; delayed ones (backed off) and held ones are few beside them.
    locate: (jobs, signal) =>
      redis.read(signal, async (client) => {
        const found = new Map<JobUuid, 'waiting' | 'reserved'>();
        const wanted = new Set<string>(jobs.map(({ uuid }) => uuid));
        for (const name of new Set(jobs.map((job) => job.name))) {
          const [list, delayed, held] = await Promise.all([
            client.lrange(key(name), -tail, -1),
            client.zrange(`${key(name)}:delayed`, '0', String(tail)),
            client.zrange(`${key(name)}:reserved`, '0', String(reservedShown)),
          ]);
          for (const payload of [...list, ...delayed]) note(payload, 'waiting');
          for (const payload of held) note(payload, 'reserved');
        }
        return found;
        function note(payload: string, where: 'waiting' | 'reserved'): void {
          const { uuid } = sketchPayload(payload);
          if (uuid !== undefined && wanted.has(uuid)) found.set(uuid, where);
        }
      }),

    search: (text, newest, signal) =>
      redis.read(signal, async (client) => {
        const found: WaitingJob[] = [];
        let searched = 0;
        const now = Number((await client.time())[0]);
        for (const name of await names(client)) {
          const payloads = await client.lrange(key(name), -newest, -1);
          searched += payloads.length;
          const hits = payloads.filter((payload) => payload.toLowerCase().includes(text.toLowerCase()));
          found.push(
            ...hits
              .slice(-20)
              .map((payload) => waitingJob(payload, { connection: connection.name, name }, now)),
          );
        }
        return { found, searched };
      }),
  };
}

/** What is due moves to the list only inside a worker's pop, so the overdue of both sets are due work. */
async function sizeOf(
  client: Redis,
  key: string,
  now: number,
): Promise<
  Pick<QueueSizes, 'pending' | 'delayed' | 'reserved' | 'stuck' | 'oldestSeconds' | 'oldestUnknown'>
> {
  const replies = await client
    .multi()
    .llen(key)
    .zcard(`${key}:delayed`)
    .zcount(`${key}:delayed`, '-inf', now)
    .zcard(`${key}:reserved`)
    .zcount(`${key}:reserved`, '-inf', now)
    .lindex(key, 0)
    .exec();
  const values = (replies ?? []).map(([error, value]) => {
    if (error !== null) throw error;
    return value;
  });
  const [ready, delayed, overdue, held, expired] = values.map(Number);
  const first = values[5];
  const created = typeof first === 'string' ? sketchPayload(first).createdAt : undefined;
  const oldest = created === undefined ? undefined : Math.max(0, Math.round(now - created.getTime() / 1000));
  return {
    pending: exact((ready ?? 0) + (overdue ?? 0)),
    delayed: exact((delayed ?? 0) - (overdue ?? 0)),
    reserved: exact((held ?? 0) - (expired ?? 0)),
    stuck: exact(expired ?? 0),
    oldestSeconds: oldest,
    // Before Laravel 12.11 a payload has no time: unknown, never 0.
    ...(typeof first === 'string' && created === undefined ? { oldestUnknown: 'no-timestamp' as const } : {}),
  };
}

async function scanQueues(client: Redis, prefix: string): Promise<readonly string[]> {
  const found = new Set<string>();
  const escaped = prefix.replace(/[*?[\]\\]/g, '\\$&');
  let cursor = '0';
  for (let step = 0; step < scanSteps; step += 1) {
    const [next, keys] = await client.scan(cursor, 'MATCH', `${escaped}queues:*`, 'COUNT', 500);
    for (const key of keys) {
      const name = key.slice(`${prefix}queues:`.length).replace(/:(?:delayed|reserved|notify)$/, '');
      if (/^[\w.{}-]{1,100}$/.test(name)) found.add(name);
    }
    cursor = next;
    if (cursor === '0') break;
  }
  return [...found];
}

const pairs = (entries: readonly string[]): readonly (readonly [string, number])[] =>
  entries.flatMap((payload, index) =>
    index % 2 === 0 ? [[payload, Number(entries[index + 1])] as const] : [],
  );

function waitingJob(payload: string, queue: QueueName, now: number): WaitingJob {
  const sketch = sketchPayload(payload);
  return {
    ...{ connection: queue.connection, name: queue.name, key: redisId(payload), uuid: sketch.uuid },
    ...{ jobClass: sketch.jobClass, attempts: sketch.attempts ?? 0 },
    ageSeconds:
      sketch.createdAt === undefined ? undefined : Math.round(now - sketch.createdAt.getTime() / 1000),
  };
}

/** Reserved members are not the pushed bytes, and their score is the pop's time plus retry_after. */
function reservedJob(
  payload: string,
  score: number,
  name: string,
  connection: RedisConnection,
  now: number,
): ReservedJob {
  const sketch = sketchPayload(payload);
  const { retryAfterSeconds } = connection;
  return {
    ...{ connection: connection.name, name, key: redisId(payload), uuid: sketch.uuid },
    ...{ jobClass: sketch.jobClass, attempts: sketch.attempts ?? 0, retryAfterSeconds },
    ...{ heldSeconds: Math.max(0, now - (score - retryAfterSeconds)), overdue: score <= now },
    timeoutSeconds: sketch.timeoutSeconds,
  };
}

const redisId = (payload: string): string => /"id":"([A-Za-z0-9]{1,64})"/.exec(payload)?.[1] ?? '';
