import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runCli } from '../../src/cli/run-cli.ts';
import type { ConditionTrial } from '../../src/core/condition-trial.ts';
import { StoreUnavailable } from '../../src/core/store-ports.ts';
import { FakeBot, FakeTerminal, goodEnv, secret, slackEnv } from './terminal.ts';

const readFile = (path: string): string => readFileSync(path, 'utf8');
const quorumZero = new URL('../fixtures/config/quorum-zero.yml', import.meta.url).pathname;
const at = (env: Record<string, string> = {}, bot?: FakeBot) =>
  new FakeTerminal({ ...goodEnv, ...env }, readFile, bot);

describe('the command line', () => {
  it.each([
    [['chek'], 'Did you mean check?'],
    [['bogus'], 'There is no verb "bogus".'],
    [['check', '--jsn'], 'Did you mean --json?'],
    [['check', '--config'], '--config needs a value.'],
    [['check', 'now'], '"check" takes no further words.'],
    [['run'], 'What should be answered?'],
    [['start', '--queues', 'a'], '--queues is an option of probe alone.'],
  ])('answers %j with what is wrong and the usage, and 2', async (argv, said) => {
    const terminal = at();
    expect(await runCli(argv, terminal)).toBe(2);
    expect(terminal.complained.join('')).toContain(said);
    expect(terminal.complained.join('')).toContain('Usage: queuekeeper');
    expect(terminal.written).toEqual([]);
  });

  it('answers nothing at all with the usage, and 2', async () => {
    const terminal = at();
    expect(await runCli([], terminal)).toBe(2);
    expect(terminal.complained.join('')).toMatch(/^Usage/);
  });

  it.each([['--help'], ['-h'], ['help']])('prints the usage for %s, and 0', async (flag) => {
    const terminal = at();
    expect(await runCli([flag], terminal)).toBe(0);
    expect(terminal.written.join('')).toContain('Exit codes');
  });

  it('prints its version', async () => {
    const terminal = at();
    expect(await runCli(['--version'], terminal)).toBe(0);
    expect(terminal.written).toEqual(['queuekeeper 9.9.9\n']);
  });

  it.each(['doctor'])('says that %s is not there yet, and 2', async (verb) => {
    const terminal = at();
    expect(await runCli([verb], terminal)).toBe(2);
    expect(terminal.complained.join('')).toContain('not in this version yet');
  });

  it('speaks Chinese where the terminal does', async () => {
    const terminal = at({ LANG: 'zh_CN.UTF-8' });
    expect(await runCli(['chek'], terminal)).toBe(2);
    expect(terminal.complained.join('')).toContain('是否想用 check？');
  });
});

describe('check', () => {
  it('finds the good file good, with a summary, and 0', async () => {
    const terminal = at();
    expect(await runCli(['check'], terminal)).toBe(0);
    expect(terminal.written.join('')).toContain('fap (production): 2 queues on 3 connections');
  });

  it('prefers --config to the environment, and tells the faults with 2', async () => {
    const terminal = at();
    expect(await runCli(['check', '--config', quorumZero], terminal)).toBe(2);
    expect(terminal.complained.join('')).toContain(
      'approvals.quorum.retry-all (line 16): expected a whole number, 1 or more; came "0".',
    );
  });

  it.each([
    ['ENOENT', 'no such file', '没有这个文件'],
    ['EACCES', 'a file that this user may not read', '当前用户无权读取的文件'],
    ['EISDIR', 'a directory', '目录'],
    ['EIO', 'a file that can not be read', '无法读取的文件'],
  ])(
    'looks for queuekeeper.yml when nothing is named, says why it is none (%s) and the way out',
    async (code, en, zh) => {
      const readNothing = (): string => {
        throw Object.assign(new Error('at /secret/place'), { code });
      };
      const terminal = new FakeTerminal({}, readNothing);
      expect(await runCli(['check'], terminal)).toBe(2);
      expect(terminal.complained.join('')).toContain(
        `expected a file that can be read at queuekeeper.yml; came ${en}. Name yours with --config FILE or $QUEUEKEEPER_CONFIG; docs/queuekeeper.example.yml is one`,
      );
      const other = new FakeTerminal({ LANG: 'zh_CN.UTF-8' }, readNothing);
      expect(await runCli(['start'], other)).toBe(2);
      expect(other.complained.join('')).toContain(`${zh}。请用 --config 文件`);
    },
  );

  it('tells the faults of a Slack environment together with those of the file, as JSON too', async () => {
    const terminal = at({ SLACK_BOT_TOKEN: `xoxb ${secret}`, QUEUEKEEPER_CONFIG: quorumZero });
    expect(await runCli(['check', '--json'], terminal)).toBe(2);
    const answer: unknown = JSON.parse(terminal.written.join(''));
    expect(answer).toMatchObject({
      ok: false,
      faults: [
        { path: 'approvals.quorum.retry-all', line: 16 },
        { path: 'SLACK_BOT_TOKEN' },
        { path: 'SLACK_SIGNING_SECRET' },
      ],
    });
    expect(terminal.written.join('')).not.toContain(secret);
  });
});

