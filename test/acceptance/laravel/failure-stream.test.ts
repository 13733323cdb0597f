import type { ResultSetHeader } from 'mysql2/promise';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startWorld, type World } from '../../../demo/world/world.ts';
import { type FailedJobId, failedJobId } from '../../../src/core/ids.ts';
import { Secret } from '../../../src/core/secret.ts';
import { type AppDatabase, createAppDatabase } from '../../../src/laravel/database.ts';
import { createFailures } from '../../../src/laravel/failures.ts';
import type { FailureReader, FailureSelection, SelectedCandidate } from '../../../src/operations/ports.ts';
import { description as fake, uuidOf } from '../../fakes/world.ts';

const { signal } = new AbortController();
const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const description = {
  ...fake,
  outcomes: new Map([
    ['JobA', { property: 'orderNo', table: 'orders', key: 'order_no', good: "status = 'refunded'" }],
  ]),
};

let world: World;
let database: AppDatabase;
let reader: FailureReader;
let stopTally: () => void;

beforeAll(async () => {
  world = await startWorld();
  database = createAppDatabase(new Secret(world.mariadb.url('qk_read', 'fap')), 'fap');
  const failures = createFailures({ database, description, log });
  reader = failures.reader;
  stopTally = failures.tally.stop;
});
afterAll(async () => {
  stopTally?.();
  await database?.close();
  await world?.stop();
});
beforeEach(async () => {
  await world.sql.query('DELETE FROM fap.failed_jobs');
});

const command = (name: string, orderNo: string, pad = ''): string =>
  `O:${name.length + 9}:"App\\Jobs\\${name}":2:{s:7:"orderNo";s:${orderNo.length}:"${orderNo}";s:3:"pad";s:${pad.length}:"${pad}";}`;
const payload = (uuid: string, name: string, orderNo: string, pad = ''): string =>
  JSON.stringify({
    ...{ uuid, displayName: `App\\Jobs\\${name}`, timeout: 60 },
    data: { commandName: `App\\Jobs\\${name}`, command: command(name, orderNo, pad) },
  });

interface Put {
  readonly uuid?: string | null;
  readonly payload?: string;
  readonly queue?: string;
  readonly exception?: string;
}

let made = 0;
async function put(change: Put = {}): Promise<FailedJobId> {
  made += 1;
  const uuid = change.uuid === undefined ? uuidOf(made) : change.uuid;
  const [{ insertId }] = await world.sql.query<ResultSetHeader>(
    `INSERT INTO fap.failed_jobs (uuid, connection, queue, payload, exception, failed_at)
     VALUES (?, 'database', ?, ?, ?, UTC_TIMESTAMP())`,
    [
      uuid,
      change.queue ?? 'reports',
      change.payload ?? payload(uuid ?? uuidOf(made), 'JobA', `O-${made}`),
      change.exception ?? 'RuntimeException: pack 17 unreadable in /app/A.php:3\nStack trace:',
    ],
  );
  return failedJobId(insertId);
}

async function all(selection: FailureSelection = { filter: {} }): Promise<readonly SelectedCandidate[]> {
  const found: SelectedCandidate[] = [];
  for await (const { rows } of reader.candidates(selection, signal)) found.push(...rows);
  return found;
}

