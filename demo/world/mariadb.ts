import { existsSync } from 'node:fs';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { type Connection, createConnection, createPool, type Pool } from 'mysql2/promise';
import { type Account, makePasswords, type Passwords } from './accounts.ts';
import type { Leash } from './leash.ts';
import { dataTemplate, redoLog, serverUser } from './mariadb-template.ts';
import { onFreePort } from './port.ts';
import { type Server, startServer } from './server.ts';

export interface MariaDbSettings {
  /** `innodb_buffer_pool_size`; 256M unless told. The big world of the design has 128M. */
  readonly bufferPool?: string;
  /** The server's `time_zone`; `+00:00` unless told. */
  readonly timeZone?: string;
  /** Each commit reaches the disk, as in production; else a power cut may lose a second, which no test has. */
  readonly durable?: boolean;
}

export interface MariaDbOptions extends MariaDbSettings {
  readonly folder: string;
  readonly leash: Leash;
  /** Tells two servers of one world apart. */
  readonly name?: string;
  /** A folder for its data that outlives the world; one that is whole is used as it is, without `setUp`. */
  readonly data?: string;
  readonly passwords?: Passwords;
  /** Makes databases and accounts, as root over the socket; several statements in a query are allowed. */
  readonly setUp?: (connection: Connection) => Promise<void>;
  /** Of the server's process, e.g. for a clock that tests move. */
  readonly env?: NodeJS.ProcessEnv;
}

export interface MariaDb {
  readonly port: number;
  readonly server: Server;
  /**
   * As root, for making things happen and for looking behind the bot's back. No default database, dates as strings,
   * several statements allowed.
   */
  readonly root: Pool;
  /** Stops and starts it again on the same port and data. */
  restart(signal?: NodeJS.Signals): Promise<void>;
  /** `mysql://account:password@127.0.0.1:port/database`; the port is a proxy's if one is given. */
  url(account: Account, database: string, port?: number): string;
  readonly passwords: Passwords;
}

/** Its own MariaDB on a copy of the data template, or on data that was kept. Root comes in by the socket alone. */
export async function startMariaDb(options: MariaDbOptions): Promise<MariaDb> {
  const { folder, leash, passwords = makePasswords(), name = 'mariadb' } = options;
  const data = options.data ?? `${folder}/${name}`;
  const socketPath = `${folder}/${name}.sock`;
  const isKept = options.data !== undefined && existsSync(doneMark(data));
  if (!isKept) {
    await rm(data, { recursive: true, force: true });
    await cp(await dataTemplate(leash), data, { recursive: true });
  }
  // A server clears its temporary folder when it starts: shared, it would take the tables of another one.
  const scratch = `${folder}/${name}.tmp`;
  await mkdir(scratch, { recursive: true });
  const root = { socketPath, user: 'root', dateStrings: true, multipleStatements: true };
  const { port, server } = await onFreePort(async (at) => ({
    port: at,
    server: await startServer({
      ...{ name, command: 'mariadbd', logFile: `${folder}/${name}.log`, leash },
      args: [
        ...[
          '--no-defaults',
          `--datadir=${data}`,
          `--tmpdir=${scratch}`,
          `--socket=${socketPath}`,
          `--pid-file=${folder}/${name}.pid`,
        ],
        ...['--bind-address=127.0.0.1', `--port=${at}`, '--skip-name-resolve', '--skip-log-bin'],
        ...[`--default-time-zone=${options.timeZone ?? '+00:00'}`, '--max-connections=300', ...serverUser],
        ...[`--innodb-buffer-pool-size=${options.bufferPool ?? '256M'}`, redoLog],
        ...[`--innodb-flush-log-at-trx-commit=${options.durable === true ? 1 : 2}`],
        ...['--max-allowed-packet=64M', '--character-set-server=utf8mb4'],
        '--collation-server=utf8mb4_unicode_ci',
      ],
      probe: async () => (await createConnection(root)).end(),
      ...(options.env === undefined ? {} : { env: options.env }),
    }),
  }));
  if (!isKept) {
    const connection = await createConnection(root);
    await connection.query(
      "DELETE FROM mysql.global_priv WHERE User = 'root' AND Host <> 'localhost'; FLUSH PRIVILEGES",
    );
    await options.setUp?.(connection);
    await connection.end();
    if (options.data !== undefined) await writeFile(doneMark(data), '');
  }
  const pool = createPool({ ...root, connectionLimit: 8 });
  leash.closer(() => pool.end());
  return {
    ...{ port, server, passwords, root: pool },
    restart: (signal) => server.restart(signal),
    url: (account, database, at = port) =>
      `mysql://${account}:${passwords[account]}@127.0.0.1:${at}/${database}`,
  };
}

/** Beside the data, once databases and accounts are made: half-made data is made again. */
const doneMark = (data: string): string => `${data}.done`;