describe('check, with what databases say', () => {
  const trying = (tried: Awaited<ReturnType<FakeBot['tryConditions']>>): FakeTerminal => {
    const bot = new FakeBot();
    bot.tryConditions = async () => tried;
    return at({}, bot);
  };
  const refused: ConditionTrial = {
    kind: 'refused',
    ...{ app: 'fap', path: ['runbook', 'reports', 'steps', 1, 'rows'] },
    detail: "Unknown column 'stat' in 'WHERE'",
  };
  const scan: ConditionTrial = {
    kind: 'full-scan',
    ...{ app: 'fap', path: ['runbook', 'reports', 'steps', 1, 'rows'] },
    ...{ table: 'report_snapshots', rows: 923_088 },
  };

  it('says that all SQL is understood where it was tried', async () => {
    const terminal = trying({ value: [], missing: [] });
    expect(await runCli(['check'], terminal)).toBe(0);
    expect(terminal.written.join('')).toContain('fap: its database understands all of the SQL');
  });

  it('proposes a pace for an alert rule that would read all of a big table', async () => {
    const path = ['alerts', 'rules', 'payments'];
    const terminal = trying({ value: [{ ...scan, path, eachTick: true }], missing: [] });
    expect(await runCli(['check'], terminal)).toBe(0);
    expect(terminal.complained.join('')).toMatch(
      /alerts\.rules\.payments \(line \d+\): .*at every tick; give this rule `every: 5m` and `timeout: 2s`/,
    );
  });

  it('tells what a database refuses, with its place and the words of the server, and 2', async () => {
    const terminal = trying({ value: [refused, scan], missing: [] });
    expect(await runCli(['check'], terminal)).toBe(2);
    expect(terminal.complained).toEqual([
      `${goodEnv['QUEUEKEEPER_CONFIG']}: 1 fault.\n`,
      "  runbook.reports.steps[1].rows (line 45): the database of fap refuses it and says: Unknown column 'stat' in 'WHERE'.\n",
    ]);
    const json = trying({ value: [refused], missing: [] });
    expect(await runCli(['check', '--json'], json)).toBe(2);
    expect(JSON.parse(json.written.join(''))).toMatchObject({
      ok: false,
      faults: [{ path: 'runbook.reports.steps[1].rows', line: 45 }],
    });
  });

  it('warns of what reads all of a big table, and 0', async () => {
    const terminal = trying({ value: [scan], missing: [] });
    expect(await runCli(['check'], terminal)).toBe(0);
    expect(terminal.complained.join('')).toContain(
      'all of report_snapshots (about 923,088 rows) is read each time',
    );
  });

  it('says what could not be tried, and 0', async () => {
    const terminal = trying({
      value: [],
      missing: [{ part: 'database', name: 'fap', why: 'unreachable' }],
    });
    expect(await runCli(['check'], terminal)).toBe(0);
    expect(terminal.complained.join('')).toContain(
      'The SQL in it was not tried on the database of fap, which can not be reached.',
    );
    expect(terminal.written.join('')).not.toContain('understands');
  });

  it("tells of a verdict's button that would be refused, and 2", async () => {
    const bot = new FakeBot();
    bot.strangeWords = () => [{ path: ['runbook', 'reports', 'verdicts', 0, 'do'], words: 'restrt reports' }];
    const terminal = at({}, bot);
    expect(await runCli(['check'], terminal)).toBe(2);
    expect(terminal.complained.join('')).toContain(
      'runbook.reports.verdicts[0].do (line 42): "/queue restrt reports" is nothing that can be done',
    );
  });

  it('warns of a level that can not be measured by, and 0', async () => {
    const bot = new FakeBot();
    const path = ['apps', 'fap', 'queues', 'insights', 'slo', 'max_oldest'];
    bot.findAgeless = async () => [{ path, queue: 'redis:insights', version: '11.45.1' }];
    const terminal = at({}, bot);
    expect(await runCli(['check'], terminal)).toBe(0);
    expect(terminal.complained.join('')).toMatch(
      /apps\.fap\.queues\.insights\.slo\.max_oldest.*can't be measured in redis:insights.*this is 11\.45\.1/,
    );
  });

  it('finds a good file good also where no bot can be made of it', async () => {
    const bot = new FakeBot();
    bot.tryConditions = () => Promise.reject(new Error('no such file'));
    const terminal = at({ LANG: 'zh_CN.UTF-8' }, bot);
    expect(await runCli(['check'], terminal)).toBe(0);
    expect(terminal.complained.join('')).toContain('未在 fap 的数据库上试查其中的 SQL');
    expect(bot.calls).toEqual(['stop']);
  });
});

