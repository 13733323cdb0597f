import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'mysql2/promise';
import { createApplicationDatabase, createStoreDatabase } from './accounts.ts';
import { createClock, type MovableClock } from './clock.ts';
import { type ConfigChange, type ConfigOptions, configYaml } from './config.ts';
import { createJobs, type Jobs } from './jobs.ts';
import { createLaravel, type FailedDriver, type LaravelApp, type LaravelVersion } from './laravel.ts';
import { createLeash, type Leash } from './leash.ts';
import { type MariaDb, type MariaDbSettings, startMariaDb } from './mariadb.ts';
import { type Memory, makeSecrets, openMemory, type Secrets } from './memory.ts';
import { findProgram } from './programs.ts';
import { startProxy, type TcpProxy } from './proxy.ts';
import { type RedisServer, startRedis } from './redis.ts';
import type { Server } from './server.ts';
import { type SshServer, startSshd } from './sshd.ts';
import { type GroupName, groups, type SupervisorServer, startSupervisord } from './supervisord.ts';

export interface WorldOptions extends MariaDbSettings {
  /** 12 unless told. */
  readonly laravel?: LaravelVersion;
  readonly failedDriver?: FailedDriver;
  /** `config('app.timezone')`; UTC unless told. */
  readonly timezone?: string;
  /** Of the application's connection `database`, and what the bot is told of it; 90 unless told. */
  readonly retryAfterSeconds?: number;
  /**
   * Groups whose workers run from the start; the others are listed and stopped, so `[]` is a Supervisor without workers.
   * `'none'`, or left out: no Supervisor at all.
   */
  readonly workers?: 'all' | 'none' | readonly GroupName[];
  /** `--tries` of those workers instead of the runbook's. */
  readonly tries?: number;
  /** The store gets a server of its own, and its time and the bot's can be moved (`world.clock`). */
  readonly clock?: boolean;
  /** The bot goes past the proxies too, so that what is measured is not theirs. Then nothing can be cut or slowed. */
  readonly direct?: boolean;
  /** Redis finds its jobs again after a stop, as one with a disk does; else it starts empty. */
  readonly redisPersists?: boolean;
  /** A folder in which the data outlives this world, and in which the next one finds it. Throws DataInUse. */
  readonly keep?: string;
  /** Aborted while the world starts: what has started ends, and `startWorld` rejects. */
  readonly signal?: AbortSignal;
}

/** The world in miniature: real servers on loopback, in a folder that is gone afterwards. */
export interface World {
  readonly folder: string;
  /** The application's database, and the bot's store unless `clock` was asked for. */
  readonly mariadb: MariaDb;
  /** Where the bot's store is. */
  readonly store: MariaDb;
  /** As root, to the application's server; use `fap.` or `queuekeeper.` before table names. */
  readonly sql: Pool;
  readonly redis: RedisServer;
  readonly sshd: SshServer;
  readonly supervisor: SupervisorServer | undefined;
  readonly app: LaravelApp;
  /** What fills queues and `failed_jobs`, in bulk or with one odd row. */
  readonly jobs: Jobs;
  /** What stands between the bot and the servers; the application itself goes past them. */
  readonly proxies: {
    readonly database: TcpProxy;
    readonly store: TcpProxy;
    readonly redis: TcpProxy;
    readonly ssh: TcpProxy;
  };
  /** Throws unless `clock` was asked for. */
  readonly clock: { readonly store: MovableClock; readonly bot: MovableClock };
  /** Writes a configuration for the bot and returns its path. */
  config(change?: ConfigChange, options?: ConfigOptions): Promise<string>;
  /** What the bot's process needs: what the configuration refers to, and its clock. */
  readonly env: Readonly<Record<string, string>>;
  /** Ends all that was started and removes the folder. */
  stop(): Promise<void>;
}

/**
 * Warm in about a second. All of it ends with this process, however that ends. Throws with the server's own words when one
 * does not start; nothing is left then.
 */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const { keep, signal } = options;
  signal?.throwIfAborted();
  const memory = keep === undefined ? undefined : await openMemory(keep);
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'queuekeeper-world-')));
  const leash = createLeash();
  leash.folder(folder);
  const release = (): void => void leash.release();
  signal?.addEventListener('abort', release, { once: true });
  // It may have come while the folder was made.
  if (signal?.aborted === true) release();
  try {
    const world = await build(folder, leash, options, memory);
    signal?.throwIfAborted();
    return world;
  } catch (error) {
    await leash.release();
    await memory?.close();
    // What was being copied while the leash removed it.
    await rm(folder, { recursive: true, force: true });
    throw error;
  } finally {
    signal?.removeEventListener('abort', release);
  }
}

