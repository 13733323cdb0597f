import {
  createPool,
  type Pool,
  type PoolConnection,
  type ResultSetHeader,
  type RowDataPacket,
} from 'mysql2/promise';
import type { AppDescription } from '../core/app-description.ts';
import { type FailedJobId, failedJobId } from '../core/ids.ts';
import type { Read } from '../core/reading.ts';
import type { Secret } from '../core/secret.ts';
import { within } from '../core/within.ts';
import type { FailureWriter, RowToInsert } from '../operations/ports.ts';
import { quoteName } from './database.ts';
import { databaseReason, missingDatabase, serverErrorNumber } from './database-errors.ts';
import { withinLimit } from './limit.ts';

const connectLimitMs = 3_000;
/** An insert may wait for locks of the application; longer than that it is given up, and the data tells. */
const limitMs = 20_000;
const idleMs = 10_000;
/** Rows of one statement, as text: its bytes are written as hexadecimal digits, two each. */
const mostRows = 50;
const mostBytes = 1_000_000;
const duplicate = 1062;

/**
 * The account `database_write`: INSERT and SELECT on `failed_jobs`, for restore alone. One connection, made when it is
 * needed and closed soon after. Like the reader it keeps the server's session zone, so that times stay the text they were.
 */
export function createFailureWriter(
  url: Secret,
  description: AppDescription,
): FailureWriter & { readonly close: () => Promise<void> } {
  const table = quoteName(description.failed.table);
  const pool = createWritePool(url);
  const onConnection = async <T>(
    signal: AbortSignal,
    work: (connection: PoolConnection) => Promise<T>,
  ): Promise<Read<T>> => {
    try {
      return { ok: true, value: await withinLimit(limitMs, signal, (over) => use(pool, over, work)) };
    } catch (error) {
      if (databaseReason(error) === 'failed' && !(error instanceof Error && 'code' in error)) throw error;
      return { ok: false, missing: missingDatabase(description.name, error) };
    }
  };
  return {
    taken: (rows, signal) =>
      onConnection(signal, async (connection) => {
        const ids = rows.map(({ id }) => id);
        const uuids = rows.flatMap(({ uuid }) => (uuid === null ? [] : [uuid]));
        const select = async (column: 'id' | 'uuid', values: readonly (number | string)[]) =>
          values.length === 0
            ? []
            : (
                await connection.query<RowDataPacket[]>(
                  `SELECT ${column} AS value FROM ${table} WHERE ${column} IN (?)`,
                  [values],
                )
              )[0];
        return {
          ids: new Set((await select('id', ids)).map((row) => failedJobId(Number(row['value'])))),
          uuids: new Set((await select('uuid', uuids)).map((row) => String(row['value']))),
        };
      }),

    insert: (rows, signal) =>
      onConnection(signal, async (connection) => {
        const inserted = new Map<FailedJobId, FailedJobId>();
        for (const piece of cut(rows)) {
          for (const [id, as] of await insertPiece(connection, table, piece)) inserted.set(id, as);
        }
        return inserted;
      }),

    async close() {
      await within(
        pool.end().catch(() => undefined),
        1_000,
        undefined,
      );
    },
  };
}

function createWritePool(url: Secret): Pool {
  const pool = createPool({
    uri: url.reveal(),
    ...{ connectionLimit: 1, maxIdle: 0, idleTimeout: idleMs, connectTimeout: connectLimitMs },
    ...{ dateStrings: true, supportBigNumbers: true, charset: 'utf8mb4', enableKeepAlive: true },
  });
  pool.pool.on('connection', (connection) => connection.on('error', () => undefined));
  return pool;
}

async function use<T>(
  pool: Pool,
  over: AbortSignal,
  work: (connection: PoolConnection) => Promise<T>,
): Promise<T> {
  const connection = await pool.getConnection();
  const kill = (): void => connection.destroy();
  if (over.aborted) kill();
  over.addEventListener('abort', kill, { once: true });
  try {
    over.throwIfAborted();
    return await work(connection);
  } finally {
    over.removeEventListener('abort', kill);
    if (!over.aborted) connection.release();
  }
}

/** Many small rows in one statement, each in its own where one of them is refused, so that only that one is left out. */
async function insertPiece(
  connection: PoolConnection,
  table: string,
  piece: readonly RowToInsert[],
): Promise<readonly (readonly [FailedJobId, FailedJobId])[]> {
  if (piece.length > 1) {
    try {
      await connection.query(`INSERT INTO ${table} (id, ${columns}) VALUES ?`, [
        piece.map((row) => [row.id, ...valuesOf(row)]),
      ]);
      return piece.map(({ id }) => [id, id]);
    } catch (error) {
      if (serverErrorNumber(error) !== duplicate) throw error;
    }
  }
  const inserted: [FailedJobId, FailedJobId][] = [];
  for (const row of piece) {
    const as = await insertOne(connection, table, row);
    if (as !== undefined) inserted.push([row.id, as]);
  }
  return inserted;
}

/** Undefined: its uuid or number is taken meanwhile. */
async function insertOne(
  connection: PoolConnection,
  table: string,
  row: RowToInsert,
): Promise<FailedJobId | undefined> {
  const [names, values] = row.keepsId
    ? [`id, ${columns}`, [row.id, ...valuesOf(row)]]
    : [columns, valuesOf(row)];
  try {
    // Prepared, so that a large row goes over the wire as it is.
    const [result] = await connection.execute<ResultSetHeader>(
      `INSERT INTO ${table} (${names}) VALUES (${values.map(() => '?').join(', ')})`,
      values,
    );
    return row.keepsId ? row.id : failedJobId(result.insertId);
  } catch (error) {
    if (serverErrorNumber(error) === duplicate) return undefined;
    throw error;
  }
}

const columns = 'uuid, connection, queue, payload, exception, failed_at';

/** Payload and exception as bytes: the column takes them as they are, whatever its character set. */
const valuesOf = (row: RowToInsert): (string | Buffer | null)[] => [
  ...[row.uuid, row.connection, row.queue, row.payload, row.exception, row.failedAt],
];

/** Rows that get a new number, and large ones, go alone: a statement says only one new number, and has its limit. */
function* cut(rows: readonly RowToInsert[]): Generator<readonly RowToInsert[]> {
  let piece: RowToInsert[] = [];
  let bytes = 0;
  for (const row of rows) {
    const size = row.payload.length + row.exception.length;
    if (!row.keepsId || size > mostBytes) {
      yield [row];
      continue;
    }
    if (piece.length >= mostRows || bytes + size > mostBytes) {
      yield piece;
      [piece, bytes] = [[], 0];
    }
    piece.push(row);
    bytes += size;
  }
  if (piece.length > 0) yield piece;
}
