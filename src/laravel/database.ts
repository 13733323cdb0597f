import { Socket } from 'node:net';
import { createPool, type Pool, type PoolConnection, type RowDataPacket } from 'mysql2/promise';
import type { Read } from '../core/reading.ts';
import type { Secret } from '../core/secret.ts';
import { within } from '../core/within.ts';
import { createCircuit, type Pass } from './circuit.ts';
import { databaseReason, missingDatabase, serverErrorNumber } from './database-errors.ts';
import { TooLate, withinLimit } from './limit.ts';
import { createSlots } from './slots.ts';

export type Value = string | number | null;
/** As the driver gives it: bigints as numbers where safe, else as text; times as text in the session's zone. */
export type Row = Readonly<Record<string, unknown>>;

/** Statements on one connection, READ COMMITTED. Values are always bound. */
export interface AppSql {
  /**
   * `statementMs`: the server ends this statement after so long; left out: the whole read's limit. Then it rejects with
   * an error for which `isStatementTooSlow` is true, and the connection can be used on.
   */
  all(
    text: string,
    values?: readonly (Value | readonly Value[])[],
    statementMs?: number,
  ): Promise<readonly Row[]>;
}

/** The application's database, read only. What can't be read in time is a value; nothing waits beyond its limit. */
export interface AppDatabase {
  read<T>(signal: AbortSignal, work: (sql: AppSql) => Promise<T>, limitMs?: number): Promise<Read<T>>;
  /** As `read`, in a transaction that may take shared locks, and so waits for statements under way. */
  readLocking<T>(signal: AbortSignal, work: (sql: AppSql) => Promise<T>, limitMs?: number): Promise<Read<T>>;
  close(): Promise<void>;
}

export interface AppDatabaseOptions {
  /** 6: reading must never be what fills the application's own server. */
  readonly maxConnections?: number;
  /** For a whole read, waiting for a connection included; 4 s. */
  readonly limitMs?: number;
}

const connectLimitMs = 3_000;
/** The server's limit comes first, so that a slow statement costs no connection. */
const slackMs = 250;
const mostWaiting = 500;
const idleMs = 30_000;

/** `name`: the application's, for naming the part that is missing. Connects when first asked. */
export function createAppDatabase(url: Secret, name: string, options: AppDatabaseOptions = {}): AppDatabase {
  const { maxConnections = 6, limitMs: usualLimitMs = 4_000 } = options;
  const { pool, destroyAll } = createReadPool(url, maxConnections);
  const slots = createSlots(maxConnections, mostWaiting);
  const circuit = createCircuit(() => performance.now());
  const sessions: Sessions = new WeakMap();

  const attempt = async <T>(
    signal: AbortSignal,
    limitMs: number,
    work: (connection: PoolConnection, pass: Pass) => Promise<T>,
  ): Promise<Read<T>> => {
    let pass: Pass | undefined;
    try {
      const value = await withinLimit(limitMs + slackMs, signal, async (over) => {
        const entered = await circuit.enter(over);
        if (entered === undefined) throw new TooLate('it has just hung');
        pass = entered;
        return onConnection(
          pool,
          () => slots.take(over),
          over,
          async (connection) => {
            // Whoever waits for this try needs to know that it answers, not how long our statements take.
            if (await prepare(sessions, connection)) entered.heard();
            return work(connection, entered);
          },
        );
      });
      return { ok: true, value };
    } catch (error) {
      if (!isOurs(error)) throw error;
      if (serverErrorNumber(error) !== undefined) pass?.heard();
      else if (databaseReason(error) === 'timeout' && !signal.aborted) pass?.waitedInVain();
      return { ok: false, missing: missingDatabase(name, error) };
    } finally {
      pass?.leave();
    }
  };
  const sqlOn = (connection: PoolConnection, limitMs: number, pass: Pass): AppSql => ({
    async all(text, values = [], statementMs = limitMs) {
      await limitStatements(sessions, connection, Math.min(statementMs, limitMs));
      const [rows] = await connection.query<RowDataPacket[]>(text, [...values]);
      pass.heard();
      return rows;
    },
  });
  return {
    read: (signal, work, limitMs = usualLimitMs) =>
      attempt(signal, limitMs, (connection, pass) => work(sqlOn(connection, limitMs, pass))),
    readLocking: (signal, work, limitMs = usualLimitMs) =>
      attempt(signal, limitMs, (connection, pass) =>
        inTransaction(connection, () => work(sqlOn(connection, limitMs, pass))),
      ),
    async close() {
      await within(
        pool.end().catch(() => undefined),
        1_000,
        undefined,
      );
      destroyAll();
    },
  };
}

