/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: the configuration's own variables look like this. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { describeFault } from '../../src/config/describe.ts';
import { pathText } from '../../src/config/fault.ts';
import { type Loaded, loadConfiguration } from '../../src/config/load.ts';

const folder = new URL('../fixtures/config/', import.meta.url).pathname;
const secret = 'pr1vate';
const env = {
  STORE_URL: `mysql://qk:${secret}@db:3306/queuekeeper`,
  STORE_MIGRATE_URL: `mysql://qkm:${secret}@db:3306/queuekeeper`,
  AUDIT_KEY: `${secret}-0123456789abcdef`,
  FAP_URL: `mysql://ro:${secret}@db/fap`,
  REDIS_URL: `redis://:${secret}@redis:6379`,
  EMPTY: '',
  BOTH: secret,
  BOTH_FILE: '/run/secrets/both',
  LOST_FILE: '/nowhere',
};
const readFile = (path: string): string => (path.endsWith('empty.key') ? '\n' : readFileSync(path, 'utf8'));
const load = (name: string): Loaded => loadConfiguration({ file: `${folder}${name}.yml`, env, readFile });
/** The good file, with one text replaced. */
const loadChanged = (from: string, to: string, more: Record<string, string> = {}): Loaded => {
  const text = readFileSync(`${folder}good.yml`, 'utf8');
  expect(text).toContain(from);
  const read = (path: string): string => (path === 'q.yml' ? text.replace(from, () => to) : readFile(path));
  return loadConfiguration({ file: 'q.yml', env: { ...env, ...more }, readFile: read });
};
const configurationOf = (loaded: Loaded) => {
  if (!loaded.ok) throw new Error(loaded.faults.map((fault) => describeFault(fault, 'en').text).join('\n'));
  return loaded.configuration;
};
const good = 'apps.fap.outcomes.RefundOrderJob.good';

