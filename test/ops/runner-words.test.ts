import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { releaseFiles } from '../../src/hosts/release-files.ts';
import { parseSupervisorConfig, wantedLines } from '../../src/hosts/supervisor-config.ts';
import { type RunnerStage, runnerScript, setRunnerStage } from './runner-stage.ts';

const uuid = '0198f6aa-0000-7000-8000-000000000001';
const run = '01K3ABCDEFGHJKMNPQRSTVWXYZ-1';

let stage: RunnerStage;
beforeEach(async () => {
  stage = await setRunnerStage();
});
afterEach(() => stage.stop());

/** Nothing was run and nothing was noted. */
const nothingRan = async (): Promise<void> => {
  expect(await stage.ran()).toEqual([]);
  expect(await stage.entries()).toEqual([]);
};
const nothing = { code: 64, stdout: '' };
/** A few at a time: there are many, and each is a process. */
async function inTurn<Item, Answer>(
  items: readonly Item[],
  ask: (item: Item) => Promise<Answer>,
): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (let at = 0; at < items.length; at += 4)
    answers.push(...(await Promise.all(items.slice(at, at + 4).map(ask))));
  return answers;
}
const v1 = (rest: string): string => `v1 ${run} ${stage.deadline()} ${rest}`;

const lines: readonly (readonly [string, string])[] = [
  ['nothing at all', ''],
  ['a shell', 'bash -i'],
  ['a copy', 'scp -t /tmp'],
  ['sftp', '/usr/lib/openssh/sftp-server'],
  ['the line of a plain login', `[ "$(date +%s)" -lt 5 ] && exec php artisan`],
  ['another version', `v2 ${run} 9999999999 facts clock`],
  ['no verb', `v1 ${run} 9999999999`],
  ['two spaces', `v1 ${run}  9999999999 facts clock`],
  ['a space before', ` v1 ${run} 9999999999 facts clock`],
  ['a space behind', `v1 ${run} 9999999999 facts clock `],
  ['a tab', `v1 ${run} 9999999999 facts\tclock`],
  ['a second line', `v1 ${run} 9999999999 facts clock\nid`],
  ['a newline at the end', `v1 ${run} 9999999999 facts clock\n`],
  ['a carriage return', `v1 ${run} 9999999999 facts clock\r`],
  ['a run id with ..', 'v1 ../../etc/x 9999999999 cancel ../../etc/x'],
  ['a run id with a slash', 'v1 aaaaaaaa/b 9999999999 facts clock'],
  ['a run id that is an option', 'v1 -aaaaaaaaa 9999999999 facts clock'],
  ['a short run id', 'v1 abc 9999999999 facts clock'],
  ['a long run id', `v1 ${'a'.repeat(81)} 9999999999 facts clock`],
  ['a run id of other letters', 'v1 aaaaaaaaä 9999999999 facts clock'],
  ['a negative deadline', `v1 ${run} -1 facts clock`],
  ['a deadline with a point', `v1 ${run} 1.5 facts clock`],
  ['an octal deadline', `v1 ${run} 0777 facts clock`],
  ['an endless deadline', `v1 ${run} ${'9'.repeat(40)} facts clock`],
  ['a deadline to be reckoned', `v1 ${run} 1+1 facts clock`],
  ['a line of 100 KB', `v1 ${run} 9999999999 retry ${'9'.repeat(100_000)}`],
  ['a line of 121 KB', `v1 ${run} 9999999999 retry ${`${uuid} `.repeat(3_272)}${uuid}`],
];

it.each([[[]], [['bash', '--posix']]])(
  'under %j the runner refuses what is not of its form',
  async (shell) => {
    const answers = await inTurn(lines, async ([what, line]) => ({
      what,
      ...(await stage.call(line, { shell })),
    }));
    const sentence = expect.stringMatching(/^queuekeeper-runner: [\w ,:.[\]]+\n$/);
    expect(answers).toEqual(lines.map(([what]) => ({ what, ...nothing, stderr: sentence })));
    await nothingRan();
  },
);

