import { createHash } from 'node:crypto';
import {
  chmod,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunnerStage, setRunnerStage } from './runner-stage.ts';

const uuid = '0198f6aa-0000-7000-8000-000000000001';
const run = '01K3ABCDEFGHJKMNPQRSTVWXYZ-1';
const asking = '01K3ABCDEFGHJKMNPQRSTVWXYZ-a';

let stage: RunnerStage;
beforeEach(async () => {
  stage = await setRunnerStage();
});
afterEach(() => stage.stop());

const retry = (id = run, rest = `retry ${uuid}`) => stage.call(`v1 ${id} ${stage.deadline()} ${rest}`);
const ask = (what: 'status' | 'cancel', id = run) => retry(asking, `${what} ${id}`);
const stateOf = (stdout: string): string | undefined => /^state=(\w+)$/m.exec(stdout)?.[1];
const told = (stdout: string, key: string): string | undefined =>
  new RegExp(`^${key}=(.*)$`, 'm').exec(stdout)?.[1];
const untilRan = () => expect.poll(() => stage.ran()).toHaveLength(1);
/** Blocks PHP's stand-in until `letGo`, in case of need not for ever. */
const hold = () =>
  stage.behave(`echo $$ >'${stage.folder}/pid'; n=0
    while [ ! -e '${stage.folder}/go' ] && [ $n -lt 1200 ]; do sleep 0.05; n=$((n + 1)); done; exit 7`);
const letGo = () => writeFile(join(stage.folder, 'go'), '');
const untilState = (state: string) =>
  expect.poll(async () => stateOf((await ask('status')).stdout)).toBe(state);

describe('a run', () => {
  it('happens once, however often its line comes', async () => {
    const first = await retry();
    expect(await retry()).toEqual(first);
    expect((await ask('status')).stdout).toBe(first.stdout);
    expect(await stage.ran()).toHaveLength(1);
  });

  it('happens once when its line comes twenty times at once', async () => {
    await hold();
    const all = Promise.all(Array.from({ length: 20 }, () => retry()));
    await untilRan();
    await expect.poll(async () => (await ask('status')).stdout).toContain('state=running');
    await letGo();
    const states = (await all).map(({ code, stdout }) => `${code} ${stateOf(stdout)}`);
    expect(states.filter((state) => state === '0 done').length).toBeGreaterThan(0);
    expect(states.every((state) => state === '0 done' || state === '0 running')).toBe(true);
    expect(await stage.ran()).toHaveLength(1);
  });

  it('tells its code, its times, and what it printed', async () => {
    await stage.behave("printf 'ünd\\n'; exit 3");
    const began = Date.now();
    const { code, stdout, stderr } = await retry(run, 'retry limit=99 17');
    const ended = Date.now();
    const printed = 'out artisan queue:retry 17 --no-ansi --no-interaction\nünd\n';
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'err\n' });
    expect(stdout.slice(stdout.indexOf('\n\n') + 2)).toBe(printed);
    const values = ['rc', 'limit', 'verb', 'same_boot', 'stdout_bytes', 'stdout_sha256', 'stderr_bytes'];
    expect(values.map((key) => told(stdout, key))).toEqual([
      ...['3', '99', 'retry', 'yes', String(Buffer.byteLength(printed))],
      ...[createHash('sha256').update(printed).digest('hex'), '4'],
    ]);
    // In hundredths of a second, by another clock than ours.
    expect(Number(told(stdout, 'elapsed_ms'))).toBeLessThanOrEqual(ended - began + 20);
    expect(Number(told(stdout, 'end'))).toBeGreaterThanOrEqual(Math.floor(began / 1000));
    expect(Number(told(stdout, 'end'))).toBeLessThanOrEqual(ended / 1000);
  });

  it('is ended by the host’s own limit, whatever was asked for', async () => {
    await stage.behave('sleep 30');
    const { stdout } = await retry(run, 'retry limit=1 17');
    expect(told(stdout, 'rc')).toBe('124');
    // The configuration has 3 for it.
    const longer = await stage.call(`v1 ${run}2 ${stage.deadline()} forget limit=500 17`);
    expect(told(longer.stdout, 'limit')).toBe('3');
  });

  it('keeps head, tail, size and hash of a flood, and no more', async () => {
    await stage.behave(
      "head -c 30000000 /dev/zero | tr '\\0' x; echo the end; head -c 9000000 /dev/zero >&2",
    );
    const { code, stdout, stderr } = await retry();
    const head = `out artisan queue:retry ${uuid} --no-ansi --no-interaction\n`;
    const bytes = head.length + 30_000_000 + 'the end\n'.length;
    expect(code).toBe(0);
    expect([told(stdout, 'stdout_bytes'), told(stdout, 'stderr_bytes')]).toEqual([`${bytes}`, '9000004']);
    expect(told(stdout, 'stdout_sha256')).toBe(
      createHash('sha256').update(head).update('x'.repeat(30_000_000)).update('the end\n').digest('hex'),
    );
    const body = stdout.slice(stdout.indexOf('\n\n') + 2);
    const note = `\n... ${bytes - 131_072} bytes left out ...\n`;
    expect([body.startsWith(`${head}xxx`), body.endsWith('xxxthe end\n'), body.includes(note)]).toEqual([
      ...[true, true, true],
    ]);
    expect(body).toHaveLength(131_072 + note.length);
    expect(stderr).toHaveLength(131_072 + '\n... 8868932 bytes left out ...\n'.length);
    const sizes = await Promise.all(
      (await readdir(join(stage.state, run))).map(
        async (name) => (await stat(join(stage.state, run, name))).size,
      ),
    );
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(270_000);
  }, 120_000);

  it('that is cancelled before it comes never starts', async () => {
    expect(stateOf((await ask('status')).stdout)).toBe('absent');
    expect(stateOf((await ask('cancel')).stdout)).toBe('cancelled');
    expect(stateOf((await ask('cancel')).stdout)).toBe('cancelled');
    expect(stateOf((await retry()).stdout)).toBe('cancelled');
    expect(await stage.ran()).toEqual([]);
  });

  it('that has started is not cancelled, and says so', async () => {
    await hold();
    const running = retry();
    await untilRan();
    expect(stateOf((await ask('cancel')).stdout)).toBe('running');
    await letGo();
    expect(told((await running).stdout, 'rc')).toBe('7');
    expect(stateOf((await ask('cancel')).stdout)).toBe('done');
  });

  it('starts or is cancelled, never both, when both come at once', async () => {
    const ids = Array.from({ length: 8 }, (_, at) => `${run}-${at}`);
    const ends = await Promise.all(
      ids.map(async (id) => {
        const [started, cancelled] = await Promise.all([retry(id), ask('cancel', id)]);
        return [stateOf(started.stdout), stateOf(cancelled.stdout)];
      }),
    );
    const ran = await stage.ran();
    expect(ran).toHaveLength(ends.filter(([started]) => started === 'done').length);
    // Whoever comes second may find an entry whose word is not written yet.
    for (const id of ids) expect(['done', 'cancelled']).toContain(stateOf((await ask('status', id)).stdout));
  });
});

