import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AuditRow } from '../../../src/core/audit.ts';
import type { AuditHead } from '../../../src/core/audit-chain.ts';
import { Secret } from '../../../src/core/secret.ts';
import { AuditNotWritable, StoreUnavailable } from '../../../src/core/store-ports.ts';
import { migrateStore, pendingMigrations } from '../../../src/store/migrate.ts';
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
  folder = await mkdtemp(join(tmpdir(), 'queuekeeper-audit-'));
});
afterEach(async () => {
  await Promise.all(stores.splice(0).map((store) => store.stop(1_000)));
  await rm(folder, { recursive: true });
});

function open(more: Parameters<typeof storeOn>[1] = {}): Store {
  const store = storeOn(schema.url, more);
  stores.push(store);
  return store;
}

async function append(store: Store, count: number): Promise<readonly AuditRow[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => store.audit.append(readEntry(`t${index}`))));
}

async function one(admin: Connection, text: string): Promise<unknown> {
  const [rows] = await admin.query<RowDataPacket[]>(text);
  return Object.values(rows[0] ?? {})[0];
}

describe('the audit log', () => {
  it('keeps one chain without gaps when two replicas append side by side', async () => {
    const [a, b] = [open(), open()];
    const oneByOne = async (store: Store): Promise<readonly AuditRow[]> => {
      const appended: AuditRow[] = [];
      for (let index = 0; index < 50; index += 1)
        appended.push(await store.audit.append(readEntry(`o${index}`)));
      return appended;
    };
    const rows = (await Promise.all([append(a, 50), oneByOne(a), append(b, 50), oneByOne(b)])).flat();
    expect(rows.map(({ seq }) => seq).sort((x, y) => x - y)).toEqual(
      Array.from({ length: 200 }, (_, index) => index + 1),
    );
    expect(await a.verifyAudit()).toMatchObject({ ok: true, rows: 200, head: { seq: 200 } });
  });

  it('gives back exactly what was sealed, whatever the text is', async () => {
    const store = open();
    const nasty = 'half \ud83d emoji 😀 NUL \0 quote \' " \\ 漢字 trailing  ';
    await store.audit.append({
      ...readEntry(nasty.repeat(1_000)),
      ...{ reason: nasty, outcome: `refused:${'x'.repeat(100)}`, verb: `${nasty}${nasty}` },
      detail: { typed: nasty, nested: { b: 1.5, a: [null, true] } },
    });
    expect(await store.verifyAudit()).toMatchObject({ ok: true, rows: 1 });
  });

  it('lists by job, request, person and verb, newest first and in pages', async () => {
    const store = open();
    const execution = await opened(store, newRequest([123]));
    await store.requests.finish(execution, 'succeeded', {});
    await store.audit.append({ ...readEntry('failed_job=123'), verb: 'show' });
    await store.audit.append({
      ...readEntry('queue=x'),
      actor: { person: 'U0BO', teamId: 'T', userId: 'U0BO', name: '' },
    });
    const list = async (filter: object) => {
      const read = await store.audit.list({ limit: 10, ...filter }, AbortSignal.timeout(60_000));
      return read.ok ? read.value.map(({ event, seq }) => `${seq} ${event}`) : read.missing;
    };
    const ofJob = ['4 READ', '3 OUTCOME', '2 CLAIMED', '1 REQUESTED'];
    expect(await list({ job: { kind: 'id', id: 123 } })).toEqual(ofJob);
    const uuid = '00000000-0000-4000-8000-000000000123';
    expect(await list({ job: { kind: 'uuid', uuid } })).toEqual(ofJob.slice(1));
    expect(await list({ job: { kind: 'id', id: 123 }, before: 4, limit: 2 })).toEqual(ofJob.slice(1, 3));
    expect(await list({ requestNumber: execution.number })).toEqual(ofJob.slice(1));
    expect(await list({ userId: 'U0BO' })).toEqual(['5 READ']);
    expect(await list({ verb: 'show', sinceSeconds: 3_600 })).toEqual(['4 READ']);
    expect(await list({ before: 3, limit: 1 })).toEqual(['2 CLAIMED']);
    // The outcome's row does not say whose it is; whoever reads a list of drills has to know.
    const read = await store.audit.list({ limit: 10 }, AbortSignal.timeout(5_000));
    const { number } = execution;
    expect(read.ok && read.value.map((row) => row.number)).toEqual([
      undefined,
      undefined,
      number,
      number,
      number,
    ]);
  });

  it('says that the store was too slow when the signal ends', async () => {
    const read = await open().audit.list({ limit: 1 }, AbortSignal.abort());
    expect(read).toEqual({ ok: false, missing: { part: 'store', name: 'store', why: 'timeout' } });
  });
});

