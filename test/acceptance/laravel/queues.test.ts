import type { ResultSetHeader, RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AppDescription, ConnectionDescription } from '../../../src/core/app-description.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { findJobUuid, type JobUuid } from '../../../src/core/ids.ts';
import { exact } from '../../../src/core/reading.ts';
import { createCondition } from '../../../src/laravel/condition.ts';
import { type AppDatabase, createAppDatabase } from '../../../src/laravel/database.ts';
import { jobsTables } from '../../../src/laravel/jobs-table.ts';
import { createQueues } from '../../../src/laravel/queues.ts';
import { type AppRedis, createAppRedis } from '../../../src/laravel/redis-client.ts';
import { redisQueues } from '../../../src/laravel/redis-queues.ts';
import type { LocatedBy, QueueName, QueueReader, QueueSizes } from '../../../src/operations/ports.ts';
import { description as fake } from '../../fakes/world.ts';
import { type QueueServers, startQueueServers } from './queue-servers.ts';
import { installRealLaravel, type RealLaravel } from './real-laravel.ts';

const { signal } = new AbortController();
const redis: ConnectionDescription = { name: 'redis', driver: 'redis', retryAfterSeconds: 90 };
const description: AppDescription = {
  ...fake,
  connections: new Map([...fake.connections, ['redis', redis]]),
  queues: [
    { name: 'ops', connection: 'database', jobs: [], costly: false },
    { name: 'default', connection: 'redis', jobs: [], costly: false },
  ],
  cache: { redisDatabase: 1, prefix: 'fap_cache' },
  outcomes: new Map([
    ['SendReceiptJob', { property: 'orderNo', table: 'orders', key: 'order_no', good: 'TRUE' }],
  ]),
};

let servers: QueueServers;
let laravel: RealLaravel;
let database: AppDatabase;
let redisReader: AppRedis;
let cache: AppRedis;
beforeAll(async () => {
  servers = await startQueueServers();
  laravel = await installRealLaravel(12, { ...servers, password: servers.appPassword });
  database = createAppDatabase(servers.databaseUrl, 'fap');
  redisReader = createAppRedis(servers.redisUrl, 'fap');
  cache = createAppRedis(servers.redisUrl, 'fap', 1);
});
afterAll(async () => {
  redisReader.close();
  cache.close();
  await database.close();
  await laravel.remove();
  await servers.stop();
});

let queues: QueueReader;
beforeEach(async () => {
  await servers.admin.query('TRUNCATE jobs');
  await servers.redis.flushall();
  queues = freshQueues();
});

/** Without what another reader remembers. */
function freshQueues(): QueueReader {
  const inRedis = redisQueues(redisReader, 'fap:', description, systemClock);
  return createQueues({
    description,
    clock: systemClock,
    stores: [...jobsTables(database, description, systemClock), ...(inRedis === undefined ? [] : [inRedis])],
    failedByQueue: async () => ({ ok: true, value: new Map() }),
  });
}

async function sizesOf(name: string, connection = 'database'): Promise<QueueSizes | undefined> {
  const { value, missing } = await freshQueues().sizes(signal);
  expect(missing).toEqual([]);
  return value.find((queue) => queue.name === name && queue.connection === connection);
}

const counts = (pending: number, delayed: number, reserved: number, stuck: number): object => ({
  ...{ pending: exact(pending), delayed: exact(delayed), reserved: exact(reserved), stuck: exact(stuck) },
});
/** As a worker that takes a job and dies. */
const pop = (connection: string, queue: string): string =>
  laravel.php(`Illuminate\\Support\\Facades\\Queue::connection('${connection}')->pop('${queue}');`);
const uuidIn = (payload: unknown): JobUuid => {
  const uuid = findJobUuid(/"uuid":"([^"]+)"/.exec(String(payload))?.[1]);
  if (uuid === undefined) throw new Error('Laravel writes a uuid into every payload');
  return uuid;
};
const inOps = (uuid: JobUuid): LocatedBy => ({ connection: 'database', name: 'ops', uuid });
const inDefault = (uuid: JobUuid): LocatedBy => ({ connection: 'redis', name: 'default', uuid });

