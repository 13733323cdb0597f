import type { AppDescription, ConnectionDescription, QueueDescription } from '../core/app-description.ts';
import { shortClass } from '../core/app-description.ts';
import type { AppConfiguration, Configuration } from '../core/configuration.ts';
import type { HostDescription } from '../core/host-description.ts';
import { buildAlerts } from './build-alerts.ts';
import { buildDrill, buildRunbook } from './build-runbook.ts';
import { deepFreeze } from './freeze.ts';
import { policyVersionOf } from './policy-version.ts';
import { present } from './present.ts';
import type { AppSection } from './schema/app.ts';
import type { HostSection } from './schema/hosts.ts';
import type { ConfigSections } from './schema/root.ts';

/** Makes the frozen configuration of the checked sections. Paths are made absolute by `resolvePath`. */
export function buildConfiguration(
  sections: ConfigSections,
  resolvePath: (path: string) => string,
): Configuration {
  const people = {
    operators: sections.people.operators,
    approvers: sections.people.approvers,
    samePerson: sections.people.same_person,
  };
  const approvals = buildApprovals(sections.approvals);
  const apps = Object.entries(sections.apps).map(([name, app]) => buildApp(name, app));
  const { url, migrate_url: migrateUrl } = sections.store;
  return deepFreeze({
    locale: sections.locale,
    store: { url, migrateUrl: migrateUrl ?? url },
    audit: buildAudit(sections.audit, resolvePath),
    slack: { channels: present(sections.slack.channels) },
    ...{ people, approvals, apps },
    hosts: new Map(
      Object.entries(sections.hosts).map(([name, host]) => [name, buildHost(name, host, resolvePath)]),
    ),
    alerts: buildAlerts(
      sections.alerts,
      apps.map(({ description }) => description),
    ),
    runbooks: mapped(sections.runbook, buildRunbook),
    drills: mapped(sections.drills, buildDrill),
    policyVersion: policyVersionOf({ people, approvals, apps }),
  });
}

const mapped = <Section, Built>(
  sections: Readonly<Record<string, Section>>,
  build: (name: string, section: Section) => Built,
): ReadonlyMap<string, Built> =>
  new Map(Object.entries(sections).map(([name, section]) => [name, build(name, section)]));

function buildAudit(
  audit: ConfigSections['audit'],
  resolvePath: (path: string) => string,
): Configuration['audit'] {
  const { key, channel, file, spool } = audit;
  return {
    key,
    ...(channel === undefined ? {} : { channel }),
    ...(file === undefined ? {} : { file: resolvePath(file) }),
    ...(spool === undefined ? {} : { spool: resolvePath(spool) }),
  };
}

function buildApprovals(approvals: ConfigSections['approvals']): Configuration['approvals'] {
  const { preapproval, retry_without_approval: allowance } = approvals;
  return {
    expiresSeconds: approvals.expires,
    runWithinSeconds: approvals.run_within,
    quorum: approvals.quorum,
    retryWithoutApproval: {
      ids: allowance.ids,
      costly: allowance.costly,
      withinSeconds: allowance.within,
    },
    page: approvals.page,
    ...(preapproval === undefined
      ? {}
      : { preapproval: { longestSeconds: preapproval.longest, most: preapproval.most } }),
  };
}

function buildHost(name: string, host: HostSection, resolvePath: (path: string) => string): HostDescription {
  const supervisor = host.supervisorctl === undefined ? {} : { supervisorctl: host.supervisorctl };
  if ('local' in host) return { kind: 'local', name, ...supervisor };
  const { address, port, user, key_file: keyFile, host_key: hostKey } = host.ssh;
  const login = { address, port, user, keyFile: resolvePath(keyFile), hostKey };
  return { kind: 'ssh', name, ...login, ...supervisor, runner: host.runner };
}

function buildApp(name: string, app: AppSection): AppConfiguration {
  const { database, database_write: databaseWrite, redis } = app;
  return {
    description: describeApp(name, app),
    database,
    ...(databaseWrite === undefined ? {} : { databaseWrite }),
    ...(redis === undefined ? {} : { redis }),
  };
}

function describeApp(name: string, app: AppSection): AppDescription {
  const { host, directory, php, user, timeout } = app.artisan;
  const { environment, timezone, failed, cache, log } = app;
  return {
    ...{ name, environment, timezone, failed },
    connections: new Map(
      Object.entries(app.connections).map(([key, section]) => [key, describeConnection(key, section)]),
    ),
    queues: Object.entries(app.queues).map(([key, queue]) => describeQueue(key, queue, host)),
    outcomes: new Map(Object.entries(app.outcomes).map(([job, rule]) => [shortClass(job), rule])),
    artisan: { host, directory, php, timeoutSeconds: timeout, ...(user === undefined ? {} : { user }) },
    ...(cache === undefined ? {} : { cache: { redisDatabase: cache.redis_database, prefix: cache.prefix } }),
    ...(log === undefined ? {} : { log }),
  };
}

function describeConnection(name: string, section: AppSection['connections'][string]): ConnectionDescription {
  const retryAfterSeconds = section.retry_after;
  return 'table' in section
    ? { name, driver: 'database', table: section.table, retryAfterSeconds }
    : { name, driver: 'redis', retryAfterSeconds };
}

function describeQueue(
  key: string,
  queue: AppSection['queues'][string],
  artisanHost: string,
): QueueDescription {
  const { workers, slo } = queue;
  return {
    name: queue.name ?? key,
    connection: queue.connection,
    jobs: queue.jobs,
    costly: queue.duplicates === 'costly',
    ...(workers === undefined ? {} : { workers: describeWorkers(workers, artisanHost) }),
    ...(slo === undefined
      ? {}
      : {
          slo: present({
            maxPending: slo.max_pending,
            maxFailed: slo.max_failed,
            maxOldestSeconds: slo.max_oldest,
            maxTimeouts: slo.max_timeouts,
          }),
        }),
  };
}

function describeWorkers(
  workers: Exclude<AppSection['queues'][string]['workers'], undefined>,
  artisanHost: string,
): Exclude<QueueDescription['workers'], undefined> {
  const { group, hosts, expected } = workers;
  return { group, hosts: hosts ?? [artisanHost], ...(expected === undefined ? {} : { expected }) };
}