/** Fixture → line, path, expectation, what came, and the name that was probably meant. */
type Row = readonly [
  fixture: string,
  line: number,
  path: string,
  expected: string,
  came: string,
  nearest?: string,
];
const faults: readonly Row[] = [
  ['app-name-with-space', 22, 'apps.fap prod', 'app-name', 'key'],
  ['apps-empty', 21, 'apps', 'not-empty-mapping', 'mapping'],
  ['artisan-directory-relative', 30, 'apps.fap.artisan.directory', 'absolute-path', 'value'],
  ['artisan-directory-with-quote', 30, 'apps.fap.artisan.directory', 'absolute-path', 'value'],
  ['artisan-host-unknown', 30, 'apps.fap.artisan.host', 'known-host', 'value', 'api-1'],
  ['boolean-expected', 15, 'approvals.page', 'boolean', 'value'],
  ['cache-without-redis', 25, 'apps.fap.cache', 'redis-configured', 'missing'],
  ['channel-by-name', 8, 'slack.channels.alerts', 'channel-id', 'value'],
  ['commands-empty', 8, 'slack.channels.commands', 'not-empty-list', 'list'],
  ['connection-driver-unknown', 27, 'apps.fap.connections.database.driver', 'one-of', 'value'],
  ['database-url-no-url', 24, 'apps.fap.database', 'mysql-url', 'hidden'],
  ['drill-argument-with-space', 47, 'drills.reports.make_failure.artisan[0]', 'argument', 'value'],
  ['drill-command-abbreviated', 47, 'drills.reports.make_failure.artisan[0]', 'drill-command', 'value'],
  ['drill-command-of-the-queue', 47, 'drills.reports.make_failure.artisan[1]', 'drill-command', 'value'],
  ['duration-without-unit', 15, 'approvals.expires', 'duration', 'value'],
  ['duration-zero', 15, 'approvals.expires', 'duration', 'value'],
  ['endless-anchor', 10, 'people.more.more', 'shallow', 'mapping'],
  ['escalate-mention-by-name', 38, 'alerts.escalate[0].mention', 'group-or-user-id', 'value'],
  ['failed-driver-unknown', 30, 'apps.fap.failed.driver', 'one-of', 'value'],
  ['host-key-md5', 19, 'hosts.api-1.ssh.host_key', 'host-key', 'value'],
  ['host-key-missing', 19, 'hosts.api-1.ssh.host_key', 'host-key', 'missing'],
  ['host-without-way', 18, 'hosts.api-1.ssh', 'ssh-or-local', 'missing'],
  ['key-twice', 16, 'approvals.expires', 'key-once', 'twice'],
  ['list-expected', 10, 'people.operators', 'list', 'value'],
  ['locale-unknown', 1, 'locale', 'one-of', 'value', 'zh-CN'],
  ['log-path-upwards', 30, 'apps.fap.log.files[0]', 'log-path', 'value'],
  ['mapping-expected', 9, 'people', 'mapping', 'list'],
  ['not-yaml', 10, '', 'yaml', 'value'],
  ['operator-by-name', 10, 'people.operators[1]', 'group-or-user-id', 'value'],
  ['operator-listed-twice', 10, 'people.operators[1]', 'listed-once', 'value'],
  ['outcome-good-missing', 32, good, 'sql-condition', 'missing'],
  ['outcome-property-path', 32, 'apps.fap.outcomes.RefundOrderJob.property', 'property', 'value'],
  ['outcome-table-quoted', 32, 'apps.fap.outcomes.RefundOrderJob.table', 'identifier', 'value'],
  ['page-without-target', 38, 'alerts.page', 'page-target', 'mapping'],
  ['port-too-high', 19, 'hosts.api-1.ssh.port', 'port', 'value'],
  [
    'queue-connection-unknown',
    34,
    'apps.fap.queues.reports.connection',
    'known-connection',
    'value',
    'database',
  ],
  ['queue-on-shared-table-twice', 35, 'apps.fap.queues.more', 'queue-once', 'twice'],
  ['queue-twice', 35, 'apps.fap.queues.reports', 'key-once', 'twice'],
  ['quiet-time-unquoted-number', 37, 'alerts.quiet.from', 'time-of-day', 'value'],
  ['quorum-empty', 16, 'approvals.quorum.retry-all', 'positive-integer', 'empty'],
  ['quorum-fraction', 16, 'approvals.quorum.retry-all', 'positive-integer', 'value'],
  ['quorum-infinite', 16, 'approvals.quorum.retry-all', 'positive-integer', 'value'],
  ['quorum-negative', 16, 'approvals.quorum.retry-all', 'positive-integer', 'value'],
  ['quorum-not-a-number', 16, 'approvals.quorum.retry-all', 'positive-integer', 'value'],
  ['quorum-text', 16, 'approvals.quorum.retry-all', 'positive-integer', 'value'],
  ['quorum-zero', 16, 'approvals.quorum.retry-all', 'positive-integer', 'value'],
  ['redis-not-configured', 28, 'apps.fap.connections.redis', 'redis-configured', 'missing'],
  ['redis-url-of-http', 25, 'apps.fap.redis.url', 'redis-url', 'hidden'],
  ['rule-key-of-another', 39, 'alerts.rules.failed-jobs.share_above', 'known-key', 'key'],
  ['rule-queue-unknown', 39, 'alerts.rules.failed-jobs.queue', 'known-queue', 'value', 'reports'],
  ['rule-watch-unknown', 39, 'alerts.rules.failed-jobs.watch', 'one-of', 'value', 'failed_jobs'],
  ['runbook-age-of-nothing', 44, 'runbook.reports.steps[0].rows.newer_than', 'newer-above-older', 'value'],
  ['runbook-age-without-since', 44, 'runbook.reports.steps[0].rows.older_than', 'since-needed', 'value'],
  [
    ...(['runbook-group-unknown', 44, 'runbook.reports.steps[0].workers', 'known-group', 'value'] as const),
    'fap-queue-reports',
  ],
  ['runbook-log-without-log', 44, 'runbook.reports.steps[0].log', 'log-configured', 'missing'],
  ['runbook-queue-unknown', 42, 'runbook.report', 'known-queue', 'value', 'reports'],
  ['runbook-step-of-two', 44, 'runbook.reports.steps[0]', 'one-step', 'mapping'],
  ['runbook-step-unknown', 44, 'runbook.reports.steps[0].backlogs', 'known-key', 'key', 'backlog'],
  ['runbook-verdict-asks-nothing', 47, 'runbook.reports.verdicts[0].when', 'something-asked', 'mapping'],
  ['runbook-verdict-step-unknown', 47, 'runbook.reports.verdicts[0].when.step', 'known-step', 'value'],
  ['runbook-verdict-without-words', 47, 'runbook.reports.verdicts[0].say', 'text-or-languages', 'missing'],
  ['runbook-where-two-statements', 44, 'runbook.reports.steps[0].rows.where', 'sql-condition', 'value'],
  ['runbook-within-without-unit', 44, 'runbook.reports.steps[0].failures.within', 'duration', 'value'],
  ['same-person-in-two-lists', 14, 'people.same_person[1][1]', 'in-one-list', 'value'],
  ['same-person-of-a-group', 13, 'people.same_person[0][1]', 'user-id', 'value'],
  ['same-person-of-one', 13, 'people.same_person[0]', 'several-accounts', 'list'],
  ['secret-file-empty', 6, 'audit.key_file', 'secret', 'hidden'],
  ['secret-file-unreadable', 6, 'audit.key_file', 'secret', 'hidden'],
  ['secret-inline-and-file', 7, 'audit.key_file', 'inline-or-file', 'both'],
  ['secret-missing', 5, 'audit.key', 'secret', 'missing'],
  ['secret-with-space', 6, 'audit.key', 'secret', 'hidden'],
  ['slo-negative', 34, 'apps.fap.queues.reports.slo.max_pending', 'integer', 'value'],
  ['sql-comment', 32, good, 'sql-condition', 'value'],
  ['sql-for-update', 32, good, 'sql-condition', 'value'],
  ['sql-into', 32, good, 'sql-condition', 'value'],
  ['sql-lock', 32, good, 'sql-condition', 'value'],
  ['sql-parenthesis-open', 32, good, 'sql-condition', 'value'],
  ['sql-parenthesis-turned', 32, good, 'sql-condition', 'value'],
  ['sql-placeholder', 32, good, 'sql-condition', 'value'],
  ['sql-quote-open', 32, good, 'sql-condition', 'value'],
  ['sql-semicolon', 32, good, 'sql-condition', 'value'],
  ['sql-union', 32, good, 'sql-condition', 'value'],
  ['store-url-of-postgres', 3, 'store.url', 'mysql-url', 'hidden'],
  ['store-url-without-database', 3, 'store.url', 'mysql-url', 'hidden'],
  ['supervisorctl-with-shell', 20, 'hosts.api-1.supervisorctl', 'argv', 'value'],
  ['table-on-redis', 29, 'apps.fap.connections.redis.table', 'known-key', 'key'],
  ['timezone-offset', 23, 'apps.fap.timezone', 'timezone', 'value'],
  ['timezone-unknown', 23, 'apps.fap.timezone', 'timezone', 'value'],
  ['two-documents', 9, '', 'one-document', 'list'],
  ['unknown-key-deep', 34, 'apps.fap.queues.reports.conection', 'known-key', 'key', 'connection'],
  ['unknown-key-in-quorum', 16, 'approvals.quorum.retry-al', 'known-key', 'key', 'retry-all'],
  ['unknown-key-top', 1, 'lokale', 'known-key', 'key', 'locale'],
  ['variable-and-file', 6, 'audit.key', 'inline-or-file', 'both'],
  ['variable-empty', 6, 'audit.key', 'variable-set', 'empty'],
  ['variable-file-unreadable', 6, 'audit.key', 'secret', 'hidden'],
  ['variable-missing', 6, 'audit.key', 'variable-set', 'missing'],
  ['variable-syntax', 6, 'audit.key', 'variable-syntax', 'hidden'],
  ['where-comment', 40, 'alerts.rules.payments.where', 'sql-condition', 'value'],
  ['workers-group-with-star', 34, 'apps.fap.queues.reports.workers', 'group-name', 'value'],
  ['workers-host-unknown', 34, 'apps.fap.queues.reports.workers.hosts[0]', 'known-host', 'value', 'api-1'],
];