describe('the runner', () => {
  /** Characters that never come through, wherever they stand. */
  const foreign = [
    ...[
      "';id;'",
      '"',
      "'",
      '`id`',
      '$(id)',
      '$HOME',
      '$' + '{IFS}id',
      ';id',
      '|id',
      '&',
      '>x',
      '<x',
      '\\',
      '!',
      '#',
    ],
    ...['*', '?', '[a-z]', '~', '~root', '(id)', '😀', '\u202e', '\u00a0', '\u0001', '\u001b[2J', 'é'],
  ];
  it('takes a word with foreign characters nowhere', async () => {
    const asked = foreign.flatMap((word) => [`retry ${uuid} ${word}`, `facts ${word}`]);
    const answers = await inTurn(asked, (line) => stage.call(v1(line)));
    expect(answers.map(({ code, stdout }) => ({ code, stdout }))).toEqual(answers.map(() => nothing));
    await nothingRan();
  });

  it.each([
    ...['--force', '-q', '--', '-', '--env=x', '..', '../x', '/etc/passwd', '{a,b}', '@x', '%x', 'a=b', '+1'],
    ...['limit=x', 'limit=', 'limit=0', 'limit=-5', 'limit=5=5', '-'.repeat(36), `-${uuid}`],
  ])('takes %j for no id, no hours, no queue, no process and no verb', async (word) => {
    const asked = [
      ...[`retry ${uuid} ${word}`, `retry ${word}`, `flush ${word}`, `pause ${word}`, `drill ${word}`],
      ...[`work-one ${word} 3 90`, `work-one database:reports 3 ${word}`, `status ${word}`, `cancel ${word}`],
      ...[
        `supervisor ${word}`,
        `supervisor restart fap-queue-ops:${word}`,
        `supervisor update ${word}`,
        word,
      ],
      ...[`log list ${word}`, `log read storage/logs/laravel.log ${word} 0 1`, `facts ${word}`],
    ];
    const answers = await inTurn(asked, (line) => stage.call(v1(line)));
    expect(answers.map(({ code, stdout }) => ({ code, stdout }))).toEqual(answers.map(() => nothing));
    await nothingRan();
  });

  it('takes for the id of a failed job what may be one, and nothing near it', async () => {
    const near = [
      ...['all', 'ALL', '0', '01', '-1', '1.5', '1e3', '0x10', '5-5', '1,2', '99999999999999999', 'null'],
      ...[uuid.toUpperCase(), uuid.slice(1), `${uuid}a`, `${uuid}-`, uuid.replaceAll('-', ''), `{${uuid}}`],
      ...[uuid.replace('0198f6aa-0000', '0198f6aa0-000'), `${'-'.repeat(8)}-0000-7000-8000-000000000001`],
    ];
    const answers = await inTurn(near, (word) => stage.call(v1(`retry ${uuid} ${word}`)));
    expect(answers.map(({ code, stdout }) => ({ code, stdout }))).toEqual(answers.map(() => nothing));
    await nothingRan();
  });

  const near = [
    ...[
      'retry',
      'forget',
      `forget ${uuid} ${uuid}`,
      'flush',
      'flush 1',
      'flush 0',
      'flush 2 3',
      'flush --hours=2',
    ],
    ...[
      'pause',
      'pause reports',
      'pause database:nowhere',
      'pause database:reports redis:{high}',
      'failed 5',
    ],
    ...[
      'work-one',
      'work-one database:reports',
      'work-one database:reports 3 x',
      'work-one database:reports 0 90',
    ],
    ...[
      'drill',
      'drill ops',
      'drill reports x',
      'facts',
      'facts clock user',
      'status',
      'cancel',
      'facts env',
    ],
    ...[
      'supervisor',
      'supervisor stop all',
      'supervisor shutdown',
      'supervisor status all',
      'supervisor restart',
    ],
    ...['supervisor restart all', 'supervisor restart other', 'supervisor restart other:other_00'],
    ...['supervisor restart fap-queue-ops fap-queue-reports', 'supervisor update all', 'supervisor fg x'],
    ...[
      'supervisor restart fap-queue-ops:',
      'supervisor config',
      'facts processes',
      'supervisor restart fap-queue-ops:a:b',
      'queue:retry 5',
      'RETRY 5',
    ],
    ...[
      'log list /etc/passwd',
      'log list storage/logs/../../.env',
      'log list',
      'log cat storage/logs/laravel.log',
    ],
    ...['log read storage/logs/laravel.log 5:5 1', 'log unpack storage/logs/laravel.log 5:5 1 2'],
    ...['log probe storage/logs/laravel.log 5:5', 'log read .env 5:5 0 1', 'status .swept', 'cancel .'],
  ];
  it('has nothing for what is only near its words', async () => {
    const answers = await inTurn(near, async (rest) => {
      const { code, stdout } = await stage.call(v1(rest));
      return { rest, code, stdout };
    });
    expect(answers).toEqual(near.map((rest) => ({ rest, ...nothing })));
    await nothingRan();
  });

  it.each([
    [`retry ${uuid} 17`, `artisan queue:retry ${uuid} 17 --no-ansi --no-interaction`],
    [`forget limit=2 ${uuid}`, `artisan queue:forget ${uuid} --no-ansi --no-interaction`],
    ['flush 2', 'artisan queue:flush --hours=2 --no-ansi --no-interaction'],
    ['pause database:reports', 'artisan queue:pause database:reports --no-ansi --no-interaction'],
    ['resume redis:{high}', 'artisan queue:resume redis:{high} --no-ansi --no-interaction'],
    ['drill reports', 'artisan fap:drill reports --all --no-ansi --no-interaction'],
    ['supervisor update', '-c some.conf update'],
    ['supervisor update fap-queue-ops', '-c some.conf update fap-queue-ops'],
    ['supervisor restart limit=90 fap-queue-ops', '-c some.conf restart fap-queue-ops:*'],
    [
      'supervisor restart fap-queue-reports:fap-queue-reports_00',
      '-c some.conf restart fap-queue-reports:fap-queue-reports_00',
    ],
  ])('does %j once', async (rest, argv) => {
    const { code, stdout, stderr } = await stage.call(v1(rest));
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'err\n' });
    expect(stdout).toMatch(/^queuekeeper-runner 1\nrun=.*\nstate=done\n/);
    expect(stdout.split('\n\n')[1]).toBe(`out ${argv}\n`);
    await stage.call(v1(rest));
    expect(await stage.ran()).toEqual([argv]);
  });

  it.each([
    ['failed', 'artisan queue:failed --no-ansi --no-interaction'],
    ['facts version', 'artisan --version --no-ansi --no-interaction'],
    ['facts commands', 'artisan list --raw --no-ansi --no-interaction'],
    ['facts environment', 'artisan env --no-ansi --no-interaction'],
    ['supervisor status', '-c some.conf status'],
    ['supervisor reread limit=5', '-c some.conf reread'],
  ])('answers %j straight, as often as it is asked, and notes nothing', async (rest, argv) => {
    await stage.behave('exit 3');
    const answer = { code: 3, stdout: `out ${argv}\n`, stderr: 'queuekeeper-runner 1\nerr\n' };
    expect([await stage.call(v1(rest)), await stage.call(v1(rest))]).toEqual([answer, answer]);
    expect(await stage.ran()).toEqual([argv, argv]);
    expect(await stage.entries()).toEqual([]);
  });

  it('tells clock, user and maintenance without the application', async () => {
    const began = Math.floor(Date.now() / 1000);
    const said = Number((await stage.call(v1('facts clock'))).stdout);
    expect(said).toBeGreaterThanOrEqual(began);
    expect(said).toBeLessThanOrEqual(Date.now() / 1000);
    expect((await stage.call(v1('facts user'))).stdout.trim()).toMatch(/^\w+$/);
    expect(await stage.call(v1('facts maintenance'))).toEqual({
      code: 1,
      stdout: '',
      stderr: 'queuekeeper-runner 1\n',
    });
    await writeFile(join(stage.app, 'storage/framework/down'), '');
    expect(await stage.call(v1('facts maintenance'))).toEqual({
      code: 0,
      stdout: '',
      stderr: 'queuekeeper-runner 1\n',
    });
    expect(await stage.ran()).toEqual([]);
  });

  it('tells when a release came, and what artisan’s processes were started with', async () => {
    await writeFile(join(stage.app, 'artisan'), '');
    const release = await stage.call(v1('facts release'));
    expect(release.stdout).toMatch(/^\d+ regular empty file:artisan$/m);
    expect(release.stdout).toContain(` directory:${stage.app}\n`);
    for (const file of releaseFiles) expect(`${release.stdout}${release.stderr}`).toContain(file);
    await stage.behave(
      `echo $$ >'${stage.folder}/pid'; while [ ! -e '${stage.folder}/go' ]; do sleep 0.05; done`,
    );
    const working = stage.call(v1('pause limit=60 database:reports'));
    const pidFile = () => readFile(join(stage.folder, 'pid'), 'utf8').catch(() => '');
    await expect.poll(pidFile).toMatch(/^\d+\n$/);
    const said = await stage.call(v1(`facts processes ${(await pidFile()).trim()},${process.pid}`));
    expect(said.stdout).toMatch(/^ *\d+ .*artisan queue:pause database:reports .*\n$/);
    for (const odd of ['1,', ',1', '1,,2', '-1', '1,a', 'self'])
      expect(await stage.call(v1(`facts processes ${odd}`))).toMatchObject(nothing);
    await writeFile(join(stage.folder, 'go'), '');
    await working;
  });

  it('hands over what Supervisor’s files say of programs, and no environment', async () => {
    const folder = join(stage.folder, 'conf.d');
    await mkdir(folder);
    await writeFile(
      join(folder, 'a.conf'),
      '[program:fap-queue-ops]\ncommand=php artisan queue:work\nenvironment=DB_PASSWORD="hunter2"\nnumprocs=2\n',
    );
    await writeFile(join(folder, 'a.conf.old'), '[program:old]\n');
    await stage.configure({ supervisor_file: `${folder}/*.conf` });
    const { stdout } = await stage.call(v1('supervisor config'));
    expect(stdout).toBe(
      '[queuekeeper-runner]\n[program:fap-queue-ops]\ncommand=php artisan queue:work\nnumprocs=2\n',
    );
    expect(parseSupervisorConfig(stdout).get('fap-queue-ops')?.processes).toBe(2);
    expect(await readFile(runnerScript, 'utf8')).toContain(`'${wantedLines}'`);
  });

  it('hands bytes of a configured log over, and no other file', async () => {
    await mkdir(join(stage.app, 'storage/logs'));
    await writeFile(join(stage.app, 'storage/logs/laravel.log'), 'a line\n');
    const listed = await stage.call(v1('log list storage/logs/laravel.log'));
    expect(listed.code).toBe(0);
    expect(listed.stdout).toMatch(/^[0-9a-f]+ \d+:\d+ 7 \d+ storage\/logs\/laravel\.log$/m);
    await symlink('/etc/passwd', join(stage.app, 'storage/logs/laravel.log.1'));
    const linked = await stage.call(v1('log list storage/logs/laravel.log'));
    const [, file = ''] = /^\S+ (\d+:\d+) \d+ \d+ \S+\.log\.1$/m.exec(linked.stdout) ?? [];
    const read = await stage.call(v1(`log read storage/logs/laravel.log ${file} 0 1`));
    expect({ code: read.code, stdout: read.stdout }).toEqual({ code: 66, stdout: '' });
  });

  it('starts nothing from its deadline on', async () => {
    for (const rest of [
      `retry ${uuid}`,
      'facts version',
      'supervisor restart fap-queue-ops',
      `cancel ${run}`,
    ]) {
      const answer = await stage.call(`v1 ${run} ${stage.deadline(0)} ${rest}`);
      expect(answer).toEqual({ code: 75, stdout: '', stderr: 'queuekeeper: the deadline has passed\n' });
    }
    await nothingRan();
  });

  it('gives what it runs an environment of its own, and nothing to read', async () => {
    await stage.behave(
      `env | sort >'${stage.folder}/env'; pwd >>'${stage.folder}/env'; umask >>'${stage.folder}/env'; cat`,
    );
    const env = {
      ...{
        PATH: `${stage.folder}:/nowhere`,
        IFS: 'x=',
        ENV: `${stage.folder}/evil`,
        BASH_ENV: `${stage.folder}/evil`,
      },
      ...{ CDPATH: '/tmp', PHP_INI_SCAN_DIR: '/tmp', APP_ENV: 'local', DB_PASSWORD: 'hunter2', LC_ALL: 'x' },
      ...{
        PS4: '$(touch /tmp/qk-evil)',
        SHELLOPTS: 'xtrace',
        'BASH_FUNC_printf%%': '() { id; }',
        limit: '1',
      },
      ...{ run_id: 'evil', what: 'stop', directory: '/etc', php: '/bin/false', LD_LIBRARY_PATH: '/nowhere' },
    };
    await writeFile(join(stage.folder, 'evil'), `touch '${stage.folder}/was-evil'\n`);
    for (const name of ['date', 'mkdir', 'env', 'timeout'])
      await writeFile(join(stage.folder, name), `#!/bin/sh\ntouch '${stage.folder}/was-evil'\n`, {
        mode: 0o755,
      });
    for (const shell of [[], ['/bin/bash', '--posix']]) {
      const id = `run-${shell.length}-aaaaaaaa`;
      const { code } = await stage.call(`v1 ${id} ${stage.deadline()} retry ${uuid}`, { env, shell });
      expect(code).toBe(0);
      const seen = (await readFile(join(stage.folder, 'env'), 'utf8')).trim().split('\n');
      expect(seen.filter((line) => !/^(_|OLDPWD|SHLVL)=/.test(line))).toEqual([
        ...['COLUMNS=50', expect.stringMatching(/^HOME=\//), 'LANG=C.UTF-8'],
        ...['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', `PWD=${stage.app}`],
        ...[stage.app, '0022'],
      ]);
    }
    expect(await readFile(join(stage.folder, 'was-evil'), 'utf8').catch(() => undefined)).toBeUndefined();
  });

  it.skipIf(process.getuid?.() !== 0)(
    'runs artisan as the application’s user, and Supervisor as its own',
    async () => {
      await stage.configure({ user: 'nobody' });
      await stage.openToAll();
      await stage.behave('id -un; id -G');
      expect((await stage.call(v1(`retry ${uuid}`))).stdout).toContain('\nnobody\n65534\n');
      expect((await stage.call(v1('supervisor status'))).stdout).toContain('\nroot\n');
      expect((await stage.call(v1('facts user'))).stdout).toBe('nobody\n');
    },
  );
});