describe('a log that somebody touched', () => {
  const touched = (change: string): ((admin: Connection) => Promise<void>) => {
    return async (admin) => {
      for (const statement of change.split(';')) await admin.query(statement);
    };
  };

  it.each<[string, (admin: Connection) => Promise<void>, object]>([
    ['an edit', touched("UPDATE audit_log SET target = 'other' WHERE seq = 4"), { kind: 'edited', seq: 4 }],
    [
      'a time moved by a microsecond',
      touched('UPDATE audit_log SET at = at + INTERVAL 1 MICROSECOND WHERE seq = 4'),
      { kind: 'edited', seq: 4 },
    ],
    ['a deletion', touched('DELETE FROM audit_log WHERE seq = 4'), { kind: 'deleted', seq: 4 }],
    [
      'a row added past the end',
      touched(`INSERT INTO audit_log SELECT 11, at, event, actor, verb, app, target, reason, request_id, run_id, outcome,
        detail, hash, REPEAT('0', 64) FROM audit_log WHERE seq = 10`),
      { kind: 'inserted', seq: 11 },
    ],
    ['a cut tail', touched('DELETE FROM audit_log WHERE seq > 7'), { kind: 'cut', seq: 8 }],
    [
      'a head set back over rows that are there',
      touched('UPDATE audit_head SET seq = 7, hash = (SELECT hash FROM audit_log WHERE seq = 7)'),
      { kind: 'head-rewritten', seq: 7 },
    ],
    [
      'another hash in the head',
      touched("UPDATE audit_head SET hash = 'x'"),
      { kind: 'head-rewritten', seq: 10 },
    ],
    ['a head that is gone', touched('DELETE FROM audit_head'), { kind: 'head-rewritten', seq: 0 }],
  ])('is found out by %s', async (_, change, fault) => {
    const store = open();
    await append(store, 10);
    await change(schema.admin);
    expect(await store.verifyAudit()).toMatchObject({ ok: false, fault });
  });

  it('is found out by an anchor when tail and head were cut together', async () => {
    const store = open({ anchorFile: join(folder, 'anchors') });
    await append(store, 3);
    const execution = await opened(store, newRequest([1]));
    await store.requests.finish(execution, 'succeeded', {});
    await schema.admin.query('DELETE FROM audit_log WHERE seq > 3');
    await schema.admin.query(
      'UPDATE audit_head SET seq = 3, hash = (SELECT hash FROM audit_log WHERE seq = 3)',
    );
    expect(await store.verifyAudit()).toMatchObject({ ok: false, fault: { kind: 'cut', seq: 4 } });
  });

  it('names the row at which the store clock was set back, and only smooths what a correction is', async () => {
    // One connection is kept and always the same; of a single one none would be kept, and the session's clock with it.
    const store = open({ limits: { ...patient, connections: 2 } });
    const setClock = (seconds: number) =>
      store.database.query((sql) => sql.run('SET timestamp = ?', [seconds]));
    await setClock(1_800_000_000);
    await store.audit.append(readEntry('a'));
    await setClock(1_799_999_999);
    await store.audit.append(readEntry('a second back'));
    expect(await store.verifyAudit()).toMatchObject({ ok: true, rows: 2 });
    await setClock(1_799_999_000);
    await store.audit.append(readEntry('far back'));
    expect(await store.verifyAudit()).toMatchObject({ ok: false, fault: { kind: 'clock-set-back', seq: 3 } });
  });

  it('can not fork: one row follows another', async () => {
    const store = open();
    await append(store, 2);
    const forged = `INSERT INTO audit_log SELECT 3, at, event, actor, verb, app, target, reason, request_id, run_id, outcome,
      detail, prev_hash, REPEAT('1', 64) FROM audit_log WHERE seq = 2`;
    await expect(schema.admin.query(forged)).rejects.toMatchObject({ errno: 1062 });
  });
});