describe('a faulty configuration', () => {
  it.each(faults.map((row) => ({ row, fixture: row[0] })))(
    'refuses $fixture with one fault at its place',
    ({ row }) => {
      const [name, line, path, expected, came, nearest] = row;
      const loaded = load(name);
      const found = loaded.ok ? [] : loaded.faults;
      expect(
        found.map((fault) => [
          fault.line,
          pathText(fault.path),
          fault.expected,
          fault.came.kind,
          fault.nearest,
        ]),
      ).toEqual([[line, path, expected, came, nearest]]);
    },
  );

  it('has a fixture for every row of this table, and the other way round', () => {
    const files = readdirSync(folder).map((file) => file.replace('.yml', ''));
    expect(files.filter((file) => file !== 'good').sort()).toEqual(faults.map(([name]) => name).sort());
  });

  it.each(['en', 'zh-CN'] as const)('is told in %s without any of its secrets', (locale) => {
    for (const [name] of faults) {
      const loaded = load(name);
      if (loaded.ok) throw new Error(`${name} should be refused`);
      const told = JSON.stringify([
        loaded.faults,
        loaded.faults.map((fault) => describeFault(fault, locale)),
      ]);
      expect(told).not.toContain(secret);
      expect(told).not.toContain('undefined');
    }
  });

  it('is told completely: faults of the text, the schema and the references together', () => {
    const text = readFileSync(`${folder}good.yml`, 'utf8')
      .replace('locale: en', 'lokale: en')
      .replace('${AUDIT_KEY}', '${NO_SUCH}')
      .replace('retry-all: 1', 'retry-all: 0')
      .replace('host: api-1,', 'host: api-9,')
      .replace('connection: redis }', 'connection: rediss }');
    const loaded = loadConfiguration({ file: 'q.yml', env, readFile: () => text });
    expect(loaded.ok ? [] : loaded.faults.map((fault) => pathText(fault.path))).toEqual([
      'lokale',
      'audit.key',
      'approvals.quorum.retry-all',
      'apps.fap.artisan.host',
      'apps.fap.queues.default.connection',
    ]);
  });

  it('names a file that is not there', () => {
    const loaded = load('no-such-file');
    expect(loaded.ok ? [] : loaded.faults.map(({ expected }) => expected)).toEqual(['readable-file']);
  });

  it.each(['', '- a', 'just text'])('survives the text %j', (text) => {
    const loaded = loadConfiguration({ file: 'q.yml', env, readFile: () => text });
    expect(loaded.ok).toBe(false);
  });

  it('shows a value from the environment by its variable only', () => {
    const loaded = loadChanged('alerts: C0ALERTS', 'alerts: "${AUDIT_KEY}"');
    const [fault] = loaded.ok ? [] : loaded.faults;
    expect(fault?.came).toEqual({ kind: 'value', text: '${AUDIT_KEY}' });
  });

  it('does not show a URL with a password that stands at a wrong place', () => {
    const loaded = loadChanged('alerts: C0ALERTS', 'alerts: "mysql://a:b@c/d"');
    const [fault] = loaded.ok ? [] : loaded.faults;
    expect(fault?.came).toEqual({ kind: 'hidden' });
  });
});