describe('check, with what hosts say', () => {
  const trying = (tried: Awaited<ReturnType<FakeBot['tryHosts']>>, env = {}): FakeTerminal => {
    const bot = new FakeBot();
    bot.tryHosts = async () => tried;
    return at(env, bot);
  };

  it('names those whose login or runner answers', async () => {
    const terminal = trying({
      value: [
        { host: 'api-1', kind: 'answers', runner: true },
        { host: 'here', kind: 'answers', runner: false },
      ],
      missing: [],
    });
    expect(await runCli(['check'], terminal)).toBe(0);
    expect(terminal.written.join('')).toContain('  api-1: its runner answers\n  here: its login works\n');
  });

  it.each([
    ['runner-bound', 'its key is bound to the runner, so this host needs `runner: true`'],
    ['runner-missing', 'its key does not lead to the runner (the runner: not a number); bind it'],
    ['runner-refused', 'it refuses (the runner: not a number)'],
    ['directory-missing', "the directory in the runner's own configuration does not exist there"],
  ] as const)('finds a fault in %s, and 2', async (why, text) => {
    const misfit = { host: 'api-1', kind: 'misfit', why, detail: 'the runner: not a number' } as const;
    const terminal = trying({ value: [misfit], missing: [] });
    expect(await runCli(['check'], terminal)).toBe(2);
    expect(terminal.complained.join('')).toMatch(/ {2}hosts\.api-1( \(line \d+\))?: /);
    expect(terminal.complained.join('')).toContain(text);
    const json = trying({ value: [misfit], missing: [] }, { LANG: 'zh_CN.UTF-8' });
    expect(await runCli(['check', '--json'], json)).toBe(2);
    expect(JSON.parse(json.written.join(''))).toMatchObject({ ok: false, faults: [{ path: 'hosts.api-1' }] });
  });

  it('says which could not be tried, and 0', async () => {
    const missing = [{ part: 'host', name: 'api-1', why: 'unreachable', detail: 'ECONNREFUSED' } as const];
    const terminal = trying({ value: [], missing });
    expect(await runCli(['check'], terminal)).toBe(0);
    expect(terminal.complained.join('')).toContain(
      'The login was not tried: host api-1 can not be reached (ECONNREFUSED).',
    );
  });
});

describe('run', () => {
  it('answers with the reply as text, with quotes given back to words with spaces', async () => {
    const bot = new FakeBot();
    const terminal = at({}, bot);
    expect(await runCli(['run', 'failed', 'error=deadlock found', 'say "hi" there'], terminal)).toBe(0);
    expect(bot.calls[0]).toBe(`run failed error="deadlock found" 'say "hi" there' en`);
    expect(terminal.written.join('')).toContain('[ok] answer to failed');
  });

  it('answers a refusal with 1, and as JSON when asked', async () => {
    const terminal = at();
    expect(await runCli(['run', 'retry', '1', '--json'], terminal)).toBe(1);
    expect(JSON.parse(terminal.written.join(''))).toMatchObject({ ok: false });
  });

  it('builds the bot without Slack, and stops it', async () => {
    const bot = new FakeBot();
    const terminal = at(slackEnv, bot);
    await runCli(['run', 'status'], terminal);
    expect(terminal.parts?.slack).toBeUndefined();
    expect(bot.calls.at(-1)).toBe('stop');
  });
});

describe('audit and migrate', () => {
  it('proves the chain with 0', async () => {
    const terminal = at();
    expect(await runCli(['audit'], terminal)).toBe(0);
    expect(terminal.written.join('')).toContain('3 rows');
  });

  it('names the row that does not hold, with 1', async () => {
    const bot = new FakeBot();
    bot.verifyAudit = async () => ({ ok: false, rows: 6, fault: { kind: 'edited', seq: 7 } });
    const terminal = at({}, bot);
    expect(await runCli(['audit'], terminal)).toBe(1);
    expect(terminal.written.join('')).toContain('row 7: it was edited');
  });

  it('says which migrations ran', async () => {
    const terminal = at();
    expect(await runCli(['migrate'], terminal)).toBe(0);
    expect(terminal.written.join('')).toContain('0001-first');
  });

  it('answers a dead store with one sentence without secrets, with 1', async () => {
    const bot = new FakeBot();
    bot.migrate = async () => {
      const cause = new AggregateError(
        [new Error(`connect ECONNREFUSED mysql://qk:${secret}@db:3306/q`)],
        '',
      );
      throw new StoreUnavailable('the store can not be reached', { cause });
    };
    const terminal = at({}, bot);
    expect(await runCli(['migrate'], terminal)).toBe(1);
    expect(terminal.complained.join('')).toMatch(
      /^It did not work: the store can not be reached \(connect ECONNREFUSED .*\)\. Where the store is, store\.url/,
    );
    expect(terminal.complained.join('')).not.toContain(secret);
    expect(bot.calls).toEqual(['stop']);
  });

  it.each(['run status', 'audit', 'migrate'])('%s answers a faulty configuration with 2', async (words) => {
    const terminal = at({ QUEUEKEEPER_CONFIG: quorumZero });
    expect(await runCli(words.split(' '), terminal)).toBe(2);
    expect(terminal.parts).toBeUndefined();
  });
});
