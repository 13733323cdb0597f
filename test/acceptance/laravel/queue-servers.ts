import { mkdtemp, realpath } from 'node:fs/promises';
import { type AddressInfo, createConnection as connectTcp, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { type Connection, createConnection } from 'mysql2/promise';
import { createLeash, type Leash } from '../../../demo/world/leash.ts';
import { startMariaDb } from '../../../demo/world/mariadb.ts';
import { startRedis } from '../../../demo/world/redis.ts';
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
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'queuekeeper-queues-')));
  const leash = createLeash();
  leash.folder(folder);
  try {
    return await build(folder, leash);
  } catch (error) {
    await leash.release();
    throw error;
  }
}

async function build(folder: string, leash: Leash): Promise<QueueServers> {
  const database = await startMariaDb({ folder, leash, setUp: createAccounts });
  const { port: redisPort, client: redis } = await startRedis(folder, leash);
  const databasePort = database.port;
  const admin = await createConnection(`mysql://admin:admin@127.0.0.1:${databasePort}/fap`);
  const [databaseWire, redisWire] = [await openWire(databasePort), await openWire(redisPort)];
  const databaseAt = (port: number) => new Secret(`mysql://reader:${readerPassword}@127.0.0.1:${port}/fap`);
  const redisAt = (port: number) => new Secret(`redis://127.0.0.1:${port}/0`);
  return {
    ...{ admin, redis, appPassword, databasePort, redisPort, databaseWire, redisWire },
    ...{ databaseUrl: databaseAt(databasePort), wiredDatabaseUrl: databaseAt(databaseWire.port) },
    ...{ redisUrl: redisAt(redisPort), wiredRedisUrl: redisAt(redisWire.port) },
    async stop() {
      admin.destroy();
      databaseWire.close();
      redisWire.close();
      await leash.release();
    },
  };
}

async function createAccounts(root: Connection): Promise<void> {
  await root.query(`CREATE DATABASE fap; USE fap; ${jobsTable};
    CREATE USER 'admin'@'127.0.0.1' IDENTIFIED BY 'admin'; GRANT ALL ON *.* TO 'admin'@'127.0.0.1';
    CREATE USER 'reader'@'127.0.0.1' IDENTIFIED BY '${readerPassword}'; GRANT SELECT ON fap.* TO 'reader'@'127.0.0.1';
    CREATE USER 'fap_app'@'127.0.0.1' IDENTIFIED BY '${appPassword}'; GRANT ALL ON fap.* TO 'fap_app'@'127.0.0.1'`);
}

const jobsTable = `CREATE TABLE jobs (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, queue varchar(255) NOT NULL, payload longtext NOT NULL,
  attempts tinyint unsigned NOT NULL, reserved_at int unsigned NULL, available_at int unsigned NOT NULL,
  created_at int unsigned NOT NULL, KEY jobs_queue_index (queue))`;

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
