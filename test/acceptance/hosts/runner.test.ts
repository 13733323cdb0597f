import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ulid } from 'ulid';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunId } from '../../../src/core/ids.ts';
import { createRunnerHost } from '../../../src/hosts/runner/runner-host.ts';
import { connectSsh, type SshConnection } from '../../../src/hosts/ssh-connection.ts';
import { type ExecResult, execSsh } from '../../../src/hosts/ssh-exec.ts';
import { createSshHost } from '../../../src/hosts/ssh-host.ts';
import { sshLimits } from '../../../src/hosts/ssh-limits.ts';
import type { HostCommand, HostLimits, HostResult, HostRunner } from '../../../src/operations/host-port.ts';
import { type RunnerStage, runnerScript, setRunnerStage } from '../../ops/runner-stage.ts';
import { patienceSeconds, patiently, patientSsh, type RealHost, startRealHost, textOf } from './real-host.ts';

const uuid = '0198f6aa-0000-7000-8000-000000000001';
const retry: HostCommand = { argv: ['php'], writes: true, verb: { name: 'retry', args: [uuid] } };
const version: HostCommand = { argv: ['php'], verb: { name: 'facts', args: ['version'] } };

let real: RealHost;
let stage: RunnerStage;
let host: HostRunner & { readonly close: () => void };
const bind = () => real.sshd.authorize(`restrict,command="${runnerScript} ${stage.conf}"`);

beforeAll(async () => {
  real = await startRealHost();
});
afterAll(() => real.stop());
beforeEach(async () => {
  stage = await setRunnerStage();
  await bind();
  const limits = { ...patientSsh, goodbyeMs: 100, darkMs: 300, keptMs: 200 };
  host = createRunnerHost({ ...real.host, runner: true }, ulid, limits);
});
afterEach(async () => {
  host.close();
  real.proxy.set('pass');
  await expect.poll(() => real.proxy.connections()).toBe(0);
  await stage.stop();
});

const call = (command: HostCommand, limits: Partial<HostLimits> = {}): Promise<HostResult> =>
  host.run(command, patiently(limits));
const newRun = (): RunId => `${ulid()}-1` as RunId; // what a run id is

describe('a key that is bound to the runner', () => {
  it('retries, and reads, and does not run twice', async () => {
    const runId = newRun();
    const first = await call(retry, { runId, startWithinSeconds: patienceSeconds });
    const printed = `out artisan queue:retry ${uuid} --no-ansi --no-interaction\n`;
    expect(first).toMatchObject({
      ...{ kind: 'ended', rc: 0, timedOut: false },
      ...{ stdout: { text: printed, bytes: printed.length }, stderr: { text: 'err\n' } },
    });
    expect(await call(retry, { runId, startWithinSeconds: patienceSeconds })).toEqual(first);
    expect(await stage.ran()).toHaveLength(1);
    const reads = await Promise.all(Array.from({ length: 24 }, () => call(version)));
    expect(reads.map(({ kind }) => kind)).toEqual(reads.map(() => 'ended'));
    // The writes’ own, which they left to each other, is closed soon.
    await expect.poll(() => real.proxy.connections()).toBe(1);
  });

  it('opens nothing else: no shell, no file, no other program, no forwarding, no terminal', async () => {
    const thief = await connect();
    const lines = [
      ...[
        'id',
        'cat /etc/passwd',
        'bash -i',
        'scp -f /etc/passwd',
        'php artisan queue:flush',
        "v1 x'; id; '",
      ],
      ...[`v1 ${newRun()} 9999999999 retry all`, `v1 ${newRun()} 9999999999 retry ${uuid} $(id)`, '\n'],
      ...[`v1 ${newRun()} 9999999999 forget --force`, `v1 ${newRun()} 9999999999 facts clock\nid`, ''],
      ...[`v1 ${newRun()} 9999999999 pause redis:elsewhere`, `v1 ${newRun()} 9999999999 log list ../../.env`],
    ];
    for (const line of lines)
      expect(await exec(thief, line)).toMatchObject({ code: 64, stdout: { bytes: 0 } });
    const { client } = thief;
    const refused = (ask: (done: (error?: Error) => void) => unknown): Promise<string> =>
      new Promise((resolve) => ask((error) => resolve(error === undefined ? 'given' : 'refused')));
    expect(await refused((done) => client.sftp(done))).toBe('refused');
    expect(await refused((done) => client.forwardOut('127.0.0.1', 1, '127.0.0.1', 22, done))).toBe('refused');
    expect(await refused((done) => client.forwardIn('127.0.0.1', 0, done))).toBe('refused');
    expect(await refused((done) => client.exec('id', { pty: true }, done))).toBe('refused');
    thief.close();
    expect([await stage.ran(), await stage.entries()]).toEqual([[], []]);
  });

  it('lets no signal and no environment of the client reach what runs', async () => {
    await stage.behave(`env >'${stage.folder}/env'; sleep 0.6; echo done >'${stage.folder}/end'`);
    const thief = await connect();
    await new Promise<void>((resolve, reject) => {
      const line = `v1 ${newRun()} ${stage.deadline()} retry ${uuid}`;
      thief.client.exec(
        line,
        { env: { LD_PRELOAD: '/tmp/x', LC_ALL: 'evil', APP_ENV: 'evil' } },
        (error, channel) => {
          if (error) return void reject(error);
          channel
            .on('close', () => resolve())
            .resume()
            .stderr.resume();
          setTimeout(() => channel.signal('KILL'), 200);
        },
      );
    });
    thief.close();
    expect(await readFile(join(stage.folder, 'end'), 'utf8')).toBe('done\n');
    expect(await readFile(join(stage.folder, 'env'), 'utf8')).not.toMatch(/evil|LD_PRELOAD|SSH_/);
  });

  it('and a configuration that says otherwise don’t fit, which is said', async () => {
    const plain = createSshHost({ ...real.host, runner: false }, { ...patientSsh, goodbyeMs: 100 });
    for (const command of [{ argv: ['true'] }, { argv: ['true'], writes: true }]) {
      const limits = patiently({ startWithinSeconds: patienceSeconds });
      expect(await plain.run(command, limits)).toMatchObject({
        ...{ kind: 'not-started', why: 'runner-bound', detail: expect.stringContaining('runner: true') },
      });
    }
    plain.close();
    await real.sshd.authorize('');
    for (const command of [version, retry])
      expect(await call(command)).toMatchObject({ kind: 'not-started', why: 'runner-missing' });
  });
});

