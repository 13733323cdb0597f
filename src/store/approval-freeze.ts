import { createDigest } from '../core/digest.ts';
import { failedJobId, type RequestId } from '../core/ids.ts';
import type { FrozenTarget } from '../core/request.ts';
import type { StoreDatabase } from './database.ts';
import { digestedOf } from './rows.ts';
import type { Sql } from './sql.ts';
import { insertTargets } from './targets.ts';

/** One transaction holds at most so many rows. */
const rowsAtOnce = 2_000;
/** Small pages are garbage before they are old; larger ones make the process grow. */
const rowsInPage = 1_000;
const sweptAtOnce = 5_000;

/** Adds rows to a request that is not asked yet, a transaction a batch. Throws where it was asked already. */
export async function freezeRows(
  database: StoreDatabase,
  requestId: RequestId,
  rows: readonly FrozenTarget[],
): Promise<void> {
  for (let at = 0; at < rows.length; at += rowsAtOnce) {
    await database.transaction(async (sql) => {
      await sql.run(
        `INSERT INTO approval_freezes (request_id, batches, at) VALUES (?, 1, UTC_TIMESTAMP(6))
         ON DUPLICATE KEY UPDATE batches = batches + 1`,
        [requestId],
      );
      // Asked under the lock of its freeze: what was asked never gets another row.
      const [asked] = await sql.all('SELECT number FROM approvals WHERE id = ?', [requestId]);
      if (asked !== undefined) throw new Error(`request #${asked['number']} is asked already`);
      await insertTargets(sql, requestId, rows.slice(at, at + rowsAtOnce));
    });
  }
}

export interface FrozenSet {
  readonly batches: number;
  readonly count: number;
  readonly highest: number;
  readonly digest: string;
}

/** What was frozen so far, read page by page. */
export async function readFrozen(database: StoreDatabase, requestId: RequestId): Promise<FrozenSet> {
  const batches = await database.query((sql) => countBatches(sql, requestId, ''));
  const digest = createDigest();
  for (;;) {
    const page = await database.query((sql) =>
      sql.all(
        `SELECT failed_id, uuid, connection, queue, payload_sha256 FROM approval_targets
         WHERE request_id = ? AND failed_id > ? ORDER BY failed_id LIMIT ?`,
        [requestId, failedJobId(digest.highest), rowsInPage],
      ),
    );
    for (const row of page) digest.add(digestedOf(row));
    if (page.length < rowsInPage) break;
  }
  const { count, highest } = digest;
  return { batches, count, highest, digest: digest.end() };
}

/** Ends the freezing under its lock; false: rows were added since they were read. */
export async function endFreeze(sql: Sql, requestId: RequestId, batches: number): Promise<boolean> {
  if ((await countBatches(sql, requestId, 'FOR UPDATE')) !== batches) return false;
  await sql.run('DELETE FROM approval_freezes WHERE request_id = ?', [requestId]);
  return true;
}

async function countBatches(sql: Sql, requestId: RequestId, lock: '' | 'FOR UPDATE'): Promise<number> {
  const [row] = await sql.all(`SELECT batches FROM approval_freezes WHERE request_id = ? ${lock}`, [
    requestId,
  ]);
  return Number(row?.['batches'] ?? 0);
}

/** Rows of requests that nobody asked within an hour. */
export async function sweepFrozen(database: StoreDatabase): Promise<void> {
  const left = await database.query((sql) =>
    sql.all('SELECT request_id FROM approval_freezes WHERE at < UTC_TIMESTAMP(6) - INTERVAL 1 HOUR LIMIT 5'),
  );
  for (const row of left) await sweepOne(database, String(row['request_id']) as RequestId); // this room wrote it
}

async function sweepOne(database: StoreDatabase, requestId: RequestId): Promise<void> {
  for (;;) {
    const more = await database.transaction(async (sql) => {
      const batches = await countBatches(sql, requestId, 'FOR UPDATE');
      if (batches === 0) return false;
      const { changed } = await sql.run('DELETE FROM approval_targets WHERE request_id = ? LIMIT ?', [
        requestId,
        sweptAtOnce,
      ]);
      if (changed < sweptAtOnce) await endFreeze(sql, requestId, batches);
      else {
        // Who would ask now must see that rows are gone.
        await sql.run('UPDATE approval_freezes SET batches = batches + 1 WHERE request_id = ?', [requestId]);
      }
      return changed === sweptAtOnce;
    });
    if (!more) return;
  }
}
