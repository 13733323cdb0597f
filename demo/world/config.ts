import { stringify } from 'yaml';
import type { Account } from './mariadb.ts';

export interface ConfigAddresses {
  readonly databaseUrl: (account: Account, database: string) => string;
  readonly redisPort: number;
  readonly ssh: {
    readonly port: number;
    readonly user: string;
    readonly keyFile: string;
    readonly hostKey: string;
  };
  readonly supervisorctl: string | undefined;
  readonly appFolder: string;
  readonly failedDriver: 'database-uuids' | 'database';
  readonly timezone: string;
}

/** `${NAME}`, as the configuration refers to the environment. */
const variable = (name: string): string => `\${${name}}`;

/** Anything of the configuration, merged over the world's own. `undefined` removes a key. */
export type ConfigChange = { readonly [key: string]: unknown };

/** A whole `queuekeeper.yml` for this world, of the shape of the example. Secrets stand in the environment. */
export function configYaml(at: ConfigAddresses, change: ConfigChange = {}): string {
  const host = {
    ssh: {
      address: '127.0.0.1',
      port: at.ssh.port,
      user: at.ssh.user,
      key_file: at.ssh.keyFile,
      host_key: at.ssh.hostKey,
    },
    ...(at.supervisorctl === undefined ? {} : { supervisorctl: at.supervisorctl }),
  };
  const table = (retryAfter: string): object => ({
    driver: 'database',
    table: 'jobs',
    retry_after: retryAfter,
  });
  const config = {
    locale: 'en',
    store: { url: variable('QUEUEKEEPER_STORE_URL'), migrate_url: variable('QUEUEKEEPER_MIGRATE_URL') },
    audit: { key: variable('QUEUEKEEPER_AUDIT_KEY'), channel: 'C0AUDIT' },
    slack: {
      channels: { alerts: 'C0ALERTS', approvals: 'C0APPROVE', commands: ['C0OPS', 'C0ALERTS', 'C0APPROVE'] },
    },
    people: {
      operators: ['U0ANNA', 'U0BO', 'S0ONCALL'],
      approvers: ['U0BO', 'U0CHEN', 'U0ANNA2', 'S0LEADS'],
      same_person: [['U0ANNA', 'U0ANNA2']],
    },
    approvals: { retry_without_approval: { ids: 10, costly: 1, within: '1h' } },
    hosts: { 'api-1': host },
    apps: {
      fap: {
        ...{ environment: 'production', timezone: at.timezone, database: variable('FAP_DATABASE_URL') },
        database_write: variable('FAP_DATABASE_WRITE_URL'),
        redis: { url: variable('FAP_REDIS_URL'), prefix: 'fap:' },
        failed: { driver: at.failedDriver, table: 'failed_jobs' },
        connections: {
          ...{ database: table('90s'), database_reports: table('300s'), database_commerce: table('300s') },
          redis: { driver: 'redis', retry_after: '90s' },
        },
        cache: { redis_database: 1, prefix: 'fap_cache' },
        artisan: { host: 'api-1', directory: at.appFolder, php: '/usr/bin/php', timeout: '30s' },
        log: { hosts: ['api-1'], files: ['storage/logs/laravel.log'] },
        outcomes: {
          GenerateReportSnapshotJob: {
            property: 'attemptId',
            table: 'report_snapshots',
            key: 'attempt_id',
            good: "status = 'ready'",
          },
          ReprocessPaymentEventJob: {
            ...{ property: 'paymentEventId', table: 'payment_events', key: 'id' },
            good: "handle_status IN ('reprocessed','duplicate','processed','already_processed','ok')",
          },
          RefundOrderJob: {
            property: 'orderNo',
            table: 'orders',
            key: 'order_no',
            good: "status = 'refunded'",
          },
          ExecuteApprovalJob: {
            property: 'approvalId',
            table: 'admin_approvals',
            key: 'id',
            good: "status = 'EXECUTED'",
          },
        },
        queues: {
          reports: {
            ...{
              connection: 'database',
              workers: 'fap-queue-reports',
              jobs: ['GenerateReportSnapshotJob', 'GenerateReportJob'],
            },
            slo: { max_pending: 60, max_failed: 10, max_oldest: '300s', max_timeouts: 2 },
          },
          ops: { connection: 'database', workers: 'fap-queue-ops', jobs: ['ExecuteApprovalJob'] },
          commerce: {
            ...{ connection: 'database', duplicates: 'costly', workers: 'fap-queue-commerce' },
            jobs: ['RefundOrderJob', 'ReprocessPaymentEventJob'],
            slo: { max_pending: 40, max_failed: 8, max_oldest: '180s', max_timeouts: 2 },
          },
          content: { connection: 'database', workers: 'fap-queue-content', jobs: ['RunContentProbeJob'] },
          insights: { connection: 'redis', workers: 'fap-queue-insights', jobs: ['GenerateInsightJob'] },
          high: { connection: 'redis', workers: 'fap-queue-default-high' },
          default: { connection: 'redis', workers: 'fap-queue-default-high' },
        },
      },
    },
  };
  return stringify(merge(config, change));
}

/** The environment that the configuration refers to. */
export function configEnvironment(at: ConfigAddresses, auditKey: string): Readonly<Record<string, string>> {
  return {
    QUEUEKEEPER_STORE_URL: at.databaseUrl('qk_store', 'queuekeeper'),
    QUEUEKEEPER_MIGRATE_URL: at.databaseUrl('qk_migrate', 'queuekeeper'),
    QUEUEKEEPER_AUDIT_KEY: auditKey,
    FAP_DATABASE_URL: at.databaseUrl('qk_read', 'fap'),
    FAP_DATABASE_WRITE_URL: at.databaseUrl('qk_restore', 'fap'),
    FAP_REDIS_URL: `redis://127.0.0.1:${at.redisPort}/0`,
  };
}

function merge(base: unknown, change: unknown): unknown {
  if (!isRecord(base) || !isRecord(change)) return change;
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(change)) {
    if (value === undefined) delete merged[key];
    else merged[key] = key in base ? merge(base[key], value) : value;
  }
  return merged;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
