import type { RowDataPacket } from 'mysql2/promise';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { Secret } from '../../../src/core/secret.ts';
import { type AppDatabase, createAppDatabase } from '../../../src/laravel/database.ts';
import { jobsTables } from '../../../src/laravel/jobs-table.ts';
import { createQueues } from '../../../src/laravel/queues.ts';
import { type AppRedis, createAppRedis } from '../../../src/laravel/redis-client.ts';
import { redisQueues } from '../../../src/laravel/redis-queues.ts';
import { description } from '../../fakes/world.ts';
import { type QueueServers, readerPassword, startQueueServers } from './queue-servers.ts';

const { signal } = new AbortController();
/** For who asks a silent server: longer than a server must have said nothing to be taken for silent. */
const limitMs = 1_250;
/** For who is answered: nothing here is timed, so a busy machine only takes longer. */
const patientMs = 60_000;
/** Asked one after the other, the crowd would wait for longer; and so would who asks next. */
const crowd = 200;
const farFromTurnsMs = (crowd / 6) * limitMs * 0.5;

let servers: QueueServers;
beforeAll(async () => {
  servers = await startQueueServers();
});
afterAll(() => servers.stop());

async function timed<T>(work: () => Promise<T>): Promise<{ readonly value: T; readonly ms: number }> {
  const began = performance.now();
  const value = await work();
  return { value, ms: performance.now() - began };
}

/** The answer if nobody had to be waited for: it comes before the event loop turns even once. */
const atOnce = <T>(answer: Promise<T>): Promise<T | 'later'> =>
  Promise.race([answer, new Promise<'later'>((resolve) => void setImmediate(resolve, 'later'))]);

describe('the database reader', () => {
  let database: AppDatabase;
  beforeEach(() => {
    servers.databaseWire.pass();
    database = createAppDatabase(servers.wiredDatabaseUrl, 'fap', { limitMs: patientMs });
  });
  afterEach(async () => {
    await database.close();
    servers.databaseWire.pass();
  });
  const one = (withinMs = patientMs) => database.read(signal, (sql) => sql.all('SELECT 1 AS one'), withinMs);
  const inVain = () => one(limitMs);

  it('may only read, whatever the account could', async () => {
    const asAdmin = createAppDatabase(
      new Secret(`mysql://admin:admin@127.0.0.1:${servers.databasePort}/fap`),
      'fap',
    );
    const read = await asAdmin.read(signal, (sql) => sql.all('DELETE FROM jobs'));
    expect(read).toMatchObject({ ok: false, missing: { part: 'database', why: 'failed' } });
    await asAdmin.close();
  });

  it('ends a slow statement in the server and keeps its connection', async () => {
    const told = await database.read(signal, async (sql) => {
      const [before] = await sql.all('SELECT CONNECTION_ID() AS id');
      const slow = await sql.all('SELECT SLEEP(600)', [], 300).catch((error: unknown) => error);
      const [after] = await sql.all('SELECT CONNECTION_ID() AS id');
      return { slow, isSame: before?.['id'] === after?.['id'] };
    });
    expect(told).toMatchObject({ ok: true, value: { slow: { errno: 1969 }, isSame: true } });
    const read = await database.read(signal, (sql) => sql.all('SELECT SLEEP(600)'), 300);
    expect(read).toEqual({ ok: false, missing: { part: 'database', name: 'fap', why: 'timeout' } });
    expect(await one()).toMatchObject({ ok: true });
    await expect.poll(() => queriesOf('SLEEP(600)')).toBe(0);
  });

  it('answers 200 who ask a silent server within its limit, and the next one at once', async () => {
    expect(await one()).toMatchObject({ ok: true });
    servers.databaseWire.hang();
    const { value, ms } = await timed(() => Promise.all(Array.from({ length: crowd }, inVain)));
    expect(new Set(value.map((read) => (read.ok ? 'read' : read.missing.why)))).toEqual(new Set(['timeout']));
    expect(ms).toBeLessThan(farFromTurnsMs);
    expect(await atOnce(inVain())).toMatchObject({
      ok: false,
      missing: { part: 'database', name: 'fap', why: 'timeout' },
    });
  });

  it('gives up its connections to a silent server for good', async () => {
    await one();
    const before = openSockets();
    servers.databaseWire.hang();
    expect(await inVain()).toMatchObject({ ok: false });
    // The wire keeps its own end, which heard no goodbye; ours is gone.
    await expect.poll(openSockets).toBe(before - 1);
  });

  it('recovers when the server is back', async () => {
    await one();
    servers.databaseWire.hang();
    expect(await inVain()).toMatchObject({ ok: false });
    servers.databaseWire.pass();
    await expect.poll(() => one()).toMatchObject({ ok: true });
    expect(await Promise.all([one(), one(), one()])).toMatchObject([
      { ok: true },
      { ok: true },
      { ok: true },
    ]);
    expect(servers.databaseWire.open()).toBeLessThanOrEqual(6);
  });

  it('says at once that nobody is there, and recovers without a pause', async () => {
    await one();
    servers.databaseWire.refuse();
    await expect.poll(() => one()).toMatchObject({ ok: false, missing: { why: 'unreachable' } });
    servers.databaseWire.pass();
    expect(await one()).toMatchObject({ ok: true });
  });

  it('never takes more connections than it may', async () => {
    const most = servers.databaseWire.open;
    const reads = Array.from({ length: 30 }, () =>
      database.read(signal, async (sql) => {
        await sql.all('SELECT SLEEP(0.05)');
        return most();
      }),
    );
    const open = (await Promise.all(reads)).map((read) => (read.ok ? read.value : 99));
    expect(Math.max(...open)).toBeLessThanOrEqual(6);
  });

  it('stops with its signal and gives up the connection', async () => {
    const controller = new AbortController();
    const read = database.read(controller.signal, (sql) => sql.all('SELECT SLEEP(59)'));
    await expect.poll(() => queriesOf('SLEEP(59)')).toBe(1);
    controller.abort();
    expect(await read).toMatchObject({ ok: false, missing: { why: 'timeout' } });
    expect(await one()).toMatchObject({ ok: true });
  });

  it('says that access is refused, and shows no account', async () => {
    const stranger = createAppDatabase(
      new Secret(`mysql://stranger:${readerPassword}@127.0.0.1:${servers.databasePort}/fap`),
      'fap',
    );
    const read = await stranger.read(signal, (sql) => sql.all('SELECT 1'));
    expect(read).toEqual({ ok: false, missing: { part: 'database', name: 'fap', why: 'refused' } });
    await stranger.close();
  });
});

