import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RowDataPacket } from 'mysql2/promise';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Secret } from '../../../src/core/secret.ts';
import { AuditNotWritable, StoreUnavailable } from '../../../src/core/store-ports.ts';
import { migrateStore } from '../../../src/store/migrate.ts';
import type { Store } from '../../../src/store/store.ts';
import { type StoreSchema, type StoreServer, startStoreServer } from './store-server.ts';
import { newRequest, opened, patient, readEntry, storeOn } from './support.ts';

let server: StoreServer;
beforeAll(async () => {
  server = await startStoreServer();
});
afterAll(() => server.stop());

let schema: StoreSchema;
let folder: string;
const stores: Store[] = [];
beforeEach(async () => {
  schema = await server.schema();
  folder = await mkdtemp(join(tmpdir(), 'queuekeeper-outage-'));
});
afterEach(async () => {
  schema.wire.pass();
  await Promise.all(stores.splice(0).map((store) => store.stop(500)));
  await rm(folder, { recursive: true, maxRetries: 5 });
});

const hungMs = 600;
/** Short only while the wire swallows what is said: what is asked when it passes is to be answered, however long it takes. */
const limits = {
  ...{ ...patient, connectMs: 10_000 },
  get workMs() {
    return schema.wire.isHanging() ? hungMs : patient.workMs;
  },
};

function open(more: Parameters<typeof storeOn>[1] = {}): Store {
  const store = storeOn(schema.wireUrl, { limits, ...more });
  stores.push(store);
  return store;
}

async function targets(): Promise<readonly string[]> {
  const [rows] = await schema.admin.query<RowDataPacket[]>('SELECT target FROM audit_log ORDER BY seq');
  return rows.map((row) => String(row['target']));
}

describe('a store that swallows every byte', () => {
  it('is unavailable within the limit, for open connections and for new ones, however many ask', async () => {
    const store = open();
    await store.start();
    schema.wire.hang();
    const began = performance.now();
    const asked = Array.from({ length: 480 }, (_, index) =>
      index % 8 === 0 ? store.inbound.claim(`k${index}`) : store.requests.now(),
    );
    const settled = await Promise.allSettled(asked);
    // Ten at a time, each with a limit of its own, they would take 42 limits.
    expect(performance.now() - began).toBeLessThan(30 * hungMs);
    for (const one of settled) {
      expect(one).toMatchObject({ status: 'rejected', reason: expect.any(StoreUnavailable) });
    }
    expect(store.state().reachable).toBe(false);
  });

  it('is available again at once when its bytes flow again', async () => {
    const store = open();
    await store.start();
    schema.wire.hang();
    await expect(store.requests.now()).rejects.toBeInstanceOf(StoreUnavailable);
    schema.wire.pass();
    await expect(store.requests.now()).resolves.toBeInstanceOf(Date);
    expect(store.state().reachable).toBe(true);
  });

  it('refuses what changes jobs, and makes the reader of the log say that it is away', async () => {
    const store = open();
    schema.wire.hang();
    await expect(store.requests.open(newRequest([1]), undefined)).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(store.audit.append(readEntry('x'))).rejects.toBeInstanceOf(AuditNotWritable);
    expect(await store.audit.list({ limit: 1 }, AbortSignal.timeout(60_000))).toMatchObject({
      missing: { part: 'store', why: 'unreachable' },
    });
  });

  it('gets the rows noted meanwhile when it is back, in order and each once', async () => {
    const store = open({ spoolFile: join(folder, 'spool') });
    store.audit.note(readEntry('before'));
    await expect.poll(targets).toEqual(['before']);
    schema.wire.hang();
    const noted = Array.from({ length: 300 }, (_, index) => `t${index}`);
    for (const target of noted) store.audit.note(readEntry(target));
    await expect.poll(() => readFile(join(folder, 'spool'), 'utf8')).toContain('t299');
    schema.wire.pass();
    await expect.poll(targets).toEqual(['before', ...noted]);
    store.audit.note(readEntry('after'));
    await expect.poll(targets).toEqual(['before', ...noted, 'after']);
    await expect.poll(() => readFile(join(folder, 'spool'), 'utf8')).toBe('');
    expect(await store.verifyAudit()).toMatchObject({ ok: true, rows: 302 });
  });

  it('gets them from the next process when the first one was killed', async () => {
    const spoolFile = join(folder, 'spool');
    const killed = open({ spoolFile });
    schema.wire.hang();
    for (const target of ['a', 'b', 'c']) killed.audit.note(readEntry(target));
    await expect.poll(() => readFile(spoolFile, 'utf8')).toContain('"c"');
    // Killed: it never closes anything. Its own tries go on against a wire that swallows them.
    const next = storeOn(schema.url, { spoolFile });
    stores.push(next);
    await next.start();
    await expect.poll(targets).toEqual(['a', 'b', 'c']);
    schema.wire.pass();
    // It writes in order: when this one is there, its tries at the others are over.
    killed.audit.note(readEntry('d'));
    await expect.poll(targets).toEqual(['a', 'b', 'c', 'd']);
  });
});

