import type { ResultSetHeader, RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LaravelVersion } from '../../../demo/world/laravel.ts';
import { startWorld, type World } from '../../../demo/world/world.ts';
import { type FailedJobId, failedJobId } from '../../../src/core/ids.ts';
import { exact, mustRead } from '../../../src/core/reading.ts';
import { Secret } from '../../../src/core/secret.ts';
import { createBusinessRows } from '../../../src/laravel/business-rows.ts';
import { type AppDatabase, createAppDatabase } from '../../../src/laravel/database.ts';
import { createFailures } from '../../../src/laravel/failures.ts';
import type { FailedJob, FailureReader } from '../../../src/operations/ports.ts';
import { description as fake } from '../../fakes/world.ts';

const { signal } = new AbortController();
const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const description = {
  ...fake,
  outcomes: new Map([
    [
      'RefundOrderJob',
      { property: 'orderNo', table: 'orders', key: 'order_no', good: "status = 'refunded'" },
    ],
  ]),
};
const kinds = [
  'RefundOrderJob',
  'listener',
  'mailable',
  'notification',
  'closure',
  'chain',
  'batch',
  'encrypted',
  'raw',
];

describe.each<LaravelVersion>([8, 12])('failures of real jobs of Laravel %i', (version) => {
  let world: World;
  let database: AppDatabase;
  let failures: ReturnType<typeof createFailures>;
  let reader: FailureReader;
  const jobs = new Map<string, FailedJob>();
  const keys = new Map<string, string>();
  beforeAll(async () => {
    world = await startWorld({ laravel: version });
    database = createAppDatabase(new Secret(world.mariadb.url('qk_read', 'fap')), 'fap');
    failures = createFailures({ database, description, log });
    reader = failures.reader;
    for (const kind of kinds) await failOne(kind);
  });
  afterAll(async () => {
    failures?.tally.stop();
    await database?.close();
    await world?.stop();
  });

  /** The payload is Laravel's own; only the row is put where a worker would put it. */
  async function failOne(kind: string): Promise<void> {
    const [key = ''] = await world.app.dispatch(kind);
    const [rows] = await world.sql.query<RowDataPacket[]>('SELECT * FROM fap.jobs');
    await world.sql.query('DELETE FROM fap.jobs');
    const [added] = await world.sql.query<ResultSetHeader>(
      `INSERT INTO fap.failed_jobs (uuid, connection, queue, payload, exception, failed_at)
       VALUES (?, 'database', ?, ?, ?, UTC_TIMESTAMP())`,
      [
        JSON.parse(String(rows[0]?.['payload'])).uuid,
        ...[rows[0]?.['queue'], rows[0]?.['payload']],
        `RuntimeException: ${kind} broke 17 in /app/A.php:3\nStack trace:\n#0 /app/B.php(1): x()`,
      ],
    );
    const job = mustRead(await reader.find({ kind: 'id', id: failedJobId(added.insertId) }, signal));
    if (job === undefined) throw new Error('the row is there');
    jobs.set(kind, job);
    keys.set(kind, key);
  }

  it.each([
    ['RefundOrderJob', 'job', 'App\\Jobs\\RefundOrderJob'],
    ['listener', 'listener', 'App\\Listeners\\TellWarehouse'],
    ['mailable', 'mailable', 'App\\Mail\\ReceiptMail'],
    ['notification', 'notification', 'App\\Notifications\\RefundedNotification'],
    ['closure', 'closure', expect.stringMatching(/^Closure \(DispatchJobs\.php:\d+\)$/)],
    ['chain', 'chain', 'App\\Jobs\\SendReceiptJob'],
    ['batch', 'batch', 'App\\Jobs\\BatchedJob'],
    ['encrypted', 'encrypted', 'App\\Jobs\\EncryptedJob'],
    ['raw', 'raw', 'App\\RawHandler'],
  ])('shows of %s what it is', (name, kind, jobClass) => {
    expect(jobs.get(name)?.payload).toMatchObject({ kind, jobClass });
    expect(jobs.get(name)?.payload.uuid).toBe(jobs.get(name)?.uuid);
  });

  it('lists them newest first, in pages without a gap', async () => {
    const first = mustRead(await reader.page({ limit: 4 }, signal));
    const rest = mustRead(
      await reader.page({ limit: 50, ...(first.next && { before: first.next }) }, signal),
    );
    const classes = [...first.rows, ...rest.rows].map(({ jobClass }) => jobClass);
    expect(classes).toEqual([...kinds].reverse().map((kind) => jobs.get(kind)?.jobClass));
    expect([first.total, rest.next]).toEqual([exact(kinds.length), undefined]);
  });

  it.each([
    [{ jobClass: 'refundorderjob' }, 1],
    [{ jobClass: 'App\\Jobs\\RefundOrderJob' }, 1],
    [{ error: 'BROKE' }, kinds.length],
    [{ error: '100%' }, 0],
    [{ queue: { connection: 'database_reports', name: 'ops' } }, kinds.length - 1],
    [{ queue: { connection: 'redis', name: 'ops' } }, 0],
    [{ sinceSeconds: 3_600 }, kinds.length],
  ])('filters by %j', async (filter, count) => {
    const page = mustRead(await reader.page({ ...filter, limit: 50 }, signal));
    expect([page.rows.length, page.complete]).toEqual([count, true]);
  });

  it('groups them, and notices rows that come and go', async () => {
    const byQueue = async () => mustRead(await failures.tally.failedByQueue(signal)).get('database:ops');
    expect(await byQueue()).toEqual(exact(kinds.length - 1));
    const { groups, of } = mustRead(await reader.groups({ limit: 50 }, signal));
    expect([groups.length, of]).toEqual([kinds.length, exact(kinds.length)]);
    await world.sql.query('DELETE FROM fap.failed_jobs WHERE id = ?', [jobs.get('raw')?.id]);
    await expect.poll(byQueue).toEqual(exact(kinds.length - 2));
  });

  it('freezes a target with the hash of its bytes and its business key', async () => {
    const id = jobs.get('RefundOrderJob')?.id ?? failedJobId(0);
    const [target] = mustRead(await reader.targets([{ kind: 'id', id }], signal));
    const present = mustRead(await reader.present([id], signal)).get(id);
    const locked = mustRead(await reader.presentAfterLocks([id], signal)).get(id);
    const key = keys.get('RefundOrderJob');
    expect(target).toMatchObject({ uuidCount: 1, businessKey: key, payloadSha256: present?.payloadSha256 });
    expect(locked).toEqual(present);
    const rows: FailedJobId[] = [];
    for await (const batch of reader.rows([id], signal)) rows.push(...batch.map((row) => row.id));
    expect(rows).toEqual([id]);
  });

  it('waits for a statement under way on a row, and says when it did not end in time', async () => {
    const id = jobs.get('RefundOrderJob')?.id ?? failedJobId(0);
    const other = await world.sql.getConnection();
    await other.beginTransaction();
    await other.query('DELETE FROM fap.failed_jobs WHERE id = ?', [id]);
    const reading = reader.presentAfterLocks([id], signal);
    const plain = mustRead(await reader.present([id], signal));
    await other.rollback();
    other.release();
    expect(plain.has(id)).toBe(true);
    expect(mustRead(await reading).has(id)).toBe(true);
  });

  it('asks the business row, which decides', async () => {
    const business = createBusinessRows(database, description);
    const key = keys.get('RefundOrderJob') ?? '';
    const isGood = async () => mustRead(await business.isGood('RefundOrderJob', key, signal));
    expect(await isGood()).toMatchObject({ good: false, shows: 'status paid' });
    await world.sql.query("UPDATE fap.orders SET status = 'refunded' WHERE order_no = ?", [key]);
    expect(await isGood()).toMatchObject({ good: true, shows: 'status refunded' });
    expect(mustRead(await business.isGood('RefundOrderJob', "' OR 1=1 -- ", signal))).toBeUndefined();
  });
});

