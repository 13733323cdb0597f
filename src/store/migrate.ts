import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import { Umzug } from 'umzug';
import type { Secret } from '../core/secret.ts';
import { StoreUnavailable } from '../core/store-ports.ts';
import { within } from '../core/within.ts';
import { grantRunning } from './grant-running.ts';
import { migrations } from './migrations.ts';
import { asStoreError } from './store-errors.ts';

const connectLimitMs = 5_000;
/** So long another replica may take to migrate. */
const lockLimitSeconds = 60;
/** So long all of it may take. */
const migrateLimitMs = 600_000;
const askLimitMs = 10_000;

/**
 * Brings the store's tables up to date and returns the names of what ran. One replica does it, under a lock of the
 * server; the others wait and find nothing left to do. When something ran, the account of `runningUrl` gets its rights on
 * the tables, if this one may hand them on. Throws `StoreUnavailable` when the store can't be reached.
 */
export function migrateStore(url: Secret, runningUrl?: Secret): Promise<readonly string[]> {
  return withConnection(url, migrateLimitMs, async (connection) => {
    await lock(connection);
    await connection.query(
      `CREATE TABLE IF NOT EXISTS migrations (
        name VARCHAR(191) CHARACTER SET ascii NOT NULL PRIMARY KEY, at DATETIME(6) NOT NULL
      ) ENGINE=InnoDB`,
    );
    const done = await umzugOn(connection).up();
    if (done.length > 0 && runningUrl !== undefined) await grantRunning(connection, runningUrl);
    return done.map(({ name }) => name);
  });
}

/** Names of migrations that have not run yet. */
export function pendingMigrations(url: Secret): Promise<readonly string[]> {
  return withConnection(url, askLimitMs, async (connection) => {
    const pending = await umzugOn(connection).pending();
    return pending.map(({ name }) => name);
  });
}

/** The lock goes with the connection, so it is freed however this ends. */
async function withConnection<T>(
  url: Secret,
  limitMs: number,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await connect(url);
  // What breaks while a statement runs is that statement's error.
  connection.on('error', () => undefined);
  try {
    const done = await within<T, typeof tooLate>(work(connection), limitMs, tooLate);
    if (done === tooLate) throw new StoreUnavailable('the store did not finish its migrations in time');
    return done;
  } catch (error) {
    throw asStoreError(error);
  } finally {
    connection.destroy();
  }
}

const tooLate = Symbol('too late');

async function connect(url: Secret): Promise<Connection> {
  try {
    return await createConnection({ uri: url.reveal(), connectTimeout: connectLimitMs, timezone: 'Z' });
  } catch (error) {
    throw new StoreUnavailable('the store can not be reached for migrations', { cause: error });
  }
}

async function lock(connection: Connection): Promise<void> {
  const [rows] = await connection.query<RowDataPacket[]>(
    "SELECT GET_LOCK(CONCAT('queuekeeper ', LEFT(DATABASE(), 48)), ?) AS got",
    [lockLimitSeconds],
  );
  if (rows[0]?.['got'] !== 1) {
    throw new StoreUnavailable('another process is migrating the store and takes long');
  }
}

function umzugOn(connection: Connection): Umzug<Connection> {
  return new Umzug<Connection>({
    context: connection,
    logger: undefined,
    migrations: migrations.map(({ name, statements }) => ({
      name,
      async up() {
        for (const statement of statements) await connection.query(statement);
      },
    })),
    storage: {
      async logMigration({ name }) {
        await connection.query('INSERT INTO migrations (name, at) VALUES (?, UTC_TIMESTAMP(6))', [name]);
      },
      async unlogMigration() {
        throw new Error('migrations of the store are never undone');
      },
      async executed() {
        const [tables] = await connection.query<RowDataPacket[]>("SHOW TABLES LIKE 'migrations'");
        if (tables.length === 0) return [];
        const [rows] = await connection.query<RowDataPacket[]>('SELECT name FROM migrations ORDER BY name');
        return rows.map((row) => String(row['name']));
      },
    },
  });
}