describe('the running account', () => {
  it.each([
    "UPDATE audit_log SET verb = 'x'",
    'DELETE FROM audit_log',
    'TRUNCATE audit_log',
    "REPLACE INTO audit_log (seq, at, event, actor, verb, app, target, detail, prev_hash, hash) VALUES (1, NOW(), '', '', '', '', '', '', '', '')",
    "INSERT INTO audit_log (seq, at, event, actor, verb, app, target, detail, prev_hash, hash) VALUES (1, NOW(), '', '', '', '', '', '', '', '') ON DUPLICATE KEY UPDATE verb = 'x'",
    'ALTER TABLE audit_log ADD COLUMN x INT',
    'DROP TABLE audit_log',
    'DELETE FROM audit_head',
  ])('may not %s', async (statement) => {
    const store = open();
    await append(store, 1);
    await expect(store.database.query((sql) => sql.run(statement))).rejects.toMatchObject({ errno: 1142 });
    expect(await store.verifyAudit()).toMatchObject({ ok: true, rows: 1 });
  });

  it('has no right too many, and an administrator is told which he has', async () => {
    expect(await open().findWideRights()).toEqual([]);
    const wide = storeOn(schema.adminUrl);
    stores.push(wide);
    expect(await wide.findWideRights()).toEqual(['ALTER', 'DELETE', 'DROP', 'TRIGGER', 'UPDATE']);
  });

  it('can do all that requests need', async () => {
    const store = open();
    const execution = await opened(store, newRequest([1, 2]));
    await store.requests.setTargets(execution, new Map());
    await store.inbound.claim('k');
    await store.inbound.purge();
    expect(await store.cards.leaseChannel('C0OPS', 'me')).toBe(true);
    await store.requests.finish(execution, 'succeeded', {});
    expect(await store.verifyAudit()).toMatchObject({ ok: true });
  });
});

describe('a log that takes nothing', () => {
  it('refuses what changes jobs, and leaves nothing half behind', async () => {
    const store = open();
    await append(store, 1);
    const name = await one(schema.admin, 'SELECT DATABASE()');
    await schema.admin.query(`REVOKE INSERT ON ${name}.audit_log FROM 'queuekeeper'@'127.0.0.1'`);
    await expect(store.requests.open(newRequest([1]), undefined)).rejects.toBeInstanceOf(AuditNotWritable);
    await expect(store.audit.append(readEntry('x'))).rejects.toBeInstanceOf(AuditNotWritable);
    expect(store.state()).toMatchObject({ writable: false, reachable: true });
    for (const table of ['approvals', 'executions', 'approval_targets', 'cards']) {
      expect(await one(schema.admin, `SELECT COUNT(*) FROM ${table}`)).toBe(0);
    }
    await schema.admin.query(`GRANT INSERT ON ${name}.audit_log TO 'queuekeeper'@'127.0.0.1'`);
    await opened(store, newRequest([1]));
    expect(store.state().writable).toBe(true);
  });
});

describe('a store that has lost its last rows', () => {
  const lose = async (from: number): Promise<void> => {
    await schema.admin.query('DELETE FROM audit_log WHERE seq >= ?', [from]);
    await schema.admin.query(
      'UPDATE audit_head SET seq = ?, hash = (SELECT hash FROM audit_log WHERE seq = ?)',
      [from - 1, from - 1],
    );
  };

  it('is noticed by a running bot, which then changes nothing more but goes on noting reads', async () => {
    const store = open();
    await append(store, 5);
    await lose(4);
    await expect(store.requests.open(newRequest([1]), undefined)).rejects.toBeInstanceOf(AuditNotWritable);
    expect(store.state()).toMatchObject({ behind: { seen: { seq: 5 }, found: { seq: 3 } }, writable: false });
    store.audit.note(readEntry('still noted'));
    await expect.poll(() => one(schema.admin, 'SELECT MAX(seq) FROM audit_log')).toBe(4);
  });

  it('is noticed on a new connection though others have written past the loss', async () => {
    const store = open();
    await append(store, 5);
    await lose(4);
    await append(open(), 6);
    const [ids] = await schema.admin.query<RowDataPacket[]>(
      "SELECT id FROM information_schema.processlist WHERE user = 'queuekeeper' AND db = DATABASE()",
    );
    for (const { id } of ids) await schema.admin.query(`KILL ${id}`);
    await store.database.query((sql) => sql.all('SELECT 1')).catch(() => undefined);
    await expect
      .poll(() => store.requests.open(newRequest([1]), undefined).catch((error: unknown) => error))
      .toBeInstanceOf(AuditNotWritable);
  });

  it('is noticed at a start, by the anchor file', async () => {
    const anchorFile = join(folder, 'anchors');
    const before = open({ anchorFile });
    await append(before, 3);
    await opened(before, newRequest([1]));
    await lose(3);
    const after = open({ anchorFile });
    await after.start();
    expect(after.state().behind).toMatchObject({ seen: { seq: 5 }, found: { seq: 2 } });
    await expect(after.requests.open(newRequest([2]), undefined)).rejects.toBeInstanceOf(AuditNotWritable);
  });
});