describe('a good configuration', () => {
  it('is what the example of the contract describes', () => {
    const example = new URL('../../docs/queuekeeper.example.yml', import.meta.url).pathname;
    const loaded = loadConfiguration({
      file: example,
      env: {
        QUEUEKEEPER_STORE_URL: env.STORE_URL,
        QUEUEKEEPER_AUDIT_KEY: env.AUDIT_KEY,
        FAP_DATABASE_URL: env.FAP_URL,
        FAP_DATABASE_WRITE_URL: env.FAP_URL,
        FAP_REDIS_URL: env.REDIS_URL,
      },
      readFile,
    });
    const { apps, hosts } = configurationOf(loaded);
    expect(apps[0]?.description.queues).toHaveLength(7);
    expect(apps[0]?.description.connections.size).toBe(4);
    expect(hosts.get('api-1')).toMatchObject({ kind: 'ssh', supervisorctl: ['sudo', 'supervisorctl'] });
    expect(loaded.ok && loaded.warnings.map(({ warning }) => warning)).toEqual([
      'same-account-for-migrations',
      'host-key-placeholder',
    ]);
  });

  it('fills in what was left out', () => {
    const { approvals, apps, slack } = configurationOf(load('good'));
    expect(approvals).toEqual({
      expiresSeconds: 1800,
      runWithinSeconds: 300,
      quorum: { 'retry-all': 1, flush: 1, restore: 1 },
      retryWithoutApproval: { ids: 10, costly: 1, withinSeconds: 3600 },
      page: false,
    });
    expect(apps[0]?.description).toMatchObject({
      environment: 'production',
      failed: { driver: 'database-uuids', table: 'failed_jobs' },
      artisan: { host: 'api-1', directory: '/opt/fap', php: 'php', timeoutSeconds: 120 },
    });
    expect(slack.channels).toEqual({
      alerts: 'C0ALERTS',
      approvals: 'C0APPROVE',
      commands: ['C0OPS', 'C0ALERTS'],
    });
  });

  it("takes workers' short form as one group on artisan's host", () => {
    const [reports, other] = configurationOf(load('good')).apps[0]?.description.queues ?? [];
    expect(reports?.workers).toEqual({ group: 'fap-queue-reports', hosts: ['api-1'] });
    expect(other).not.toHaveProperty('workers');
  });

  it('takes relative paths from the folder of the file', () => {
    const host = configurationOf(load('good')).hosts.get('api-1');
    expect(host).toMatchObject({ keyFile: `${folder}id_ed25519` });
  });

  it('reads a secret from a file, by its key and by the environment, without the newline', () => {
    const byKey = loadConfiguration({
      file: '/etc/qk/q.yml',
      env,
      readFile: (path) => {
        if (path === '/etc/qk/audit.key') return 'from-a-file-0123456789\n';
        return readFileSync(`${folder}good.yml`, 'utf8').replace('key: ${AUDIT_KEY}', 'key_file: audit.key');
      },
    });
    expect(configurationOf(byKey).audit.key.reveal()).toBe('from-a-file-0123456789');
    const { AUDIT_KEY: _, ...rest } = env;
    const byEnvironment = loadConfiguration({
      file: `${folder}good.yml`,
      env: { ...rest, AUDIT_KEY_FILE: '/run/secrets/audit' },
      readFile: (path) => (path === '/run/secrets/audit' ? 'mounted-0123456789\r\n' : readFile(path)),
    });
    expect(configurationOf(byEnvironment).audit.key.reveal()).toBe('mounted-0123456789');
  });

  it('takes numbers, defaults and escapes from variables', () => {
    const loaded = loadChanged('retry-all: 1', 'retry-all: "${QUORUM}", flush: "${NONE:-3}"', {
      QUORUM: '2',
    });
    expect(configurationOf(loaded).approvals.quorum).toEqual({ 'retry-all': 2, flush: 3, restore: 1 });
    const escaped = loadChanged('timezone: Asia/Shanghai', 'environment: "$${stage}"');
    expect(configurationOf(escaped).apps[0]?.description.environment).toBe('${stage}');
  });

  it('merges anchors', () => {
    const loaded = loadChanged(
      'database_reports: { driver: database, retry_after: 300s }',
      'database_reports: &slow { driver: database, retry_after: 300s }\n      database_commerce: { <<: *slow, table: jobs2 }',
    );
    expect(configurationOf(loaded).apps[0]?.description.connections.get('database_commerce')).toEqual({
      name: 'database_commerce',
      driver: 'database',
      table: 'jobs2',
      retryAfterSeconds: 300,
    });
  });

  it('describes the steps of a runbook, in seconds and with what was left out', () => {
    const { runbooks } = configurationOf(
      loadChanged(
        'drills:\n',
        [
          '      - { workers: fap-queue-reports, title: Alive, suspicious_above: 0 }',
          '      - failures: { jobs: [GenerateReportJob] }',
          '      - rows: { table: orders, group_by: status, since: paid_at, older_than: 5m, show: [id] }',
          '    verdicts:',
          '      - { when: { step: 1, above: 5 }, say: { en: Slow, zh-CN: 慢 }, do: restart reports }',
          '      - { when: [{ step: 1, below: 5 }, { step: 3, value: dead, mark: broken }], say: Broken }',
          'drills:\n',
        ].join('\n'),
      ),
    );
    expect(runbooks.get('reports')).toEqual({
      queue: 'reports',
      steps: [
        { kind: 'backlog', queue: 'reports' },
        {
          kind: 'rows',
          rows: {
            ...{ table: 'report_snapshots', where: "status = 'pending'" },
            ...{ groupBy: ['status', 'last_error'], show: [] },
          },
        },
        { kind: 'workers', group: 'fap-queue-reports', title: { en: 'Alive' }, suspiciousAbove: 0 },
        { kind: 'failures', jobs: ['GenerateReportJob'], withinSeconds: 3600 },
        {
          kind: 'rows',
          rows: {
            ...{ table: 'orders', groupBy: ['status'], since: 'paid_at', olderThanSeconds: 300 },
            show: ['id'],
          },
        },
      ],
      verdicts: [
        { when: [{ step: 1, above: 5 }], say: { en: 'Slow', 'zh-CN': '慢' }, do: 'restart reports' },
        {
          when: [
            { step: 1, below: 5 },
            { step: 3, value: ['dead'], mark: 'broken' },
          ],
          say: { en: 'Broken' },
        },
      ],
    });
  });

  it('describes drills', () => {
    const { drills } = configurationOf(
      loadChanged(
        'reports: { make_failure: { artisan: ["fap:drill", reports] } }',
        `reports: { recovered: { table: orders, where: "status = 'paid'", since: paid_at } }`,
      ),
    );
    expect(drills.get('reports')).toEqual({
      queue: 'reports',
      recovered: { table: 'orders', where: "status = 'paid'", since: 'paid_at' },
    });
    expect(configurationOf(load('good')).drills.get('reports')?.makeFailure).toEqual({
      artisan: ['fap:drill', 'reports'],
    });
  });

  it('can not be changed, maps included', () => {
    const configuration = configurationOf(load('good'));
    const { connections } = configuration.apps[0]?.description ?? {};
    expect(Object.isFrozen(configuration.people.operators)).toBe(true);
    expect(() => (connections as Map<string, unknown>).set('x', 1)).toThrow(TypeError); // what a careless cast would do
  });

  it('prints none of its secrets', () => {
    const configuration = configurationOf(load('good'));
    expect(JSON.stringify(configuration)).not.toContain(secret);
    expect(`${configuration.store.url}`).toBe('[redacted]');
  });
});