/** Errors of the driver, the socket and the limits; anything else is a bug of ours and stays one. */
const isOurs = (error: unknown): boolean =>
  databaseReason(error) !== 'failed' || (error instanceof Error && 'code' in error);

function createReadPool(
  url: Secret,
  maxConnections: number,
): { readonly pool: Pool; readonly destroyAll: () => void } {
  const pool = createPool({
    uri: url.reveal(),
    ...{ connectionLimit: maxConnections, maxIdle: 0, idleTimeout: idleMs, connectTimeout: connectLimitMs },
    ...{ dateStrings: true, supportBigNumbers: true, charset: 'utf8mb4', enableKeepAlive: true },
  });
  const sockets = new Set<Socket>();
  // The zone of the session stays the server's: TIMESTAMP columns then read back as the application wrote them.
  pool.pool.on('connection', (connection) => {
    connection.on('error', () => undefined);
    const socket = socketOf(connection);
    if (socket === undefined) return;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return { pool, destroyAll: () => sockets.forEach((socket) => void socket.destroy()) };
}

/** mysql2 keeps it as `stream`, which its types leave out; its own `destroy` only says goodbye, and waits for ever where nobody listens. */
function socketOf(connection: object): Socket | undefined {
  return 'stream' in connection && connection.stream instanceof Socket ? connection.stream : undefined;
}

/** A connection that is late is destroyed at once, never given back. The slot stays taken until the connection is. */
async function onConnection<T>(
  pool: Pool,
  takeSlot: () => Promise<() => void>,
  over: AbortSignal,
  work: (connection: PoolConnection) => Promise<T>,
): Promise<T> {
  const leave = await takeSlot();
  const connection = await pool.getConnection().catch((error: unknown) => {
    leave();
    throw error;
  });
  let taken = true;
  const end = (how: () => void): void => {
    if (!taken) return;
    taken = false;
    over.removeEventListener('abort', kill);
    how();
    leave();
  };
  const kill = (): void =>
    end(() => {
      const socket = socketOf(connection.connection);
      connection.destroy();
      socket?.destroy();
    });
  over.addEventListener('abort', kill, { once: true });
  try {
    over.throwIfAborted();
    return await work(connection);
  } finally {
    end(() => connection.release());
  }
}

interface SessionState {
  readonly isMariaDb: boolean;
  limitMs: number;
}
/** By mysql2's own connection, which outlives what the pool hands out. */
type Sessions = WeakMap<object, SessionState>;

/** Once for each connection: what server it is, and that it may only read. True: that was asked now, and answered. */
async function prepare(sessions: Sessions, connection: PoolConnection): Promise<boolean> {
  if (sessions.has(connection.connection)) return false;
  const [rows] = await connection.query<RowDataPacket[]>('SELECT @@version AS version');
  await connection.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED, READ ONLY');
  const isMariaDb = String(rows[0]?.['version']).includes('MariaDB');
  sessions.set(connection.connection, { isMariaDb, limitMs: 0 });
  return true;
}

/** MariaDB counts seconds, MySQL milliseconds. The limit holds in the server even if we are gone. */
async function limitStatements(
  sessions: Sessions,
  connection: PoolConnection,
  limitMs: number,
): Promise<void> {
  const session = sessions.get(connection.connection);
  if (session === undefined || session.limitMs === limitMs) return;
  await (session.isMariaDb
    ? connection.query('SET SESSION max_statement_time = ?', [limitMs / 1000])
    : connection.query('SET SESSION max_execution_time = ?', [Math.ceil(limitMs)]));
  session.limitMs = limitMs;
}

/** Locks need a transaction that could write; it never does, and ends with a rollback. */
async function inTransaction<T>(connection: PoolConnection, work: () => Promise<T>): Promise<T> {
  await connection.query('START TRANSACTION READ WRITE');
  try {
    return await work();
  } finally {
    // Where this fails the connection is gone, and its locks with it; what the work said counts.
    await connection.query('ROLLBACK').catch(() => undefined);
  }
}

/** A name of the configuration as SQL wants it. */
export function quoteName(name: string): string {
  if (!/^[A-Za-z0-9_$.]{1,128}$/.test(name)) throw new Error(`"${name}" is no name of a table or column`);
  return name
    .split('.')
    .map((part) => `\`${part}\``)
    .join('.');
}