describe('100,000 failures', () => {
  // Half a gigabyte is written first, which a busy machine needs a minute for.
  it('are listed at once, while they are counted in the background', { timeout: 300_000 }, async () => {
    const world = await startWorld();
    const database = createAppDatabase(new Secret(world.mariadb.url('qk_read', 'fap')), 'fap');
    const { reader, tally } = createFailures({ database, description, log });
    try {
      await world.sql.query(
        `INSERT INTO fap.failed_jobs (uuid, connection, queue, payload, exception, failed_at)
         SELECT UUID(), 'database', ELT(1 + seq % 4, 'reports', 'ops', 'commerce', 'content'),
           CONCAT('{"displayName":"App\\\\\\\\Jobs\\\\\\\\Job', seq % 8, '","data":{"command":"', REPEAT('p', 500), '"}}'),
           CONCAT('RuntimeException: broke ', seq, ' in /app/A.php:3\n', REPEAT('#0 /app/vendor/x.php(1): y()\n', 200)),
           UTC_TIMESTAMP() FROM fap.seq_1_to_100000`,
      );
      const first = mustRead(await reader.groups({ limit: 10 }, signal));
      expect(first.of).not.toEqual(exact(100_000));
      const page = mustRead(await reader.page({ limit: 10 }, signal));
      expect([page.rows.length, page.total]).toEqual([10, exact(100_000)]);
      const none = mustRead(await reader.page({ limit: 10, error: 'nowhere' }, signal));
      expect(none.rows).toEqual([]);
      expect(none.complete || (none.searched > 0 && none.next !== undefined)).toBe(true);
      await expect
        .poll(async () => mustRead(await reader.groups({ limit: 10 }, signal)).of, { timeout: 120_000 })
        .toEqual(exact(100_000));
      expect(mustRead(await tally.failedByQueue(signal)).get('database:ops')).toEqual(exact(25_000));
    } finally {
      tally.stop();
      await database.close();
      await world.stop();
    }
  });
});