describe('anchors', () => {
  it('are in the file before a claim may act, and told with each outcome', async () => {
    const anchorFile = join(folder, 'anchors');
    const told: AuditHead[] = [];
    const store = open({ anchorFile, onAnchor: (head) => told.push(head) });
    const execution = await opened(store, newRequest([1]));
    expect(await readFile(anchorFile, 'utf8')).toMatch(/^\S+Z 2 [0-9a-f]{64}\n$/);
    await store.requests.finish(execution, 'succeeded', {});
    expect(told.map(({ seq }) => seq)).toEqual([3]);
    expect((await readFile(anchorFile, 'utf8')).split('\n')).toHaveLength(3);
  });

  it('stop a claim that they can not be written for', async () => {
    const store = open({ anchorFile: join(folder, 'no', 'such', 'folder') });
    await expect(store.requests.open(newRequest([1]), undefined)).rejects.toBeInstanceOf(AuditNotWritable);
  });

  it('are written of the head every hour', async () => {
    const anchorFile = join(folder, 'anchors');
    const told: AuditHead[] = [];
    const store = open({ anchorFile, onAnchor: (head) => told.push(head) });
    await append(store, 2);
    const end = new AbortController();
    const care = store.maintain(end.signal);
    await expect.poll(() => told.map(({ seq }) => seq)).toEqual([2]);
    end.abort();
    await care;
    expect(await readFile(anchorFile, 'utf8')).toMatch(/Z 2 [0-9a-f]{64}\n$/);
  });
});

describe('migrations', () => {
  it('run once when replicas start together', async () => {
    await schema.admin.query('DROP DATABASE IF EXISTS queuekeeper_fresh');
    await schema.admin.query('CREATE DATABASE queuekeeper_fresh');
    const url = schema.adminUrl.reveal().replace(/\/[^/]*$/, '/queuekeeper_fresh');
    const fresh = new Secret(url);
    const pending = await pendingMigrations(fresh);
    expect(pending.length).toBeGreaterThan(0);
    const ran = await Promise.all([migrateStore(fresh), migrateStore(fresh), migrateStore(fresh)]);
    expect(ran.flat()).toEqual(pending);
    expect(await pendingMigrations(fresh)).toEqual([]);
  });

  it('leave rights alone that the migrating account may not hand on', async () => {
    await schema.admin.query('CREATE DATABASE queuekeeper_modest');
    await schema.admin.query("CREATE USER 'modest'@'127.0.0.1' IDENTIFIED BY 'modest'");
    await schema.admin.query("GRANT ALL ON queuekeeper_modest.* TO 'modest'@'127.0.0.1'");
    const url = (who: string) =>
      new Secret(
        schema.url
          .reveal()
          .replace(/\/\/[^@]*@/, `//${who}:${who}@`)
          .replace(/[^/]*$/, 'queuekeeper_modest'),
      );
    expect((await migrateStore(url('modest'), url('queuekeeper'))).length).toBeGreaterThan(0);
    const running = storeOn(url('queuekeeper'));
    stores.push(running);
    await expect(running.start()).rejects.toBeInstanceOf(StoreUnavailable);
  });
});