describe('a runner that is killed', () => {
  it('leaves its run to end, and its end to be told', async () => {
    await hold();
    let pid = 0;
    const running = stage.call(`v1 ${run} ${stage.deadline()} retry ${uuid}`, {
      onStart: (started) => {
        pid = started;
      },
    });
    await untilRan();
    process.kill(pid, 'SIGKILL');
    expect(stateOf((await ask('status')).stdout)).toBe('running');
    expect(stateOf((await retry()).stdout)).toBe('running');
    await letGo();
    await untilState('done');
    const { stdout, stderr } = await ask('status');
    expect([told(stdout, 'rc'), stdout.includes('\n\nout artisan'), stderr]).toEqual(['7', true, 'err\n']);
    await running;
    expect(await stage.ran()).toHaveLength(1);
  });

  it('with all that it had started leaves an end that nobody saw', async () => {
    await hold();
    const running = retry();
    await untilRan();
    // What a reboot leaves: a call without an end, and nobody who holds its lock.
    await rename(join(stage.state, run), join(stage.state, `${run}-kept`));
    await mkdir(join(stage.state, run), { mode: 0o700 });
    const call = await readFile(join(stage.state, `${run}-kept`, 'call'), 'utf8');
    await writeFile(join(stage.state, run, 'call'), call.replace(/boot=.*/, 'boot=another'));
    const lost = await ask('status');
    expect([stateOf(lost.stdout), told(lost.stdout, 'same_boot')]).toEqual(['lost', 'no']);
    expect(stateOf((await retry()).stdout)).toBe('lost');
    expect(await stage.ran()).toHaveLength(1);
    await rm(join(stage.state, run), { recursive: true });
    await rename(join(stage.state, `${run}-kept`), join(stage.state, run));
    await letGo();
    await running;
  });

  it('before it had started anything is soon known to be lost', async () => {
    await mkdir(join(stage.state, run), { mode: 0o700 });
    expect(stateOf((await ask('status')).stdout)).toBe('running');
    await utimes(join(stage.state, run), Date.now() / 1000 - 90, Date.now() / 1000 - 90);
    expect(stateOf((await ask('status')).stdout)).toBe('lost');
    expect(await stage.ran()).toEqual([]);
  });
});

