import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createConnection as connectTcp, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { type Connection, createConnection } from 'mysql2/promise';
import { Secret } from '../../../src/core/secret.ts';

/** A TCP proxy that can fall silent or refuse. */
export interface Wire {
  readonly port: number;
  /** Connections that are open now. */
  readonly open: () => number;
  pass(): void;
  /** Bytes go nowhere, in both ways, without a goodbye; new connections are accepted and hear nothing. */
  hang(): void;
  /** Breaks what is connected, and closes new connections at once. */
  refuse(): void;
  close(): void;
}

/** A MariaDB with the reference application's tables and a Redis, of their own, each behind a wire. */
export interface QueueServers {
  readonly admin: Connection;
  readonly redis: Redis;
  readonly databaseUrl: Secret;
  readonly databaseWire: Wire;
  readonly wiredDatabaseUrl: Secret;
  readonly redisUrl: Secret;
  readonly redisWire: Wire;
  readonly wiredRedisUrl: Secret;
  readonly databasePort: number;
  readonly redisPort: number;
  /** Of `fap_app`, as which the application itself runs. */
  readonly appPassword: string;
  stop(): Promise<void>;
}

export const readerPassword = 'reader-secret-7f3a';
const appPassword = 'app-secret';

export async function startQueueServers(): Promise<QueueServers> {
  const folder = await mkdtemp(join(tmpdir(), 'queuekeeper-queues-'));
  const [databasePort, redisPort] = [await freePort(), await freePort()];
  const database = startMariaDb(folder, databasePort);
  const redisServer = spawn('redis-server', ['--port', String(redisPort), '--save', '', '--dir', folder], {
    stdio: 'ignore',
  });
  const root = await connectWhenUp(join(folder, 'socket'));
  await root.query('CREATE DATABASE fap');
  await root.query("CREATE USER 'admin'@'127.0.0.1' IDENTIFIED BY 'admin'");
  await root.query("GRANT ALL ON *.* TO 'admin'@'127.0.0.1'");
  await root.query(`CREATE USER 'reader'@'127.0.0.1' IDENTIFIED BY '${readerPassword}'`);
  await root.query(`CREATE USER 'fap_app'@'127.0.0.1' IDENTIFIED BY '${appPassword}'`);
  await root.query("GRANT ALL ON fap.* TO 'fap_app'@'127.0.0.1'");
  await root.query("GRANT SELECT ON fap.* TO 'reader'@'127.0.0.1'");
  await root.end();
  const admin = await createConnection(`mysql://admin:admin@127.0.0.1:${databasePort}/fap`);
  await admin.query(jobsTable);
  const redis = new Redis(redisPort, '127.0.0.1');
  redis.on('error', () => undefined);
  await redis.ping();
  const [databaseWire, redisWire] = [await openWire(databasePort), await openWire(redisPort)];
  const databaseAt = (port: number) => new Secret(`mysql://reader:${readerPassword}@127.0.0.1:${port}/fap`);
  const redisAt = (port: number) => new Secret(`redis://127.0.0.1:${port}/0`);
  return {
    ...{ admin, redis, appPassword, databasePort, redisPort, databaseWire, redisWire },
    ...{ databaseUrl: databaseAt(databasePort), wiredDatabaseUrl: databaseAt(databaseWire.port) },
    ...{ redisUrl: redisAt(redisPort), wiredRedisUrl: redisAt(redisWire.port) },
    async stop() {
      admin.destroy();
      redis.disconnect();
      databaseWire.close();
      redisWire.close();
      await Promise.all([ended(database), ended(redisServer)]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const jobsTable = `CREATE TABLE jobs (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, queue varchar(255) NOT NULL, payload longtext NOT NULL,
  attempts tinyint unsigned NOT NULL, reserved_at int unsigned NULL, available_at int unsigned NOT NULL,
  created_at int unsigned NOT NULL, KEY jobs_queue_index (queue))`;

function startMariaDb(folder: string, port: number): ChildProcess {
  const asRoot = process.getuid?.() === 0 ? ['--user=root'] : [];
  const made = spawnSync(
    'mariadb-install-db',
    [
      ...['--no-defaults', `--datadir=${folder}/data`, '--auth-root-authentication-method=normal'],
      ...['--skip-test-db', ...asRoot],
    ],
    { encoding: 'utf8' },
  );
  if (made.status !== 0) throw new Error(`mariadb-install-db failed: ${made.stderr}`);
  const binary = ['/usr/sbin/mariadbd', '/usr/local/sbin/mariadbd'].find(existsSync) ?? 'mariadbd';
  return spawn(
    binary,
    [
      ...[
        '--no-defaults',
        `--datadir=${folder}/data`,
        `--socket=${folder}/socket`,
        `--port=${port}`,
        ...asRoot,
      ],
      ...['--bind-address=127.0.0.1', '--innodb-flush-log-at-trx-commit=0', `--pid-file=${folder}/pid`],
    ],
    { stdio: 'ignore' },
  );
}

async function connectWhenUp(socketPath: string): Promise<Connection> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await createConnection({ socketPath, user: 'root' });
    } catch (error) {
      if (tries > 200) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo; // it listens on TCP
      server.close(() => resolve(port));
    });
  });
}

function openWire(target: number): Promise<Wire> {
  const pairs = new Set<readonly [near: Socket, far: Socket]>();
  let state: 'pass' | 'hang' | 'refuse' = 'pass';
  const server = createServer((near) => {
    if (state === 'refuse') return void near.resetAndDestroy();
    const far = connectTcp(target, '127.0.0.1');
    const pair = [near, far] as const;
    pairs.add(pair);
    if (state === 'hang') near.pause();
    near.on('data', (bytes) => void (state === 'pass' && far.write(bytes)));
    far.on('data', (bytes) => void (state === 'pass' && near.write(bytes)));
    for (const socket of pair) socket.on('error', () => undefined);
    near.on('close', () => {
      pairs.delete(pair);
      far.destroy();
    });
    far.on('close', () => near.destroy());
  });
  const cut = (): void => {
    for (const [near, far] of pairs) {
      near.resetAndDestroy();
      far.destroy();
    }
  };
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve({
        port: (server.address() as AddressInfo).port, // it listens on TCP
        open: () => pairs.size,
        pass: () => {
          // What hung is gone for good: its bytes were thrown away.
          if (state === 'hang') cut();
          state = 'pass';
        },
        hang: () => {
          state = 'hang';
          // A goodbye is not heard either.
          for (const [near] of pairs) near.pause();
        },
        refuse: () => {
          state = 'refuse';
          cut();
        },
        close: () => {
          cut();
          server.close();
        },
      });
    });
  });
}