async function build(
  folder: string,
  leash: Leash,
  options: WorldOptions,
  memory: Memory | undefined,
): Promise<World> {
  const { failedDriver = 'database-uuids', timezone = 'UTC', laravel: version = 12 } = options;
  const { retryAfterSeconds = 90 } = options;
  const clocks =
    options.clock === true
      ? { store: await createClock(`${folder}/store.clock`), bot: await createClock(`${folder}/bot.clock`) }
      : undefined;
  const secrets = memory?.secrets ?? makeSecrets();
  const redisData = memory?.folder ?? (options.redisPersists === true ? folder : undefined);
  const [{ mariadb, store }, redis, sshd] = await startAll([
    startDatabases({ folder, leash, settings: options, clock: clocks?.store, secrets, memory }),
    startRedis(folder, leash, redisData === undefined ? undefined : `${redisData}/redis`),
    startSshd(folder, leash),
  ]);
  const app = await createLaravel({
    ...{ folder, leash, version, failedDriver, timezone, retryAfterSeconds },
    ...{ databasePort: mariadb.port, databasePassword: mariadb.passwords.fap_app, redisPort: redis.port },
    key: secrets.appKey,
    ...(memory === undefined ? {} : { storage: `${memory.folder}/storage` }),
  });
  const [supervisor, ...[database, storeProxy, redisProxy, ssh]] = await startAll([
    startWorkers(folder, leash, app.folder, options),
    startProxy(mariadb.port, leash),
    startProxy(store.port, leash),
    startProxy(redis.port, leash),
    startProxy(sshd.port, leash),
  ]);
  const proxies = { database, store: storeProxy, redis: redisProxy, ssh };
  const ports =
    options.direct === true
      ? { database: mariadb.port, store: store.port, redis: redis.port, ssh: sshd.port }
      : { database: database.port, store: storeProxy.port, redis: redisProxy.port, ssh: ssh.port };
  let configs = 0;
  return {
    ...{ folder, mariadb, store, sql: mariadb.root, redis, sshd, supervisor, app, proxies },
    jobs: createJobs({ app, sql: mariadb.root, redis: redis.client }),
    get clock() {
      if (clocks === undefined) throw new Error('start the world with { clock: true } to move its time');
      return clocks;
    },
    env: {
      QUEUEKEEPER_STORE_URL: store.url('qk_store', 'queuekeeper', ports.store),
      QUEUEKEEPER_MIGRATE_URL: store.url('qk_migrate', 'queuekeeper', ports.store),
      QUEUEKEEPER_AUDIT_KEY: secrets.auditKey,
      FAP_DATABASE_URL: mariadb.url('qk_read', 'fap', ports.database),
      FAP_DATABASE_WRITE_URL: mariadb.url('qk_restore', 'fap', ports.database),
      FAP_REDIS_URL: redis.url(ports.redis),
      ...leash.mark,
      ...clocks?.bot.env,
    },
    async config(change, configOptions) {
      configs += 1;
      const path = `${folder}/queuekeeper-${configs}.yml`;
      const { user, keyFile, hostKey } = sshd;
      const addresses = {
        ssh: { port: ports.ssh, user, keyFile, hostKey },
        supervisorctl: supervisor?.supervisorctl,
        ...{ appFolder: app.folder, php: findProgram('php'), failedDriver, timezone, retryAfterSeconds },
      };
      await writeFile(path, await configYaml(addresses, change, configOptions));
      return path;
    },
    async stop() {
      if (memory !== undefined) await putAway([mariadb.server, store.server, redis.server]);
      await leash.release();
      await memory?.close();
    },
  };
}

/** One server for the application and the store, or two when the store's time shall move alone. */
async function startDatabases({
  folder,
  leash,
  settings,
  clock,
  secrets,
  memory,
}: {
  readonly folder: string;
  readonly leash: Leash;
  readonly settings: MariaDbSettings;
  readonly clock: MovableClock | undefined;
  readonly secrets: Secrets;
  readonly memory: Memory | undefined;
}): Promise<{ readonly mariadb: MariaDb; readonly store: MariaDb }> {
  const { passwords } = secrets;
  const dataOf = (name: string): { readonly data?: string } =>
    memory === undefined ? {} : { data: `${memory.folder}/${name}` };
  const { bufferPool, timeZone, durable } = settings;
  const common = {
    ...{ folder, leash, passwords },
    ...(bufferPool === undefined ? {} : { bufferPool }),
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(durable === undefined ? {} : { durable }),
  };
  if (clock === undefined) {
    const mariadb = await startMariaDb({
      ...{ ...common, ...dataOf('mariadb') },
      async setUp(connection) {
        await createApplicationDatabase(connection, passwords);
        await createStoreDatabase(connection, passwords);
      },
    });
    return { mariadb, store: mariadb };
  }
  const [mariadb, store] = await startAll([
    startMariaDb({
      ...{ ...common, ...dataOf('mariadb') },
      setUp: (connection) => createApplicationDatabase(connection, passwords),
    }),
    startMariaDb({
      ...{ ...common, ...dataOf('store') },
      ...{ name: 'store', env: clock.env, bufferPool: '64M' },
      setUp: (connection) => createStoreDatabase(connection, passwords),
    }),
  ]);
  return { mariadb, store };
}

const putAwayMs = 2_000;

/** Kept data is closed in good order if that is quick; killed servers recover theirs at the next start. */
async function putAway(servers: readonly Server[]): Promise<void> {
  const late = new Promise((resolve) => setTimeout(resolve, putAwayMs).unref());
  await Promise.race([Promise.allSettled(servers.map((server) => server.stop())), late]);
}

async function startWorkers(
  folder: string,
  leash: Leash,
  appFolder: string,
  { workers = 'none', tries }: WorldOptions,
): Promise<SupervisorServer | undefined> {
  if (workers === 'none') return undefined;
  const started = workers === 'all' ? groups.map(({ name }) => name) : workers;
  return startSupervisord({ folder, leash, appFolder, started, ...(tries === undefined ? {} : { tries }) });
}

/** Side by side. If one fails, throws its error when all have ended, so that nothing starts after the leash was let go. */
async function startAll<T extends readonly unknown[]>(
  starts: {
    readonly [Index in keyof T]: Promise<T[Index]>;
  },
): Promise<T> {
  await Promise.allSettled(starts);
  return Promise.all(starts) as unknown as Promise<T>; // a mapped tuple is not recognised as the tuple it maps
}
