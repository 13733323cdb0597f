import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld, type World } from '../../../demo/world/world.ts';
import type { AlertReader, Tick } from '../../../src/alerts/measuring-ports.ts';
import type { AppDescription } from '../../../src/core/app-description.ts';
import type { Accepted } from '../../../src/core/incident.ts';
import { mustRead } from '../../../src/core/reading.ts';
import { Secret } from '../../../src/core/secret.ts';
import { createAlertReader } from '../../../src/laravel/alert-reader.ts';
import { type AppDatabase, createAppDatabase } from '../../../src/laravel/database.ts';
import { type AppRedis, createAppRedis } from '../../../src/laravel/redis-client.ts';
import { redisQueues } from '../../../src/laravel/redis-queues.ts';
import { description as fap } from '../../fakes/world.ts';

const zone = 'Europe/Berlin';
const description: AppDescription = { ...fap, timezone: zone };
const prefix = 'fap:';

let world: World;
let database: AppDatabase;
let appRedis: AppRedis;
let reader: AlertReader;
let stop: () => void;
let cost: Map<string, number>;
const tick: Tick = {
  signal: new AbortController().signal,
  cost: (statement, ms) => void cost.set(statement, ms),
};

beforeAll(async () => {
  world = await startWorld({});
  appRedis = createAppRedis(new Secret(world.redis.url()), 'fap');
  database = createAppDatabase(new Secret(world.mariadb.url('qk_read', 'fap')), 'fap', { maxConnections: 1 });
  const lists = redisQueues(appRedis, prefix, description);
  if (lists === undefined) throw new Error('it has a queue in Redis');
  ({ reader, stop } = createAlertReader({ database, description, redis: lists }));
  cost = new Map();
});
afterAll(async () => {
  stop?.();
  appRedis?.close();
  await database?.close();
  await world?.stop();
});

const sql = async (text: string, values: readonly (string | number | null)[] = []): Promise<void> =>
  void (await world.sql.query(text, [...values]));
/** As the application writes it: the wall clock of its zone. */
const ago = (seconds: number): string =>
  new Date(Date.now() - seconds * 1_000).toLocaleString('sv-SE', { timeZone: zone });

describe('queues', () => {
  const level = async (label: string, rows = 0) => {
    const { value } = await reader.queues(new Map([[label, rows]]), tick);
    return value.find(({ connection, name }) => `${connection}:${name}` === label);
  };

  it('hold what a worker could take: due, or held for longer than retry_after', async () => {
    await sql(`INSERT INTO fap.jobs (queue, payload, attempts, reserved_at, available_at, created_at) VALUES
      ('reports', '{}', 0, NULL, UNIX_TIMESTAMP() - 100, 0), ('reports', '{}', 0, NULL, UNIX_TIMESTAMP() + 100, 0),
      ('reports', '{}', 1, UNIX_TIMESTAMP() - 40, UNIX_TIMESTAMP() - 300, 0),
      ('reports', '{}', 1, UNIX_TIMESTAMP() - 91, UNIX_TIMESTAMP() - 200, 0)`);
    const reports = await level('database:reports');
    expect(reports).toMatchObject({ due: 2, held: 1, counted: 'exact' });
    // Above: of the one that is held; below: of the others that are due.
    expect(reports?.oldestSeconds).toBeGreaterThanOrEqual(200);
    expect(reports?.oldestSeconds).toBeLessThan(250);
    expect(await level('database:commerce')).toMatchObject({ due: 0, oldestSeconds: 0 });
  });

  it('are counted by their index above the cap, unless most of their head is not due', async () => {
    const fill = (queue: string, delay: number): Promise<void> =>
      sql(
        `INSERT INTO fap.jobs (queue, payload, attempts, reserved_at, available_at, created_at)
         SELECT ?, '{}', 0, NULL, UNIX_TIMESTAMP() + ?, 0 FROM fap.seq_1_to_1500`,
        [queue, delay],
      );
    await fill('reports', -10);
    expect(await level('database:reports')).toMatchObject({ due: 1_504, counted: 'whole' });
    expect(await level('database:reports', 2_000)).toMatchObject({ due: 1_502, counted: 'exact' });
    // A campaign of tomorrow: looked at more deeply.
    await fill('commerce', 86_400);
    await sql(`INSERT INTO fap.jobs (queue, payload, attempts, reserved_at, available_at, created_at)
      VALUES ('commerce', '{}', 0, NULL, 1, 0)`);
    expect(await level('database:commerce')).toMatchObject({ due: 1, counted: 'exact' });
    await sql('DELETE FROM fap.jobs');
  });

  it('of Redis hold overdue delayed and expired jobs too', async () => {
    const now = Math.floor(Date.now() / 1_000);
    const redis = world.redis.client;
    const key = `${prefix}queues:insights`;
    await redis.rpush(key, '{"createdAt":1}', '{}');
    await redis.zadd(`${key}:delayed`, now - 5, 'a', now + 500, 'b');
    await redis.zadd(`${key}:reserved`, now - 5, 'c', now + 500, 'd');
    expect(await level('redis:insights')).toMatchObject({ due: 4, held: 1, counted: 'exact' });
  });
});