describe('the policy version', () => {
  const versionOf = (loaded: Loaded): string => configurationOf(loaded).policyVersion;
  const standard = versionOf(load('good'));

  it('is the same whatever is written out, and whatever the passwords are', () => {
    expect(standard).toMatch(/^[0-9a-f]{64}$/);
    expect(versionOf(loadChanged('expires: 30m', 'run_within: 5m\n  expires: 1800s'))).toBe(standard);
    expect(versionOf(loadChanged('locale: en', 'locale: zh-CN'))).toBe(standard);
    expect(versionOf(loadChanged('locale: en', 'locale: en', { FAP_URL: 'mysql://ro:other@db/fap' }))).toBe(
      standard,
    );
  });

  it('is the same whatever runbooks and drills say', () => {
    expect(versionOf(loadChanged('["fap:drill", reports]', '["fap:drill", ops]'))).toBe(standard);
    expect(versionOf(loadChanged('      - backlog: reports\n', ''))).toBe(standard);
  });

  it.each([
    ['approvers: [U0BO, U0CHEN, S0LEADS]', 'approvers: [U0BO, S0LEADS]'],
    ['retry-all: 1', 'retry-all: 2'],
    ['directory: /opt/fap', 'directory: /opt/other'],
    ['default: { connection: redis }', 'default: { connection: redis, duplicates: costly }'],
  ])('changes with %s', (from, to) => {
    expect(versionOf(loadChanged(from, to))).not.toBe(standard);
  });
});