describe('queues in the database, filled by Laravel', () => {
  it('are counted by what a worker could take, each age by the database', async () => {
    laravel.artisan('fap:dispatch', 'raw', '6');
    await servers.admin.query('UPDATE jobs SET available_at = available_at + 6000 WHERE id = 6');
    await servers.admin.query('UPDATE jobs SET available_at = UNIX_TIMESTAMP() - 3000 WHERE id = 5');
    for (let taken = 0; taken < 3; taken += 1) pop('database', 'ops');
    await servers.admin.query('UPDATE jobs SET reserved_at = reserved_at - 90 WHERE id = 1');
    const sizes = await sizesOf('ops');
    expect(sizes).toMatchObject(counts(2, 1, 2, 1));
    expect(sizes?.oldestSeconds).toBeGreaterThanOrEqual(3_000);
    // Artisan has run three times since.
    expect(sizes?.oldestSeconds).toBeLessThan(4_000);
  });

  it('say what is next and what is held, in the words of the payload', async () => {
    laravel.artisan('fap:dispatch', 'encrypted', '1');
    laravel.artisan('fap:dispatch', 'raw', '1');
    const [first] = await heads();
    pop('database', 'ops');
    const next = await queues.next({ connection: 'database', name: 'ops' }, 5, signal);
    expect(next).toMatchObject({ ok: true, value: [{ key: '2', attempts: 0, connection: 'database' }] });
    const held = await queues.reserved(undefined, 5, signal);
    expect(held).toMatchObject({
      missing: [],
      value: [{ uuid: first, attempts: 1, jobClass: 'App\\Jobs\\EncryptedJob', overdue: false }],
    });
    await servers.admin.query('UPDATE jobs SET reserved_at = reserved_at - 200');
    expect((await queues.reserved(undefined, 5, signal)).value).toMatchObject([{ overdue: true }]);
    const takeable = await queues.next({ connection: 'database', name: 'ops' }, 5, signal);
    expect(takeable).toMatchObject({ value: [{ key: '1' }, { key: '2' }] });
  });

  it('say what is held in a long queue: by its head where workers can have taken none from behind, else by all of it', async () => {
    const fill = `INSERT INTO jobs (queue, payload, attempts, reserved_at, available_at, created_at)
      SELECT 'ops', '{}', 0, IF(seq IN (3, 2400), UNIX_TIMESTAMP() - seq / 40, NULL), UNIX_TIMESTAMP() - 600, 0
      FROM seq_1_to_2500 UNION ALL SELECT 'content', '{}', 0, UNIX_TIMESTAMP(), 0, 0`;
    await servers.admin.query(fill);
    const heldIn = async (name: string) => {
      const { value, missing } = await queues.reserved({ connection: 'database', name }, 5, signal);
      expect(missing).toEqual([]);
      return value.map(({ heldSeconds }) => Math.floor(heldSeconds / 30));
    };
    // No worker takes the 2,400th while others wait before it: it is not looked for.
    expect(await heldIn('ops')).toEqual([0]);
    expect(await heldIn('content')).toEqual([0]);
    // Nothing of the head was due until a moment ago.
    await servers.admin.query(
      "UPDATE jobs SET available_at = UNIX_TIMESTAMP() + 600 WHERE queue = 'ops' AND id < 2300",
    );
    expect(await heldIn('ops')).toEqual([2, 0]);
    await servers.admin.query(
      "UPDATE jobs SET reserved_at = UNIX_TIMESTAMP() WHERE queue = 'ops' AND id < 2300",
    );
    expect((await heldIn('ops'))[0]).toBe(2);
  });

  it('find pushed jobs again behind the mark, waiting or held, and a released one under its new id', async () => {
    laravel.artisan('fap:dispatch', 'raw', '1');
    const mark = await queues.mark([{ connection: 'database', name: 'ops' }], signal);
    if (!mark.ok) throw new Error('the mark must be readable');
    laravel.artisan('fap:dispatch', 'raw', '2');
    const [before, a, b] = await heads();
    if (before === undefined || a === undefined || b === undefined) throw new Error('three were pushed');
    const look = async () => await queues.locate(mark.value, [before, a, b].map(inOps), signal);
    expect(await look()).toEqual({
      ok: true,
      value: new Map([
        [a, 'waiting'],
        [b, 'waiting'],
      ]),
    });
    await servers.admin.query('DELETE FROM jobs WHERE id = 1');
    laravel.php(`Illuminate\\Support\\Facades\\Queue::connection('database')->pop('ops')->release(0);`);
    pop('database', 'ops');
    expect(await look()).toEqual({
      ok: true,
      value: new Map([
        [a, 'waiting'],
        [b, 'reserved'],
      ]),
    });
    const [rows] = await servers.admin.query<RowDataPacket[]>('SELECT MAX(id) AS id FROM jobs');
    expect(rows[0]?.['id']).toBe(4);
  });

  it('find a uuid that does not stand first in its payload', async () => {
    laravel.artisan('fap:dispatch', 'raw', '1');
    const [uuid] = await heads();
    if (uuid === undefined) throw new Error('one was pushed');
    await servers.admin.query(`UPDATE jobs SET payload = CONCAT('{"tag":"a",', SUBSTRING(payload, 2))`);
    const found = await queues.locate({ tables: new Map(), lists: new Map() }, [inOps(uuid)], signal);
    expect(found).toEqual({ ok: true, value: new Map([[uuid, 'waiting']]) });
  });

  it('show a queue that nobody configured', async () => {
    laravel.artisan('fap:dispatch', 'raw', '1');
    await servers.admin.query("UPDATE jobs SET queue = 'forgotten'");
    expect(await sizesOf('forgotten')).toMatchObject({ ...counts(1, 0, 0, 0), configured: false });
  });

  it('are searched for a text inside the serialized command', async () => {
    laravel.artisan('fap:dispatch', 'raw', '1', '--key=ORD/7001');
    laravel.artisan('fap:dispatch', 'SendReceiptJob', '1', '--key=订单7001');
    expect((await queues.search('ord/7001', signal)).value).toMatchObject({
      ...{ searched: 2, found: [{ connection: 'database', name: 'ops' }] },
    });
    expect((await queues.search('订单7001', signal)).value.found).toMatchObject([{ connection: 'redis' }]);
    expect((await queues.search('100%', signal)).value.found).toEqual([]);
  });

  it('of a big table are told at once, as least numbers or with their age', async () => {
    laravel.artisan('fap:dispatch', 'raw', '1');
    await servers.admin.query<ResultSetHeader>(
      `INSERT INTO jobs (queue, payload, attempts, available_at, created_at)
       SELECT queue, payload, 0, IF(seq % 10 = 0, available_at + 900, available_at), created_at FROM jobs, seq_1_to_59999`,
    );
    const reader = freshQueues();
    const sizes = async (): Promise<QueueSizes | undefined> =>
      (await reader.sizes(signal)).value.find(({ name }) => name === 'ops');
    const first = await sizes();
    expect(['capped', 'aged']).toContain(first?.pending.kind);
    expect(first?.oldestSeconds).toBeDefined();
    await expect.poll(sizes).toMatchObject({
      ...{ pending: { kind: 'aged', value: 54_001 }, delayed: { kind: 'aged', value: 5_999 } },
    });
  });
});