describe('a connection that is lost', () => {
  it.each(['end', 'reset'] as const)('(%s) in the middle leaves the outcome to be asked for', async (how) => {
    await stage.behave(`: >'${stage.folder}/begun'; sleep 1.2; echo done; exit 3`);
    const running = call(retry, { startWithinSeconds: patienceSeconds });
    await expect.poll(begun).toBe('');
    real.proxy.cut(how);
    expect(await running).toMatchObject({
      ...{ kind: 'ended', rc: 3, stdout: { text: expect.stringMatching(/\ndone\n$/) } },
    });
    expect(await stage.ran()).toHaveLength(1);
  });

  it('for a while is waited for', async () => {
    await stage.behave(`: >'${stage.folder}/begun'; sleep 0.3; : >'${stage.folder}/over'; exit 3`);
    const running = call(retry, { startWithinSeconds: patienceSeconds });
    await expect.poll(begun).toBe('');
    await real.sshd.server.stop();
    real.proxy.cut('reset');
    await expect.poll(() => textOf(join(stage.folder, 'over'))).toBe('');
    await real.sshd.server.start();
    expect(await running).toMatchObject({ kind: 'ended', rc: 3 });
    expect(await stage.ran()).toHaveLength(1);
  });
});

it('a flood of 100 MB neither stalls a run, nor fills the disk, nor grows memory', async () => {
  await stage.behave('head -c 100000000 /dev/zero | tr "\\0" x; echo the end');
  const before = process.memoryUsage().rss;
  const result = await call(retry);
  expect(result).toMatchObject({
    kind: 'ended',
    rc: 0,
    stdout: { text: expect.stringMatching(/the end\n$/) },
  });
  expect(result.kind === 'ended' && result.stdout.bytes).toBeGreaterThan(100_000_000);
  expect(process.memoryUsage().rss - before).toBeLessThan(60_000_000);
});

const begun = (): Promise<string | undefined> => textOf(join(stage.folder, 'begun'));
const connect = (): Promise<SshConnection> =>
  connectSsh(real.host, { ...sshLimits, ...patientSsh, goodbyeMs: 100 }, new AbortController().signal);
const exec = ({ client }: SshConnection, line: string): Promise<ExecResult> =>
  execSsh(client, line, {
    ...{ openMs: patienceSeconds * 1_000, runMs: patienceSeconds * 1_000 },
    signal: new AbortController().signal,
  });