describe('failures', () => {
  const fail = (count: number, change: { queue?: string; exception?: string; seconds?: number } = {}) =>
    sql(
      `INSERT INTO fap.failed_jobs (uuid, connection, queue, payload, exception, failed_at)
       SELECT UUID(), 'database_reports', ?, '{"displayName":"App\\\\\\\\Jobs\\\\\\\\GenerateReportJob"}', ?, ? FROM fap.seq_1_to_${count}`,
      [
        change.queue ?? 'reports',
        change.exception ?? 'RuntimeException: no model in /x.php:1',
        ago(change.seconds ?? 9),
      ],
    );
  const levels = async (...accepted: readonly Accepted[]) => mustRead(await reader.failures(accepted, tick));
  const reports = async (...accepted: readonly Accepted[]) =>
    (await levels(...accepted)).byQueue.get('database:reports');

  it('are counted by queue from tick to tick, also where some go and one comes back', async () => {
    expect(await levels()).toMatchObject({ total: 0, notAccepted: 0, highestId: 0, isComplete: true });
    await fail(5);
    expect(await reports()).toMatchObject({ notAccepted: 5 });
    await fail(2, { queue: 'commerce' });
    expect((await levels()).byQueue.get('database:commerce')?.notAccepted).toBe(2);
    await sql('DELETE FROM fap.failed_jobs WHERE id IN (2, 3)');
    expect(await reports()).toMatchObject({ notAccepted: 3 });
    await sql(`INSERT INTO fap.failed_jobs (id, uuid, connection, queue, payload, exception, failed_at)
      VALUES (2, UUID(), 'database', 'reports', '{}', 'E', '2026-01-01')`);
    expect(await reports()).toMatchObject({ notAccepted: 4 });
  });

  it('are not counted where somebody accepted them', async () => {
    const accepted = (change: Partial<Accepted>): Accepted => ({
      ...{ app: 'fap', queue: undefined, jobClass: undefined, upTo: 5, at: new Date(), reason: 'old' },
      by: { kind: 'system' } as unknown as Accepted['by'], // who accepted plays no part here
      ...change,
    });
    expect((await levels(accepted({}))).notAccepted).toBe(2);
    expect((await levels(accepted({ jobClass: 'GenerateReportJob' }))).notAccepted).toBe(3);
    expect((await reports(accepted({ queue: 'database:reports' })))?.notAccepted).toBe(0);
  });

  it('by a time-out are told by their class and by their text, of the last hour', async () => {
    await fail(1, {
      exception:
        'Illuminate\\Queue\\MaxAttemptsExceededException: App\\Jobs\\X has been attempted too many times.',
    });
    await fail(1, { exception: 'Illuminate\\Queue\\TimeoutExceededException: App\\Jobs\\X has timed out.' });
    await fail(1, {
      exception: 'GuzzleHttp\\Exception\\ConnectException: cURL error 28: Operation timed out',
    });
    await fail(1, { exception: 'TimeoutExceededException: long ago', seconds: 3_700 });
    expect((await reports())?.timeouts).toEqual({ byClass: 2, byText: 2, either: 3 });
  });

  it('of a long table are counted in the background, and none is missed', async () => {
    await fail(2_500, { queue: 'ops' });
    const again = createAlertReader({ database, description });
    const isComplete = async (): Promise<boolean> =>
      mustRead(await again.reader.failures([], tick)).isComplete;
    expect(await isComplete()).toBe(false);
    await expect.poll(isComplete).toBe(true);
    const { byQueue, total, notAccepted } = mustRead(await again.reader.failures([], tick));
    expect(byQueue.get('database_reports:ops')?.notAccepted).toBe(2_500);
    expect(notAccepted).toBe(total);
    await sql('DELETE FROM fap.failed_jobs');
    expect(mustRead(await again.reader.failures([], tick))).toMatchObject({ total: 0, notAccepted: 0 });
    again.stop();
  });
});