describe('the Redis reader', () => {
  let redis: AppRedis;
  beforeEach(() => {
    servers.redisWire.pass();
    redis = createAppRedis(servers.wiredRedisUrl, 'fap');
  });
  afterEach(() => {
    redis.close();
    servers.redisWire.pass();
  });
  const length = (withinMs = patientMs) =>
    redis.read(signal, (client) => client.llen('fap:queues:default'), withinMs);
  const inVain = () => length(limitMs);

  it('answers 200 who ask a silent server within its limit, and the next one at once', async () => {
    await expect.poll(() => length()).toEqual({ ok: true, value: 0 });
    servers.redisWire.hang();
    const { value, ms } = await timed(() => Promise.all(Array.from({ length: crowd }, inVain)));
    expect(new Set(value.map((read) => (read.ok ? 'read' : read.missing.why)))).toEqual(new Set(['timeout']));
    expect(ms).toBeLessThan(farFromTurnsMs);
    expect(await atOnce(inVain())).toEqual({
      ...{ ok: false, missing: { part: 'redis', name: 'fap', why: 'timeout' } },
    });
  });

  it('recovers on a new connection when the server is back', async () => {
    await length();
    servers.redisWire.hang();
    expect(await inVain()).toMatchObject({ ok: false });
    servers.redisWire.pass();
    await expect.poll(() => length()).toEqual({ ok: true, value: 0 });
    await expect.poll(() => servers.redisWire.open()).toBe(1);
  });

  it('says that nobody is there, and recovers', async () => {
    await length();
    servers.redisWire.refuse();
    const missing = { part: 'redis', why: 'unreachable' };
    await expect.poll(() => length()).toMatchObject({ ok: false, missing });
    servers.redisWire.pass();
    await expect.poll(() => length()).toEqual({ ok: true, value: 0 });
  });

  it('reads another database than the one in its URL where it is told to', async () => {
    await servers.redis.select(1);
    await servers.redis.set('here', '1');
    await servers.redis.select(0);
    const cache = createAppRedis(servers.redisUrl, 'fap', 1);
    expect(await cache.read(signal, (client) => client.exists('here'))).toEqual({ ok: true, value: 1 });
    cache.close();
  });
});

describe('sizes while the database is silent', () => {
  it('show Redis and what was last known, and name what is missing', async () => {
    servers.databaseWire.pass();
    await servers.admin.query(
      "INSERT INTO jobs (queue, payload, attempts, available_at, created_at) VALUES ('reports', '{}', 0, 1, 1)",
    );
    const database = createAppDatabase(servers.wiredDatabaseUrl, 'fap', { limitMs: 3_000 });
    const redis = createAppRedis(servers.redisUrl, 'fap');
    const inRedis = redisQueues(redis, 'fap:', description, systemClock);
    const stores = [...jobsTables(database, description), ...(inRedis === undefined ? [] : [inRedis])];
    const failedByQueue = async () => ({ ok: true, value: new Map() }) as const;
    // Time goes on between the two looks, so that the second one is no memory of the first.
    let ahead = 0;
    const clock = { ...systemClock, now: () => new Date(Date.now() + ahead) };
    const queues = createQueues({ description, stores, failedByQueue, clock });
    expect(await queues.sizes(signal)).toMatchObject({ missing: [] });
    servers.databaseWire.hang();
    ahead = 5_000;
    const value = await queues.sizes(signal);
    expect(value.missing).toEqual([{ part: 'database', name: 'fap', why: 'timeout' }]);
    const of = (name: string) => value.value.find((queue) => queue.name === name);
    expect(of('reports')).toMatchObject({ pending: { kind: 'aged', value: 1 } });
    expect(of('insights')).toMatchObject({ pending: { kind: 'exact', value: 0 } });
    redis.close();
    await database.close();
    servers.databaseWire.pass();
  });
});

/** TCP connections of this process, the wires' included. */
const openSockets = (): number =>
  process.getActiveResourcesInfo().filter((resource) => resource === 'TCPSocketWrap').length;

/** Statements with this text that run in the server, but for this one. */
async function queriesOf(text: string): Promise<number> {
  const [rows] = await servers.admin.query<RowDataPacket[]>('SHOW FULL PROCESSLIST');
  return rows.filter((row) => String(row['Info'] ?? '').includes(text)).length;
}
