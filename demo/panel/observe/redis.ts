import type { Redis } from 'ioredis';
import type { Waiting } from '../model.ts';

/** As config/database.php of the demo's application has it. */
const prefix = 'fap:queues:';

/** By queue. Rejects when Redis is away, or goes away meanwhile. `now`: unix seconds. */
export async function readRedis(
  redis: Redis,
  queues: readonly string[],
  now: number,
): Promise<ReadonlyMap<string, Waiting>> {
  const numbers = await whileConnected(redis, () =>
    Promise.all(queues.map((queue) => readQueue(redis, `${prefix}${queue}`, now))),
  );
  return new Map(queues.flatMap((queue, index) => (numbers[index] ? [[queue, numbers[index]]] : [])));
}

/** The client would ask again when Redis is back, however long that takes. */
async function whileConnected<T>(redis: Redis, read: () => Promise<T>): Promise<T> {
  if (redis.status !== 'ready') throw new Error('not connected');
  let onClose = (): void => undefined;
  const closed = new Promise<never>((_, reject) => {
    onClose = () => reject(new Error('the connection was closed'));
    redis.once('close', onClose);
  });
  try {
    return await Promise.race([read(), closed]);
  } finally {
    redis.off('close', onClose);
  }
}

async function readQueue(redis: Redis, key: string, now: number): Promise<Waiting> {
  const [pending, reserved, delayed, oldest] = await Promise.all([
    redis.llen(key),
    redis.zcard(`${key}:reserved`),
    redis.zcard(`${key}:delayed`),
    redis.lindex(key, 0),
  ]);
  return { pending, reserved, delayed, oldestSeconds: ageOf(oldest, now) };
}

/** Laravel 12 writes `createdAt`; earlier versions write no time at all. */
function ageOf(payload: string | null, now: number): number | undefined {
  if (payload === null) return undefined;
  const { createdAt }: { readonly createdAt?: unknown } = JSON.parse(payload);
  return typeof createdAt === 'number' ? Math.max(0, Math.floor(now) - createdAt) : undefined;
}
