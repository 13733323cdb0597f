import type { ArchivedRow } from '../core/approval-ports.ts';
import { type ExecutionId, type FailedJobId, failedJobId, type RequestId, type RunId } from '../core/ids.ts';
import type { FailedRow } from '../core/request.ts';
import type { Secret } from '../core/secret.ts';
import { hashOf, hashOfPiece } from './archive.ts';
import { idsOfRanges } from './id-ranges.ts';
import { instantOf, optionalText } from './rows.ts';
import { findSealedRuns, type SealedRow } from './sealed.ts';
import type { Row, Sql } from './sql.ts';

/** The name of a piece's sealed row. `ids`: as the row has them. */
export const pieceIdOf = (executionId: ExecutionId, ids: string): RunId =>
  `${executionId}-archive-${/^\d+/.exec(ids)?.[0] ?? '0'}` as RunId; // `run_id` holds it

const sizesAtOnce = 64;
const mostRows = 1_000;

/**
 * A page of the archive by id, of at most so many bytes but one row at least. A row is intact when its bytes have its own
 * hash, and when that hash is among those that a sealed ARCHIVED row of this request vouches for.
 */
export async function readArchived(
  sql: Sql,
  key: Secret,
  requestId: RequestId,
  after: FailedJobId,
  bytes: number,
): Promise<readonly ArchivedRow[]> {
  const last = await findLast(sql, requestId, after, bytes);
  if (last === undefined) return [];
  const rows = await sql.all(
    `SELECT * FROM archived_failed_jobs WHERE request_id = ? AND failed_id > ? AND failed_id <= ? ORDER BY failed_id`,
    [requestId, after, last],
  );
  const vouched = await findVouched(sql, key, requestId, Number(rows[0]?.['failed_id'] ?? last), last);
  return rows.map((row) => archivedOf(row, vouched));
}

/** Sizes first, since a page of big rows must not be read to be thrown away. */
async function findLast(
  sql: Sql,
  requestId: RequestId,
  after: FailedJobId,
  bytes: number,
): Promise<number | undefined> {
  let [last, size, count]: [number | undefined, number, number] = [undefined, 0, 0];
  for (;;) {
    const rows = await sql.all(
      `SELECT failed_id, LENGTH(payload) + LENGTH(exception) AS size FROM archived_failed_jobs
       WHERE request_id = ? AND failed_id > ? ORDER BY failed_id LIMIT ?`,
      [requestId, last ?? after, sizesAtOnce],
    );
    for (const row of rows) {
      size += Number(row['size']);
      count += 1;
      if (last !== undefined && (size > bytes || count > mostRows)) return last;
      last = Number(row['failed_id']);
    }
    if (rows.length < sizesAtOnce) return last;
  }
}

/** Hashes by id, of all pieces that reach into the page and are whole. */
async function findVouched(
  sql: Sql,
  key: Secret,
  requestId: RequestId,
  from: number,
  to: number,
): Promise<ReadonlyMap<number, string>> {
  const vouched = new Map<number, string>();
  for (const piece of await findPieces(sql, key, requestId)) {
    const ids = idsOfRanges(String(piece.detail['ids']));
    const [first, last] = [ids[0] ?? 0, ids.at(-1) ?? -1];
    if (last < from || first > to) continue;
    const hashes = await findHashes(sql, requestId, ids);
    const isWhole = hashes.length === ids.length && hashOfPiece(hashes) === piece.detail['sha256'];
    if (isWhole) for (const [index, id] of ids.entries()) vouched.set(id, hashes[index] ?? '');
  }
  return vouched;
}

async function findPieces(sql: Sql, key: Secret, requestId: RequestId): Promise<readonly SealedRow[]> {
  const [execution] = await sql.all('SELECT id FROM executions WHERE request_id = ?', [requestId]);
  if (execution === undefined) return [];
  return findSealedRuns(sql, key, `${execution['id']}-archive-`, 'ARCHIVED', requestId);
}

async function findHashes(
  sql: Sql,
  requestId: RequestId,
  ids: readonly number[],
): Promise<readonly string[]> {
  const rows = await sql.all(
    'SELECT sha256 FROM archived_failed_jobs WHERE request_id = ? AND failed_id IN (?) ORDER BY failed_id',
    [requestId, ids],
  );
  return rows.map((row) => String(row['sha256']));
}

function archivedOf(row: Row, vouched: ReadonlyMap<number, string>): ArchivedRow {
  const failed = failedRowOf(row);
  const hash = hashOf(failed);
  return {
    ...failed,
    intact: hash === String(row['sha256']) && vouched.get(failed.id) === hash,
    restoredAt: row['restored_at'] === null ? null : instantOf(row['restored_at']),
  };
}

const failedRowOf = (row: Row): FailedRow => ({
  id: failedJobId(Number(row['failed_id'])),
  uuid: optionalText(row['uuid']),
  ...{ connection: String(row['connection']), queue: String(row['queue']) },
  payload: row['payload'] as Buffer, // BLOB columns come as buffers
  exception: row['exception'] as Buffer,
  failedAt: String(row['failed_at']),
});

/** Those that nobody has restored yet are this restore's from now on, and nobody's ever again. */
export async function claimArchived(
  sql: Sql,
  from: RequestId,
  ids: readonly FailedJobId[],
): Promise<ReadonlySet<FailedJobId>> {
  if (ids.length === 0) return new Set();
  const rows = await sql.all(
    `SELECT failed_id FROM archived_failed_jobs
     WHERE request_id = ? AND failed_id IN (?) AND restored_at IS NULL FOR UPDATE`,
    [from, ids],
  );
  const free = rows.map((row) => failedJobId(Number(row['failed_id'])));
  if (free.length === 0) return new Set();
  await sql.run(
    'UPDATE archived_failed_jobs SET restored_at = UTC_TIMESTAMP(6) WHERE request_id = ? AND failed_id IN (?)',
    [from, free],
  );
  return new Set(free);
}