describe('warnings', () => {
  const warningsOf = (loaded: Loaded): readonly string[] =>
    loaded.ok ? loaded.warnings.map(({ warning }) => warning) : ['refused'];

  it.each([
    ['operators: [U0ANNA, U0BO]', 'operators: []', 'nobody-operates'],
    ['approvers: [U0BO, U0CHEN, S0LEADS]', 'approvers: []', 'nobody-approves'],
    ['approvers: [U0BO, U0CHEN, S0LEADS]', 'approvers: [U0ANNA, U0ANNA2]', undefined],
    ['    supervisorctl: sudo supervisorctl\n', '', 'no-supervisor'],
    ['key: ${AUDIT_KEY}', 'key: short', 'audit-key-short'],
  ])('%s → %s: %s', (from, to, warning) => {
    expect(warningsOf(loadChanged(from, to))).toEqual(warning === undefined ? [] : [warning]);
  });

  it('counts persons, not accounts, against the quorum', () => {
    const text = readFileSync(`${folder}good.yml`, 'utf8')
      .replace('approvers: [U0BO, U0CHEN, S0LEADS]', 'approvers: [U0ANNA, U0ANNA2]')
      .replace('retry-all: 1', 'retry-all: 2');
    expect(warningsOf(loadConfiguration({ file: 'q.yml', env, readFile: () => text }))).toEqual([
      'quorum-out-of-reach',
    ]);
  });
});
