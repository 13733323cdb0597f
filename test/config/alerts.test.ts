import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { describeFault } from '../../src/config/describe.ts';
import { pathText } from '../../src/config/fault.ts';
import { type Loaded, loadConfiguration } from '../../src/config/load.ts';
import type { AlertsDescription } from '../../src/core/alert-description.ts';
import { backlogRule, staleShareRule, surgeRule, utilizationRule } from '../alerts/rules.ts';

const good = readFileSync(new URL('../fixtures/config/good.yml', import.meta.url).pathname, 'utf8');
const env = {
  STORE_URL: 'mysql://qk:s@db/queuekeeper',
  STORE_MIGRATE_URL: 'mysql://qkm:s@db/queuekeeper',
  AUDIT_KEY: '0123456789abcdef-0123',
  FAP_URL: 'mysql://ro:s@db/fap',
  REDIS_URL: 'redis://redis:6379',
};
/** The good file with this instead of its alerts, and more apps. */
const load = (alerts: string, apps = ''): Loaded => {
  const text = good.replace(/^alerts:\n(?: .*\n)+/m, `${apps}${alerts}`);
  return loadConfiguration({ file: 'q.yml', env, readFile: () => text });
};
const alertsOf = (loaded: Loaded): AlertsDescription => {
  if (!loaded.ok) throw new Error(loaded.faults.map((fault) => describeFault(fault, 'en').text).join('\n'));
  return loaded.configuration.alerts;
};
const rule = (text: string, apps = '') =>
  alertsOf(load(`alerts: { rules: { it: { ${text} } } }\n`, apps)).rules;
const common = { name: 'it', app: 'fap' };
const table = 'table: t, where: "a = 1", since: created_at';

const second = `  shop:
    database: mysql://ro@db/shop
    artisan: { host: api-1, directory: /opt/shop }
    connections: { database: { driver: database } }
    queues:
      reports: { connection: database }
      mails: { connection: database }
`;