describe('queues in Redis, filled by Laravel', () => {
  const queue = { connection: 'redis', name: 'default' };
  const dispatch = (count: number, ...more: readonly string[]): string =>
    laravel.artisan('fap:dispatch', 'SendReceiptJob', String(count), ...more);

  it('count overdue delayed jobs as pending and expired held ones as stuck', async () => {
    dispatch(3);
    dispatch(2, '--delay=600');
    pop('redis', 'default');
    expect(await sizesOf('default', 'redis')).toMatchObject(counts(2, 2, 1, 0));
    const [delayed = ''] = await servers.redis.zrange('fap:queues:default:delayed', '0', '0');
    await servers.redis.zincrby('fap:queues:default:delayed', -700, delayed);
    const [held = ''] = await servers.redis.zrange('fap:queues:default:reserved', '0', '0');
    await servers.redis.zincrby('fap:queues:default:reserved', -91, held);
    const sizes = await sizesOf('default', 'redis');
    expect(sizes).toMatchObject(counts(3, 1, 0, 1));
    expect(sizes?.oldestSeconds).toBeGreaterThanOrEqual(100);
  });

  it('count one that nobody configured when they are asked about it, also right after they looked around', async () => {
    const strange = { connection: 'redis', name: 'strange' };
    const about = async (one: QueueName): Promise<QueueSizes | undefined> =>
      (await queues.sizes(signal, one)).value.find(({ name }) => name === one.name);
    expect(await about(strange)).toMatchObject({ ...counts(0, 0, 0, 0), configured: false });
    await servers.redis.rpush('fap:queues:strange', '{}', '{}');
    expect(await about(strange)).toMatchObject({ ...counts(2, 0, 0, 0), configured: false });
    expect((await queues.sizes(signal)).value.some(({ name }) => name === 'strange')).toBe(false);
    expect(await about({ connection: 'database', name: 'nope' })).toMatchObject(counts(0, 0, 0, 0));
  });

  it('say who is held, since when, although the held bytes are not the pushed ones', async () => {
    dispatch(1);
    const [payload] = await servers.redis.lrange('fap:queues:default', 0, -1);
    pop('redis', 'default');
    const [job] = (await queues.reserved(queue, 5, signal)).value;
    expect(job).toMatchObject({
      ...{ uuid: uuidIn(payload), attempts: 1, jobClass: 'App\\Jobs\\SendReceiptJob', overdue: false },
    });
    expect(job?.heldSeconds).toBeLessThan(60);
  });

  it('say of the next ones what only a whole payload tells, in Redis as in a table', async () => {
    dispatch(1, '--key=ORD-1');
    const [payload = ''] = await servers.redis.lrange('fap:queues:default', 0, -1);
    const limited = payload.replace('"timeout":null', '"timeout":600');
    const now = Math.floor(Date.now() / 1_000);
    await servers.admin.query(
      'INSERT INTO jobs (queue, payload, attempts, available_at, created_at) VALUES (?, ?, 2, ?, ?)',
      ['ops', limited, now, now],
    );
    const whole = { uuid: uuidIn(payload), jobClass: 'App\\Jobs\\SendReceiptJob', businessKey: 'ORD-1' };
    expect(await queues.upcoming(queue, 5, signal)).toMatchObject({
      value: [{ ...whole, attempts: 0, timeoutSeconds: undefined }],
    });
    expect(await queues.upcoming({ connection: 'database', name: 'ops' }, 5, signal)).toMatchObject({
      value: [{ ...whole, attempts: 2, timeoutSeconds: 600 }],
    });
  });

  it('find pushed jobs again: waiting, held, delayed', async () => {
    dispatch(3);
    const mark = await queues.mark([queue], signal);
    if (!mark.ok) throw new Error('the mark must be readable');
    dispatch(1);
    dispatch(1, '--delay=60');
    const list = (await servers.redis.lrange('fap:queues:default', 0, -1)).map(uuidIn);
    const [later = ''] = await servers.redis.zrange('fap:queues:default:delayed', '0', '-1');
    const [first, , , last] = list;
    if (first === undefined || last === undefined) throw new Error('four were pushed');
    pop('redis', 'default');
    const found = await queues.locate(mark.value, [first, last, uuidIn(later)].map(inDefault), signal);
    expect(found).toEqual({
      ok: true,
      value: new Map([
        [first, 'reserved'],
        [last, 'waiting'],
        [uuidIn(later), 'waiting'],
      ]),
    });
  });

  it('say nothing of a job that may be deeper in a list than can be looked at', async () => {
    dispatch(1);
    const [payload = ''] = await servers.redis.lrange('fap:queues:default', 0, 0);
    const others = Array.from({ length: 3_000 }, () => '{"uuid":"x"}');
    await servers.redis.rpush('fap:queues:default', ...others);
    const mark = { tables: new Map(), lists: new Map([['fap:queues:default', 3_000]]) };
    expect(await queues.locate(mark, [inDefault(uuidIn(payload))], signal)).toMatchObject({ ok: false });
  });

  it('find jobs again that were seen once, although others have pushed much and taken some since', async () => {
    const key = 'fap:queues:default';
    const job = (n: number): string =>
      JSON.stringify({ uuid: `0198f6aa-0000-4000-8000-${String(n).padStart(12, '0')}`, attempts: 0 });
    const others = (n: number) => Array.from({ length: n }, () => '{"uuid":"x"}');
    await servers.redis.rpush(key, ...others(20_000));
    const mark = await queues.mark([queue], signal);
    if (!mark.ok) throw new Error('the mark must be readable');
    await servers.redis.rpush(key, ...[1, 2, 3, 4].map(job));
    const all = [1, 2, 3, 4].map((n) => inDefault(uuidIn(job(n))));
    const seen = new Map<string, string>();
    const waiting = async () => {
      const found = await queues.locate(mark.value, all, signal, seen);
      return found.ok ? [...found.value.keys()].sort() : found;
    };
    expect(await waiting()).toHaveLength(4);
    await servers.redis.rpush(key, ...others(30_000));
    // Workers have come to the third of ours, and leave as many behind it.
    await servers.redis.ltrim(key, 20_002, -1);
    expect(await waiting()).toEqual([3, 4].map((n) => uuidIn(job(n))));
    await servers.redis.ltrim(key, 2, -1);
    expect(await waiting()).toEqual([]);
  });

  it('do not know the age of bytes that are no JSON', async () => {
    await servers.redis.rpush('fap:queues:default', 'a:1:{s:4:"uuid";s:1:"x";}');
    expect(await sizesOf('default', 'redis')).toMatchObject({
      ...{ ...counts(1, 0, 0, 0), oldestSeconds: undefined, oldestUnknown: 'no-timestamp' },
    });
  });

  it('that nobody configured are found under the prefix, and no other application’s', async () => {
    await servers.redis.rpush('fap:queues:forgotten', '{}');
    await servers.redis.rpush('other:queues:foreign', '{}');
    const { value } = await freshQueues().sizes(signal);
    expect(value.filter(({ configured }) => !configured)).toMatchObject([
      { name: 'forgotten', driver: 'redis' },
    ]);
  });
});

describe('the condition of an application', () => {
  const read = async (mark: boolean) =>
    createCondition({
      ...{ description, cache, redisPrefix: 'fap:', clock: systemClock },
      maintenanceMark: async () => ({ ok: true, value: mark }),
    }).read(signal);

  it('knows the queues that artisan paused', async () => {
    expect((await read(false)).value).toEqual({ maintenance: false, paused: [] });
    laravel.artisan('queue:pause', 'database:ops');
    expect((await read(true)).value).toMatchObject({
      ...{ maintenance: true, paused: [{ connection: 'database', name: 'ops' }] },
    });
    laravel.artisan('queue:resume', 'database:ops');
    expect((await read(false)).value.paused).toEqual([]);
  });
});

async function heads(): Promise<readonly JobUuid[]> {
  const [rows] = await servers.admin.query<RowDataPacket[]>('SELECT payload FROM jobs ORDER BY id');
  return rows.map((row) => uuidIn(row['payload']));
}
