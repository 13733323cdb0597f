import { setTimeout as sleep } from 'node:timers/promises';
import { createPool, type Pool, type PoolConnection } from 'mysql2/promise';
import type { Secret } from '../core/secret.ts';
import { StoreUnavailable } from '../core/store-ports.ts';
import { within } from '../core/within.ts';
import { cut, setSession } from './connection.ts';
import { createGate, type Gate } from './gate.ts';
import { type Sql, sqlOf } from './sql.ts';
import { asStoreError, isRepeatable } from './store-errors.ts';

/**
 * Queuekeeper's own schema. Whatever takes too long or can't be reached rejects with `StoreUnavailable`, whatever else
 * the server refuses with the driver's error.
 */
export interface StoreDatabase {
  /** Statements outside a transaction, on one connection. */
  query<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /**
   * Only a COMMIT that succeeded is a claim. The whole work is repeated, for a bounded time, on a deadlock, a lock wait
   * or a changed snapshot, so it must have no effect but through `sql`.
   */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** Asked of each new connection before its first use: a server that was failed over is always a new connection. */
  onConnect(look: (sql: Sql) => Promise<void>): void;
  /** True: the last try reached the server, or there was none yet. */
  isReachable(): boolean;
  close(): Promise<void>;
}

export interface StoreLimits {
  readonly connections: number;
  /** Works that wait for a connection. */
  readonly line: number;
  readonly connectMs: number;
  /** One try of one work, from the wait for a connection to its COMMIT. */
  readonly workMs: number;
  /** No new try is begun after so long. */
  readonly repeatMs: number;
}

export const usualLimits: StoreLimits = {
  ...{ connections: 10, line: 500 },
  ...{ connectMs: 3_000, workMs: 5_000, repeatMs: 6_000 },
};

/** Opens no connection before the first work. */
export function createStoreDatabase(url: Secret, limits: StoreLimits = usualLimits): StoreDatabase {
  const pool = openPool(url, limits);
  const gate = createGate(limits.connections, limits.line);
  const looks: ((sql: Sql) => Promise<void>)[] = [];
  const ready = new WeakSet<object>();
  let reachable = true;
  let closed = false;

  const prepare = async (connection: PoolConnection): Promise<void> => {
    // The promise wrapper is a new object each time; the connection inside it is the one that stays.
    if (ready.has(connection.connection)) return;
    await setSession(connection);
    for (const look of looks) await look(sqlOf(connection));
    ready.add(connection.connection);
  };

  const limited = async <T>(work: (connection: PoolConnection) => Promise<T>): Promise<T> => {
    if (closed) throw new StoreUnavailable('the store was closed');
    try {
      const result = await onConnection({ pool, gate, limitMs: limits.workMs, prepare }, work);
      reachable = true;
      return result;
    } catch (error) {
      const known = isRepeatable(error) ? error : asStoreError(error);
      reachable = !(known instanceof StoreUnavailable);
      throw known;
    }
  };

  return {
    query: (work) => limited((connection) => work(sqlOf(connection))),
    async transaction(work) {
      const until = performance.now() + limits.repeatMs;
      for (;;) {
        try {
          return await limited((connection) => inTransaction(connection, work));
        } catch (error) {
          if (!isRepeatable(error) || performance.now() > until) throw asStoreError(error);
          await sleep(5 + Math.random() * 20);
        }
      }
    },
    onConnect: (look) => void looks.push(look),
    isReachable: () => reachable,
    close: () => {
      closed = true;
      return closePool(pool);
    },
  };
}

const idleMs = 15_000;

function openPool(url: Secret, limits: StoreLimits): Pool {
  const pool = createPool({
    ...{ uri: url.reveal(), connectionLimit: limits.connections, connectTimeout: limits.connectMs },
    // Times stay text: a Date would lose the microseconds that are sealed.
    ...{ dateStrings: true, timezone: 'Z', supportBigNumbers: true, charset: 'utf8mb4' },
    ...{ enableKeepAlive: true, keepAliveInitialDelay: 10_000 },
    // An idle connection goes before the server ends it; see `setSession`. The driver looks only when `maxIdle` is lower.
    ...{ idleTimeout: idleMs, maxIdle: limits.connections - 1 },
  });
  // A connection that dies while idle says so here; the pool makes another one.
  pool.pool.on('connection', (connection) => connection.on('error', () => undefined));
  return pool;
}

async function inTransaction<T>(connection: PoolConnection, work: (sql: Sql) => Promise<T>): Promise<T> {
  await connection.query('START TRANSACTION');
  try {
    const result = await work(sqlOf(connection));
    await connection.query('COMMIT');
    return result;
  } catch (error) {
    // A connection that can't roll back must not carry an open transaction to its next user.
    await connection.query('ROLLBACK').catch(() => cut(connection));
    throw error;
  }
}

interface Way {
  readonly pool: Pool;
  readonly gate: Gate;
  readonly limitMs: number;
  readonly prepare: (connection: PoolConnection) => Promise<void>;
}

/** Takes a connection and does the work within the limit; a connection that is late is cut, never used again. */
async function onConnection<T>(
  { pool, gate, limitMs, prepare }: Way,
  work: (connection: PoolConnection) => Promise<T>,
): Promise<T> {
  const began = performance.now();
  const leave = await gate.enter(limitMs);
  let taken: PoolConnection | undefined;
  let late = false;
  const attempt = (async (): Promise<T> => {
    const connection = await pool.getConnection();
    taken = connection;
    try {
      if (late) throw new StoreUnavailable('the store gave a connection too late');
      await prepare(connection).catch((error: unknown) => {
        cut(connection);
        throw error;
      });
      return await work(connection);
    } finally {
      connection.release();
    }
  })();
  attempt.then(leave, leave);
  const result = await within<T, typeof tooLate>(attempt, limitMs - (performance.now() - began), tooLate);
  if (result !== tooLate) return result;
  late = true;
  if (taken !== undefined) cut(taken);
  leave();
  throw new StoreUnavailable(`the store did not answer within ${limitMs} ms`);
}

const tooLate = Symbol('too late');

const closeLimitMs = 2_000;

async function closePool(pool: Pool): Promise<void> {
  await within(
    pool.end().catch(() => undefined),
    closeLimitMs,
    undefined,
  );
}