describe('alerts of the configuration', () => {
  it('has no rule where none is written', () => {
    const nothing = { everySeconds: 30, holdAfterSeconds: 300, escalate: [], rules: [] };
    expect(alertsOf(load(''))).toEqual(nothing);
    expect(alertsOf(load('alerts: {}\n'))).toEqual(nothing);
  });

  it('knows every number of every kind of rule by default', () => {
    expect(rule('watch: failed_jobs')).toEqual([
      {
        ...common,
        watch: 'failed_jobs',
        severity: 'warning',
        forSeconds: 300,
        above: 0,
        recoverTicks: 2,
        tellEverySeconds: 900,
      },
    ]);
    expect(rule('watch: backlog')).toEqual([{ ...common, ...backlogRule, forSeconds: 0 }]);
    const read = { table: 't', where: 'a = 1', since: 'created_at' };
    expect(rule(`watch: stale_share, ${table}, older_than: 5m`)).toEqual([
      { ...common, ...staleShareRule, ...read, forSeconds: 120 },
    ]);
    expect(rule(`watch: surge, ${table}`)).toEqual([{ ...common, ...surgeRule, ...read, forSeconds: 0 }]);
    expect(rule('watch: workers')).toEqual([
      { ...common, watch: 'workers', severity: 'critical', forSeconds: 60 },
    ]);
    const levels = { 'database:reports': { maxOldestSeconds: 300 } };
    expect(rule('watch: utilization')).toEqual([
      { ...common, ...utilizationRule, severity: 'critical', forSeconds: 0, levels },
    ]);
  });

  it.each([
    [
      'failed_jobs',
      'above: 3, recover_ticks: 5, tell_every: 1h',
      { above: 3, recoverTicks: 5, tellEverySeconds: 3_600 },
    ],
    [
      'backlog',
      'queue: reports, above: 9, no_decline_for: 10s, least_samples: 0.5, end_samples: 1, decline_to: 0.5, recover_for: 0s',
      {
        ...{ queue: 'reports', above: 9, noDeclineForSeconds: 10, leastSamplesShare: 0.5, endSamples: 1 },
        ...{ declineTo: 0.5, recoverForSeconds: 0 },
      },
    ],
    [
      'stale_share',
      `${table}, older_than: 5s, look_back: 60s, share_above: 0.2, least_stale: 1, bound_from: 0.01, stale_from: 7, recover_below: 0.1, recover_for: 3s`,
      {
        ...{ olderThanSeconds: 5, lookBackSeconds: 60, shareAbove: 0.2, leastStale: 1, boundFrom: 0.01 },
        ...{ staleFrom: 7, recoverBelow: 0.1, recoverForSeconds: 3 },
      },
    ],
    [
      'surge',
      `${table}, show: [provider], window: 10s, baseline: 1h, skip: 0s, trim_to: 0.9, least_mean: 0.1, least_count: 2, ratio: 2.5, probability_below: 0.001, critical_above: 20, least_baseline: 10m, few_count: 4, recover_below: 1, recover_ratio: 1.2, recover_windows: 1`,
      {
        show: ['provider'],
        ...{ windowSeconds: 10, baselineSeconds: 3600, skipSeconds: 0, trimTo: 0.9, leastMean: 0.1 },
        ...{ leastCount: 2, ratio: 2.5, probabilityBelow: 0.001, criticalFrom: 20 },
        ...{ leastBaselineSeconds: 600, fewCount: 4, recoverBelow: 1, recoverRatio: 1.2, recoverWindows: 1 },
      },
    ],
    [
      'workers',
      'app: fap, queue: reports, for: 5s, severity: warning, every: 2m, timeout: 2s',
      { queue: 'reports', forSeconds: 5, severity: 'warning', everySeconds: 120, timeoutSeconds: 2 },
    ],
    [
      'utilization',
      'warn_above: 0.7, warn_for: 20s, breach_for: 0s, recover_below: 0.5, recover_for: 4s',
      {
        ...{ warnAbove: 0.7, warnForSeconds: 20, breachForSeconds: 0, recoverUpTo: 0.5 },
        recoverForSeconds: 4,
      },
    ],
  ])('takes every number of %s from the file', (watch, keys, numbers) => {
    expect(rule(`watch: ${watch}, ${keys}`)).toEqual([expect.objectContaining(numbers)]);
  });

  it('reaches the hard cap of a surge by equalling it, as the specification has it', () => {
    expect(rule(`watch: surge, ${table}, critical_above: 50`)).toMatchObject([{ criticalFrom: 50 }]);
  });

  it('makes one rule for each app that has its queue, and for one app where a table is asked', () => {
    const appsOf = (text: string) => rule(text, second).map(({ app }) => app);
    expect(appsOf('watch: failed_jobs')).toEqual(['fap', 'shop']);
    expect(appsOf('watch: backlog, queue: reports')).toEqual(['fap', 'shop']);
    expect(appsOf('watch: backlog, queue: mails')).toEqual(['shop']);
    expect(appsOf('watch: workers, app: shop')).toEqual(['shop']);
    expect(appsOf(`watch: surge, ${table}`)).toEqual(['fap']);
    expect(appsOf(`watch: surge, ${table}, app: shop`)).toEqual(['shop']);
    expect(appsOf(`watch: surge, ${table}, queue: mails`)).toEqual(['shop']);
  });

  it('knows of a rule over rows that names no queue whose jobs write them', () => {
    const outcomes = 'outcomes: { SendMail: { property: id, table: mails, key: id, good: "sent = 1" } }';
    const writing = second.replace('    queues:', `    ${outcomes}\n    queues:`);
    const apps = writing.replace('mails: { connection: database', '$&, jobs: ["App\\\\Jobs\\\\SendMail"]');
    const writers = (more: string) =>
      rule(
        `watch: stale_share, where: "a = 1", since: created_at, older_than: 5m, app: shop, ${more}`,
        apps,
      ).map((one) => one.watch === 'stale_share' && one.writtenBy);
    expect(writers('table: mails')).toEqual([['mails']]);
    expect(writers('table: t')).toEqual([undefined]);
    expect(writers('table: mails, queue: mails')).toEqual([undefined]);
  });

  it('reads where the written runbook is, on the web alone', () => {
    const runbook = (link: string): Loaded => {
      const text = good.replace(/^runbook:\n {2}reports:\n/m, `$&    link: "${link}"\n`);
      return loadConfiguration({ file: 'q.yml', env, readFile: () => text });
    };
    const loaded = runbook('https://wiki.example/reports');
    expect(loaded.ok && loaded.configuration.runbooks.get('reports')?.link).toBe(
      'https://wiki.example/reports',
    );
    expect(runbook('javascript:alert(1)').ok).toBe(false);
  });

  it('keeps what pages in secrets', () => {
    const alerts = alertsOf(
      load(
        'alerts: { page: { pagerduty: r0utingkey, webhook: "https://w/s3cret" }, heartbeat: { url: "https://h/s3cret" } }\n',
      ),
    );
    expect(JSON.stringify(alerts)).not.toMatch(/r0utingkey|s3cret/);
    expect(alerts.page?.pagerduty?.key.reveal()).toBe('r0utingkey');
    expect(alerts.page?.pagerduty?.url).toBe('https://events.pagerduty.com/v2/enqueue');
    expect(alerts.page?.webhook?.reveal()).toBe('https://w/s3cret');
    expect(alerts.heartbeat).toMatchObject({ everySeconds: 60 });
    expect(Object.isFrozen(alerts.rules)).toBe(true);
  });

  it('reads the quiet window and the chain', () => {
    const alerts = alertsOf(
      load(
        'alerts: { every: 2s, hold_after: 0s, quiet: { from: "23:00", to: "06:00", timezone: Europe/Berlin }, escalate: [{ after: 0m, mention: S0ONCALL }, { after: 90s, page: true, queue: reports }], page: { pagerduty: k, pagerduty_url: "http://127.0.0.1:1/e" } }\n',
      ),
    );
    expect(alerts).toMatchObject({
      ...{ everySeconds: 2, holdAfterSeconds: 0 },
      quiet: { from: '23:00', to: '06:00', timezone: 'Europe/Berlin' },
      escalate: [
        { afterSeconds: 0, mention: 'S0ONCALL', page: false },
        { afterSeconds: 90, page: true, queue: 'reports' },
      ],
      page: { pagerduty: { url: 'http://127.0.0.1:1/e' } },
    });
  });

  it.each([
    ['rules: { it: { watch: workers, app: fab } }', 'alerts.rules.it.app', 'known-app'],
    ['rules: { it: { watch: workers, app: fap, queue: mails } }', 'alerts.rules.it.queue', 'known-queue'],
    ['rules: { it: { watch: backlog, decline_to: 2 } }', 'alerts.rules.it.decline_to', 'share'],
    ['rules: { it: { watch: surge } }', 'alerts.rules.it.table', 'identifier'],
    ['page: { pagerduty: k, pagerduty_url: events }', 'alerts.page.pagerduty_url', 'web-url'],
  ])('refuses %s', (text, path, expected) => {
    const loaded = load(`alerts: { ${text} }\n`, second);
    const faults = loaded.ok ? [] : loaded.faults.map((fault) => [pathText(fault.path), fault.expected]);
    expect(faults).toContainEqual([path, expected]);
  });

  it.each([
    ['rules: { it: { watch: utilization, queue: default } }', ['rule-without-levels']],
    ['rules: { it: { watch: utilization, queue: reports } }', []],
    [
      'rules: { it: { watch: utilization, severity: warning, for: 5m } }',
      ['rule-key-unused', 'rule-key-unused'],
    ],
    ['rules: { it: { watch: workers, queue: default } }', ['rule-without-workers']],
    ['rules: { it: { watch: workers } }', []],
    ['escalate: [{ after: 0m, mention: S0ONCALL, page: true }]', ['page-without-targets']],
    ['escalate: [{ after: 0m }]', ['step-without-effect']],
    ['page: { pagerduty: k }', ['page-unused']],
    ['page: { pagerduty: k }, escalate: [{ after: 5m, page: true }]', []],
  ])('%s: warns of %j', (text, warnings) => {
    const loaded = load(`alerts: { ${text} }\n`);
    expect(loaded.ok ? loaded.warnings.map(({ warning }) => warning) : ['refused']).toEqual(warnings);
  });

  it('warns that requests do not page', () => {
    const text = good.replace('approvals:\n', 'approvals:\n  page: true\n');
    const loaded = loadConfiguration({ file: 'q.yml', env, readFile: () => text });
    expect(loaded.ok && loaded.warnings.map(({ warning }) => warning)).toEqual(['page-without-targets']);
  });

  it('has the rules of the example', () => {
    const example = readFileSync(new URL('../../docs/queuekeeper.example.yml', import.meta.url), 'utf8');
    const names = [...example.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name ?? '');
    const values = names.map((name) => [name, name.includes('REDIS') ? 'redis://r' : 'mysql://u:p@h/d']);
    const loaded = loadConfiguration({
      ...{ file: 'q.yml', env: Object.fromEntries(values), readFile: () => example },
    });
    expect(alertsOf(loaded).rules.map(({ name, watch, severity }) => [name, watch, severity])).toEqual([
      ['failed-jobs', 'failed_jobs', 'warning'],
      ['reports-backlog', 'backlog', 'critical'],
      ['snapshots-pending', 'stale_share', 'warning'],
      ['payment-failures', 'surge', 'warning'],
      ['no-workers', 'workers', 'critical'],
      ['slo', 'utilization', 'critical'],
    ]);
  });
});
