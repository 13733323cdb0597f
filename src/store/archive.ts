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
      const hashed = piece.map((row) => ({ row, hash: hashOf(row) }));
      await keep(async (sql) => {
        const missing = await withoutArchived(sql, requestId, hashed);
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

interface Hashed {
  readonly row: FailedRow;
  readonly hash: string;
}

async function withoutArchived(
  sql: Sql,
  requestId: RequestId,
  hashed: readonly Hashed[],
): Promise<readonly Hashed[]> {
  const there = await sql.all(
    'SELECT failed_id, sha256 FROM archived_failed_jobs WHERE request_id = ? AND failed_id IN (?)',
    [requestId, hashed.map(({ row }) => row.id)],
  );
  if (there.length === 0) return hashed;
  const hashes = new Map(there.map((row) => [Number(row['failed_id']), String(row['sha256'])]));
  return hashed.filter(({ row, hash }) => {
    const known = hashes.get(row.id);
    if (known !== undefined && known !== hash)
      throw new Error(`failed job ${row.id} was archived as another one`);
    return known === undefined;
  });
}

function pieceOf(hashed: readonly Hashed[]): ArchivedPiece {
  const sorted = [...hashed].sort((a, b) => a.row.id - b.row.id);
  return {
    count: sorted.length,
    bytes: sorted.reduce((sum, { row }) => sum + sizeOf(row), 0),
    ids: idRanges(sorted.map(({ row }) => row.id)),
    sha256: hashOfPiece(sorted.map(({ hash }) => hash)),
  };
}

/** `hashes`: of its rows, ordered by id. */
export function hashOfPiece(hashes: readonly string[]): string {
  const hash = createHash('sha256');
  for (const one of hashes) hash.update(one);
  return hash.digest('hex');
}

/**
 * Rows travel as they are, not as text twice as long, many in one statement. A few sizes of statements only, since the
 * server prepares each of them once.
 */
async function insert(sql: Sql, requestId: RequestId, hashed: readonly Hashed[]): Promise<void> {
  const most = (await packetBytes(sql)) - otherBytes;
  let at = 0;
  while (at < hashed.length) {
    const size = statementSizes.find((rows) => {
      const some = hashed.slice(at, at + rows);
      return some.length === rows && some.reduce((sum, { row }) => sum + sizeOf(row), 0) < most;
    });
    const some = hashed.slice(at, at + (size ?? 1));
    const places = some.map(() => '(?, ?, ?, ?, ?, ?, ?, ?, ?)').join(', ');
    await sql.put(
      `${insertText} ${places}`,
      some.flatMap((one) => valuesOf(requestId, one)),
    );
    at += some.length;
  }
}

const statementSizes = [128, 32, 8, 1];

const valuesOf = (
  requestId: RequestId,
  { row, hash }: Hashed,
): readonly (string | number | Buffer | null)[] => [
  ...[requestId, row.id, row.uuid, Buffer.from(row.connection), Buffer.from(row.queue)],
  ...[row.payload, row.exception, row.failedAt, hash],
];

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
