import type { AlertReader } from '../alerts/measuring-ports.ts';
import type { Clock } from '../core/clock.ts';
import type { ConditionTrial } from '../core/condition-trial.ts';
import type { AppConfiguration } from '../core/configuration.ts';
import type { Log } from '../core/log.ts';
import type { Read } from '../core/reading.ts';
import type { HostRunner } from '../operations/host-port.ts';
import type { App, SupervisorControl, WorkerReader } from '../operations/ports.ts';
import type { LogReader } from '../operations/runbook-ports.ts';
import { createAlertReader } from './alert-reader.ts';
import { createAppFacts } from './app-facts.ts';
import { createArtisan } from './artisan.ts';
import { createBusinessRows } from './business-rows.ts';
import { createCondition } from './condition.ts';
import { createAppDatabase } from './database.ts';
import { createFailureWriter } from './failure-writer.ts';
import { createFailures } from './failures.ts';
import { createFlushCuts } from './flush-cuts.ts';
import { jobsTables } from './jobs-table.ts';
import { createQueues } from './queues.ts';
import { createAppRedis } from './redis-client.ts';
import { redisQueues } from './redis-queues.ts';
import { createRows } from './rows.ts';
import { tryConditions } from './try-conditions.ts';

export interface AppParts {
  readonly configuration: AppConfiguration;
  /** Of artisan's host. */
  readonly runner: HostRunner;
  readonly maintenanceMark: (signal: AbortSignal) => Promise<Read<boolean>>;
  readonly workers: WorkerReader;
  readonly logs: LogReader;
  readonly supervisor: SupervisorControl;
  readonly clock: Clock;
  readonly log: Log;
}

export interface BuiltApp {
  readonly app: App;
  /** What a tick of the alerts reads; over one connection of its own, made when first asked. */
  readonly alerts: AlertReader;
  warm(): void;
  /** See `try-conditions.ts`. */
  tryConditions(
    configured: Parameters<typeof tryConditions>[2],
    signal: AbortSignal,
  ): Promise<Read<readonly ConditionTrial[]>>;
  close(): Promise<void>;
}

/** One application, put together from its parts. Connects when first asked. */
export function createApp(parts: AppParts): BuiltApp {
  const { configuration, clock, log } = parts;
  const { description } = configuration;
  const database = createAppDatabase(configuration.database, description.name);
  // A pool of its own: steps over big tables must not keep other verbs waiting.
  const rowsDatabase = createAppDatabase(configuration.database, description.name, { maxConnections: 4 });
  const alertsDatabase = createAppDatabase(configuration.database, description.name, { maxConnections: 1 });
  const writer = configuration.databaseWrite && createFailureWriter(configuration.databaseWrite, description);
  const { reader, tally } = createFailures({ database, description, log });
  const redis = configuration.redis;
  const queuesRedis = redis && createAppRedis(redis.url, description.name);
  const cacheRedis =
    redis &&
    description.cache &&
    createAppRedis(redis.url, description.name, description.cache.redisDatabase);
  const inRedis = redis && queuesRedis && redisQueues(queuesRedis, redis.prefix, description, clock);
  const stores = [...jobsTables(database, description, clock), ...(inRedis === undefined ? [] : [inRedis])];
  const alerts = createAlertReader({
    ...{ database: alertsDatabase, description },
    ...(inRedis === undefined ? {} : { redis: inRedis }),
  });
  const app: App = {
    description,
    queues: createQueues({ description, stores, clock, failedByQueue: tally.failedByQueue }),
    failures: reader,
    business: createBusinessRows(database, description),
    ...{ workers: parts.workers, supervisor: parts.supervisor, logs: parts.logs },
    rows: createRows(rowsDatabase, description),
    condition: createCondition({
      ...{ description, clock, cache: cacheRedis, redisPrefix: redis?.prefix ?? '' },
      maintenanceMark: parts.maintenanceMark,
    }),
    facts: createAppFacts(parts.runner, description, clock),
    artisan: createArtisan(parts.runner, description),
    cuts: createFlushCuts(database, description),
    ...(writer === undefined ? {} : { writer }),
  };
  return {
    app,
    alerts: alerts.reader,
    warm: tally.warm,
    tryConditions: (configured, signal) => tryConditions(database, description, configured, signal),
    async close() {
      tally.stop();
      alerts.stop();
      queuesRedis?.close();
      cacheRedis?.close();
      await Promise.all([database.close(), rowsDatabase.close(), alertsDatabase.close(), writer?.close()]);
    },
  };
}
