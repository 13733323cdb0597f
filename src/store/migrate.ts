import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import { Umzug } from 'umzug';
import type { Secret } from '../core/secret.ts';
import { StoreUnavailable } from '../core/store-ports.ts';
import { migrations } from './migrations.ts';

const connectLimitMs = 5_000;
/** So long another replica may take to migrate. */
const lockLimitSeconds = 60;

/**
 * Brings the store's tables up to date and returns the names of what ran. One replica does it, under a lock of the
 * server; the others wait and find nothing left to do. Throws `StoreUnavailable` when the store can't be reached.
 */
export async function migrateStore(url: Secret): Promise<readonly string[]> {
  const connection = await connect(url);
  try {
    await lock(connection);
    await connection.query(
      'CREATE TABLE IF NOT EXISTS migrations (name VARCHAR(191) CHARACTER SET ascii NOT NULL PRIMARY KEY, at DATETIME(6) NOT NULL) ENGINE=InnoDB',
    );
    const done = await umzugOn(connection).up();
    return done.map(({ name }) => name);
  } finally {
    connection.destroy();
  }
}

/** Names of migrations that have not run yet. */
export async function pendingMigrations(url: Secret): Promise<readonly string[]> {
  const connection = await connect(url);
  try {
    const pending = await umzugOn(connection).pending();
    return pending.map(({ name }) => name);
  } finally {
    connection.destroy();
  }
}

async function connect(url: Secret): Promise<Connection> {
  try {
    return await createConnection({ uri: url.reveal(), connectTimeout: connectLimitMs, timezone: 'Z' });
  } catch (error) {
    throw new StoreUnavailable('the store can not be reached for migrations', { cause: error });
  }
}

async function lock(connection: Connection): Promise<void> {
  const [rows] = await connection.query<RowDataPacket[]>('SELECT GET_LOCK(?, ?) AS got', [
    'queuekeeper migrations',
    lockLimitSeconds,
  ]);
  if (rows[0]?.['got'] !== 1)
    throw new StoreUnavailable('another process is migrating the store and takes long');
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
