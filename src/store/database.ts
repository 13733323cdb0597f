import {
  createPool,
  type Pool,
  type PoolConnection,
  type ResultSetHeader,
  type RowDataPacket,
} from 'mysql2/promise';
import type { Secret } from '../core/secret.ts';
import { StoreUnavailable } from '../core/store-ports.ts';

export type Value = string | number | Buffer | Date | null;

/** Statements on one connection. Values are always bound. */
export interface Sql {
  all(text: string, values?: readonly (Value | readonly Value[])[]): Promise<readonly Row[]>;
  run(
    text: string,
    values?: readonly (Value | readonly unknown[])[],
  ): Promise<{ readonly changed: number; readonly insertId: number }>;
}

/** A row as the driver gives it: bigints as numbers where safe, times as text. */
export type Row = Readonly<Record<string, unknown>>;

export interface StoreDatabase {
  /** One statement outside a transaction. */
  query<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** Repeats the whole work on a deadlock, a lock wait or a changed snapshot: only a COMMIT that succeeded counts. */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const connectLimitMs = 3_000;
/** For one transaction, waiting for a connection included; a server that never answers costs no more. */
const workLimitMs = 5_000;
const tries = 6;
/** Deadlock, lock wait timeout, snapshot changed (`innodb_snapshot_isolation`). */
const repeatable = new Set([1213, 1205, 1020]);

/** Errors of the server keep their number; everything else (connect, time-out, lost) is `StoreUnavailable`. */
export function createStoreDatabase(url: Secret): StoreDatabase {
  const pool = createPool({
    uri: url.reveal(),
    ...{ connectionLimit: 10, waitForConnections: true, queueLimit: 500, connectTimeout: connectLimitMs },
    ...{
      dateStrings: true,
      timezone: 'Z',
      supportBigNumbers: true,
      charset: 'utf8mb4',
      enableKeepAlive: true,
    },
  });
  pool.pool.on('connection', (connection) => {
    // A connection that dies while idle says so here; the pool makes another one.
    connection.on('error', () => undefined);
    connection.query(
      "SET time_zone = '+00:00', SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED, innodb_lock_wait_timeout = 4",
      () => undefined,
    );
  });
  return {
    query: (work) => limited(pool, workLimitMs, (connection) => work(sqlOf(connection))),
    async transaction(work) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await limited(pool, workLimitMs, (connection) => inTransaction(connection, work));
        } catch (error) {
          if (!repeatable.has(errorNumber(error) ?? 0) || attempt >= tries) throw error;
        }
      }
    },
    close: () => pool.end(),
  };
}

async function inTransaction<T>(connection: PoolConnection, work: (sql: Sql) => Promise<T>): Promise<T> {
  await connection.query('START TRANSACTION');
  try {
    const result = await work(sqlOf(connection));
    await connection.query('COMMIT');
    return result;
  } catch (error) {
    await connection.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** Takes a connection and does the work within the limit; a connection that is late is destroyed, never reused. */
async function limited<T>(
  pool: Pool,
  limitMs: number,
  work: (connection: PoolConnection) => Promise<T>,
): Promise<T> {
  let connection: PoolConnection | undefined;
  let late = false;
  const attempt = (async (): Promise<T> => {
    const taken = await pool.getConnection();
    if (late) {
      taken.release();
      throw new StoreUnavailable('the store gave a connection too late');
    }
    connection = taken;
    try {
      return await work(taken);
    } finally {
      if (!late) taken.release();
    }
  })();
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      late = true;
      connection?.destroy();
      reject(new StoreUnavailable(`the store did not answer within ${limitMs} ms`));
    }, limitMs);
  });
  attempt.catch(() => undefined);
  try {
    return await Promise.race([attempt, limit]);
  } catch (error) {
    throw asStoreError(error);
  } finally {
    clearTimeout(timer);
  }
}

/** The server's own error number, where the server answered. */
export function errorNumber(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('errno' in error) || !('sqlState' in error))
    return undefined;
  return typeof error.errno === 'number' && error.errno > 0 ? error.errno : undefined;
}

/** Too many connections, shutting down, gone away: the server answered, and it is as good as away. */
const awayNumbers = new Set([1040, 1053, 1129, 1130, 1045, 1044, 1049, 1203, 1226, 1927]);

function asStoreError(error: unknown): unknown {
  if (error instanceof StoreUnavailable) return error;
  if (!isDriverError(error)) return error;
  const number = errorNumber(error);
  if (number !== undefined && !awayNumbers.has(number)) return error;
  return new StoreUnavailable('the store can not be reached', { cause: error });
}

/** Errors of mysql2 and of sockets carry a code; our own refusals (lease lost, audit) don't. */
const isDriverError = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string';

function sqlOf(connection: PoolConnection): Sql {
  return {
    async all(text, values = []) {
      const [rows] = await connection.query<RowDataPacket[]>(text, [...values]);
      return rows;
    },
    async run(text, values = []) {
      const [header] = await connection.query<ResultSetHeader>(text, [...values]);
      return { changed: header.affectedRows, insertId: header.insertId };
    },
  };
}