describe('the state', () => {
  it.each([
    ['is a link', 'ln -s "$1" "$2"'],
    ['may be written by others', 'mkdir -m 777 "$2"'],
    ['is a file', ': >"$2"'],
    ['is missing', ':'],
  ])('that %s is not used', async (_, make) => {
    const other = join(stage.folder, 'other');
    await inShell(make, stage.state, other);
    await stage.configure({ state: other });
    expect(await retry()).toMatchObject({ code: 73, stdout: '' });
    expect(await ask('cancel')).toMatchObject({ code: 73, stdout: '' });
    expect(await stage.ran()).toEqual([]);
  });

  it('is not reached through a link in place of an entry', async () => {
    await mkdir(join(stage.folder, 'elsewhere'));
    await symlink(join(stage.folder, 'elsewhere'), join(stage.state, run));
    await symlink(join(stage.folder, 'nowhere'), join(stage.state, asking));
    for (const answer of [await retry(), await retry(asking), await ask('cancel'), await ask('status')])
      expect(answer).toMatchObject({ code: 73, stdout: '' });
    expect(await stage.ran()).toEqual([]);
    expect(await readdir(join(stage.folder, 'elsewhere'))).toEqual([]);
  });

  it('is nobody else’s to read', async () => {
    await retry();
    const names = await readdir(join(stage.state, run));
    const modes = await Promise.all(
      names.map(async (name) => (await stat(join(stage.state, run, name))).mode & 0o077),
    );
    expect(modes.every((mode) => mode === 0)).toBe(true);
  });

  it('keeps an entry for 30 days', async () => {
    const daysAgo = (days: number) => Date.now() / 1000 - days * 86_400;
    for (const [name, days] of [
      ['entry-of-29-days', 29],
      ['entry-of-32-days', 32],
    ] as const) {
      await mkdir(join(stage.state, name));
      await writeFile(join(stage.state, name, 'end'), 'rc=0\n');
      await utimes(join(stage.state, name), daysAgo(days), daysAgo(days));
    }
    await retry();
    expect(await stage.entries()).toEqual([run, 'entry-of-29-days']);
  });
});

describe('the configuration', () => {
  it.each([
    ['has an unknown line', { shell: '/bin/sh' }, []],
    ['has no directory', { directory: undefined }, []],
    ['has a relative state', { state: 'state' }, []],
    ['has a user that nobody is', { user: 'nobody-of-this-name' }, []],
    ['has a limit that is none', {}, ['limit=retry soon']],
    ['drills with the queue', {}, ['drill=reports queue:flush']],
    ['drills with the database', {}, ['drill=reports db:wipe --force']],
    ['drills with migrations', {}, ['drill=reports migrate:fresh']],
    ['drills with tinker', {}, ['drill=reports tinker --execute=x']],
    ['drills with an abbreviation', {}, ['drill=reports q:fl']],
    ['drills with a shorter one', {}, ['drill=reports Tink']],
    ['drills with another one’s word', {}, ['drill=reports schedule:test --name=QUEUE:flush']],
    ['drills with an option', {}, ['drill=reports -v queue']],
  ] as const)('that %s stops the runner', async (_, change, more) => {
    await stage.configure(change, ['queue=database:reports', ...more]);
    const rest = more[0]?.startsWith('drill') === true ? 'drill reports' : `retry ${uuid}`;
    expect(await retry(run, rest)).toMatchObject({ code: 78, stdout: '' });
    expect(await stage.ran()).toEqual([]);
  });

  it('that others may change, or that is a link, stops the runner', async () => {
    await chmod(stage.conf, 0o664);
    expect(await retry()).toMatchObject({ code: 78 });
    await chmod(stage.conf, 0o644);
    await rename(stage.conf, `${stage.conf}.real`);
    await symlink(`${stage.conf}.real`, stage.conf);
    expect(await retry()).toMatchObject({ code: 78 });
    expect(await stage.ran()).toEqual([]);
  });

  it('names a directory that must be there: a command never runs elsewhere', async () => {
    await stage.configure({ directory: join(stage.folder, 'gone') });
    const answer = await retry();
    expect(answer).toEqual({ code: 74, stdout: '', stderr: 'queuekeeper: no such directory\n' });
    expect([await stage.ran(), await stage.entries()]).toEqual([[], []]);
  });

  it('without Supervisor has no verbs for it', async () => {
    await stage.configure({ supervisorctl: undefined });
    expect(await retry(run, 'supervisor status')).toMatchObject({ code: 64 });
  });
});

const inShell = async (script: string, ...args: readonly string[]): Promise<void> => {
  const { execFile } = await import('node:child_process');
  await new Promise<void>((resolve, reject) =>
    execFile('/bin/sh', ['-c', script, 'sh', ...args], (error) => (error ? reject(error) : resolve())),
  );
};