describe('a commit whose answer is lost', () => {
  it('writes noted rows once', async () => {
    const store = open();
    await store.start();
    schema.wire.loseNextCommit();
    store.audit.note(readEntry('a'));
    await expect.poll(targets).toEqual(['a']);
    store.audit.note(readEntry('b'));
    await expect.poll(targets).toEqual(['a', 'b']);
    expect(await store.verifyAudit()).toMatchObject({ ok: true, rows: 2 });
  });

  it('is no claim: the request is on record, nobody runs it, and it is taken over', async () => {
    const store = open();
    await store.start();
    schema.wire.loseNextCommit();
    const request = newRequest([1]);
    await expect(store.requests.open(request, undefined)).rejects.toBeInstanceOf(StoreUnavailable);
    expect(await store.requests.find({ id: request.id })).toMatchObject({
      execution: { state: 'executing' },
    });
    await schema.admin.query('UPDATE executions SET lease_until = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND');
    expect(await store.requests.takeOver()).toMatchObject({ requestId: request.id, takenOver: true });
  });

  it('of an outcome is seen when it is written again', async () => {
    const store = open();
    const execution = await opened(store, newRequest([1]));
    schema.wire.loseNextCommit();
    await expect(store.requests.finish(execution, 'succeeded', {})).rejects.toBeInstanceOf(StoreUnavailable);
    await store.requests.finish(execution, 'succeeded', {});
    const [rows] = await schema.admin.query<RowDataPacket[]>(
      "SELECT seq FROM audit_log WHERE event = 'OUTCOME'",
    );
    expect(rows).toHaveLength(1);
  });
});

describe('a store that is not there', () => {
  it('is unavailable, and never shows its password', async () => {
    const url = new Secret('mysql://queuekeeper:very-secret@127.0.0.1:1/queuekeeper');
    const store = storeOn(url, { limits });
    stores.push(store);
    for (const tried of [() => store.start(), () => migrateStore(url)]) {
      const error: unknown = await tried().catch((one: unknown) => one);
      expect(error).toBeInstanceOf(StoreUnavailable);
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('very-secret');
      expect(String((error as Error).cause)).not.toContain('very-secret');
    }
  });

  it('was closed', async () => {
    const store = open();
    await store.start();
    await store.stop(100);
    await expect(store.requests.now()).rejects.toBeInstanceOf(StoreUnavailable);
  });
});

describe('every connection', () => {
  it('has its own session: UTC, READ COMMITTED, strict, and no locks kept for one that fell silent', async () => {
    const store = storeOn(schema.url);
    stores.push(store);
    const [row] = await store.database.query((sql) =>
      sql.all('SELECT @@time_zone AS zone, @@wait_timeout AS silence, @@sql_mode AS mode'),
    );
    expect(row).toMatchObject({
      zone: '+00:00',
      silence: 30,
      mode: expect.stringContaining('STRICT_ALL_TABLES'),
    });
    const isolation = await store.database.query((sql) =>
      sql.all("SHOW SESSION VARIABLES WHERE variable_name IN ('tx_isolation', 'transaction_isolation')"),
    );
    expect(isolation.map((one) => one['Value'])).toContain('READ-COMMITTED');
  });
});

describe('two works that lock each other out', () => {
  it('are both done: the server’s victim is repeated as a whole', async () => {
    const store = storeOn(schema.url);
    stores.push(store);
    await store.database.query((sql) => sql.run("INSERT INTO leases (name) VALUES ('a'), ('b')"));
    let [tries, held] = [0, 0];
    let both = (): void => undefined;
    const bothHoldOne = new Promise<void>((resolve) => {
      both = resolve;
    });
    const crossing = (first: string, second: string): Promise<void> =>
      store.database.transaction(async (sql) => {
        tries += 1;
        await sql.run('UPDATE leases SET token = CONCAT(COALESCE(token, ""), "x") WHERE name = ?', [first]);
        held += 1;
        if (held === 2) both();
        await bothHoldOne;
        await sql.run('UPDATE leases SET token = CONCAT(COALESCE(token, ""), "x") WHERE name = ?', [second]);
      });
    await Promise.all([crossing('a', 'b'), crossing('b', 'a')]);
    expect(tries).toBeGreaterThan(2);
    expect(await store.database.query((sql) => sql.all('SELECT token FROM leases'))).toEqual([
      { token: 'xx' },
      { token: 'xx' },
    ]);
  });
});