describe('a whole set of failures', () => {
  it('comes in id order with what freezing needs of each row', async () => {
    const ids = [await put(), await put(), await put({ queue: 'ops' })];
    const rows = await all();
    expect(rows.map(({ failedId }) => failedId)).toEqual(ids);
    const [target] = await reader
      .targets([{ kind: 'id', id: ids[0] ?? failedJobId(0) }], signal)
      .then((read) => (read.ok ? read.value : []));
    expect(rows[0]).toMatchObject({ ...target });
    expect(rows[0]).toMatchObject({ businessKey: expect.stringMatching(/^O-/), timeoutSeconds: 60 });
    expect(rows[0]?.fingerprint).toBe('pack … unreadable');
  });

  it('holds only what a filter says, whatever fails meanwhile', async () => {
    const own = await put({ queue: 'ops', exception: 'RuntimeException: 50% of it broke' });
    await put({ queue: 'ops', exception: 'RuntimeException: 50 of it broke' });
    await put();
    const highest = await put({ queue: 'ops', payload: payload(uuidOf(900), 'JobB', 'x') });
    const later = await put({ queue: 'ops', exception: 'RuntimeException: 50% of it broke' });
    const ops = { connection: 'database', name: 'ops' };
    const ids = async (selection: FailureSelection) => (await all(selection)).map(({ failedId }) => failedId);
    expect(await ids({ filter: { queue: ops, error: '50% OF' }, upTo: highest })).toEqual([own]);
    expect(await ids({ filter: { queue: ops, error: '50% OF' } })).toEqual([own, later]);
    expect(await ids({ filter: { jobClass: 'jobb' } })).toEqual([highest]);
    expect(await ids({ filter: {}, ids: [later, own, failedJobId(999_999)] })).toEqual([own, later]);
  });

  it('tells of each row which of other texts its exception contains', async () => {
    await put({ exception: 'RuntimeException: Alpha and beta' });
    await put({ exception: 'RuntimeException: gamma' });
    const rows = await all({ filter: {}, texts: ['ALPHA', 'gamma'] });
    expect(rows.map(({ contains }) => [...contains])).toEqual([['ALPHA'], ['gamma']]);
  });

  it('sees broken, long and huge payloads for what they are, by their own hash', async () => {
    const long = await put({ payload: payload(uuidOf(901), 'JobA', 'O-long', 'p'.repeat(100_000)) });
    const huge = await put({ payload: payload(uuidOf(902), 'JobA', 'O-huge', 'p'.repeat(2_000_000)) });
    await put({ payload: payload(uuidOf(903), 'JobA', 'O-cut', 'p'.repeat(2_000_000)).slice(0, 1_900_000) });
    await put({ payload: '{"uuid":' });
    const rows = await all();
    expect(rows.map(({ payloadKind }) => payloadKind)).toEqual(['job', 'job', 'broken', 'broken']);
    expect(rows.map(({ businessKey }) => businessKey)).toEqual(['O-long', null, null, null]);
    const present = await reader.present([long, huge], signal);
    expect(present.ok && present.value.get(huge)?.payloadSha256).toBe(rows[1]?.payloadSha256);
  });

  it('counts rows that share a uuid, where the table lets them', async () => {
    await world.sql.query('ALTER TABLE fap.failed_jobs DROP INDEX failed_jobs_uuid_unique');
    try {
      await put({ uuid: uuidOf(950) });
      await put({ uuid: uuidOf(950) });
      await put({ uuid: null });
      await put();
      expect((await all()).map(({ uuidCount }) => uuidCount)).toEqual([2, 2, 0, 1]);
    } finally {
      await world.sql.query('DELETE FROM fap.failed_jobs');
      await world.sql.query('ALTER TABLE fap.failed_jobs ADD UNIQUE KEY failed_jobs_uuid_unique (uuid)');
    }
  });

  it('comes in pieces whose memory is bounded, all of it once', async () => {
    await world.sql.query(
      `INSERT INTO fap.failed_jobs (uuid, connection, queue, payload, exception, failed_at)
       SELECT UUID(), 'database', 'reports', CONCAT('{"displayName":"Job","data":{"command":"', REPEAT('p', 500), '"}}'),
         'RuntimeException: broke', UTC_TIMESTAMP() FROM fap.seq_1_to_7000`,
    );
    const sizes: number[] = [];
    const seen = new Set<number>();
    for await (const { rows } of reader.candidates({ filter: {} }, signal)) {
      sizes.push(rows.length);
      for (const { failedId } of rows) seen.add(failedId);
    }
    expect(seen.size).toBe(7_000);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(2_000);
    const present = await reader.present([...seen].map(failedJobId), signal);
    expect(present.ok && present.value.size).toBe(7_000);
  });

  it('ends with what is missing when the database does not answer', async () => {
    await put();
    const cut = createAppDatabase(new Secret('mysql://nobody:x@127.0.0.1:1/fap'), 'fap');
    const { reader: away, tally } = createFailures({ database: cut, description, log });
    const rest = away.candidates({ filter: {} }, signal)[Symbol.asyncIterator]();
    await expect(rest.next()).rejects.toMatchObject({ missing: { part: 'database', name: 'fap' } });
    tally.stop();
    await cut.close();
  });
});
