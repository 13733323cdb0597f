import { createHash } from 'node:crypto';
import type { RequestId } from '../core/ids.ts';
import type { FailedRow } from '../core/request.ts';
import { idRanges } from './id-ranges.ts';
import type { Sql } from './sql.ts';

/** A stretch of the archive that one sealed ARCHIVED row vouches for. */
export interface ArchivedPiece extends Readonly<Record<string, unknown>> {
  readonly count: number;
  /** Of payloads and exceptions. */
  readonly bytes: number;
  /** Its rows' ids as `idRanges` writes them. */
  readonly ids: string;
  /** SHA-256 over the rows' own hashes ordered by id, lower-case hex. */
  readonly sha256: string;
}

const mostBytesAtOnce = 4 * 1024 * 1024;
const mostRowsAtOnce = 500;
/** For what a statement holds besides payloads and exceptions. */
const otherBytes = 512 * 1024;

/**
 * Copies rows byte for byte, a transaction a piece; what comes in bigger batches is cut. `keep` seals the piece beside its
 * rows: what is in the archive is vouched for. A row that is there already, as it comes now, is passed over, so a run that
 * was cut off can archive again. Throws for one that is there as another one, and the driver's error for a row that the
 * store's `max_allowed_packet` can't hold.
 */
export async function archiveRows(
  rows: AsyncIterable<readonly FailedRow[]>,
  requestId: RequestId,
  keep: (work: (sql: Sql) => Promise<ArchivedPiece | undefined>) => Promise<void>,
): Promise<{ readonly count: number; readonly bytes: number }> {
  let [count, bytes] = [0, 0];
  for await (const batch of rows) {
    for (const piece of cutBySize(batch)) {
      await keep(async (sql) => {
        const missing = await withoutArchived(sql, requestId, piece);
        if (missing.length === 0) return undefined;
        await insert(sql, requestId, missing);
        return pieceOf(missing);
      });
      count += piece.length;
      bytes += piece.reduce((sum, row) => sum + sizeOf(row), 0);
    }
  }
  return { count, bytes };
}

async function withoutArchived(
  sql: Sql,
  requestId: RequestId,
  rows: readonly FailedRow[],
): Promise<readonly FailedRow[]> {
  const there = await sql.all(
    'SELECT failed_id, sha256 FROM archived_failed_jobs WHERE request_id = ? AND failed_id IN (?)',
    [requestId, rows.map(({ id }) => id)],
  );
  if (there.length === 0) return rows;
  const hashes = new Map(there.map((row) => [Number(row['failed_id']), String(row['sha256'])]));
  return rows.filter((row) => {
    const hash = hashes.get(row.id);
    if (hash !== undefined && hash !== hashOf(row))
      throw new Error(`failed job ${row.id} was archived as another one`);
    return hash === undefined;
  });
}

function pieceOf(rows: readonly FailedRow[]): ArchivedPiece {
  const sorted = [...rows].sort((a, b) => a.id - b.id);
  return {
    count: rows.length,
    bytes: rows.reduce((sum, row) => sum + sizeOf(row), 0),
    ids: idRanges(sorted.map(({ id }) => id)),
    sha256: hashOfPiece(sorted.map(hashOf)),
  };
}

/** `hashes`: of its rows, ordered by id. */
export function hashOfPiece(hashes: readonly string[]): string {
  const hash = createHash('sha256');
  for (const one of hashes) hash.update(one);
  return hash.digest('hex');
}

async function insert(sql: Sql, requestId: RequestId, rows: readonly FailedRow[]): Promise<void> {
  const values = rows.map((row) => [
    ...[requestId, row.id, row.uuid, Buffer.from(row.connection), Buffer.from(row.queue)],
    ...[row.payload, row.exception, row.failedAt, hashOf(row)],
  ]);
  const bytes = rows.reduce((sum, row) => sum + sizeOf(row), 0);
  // As text in one statement its bytes are written as hexadecimal digits, two each.
  if (2 * bytes + otherBytes < (await packetBytes(sql))) await sql.run(`${insertText} ?`, [values]);
  else for (const row of values) await sql.put(`${insertText} (?, ?, ?, ?, ?, ?, ?, ?, ?)`, row);
}

async function packetBytes(sql: Sql): Promise<number> {
  const [row] = await sql.all('SELECT @@max_allowed_packet AS bytes');
  return Number(row?.['bytes']);
}

const insertText = `INSERT INTO archived_failed_jobs (request_id, failed_id, uuid, connection, queue, payload, exception,
  failed_at, sha256) VALUES`;

function* cutBySize(rows: readonly FailedRow[]): Generator<readonly FailedRow[]> {
  let piece: FailedRow[] = [];
  let size = 0;
  for (const row of rows) {
    const isFull = size + sizeOf(row) > mostBytesAtOnce || piece.length >= mostRowsAtOnce;
    if (piece.length > 0 && isFull) {
      yield piece;
      [piece, size] = [[], 0];
    }
    piece.push(row);
    size += sizeOf(row);
  }
  if (piece.length > 0) yield piece;
}

const sizeOf = (row: FailedRow): number => row.payload.length + row.exception.length;

/** SHA-256 over every field with its length before it, lower-case hex; what `restore` checks a row against. */
export function hashOf(row: FailedRow): string {
  const hash = createHash('sha256');
  const { connection, queue, payload, exception, failedAt } = row;
  for (const field of [String(row.id), row.uuid ?? '', connection, queue, payload, exception, failedAt]) {
    hash.update(`${Buffer.byteLength(field)}:`).update(field);
  }
  return hash.digest('hex');
}
