import { randomBytes } from 'node:crypto';
import { mkdtemp, realpath, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'mysql2/promise';
import { type ConfigAddresses, type ConfigChange, configEnvironment, configYaml } from './config.ts';
import { createLaravel, type FailedDriver, type LaravelApp, type LaravelVersion } from './laravel.ts';
import { createLeash } from './leash.ts';
import { type MariaDb, startMariaDb } from './mariadb.ts';
import { startProxy, type TcpProxy } from './proxy.ts';
import { type RedisServer, startRedis } from './redis.ts';
import { type SshServer, startSshd } from './sshd.ts';
import { type GroupName, groups, type SupervisorServer, startSupervisord } from './supervisord.ts';

export interface WorldOptions {
  readonly laravel?: LaravelVersion;
  readonly failedDriver?: FailedDriver;
  /** `config('app.timezone')`. */
  readonly timezone?: string;
  /** Workers that run from the start; without them supervisord is not even started. */
  readonly workers?: 'all' | readonly GroupName[];
  /** `--tries` of those workers instead of the runbook's. */
  readonly tries?: number;
  readonly bufferPool?: string;
}

/** The world in miniature: real servers on loopback, in a folder that is gone afterwards. */
export interface World {
  readonly folder: string;
  readonly mariadb: MariaDb;
  /** As root, to the application's database; use `fap.` or `queuekeeper.` before table names. */
  readonly sql: Pool;
  readonly redis: RedisServer;
  readonly sshd: SshServer;
  readonly supervisor: SupervisorServer | undefined;
  readonly app: LaravelApp;
  /** What stands between the bot and the servers; the application itself goes past them. */
  readonly proxies: {
    readonly database: TcpProxy;
    readonly store: TcpProxy;
    readonly redis: TcpProxy;
    readonly ssh: TcpProxy;
  };
  /** Writes a configuration for the bot and returns its path. */
  config(change?: ConfigChange): Promise<string>;
  /** What the configuration refers to. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'queuekeeper-world-')));
  const leash = createLeash();
  leash.folder(folder);
  try {
    return await build(folder, leash, options);
  } catch (error) {
    await leash.release();
    throw error;
  }
}

async function build(
  folder: string,
  leash: ReturnType<typeof createLeash>,
  options: WorldOptions,
): Promise<World> {
  const [mariadb, redis, sshd] = await Promise.all([
    startMariaDb({
      folder,
      leash,
      ...(options.bufferPool === undefined ? {} : { bufferPool: options.bufferPool }),
    }),
    startRedis(folder, leash),
    startSshd(folder, leash),
  ]);
  const failedDriver = options.failedDriver ?? 'database-uuids';
  const timezone = options.timezone ?? 'UTC';
  const app = await createLaravel({
    ...{ folder, version: options.laravel ?? 12, databasePort: mariadb.port, redisPort: redis.port },
    ...{ databasePassword: mariadb.passwords.fap_app, failedDriver, timezone },
  });
  const started = options.workers === 'all' ? groups.map(({ name }) => name) : options.workers;
  const [supervisor, database, store, redisProxy, ssh] = await Promise.all([
    started === undefined
      ? undefined
      : startSupervisord({
          folder,
          appFolder: app.folder,
          started,
          leash,
          ...(options.tries === undefined ? {} : { tries: options.tries }),
        }),
    startProxy(mariadb.port),
    startProxy(mariadb.port),
    startProxy(redis.port),
    startProxy(sshd.port),
  ]);
  const proxies = { database, store, redis: redisProxy, ssh };
  const addresses: ConfigAddresses = {
    databaseUrl: (account, name) => mariadb.url(account, name, (name === 'fap' ? database : store).port),
    redisPort: redisProxy.port,
    ssh: { port: ssh.port, user: sshd.user, keyFile: sshd.keyFile, hostKey: sshd.hostKey },
    supervisorctl: supervisor?.supervisorctl,
    ...{ appFolder: app.folder, failedDriver, timezone },
  };
  let configs = 0;
  return {
    ...{ folder, mariadb, sql: mariadb.root, redis, sshd, supervisor, app, proxies },
    env: configEnvironment(addresses, randomBytes(24).toString('hex')),
    async config(change) {
      configs += 1;
      const path = `${folder}/queuekeeper-${configs}.yml`;
      await writeFile(path, configYaml(addresses, change));
      return path;
    },
    async stop() {
      await Promise.all(Object.values(proxies).map((proxy) => proxy.close()));
      redis.client.disconnect();
      await mariadb.root.end().catch(() => undefined);
      await leash.release();
    },
  };
}