describe('rows', () => {
  const stale = {
    ...{ rule: 'snapshots', timeoutSeconds: 2, table: 'report_snapshots', where: "status = 'pending'" },
    ...{ since: 'created_at', olderThanSeconds: 300, lookBackSeconds: 3_600, leastStale: 3, staleFrom: 20 },
  };
  const snapshot = (name: string, status: string, created: string | null) =>
    sql(
      `INSERT INTO fap.report_snapshots (attempt_id, scale_code, pack_id, dir_version, report_json, status, created_at, updated_at)
       VALUES (?, 's', 'p', 'v', '{}', ?, ?, NULL)`,
      [name, status, created],
    );

  it('are stale of those that could be, by the clock of the application', async () => {
    await snapshot('new', 'pending', ago(240));
    await snapshot('ready', 'ready', ago(400));
    await snapshot('old', 'pending', ago(320));
    await snapshot('older', 'pending', ago(90_000));
    await snapshot('past', 'ready', ago(90_000));
    await snapshot('never', 'pending', null);
    const found = mustRead(await reader.stale(stale, tick));
    expect(found).toMatchObject({ stale: 2, eligible: 3 });
    // An hour off would be the wrong clock.
    expect(found.oldestSeconds).toBeGreaterThanOrEqual(90_000);
    expect(found.oldestSeconds).toBeLessThan(90_600);
  });

  it('of a table or column that is not there are a missing part, and so is a condition that is none', async () => {
    expect(await reader.stale({ ...stale, since: 'no_such' }, tick)).toMatchObject({ ok: false });
    expect(await reader.stale({ ...stale, where: 'no_such = 1' }, tick)).toMatchObject({ ok: false });
    expect(cost.has('snapshots')).toBe(true);
  });

  const surge = {
    ...{ rule: 'payments', timeoutSeconds: 2, table: 'payment_events', since: 'updated_at' },
    ...{ where: "handle_status IN ('failed','reprocess_failed')", show: ['provider'], unusual: [] },
    ...{ windowSeconds: 300, baselineSeconds: 86_400, skipSeconds: 900 },
  };
  const event = (id: string, status: string | null, updated: string | null) =>
    sql(
      `INSERT INTO fap.payment_events (id, provider, provider_event_id, payload_json, handle_status, updated_at)
       VALUES (?, 'stripe', ?, '{}', ?, ?)`,
      [id, id, status, updated],
    );
  const look = async () => mustRead(await reader.surge(surge, tick));

  it('surge where they enter a state, not where they are touched', async () => {
    await event('day', 'failed', ago(80_000));
    await event('past', 'ok', ago(200_000));
    await event('never', 'failed', null);
    await event('none', null, ago(10));
    const first = await look();
    expect(first).toMatchObject({ count: 0, stateOf: 'handle_status' });
    expect(first.baseline).toHaveLength(285);
    expect(first.baseline?.reduce((sum, count) => sum + count, 0)).toBe(1);
    await event('a', 'failed', ago(10));
    await event('b', 'reprocess_failed', ago(20));
    await event('ok', 'ok', ago(20));
    // A bulk touch; and one that failed, was tried again, and failed.
    await sql("UPDATE fap.payment_events SET updated_at = ? WHERE id IN ('day', 'never')", [ago(5)]);
    expect(await look()).toMatchObject({ count: 2 });
    await sql(
      "UPDATE fap.payment_events SET handle_status = 'reprocess_failed', updated_at = ? WHERE id = 'day'",
      [ago(1)],
    );
    expect((await look()).states).toEqual([
      { state: 'reprocess_failed', count: 2 },
      { state: 'failed', count: 1 },
    ]);
    const { all, shown } = mustRead(await reader.traffic(surge, tick));
    expect(all).toBe(6);
    expect(shown).toEqual([{ column: 'provider', value: 'stripe', count: 4 }]);
  });
});
