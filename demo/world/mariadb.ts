import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cp, mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createConnection, createPool, type Pool } from 'mysql2/promise';
import type { Leash } from './leash.ts';
import { freePort, type Server, startServer, until } from './server.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));

export interface MariaDbOptions {
  readonly folder: string;
  readonly leash: Leash;
  readonly bufferPool?: string;
  /** Environment of the server, e.g. for a clock that tests move. */
  readonly env?: NodeJS.ProcessEnv;
}

export interface MariaDb {
  readonly port: number;
  readonly server: Server;
  /** As root, for making things happen and for looking behind the bot's back. */
  readonly root: Pool;
  /** Stops and starts it again on the same port and data. */
  restart(): Promise<void>;
  /** `mysql://account:password@127.0.0.1:port/database`. */
  url(account: Account, database: string, port?: number): string;
  readonly passwords: Readonly<Record<Account, string>>;
}

export type Account = 'fap_app' | 'qk_read' | 'qk_restore' | 'qk_migrate' | 'qk_store';

/** A data folder that was made once, so that a warm start only copies it. */
async function template(): Promise<string> {
  const made = `${root}.cache/mariadb-data`;
  const there = await stat(made).catch(() => undefined);
  if (there !== undefined) return made;
  const making = `${made}.${process.pid}`;
  await mkdir(making, { recursive: true });
  await run('mariadb-install-db', [
    ...['--no-defaults', `--datadir=${making}`, '--auth-root-authentication-method=normal', '--skip-test-db'],
    ...(process.getuid?.() === 0 ? ['--user=root'] : []),
    '--innodb-log-file-size=64M',
  ]);
  await rename(making, made).catch(() => rm(making, { recursive: true, force: true }));
  return made;
}

/** Its own MariaDB, with the reference application's tables and accounts that have only the rights our docs ask for. */
export async function startMariaDb(options: MariaDbOptions): Promise<MariaDb> {
  const { folder, leash } = options;
  const data = `${folder}/mariadb`;
  await cp(await template(), data, { recursive: true });
  const port = await freePort();
  const args = [
    ...[
      '--no-defaults',
      `--datadir=${data}`,
      `--socket=${folder}/mariadb.sock`,
      `--pid-file=${folder}/mariadb.pid`,
    ],
    ...[
      '--bind-address=127.0.0.1',
      `--port=${port}`,
      '--skip-name-resolve',
      '--skip-log-bin',
      '--default-time-zone=+00:00',
    ],
    ...[
      `--innodb-buffer-pool-size=${options.bufferPool ?? '256M'}`,
      '--innodb-log-file-size=64M',
      '--max-connections=300',
    ],
    ...['--innodb-flush-log-at-trx-commit=2', '--max-allowed-packet=64M', '--character-set-server=utf8mb4'],
    '--collation-server=utf8mb4_unicode_ci',
    ...(process.getuid?.() === 0 ? ['--user=root'] : []),
  ];
  const env = { ...process.env, ...options.env };
  const begin = (): Server =>
    startServer({
      command: 'mariadbd',
      args,
      logFile: `${folder}/mariadb.log`,
      leash,
      env: { ...env, PATH: `${env['PATH'] ?? ''}:/usr/sbin` },
    });
  let server = begin();
  const socketPath = `${folder}/mariadb.sock`;
  const connect = (): Promise<Awaited<ReturnType<typeof createConnection>>> =>
    createConnection({ socketPath, user: 'root', multipleStatements: true });
  const setUp = await until('MariaDB', connect);
  const passwords = await createAccounts(setUp);
  await setUp.end();
  const pool = createPool({
    socketPath,
    user: 'root',
    dateStrings: true,
    connectionLimit: 8,
    multipleStatements: true,
  });
  return {
    ...{ port, root: pool, passwords },
    get server() {
      return server;
    },
    async restart() {
      await server.stop();
      server = begin();
      await (await until('MariaDB', connect)).end();
    },
    url: (account, database, at = port) =>
      `mysql://${account}:${passwords[account]}@127.0.0.1:${at}/${database}`,
  };
}

async function createAccounts(
  connection: Awaited<ReturnType<typeof createConnection>>,
): Promise<Readonly<Record<Account, string>>> {
  const schema = await readFile(new URL('fap-schema.sql', import.meta.url), 'utf8');
  const passwordOf = (): string => randomBytes(12).toString('hex');
  const passwords = {
    ...{ fap_app: passwordOf(), qk_read: passwordOf(), qk_restore: passwordOf() },
    ...{ qk_migrate: passwordOf(), qk_store: passwordOf() },
  };
  await connection.query(`CREATE DATABASE fap; CREATE DATABASE queuekeeper; USE fap; ${schema}`);
  for (const [account, password] of Object.entries(passwords)) {
    await connection.query(`CREATE USER '${account}'@'%' IDENTIFIED BY '${password}'`);
  }
  await connection.query(`
    GRANT ALL ON fap.* TO 'fap_app'@'%';
    GRANT SELECT ON fap.* TO 'qk_read'@'%';
    GRANT SELECT, INSERT ON fap.failed_jobs TO 'qk_restore'@'%';
    GRANT ALL ON queuekeeper.* TO 'qk_migrate'@'%' WITH GRANT OPTION;
  `);
  return passwords;
}
