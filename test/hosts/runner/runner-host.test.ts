import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ulid } from 'ulid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunId } from '../../../src/core/ids.ts';
import { createRunnerHost } from '../../../src/hosts/runner/runner-host.ts';
import type { HostCommand, HostLimits, HostResult, HostRunner } from '../../../src/operations/host-port.ts';
import { type RunnerStage, setRunnerStage } from '../../ops/runner-stage.ts';
import { type Act, exits, type FaultServer, startFaultServer } from '../fault-server.ts';
import { bound } from './script-act.ts';

/** No limit strikes but the one that a test is about, however busy the machine is. */
const patient = {
  ...{ readyMs: 600_000, openMs: 600_000, clockMs: 600_000, beyondHostMs: 600_000, goodbyeMs: 50 },
};
const asks = { againMs: 50, leastMs: 1_500, answerMs: 600_000, livesBeyondMs: 500 };
const uuid = '0198f6aa-0000-7000-8000-000000000001';
const run = '01K3ABCDEFGHJKMNPQRSTVWXYZ-1' as RunId;
const retry: HostCommand = { argv: ['php'], writes: true, verb: { name: 'retry', args: [uuid] } };
const version: HostCommand = { argv: ['php'], verb: { name: 'facts', args: ['version'] } };

const maintenance: HostCommand = { argv: ['test'], verb: { name: 'facts', args: ['maintenance'] } };

let stage: RunnerStage;
let server: FaultServer;
let host: HostRunner & { readonly close: () => void };
let script: Act;
beforeEach(async () => {
  stage = await setRunnerStage();
  script = bound(stage.conf);
  server = await startFaultServer({ act: script });
  host = createRunnerHost({ ...server.host, runner: true }, ulid, patient, asks);
});
afterEach(async () => {
  host.close();
  await expect.poll(() => server.open()).toBe(0);
  await server.stop();
  await stage.stop();
});

const call = (command: HostCommand, limits: Partial<HostLimits> = {}): Promise<HostResult> =>
  host.run(command, { timeoutSeconds: 60, signal: new AbortController().signal, runId: run, ...limits });
const isCall = (line: string): boolean => / retry /.test(line);
const calls = (): readonly string[] => server.seen.lines.filter(isCall);
const untilRan = () => expect.poll(() => stage.ran()).toHaveLength(1);
const hold = () =>
  stage.behave(
    `n=0; while [ ! -e '${stage.folder}/go' ] && [ $n -lt 1200 ]; do sleep 0.05; n=$((n + 1)); done; exit 7`,
  );
const letGo = () => writeFile(join(stage.folder, 'go'), '');

describe('a host with the runner', () => {
  it('tells how a run ended, what it said, and how much', async () => {
    await stage.behave('exit 3');
    const printed = `out artisan queue:retry ${uuid} --no-ansi --no-interaction\n`;
    expect(await call(retry)).toMatchObject({
      ...{ kind: 'ended', rc: 3, timedOut: false },
      stdout: { text: printed, bytes: printed.length, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      stderr: { text: 'err\n', bytes: 4 },
    });
    expect(calls()[0]).toMatch(new RegExp(`^v1 ${run} \\d{10} retry limit=60 ${uuid}$`));
  });

  it('answers what is only read straight, on one connection', async () => {
    const results = await Promise.all([call(version), call(version), call(version)]);
    for (const result of results)
      expect(result).toMatchObject({
        ...{ kind: 'ended', rc: 0, stdout: { text: 'out artisan --version --no-ansi --no-interaction\n' } },
      });
    expect(server.seen.connections).toBe(1);
    expect(await stage.entries()).toEqual([]);
  });

  it('runs a run once, and tells the same again', async () => {
    const first = await call(retry);
    expect(await call(retry)).toEqual(first);
    expect(await stage.ran()).toHaveLength(1);
  });

  it('counts the time to the start from the call', async () => {
    server.faults.act = (channel, socket, line) =>
      void setTimeout(() => script(channel, socket, line), isCall(line) ? 1_200 : 0);
    const result = await call(retry, { startWithinSeconds: 1 });
    expect(result).toMatchObject({ kind: 'not-started', why: 'deadline-passed' });
    expect(await stage.ran()).toEqual([]);
  });

  it('says that its limit struck', async () => {
    await stage.behave('sleep 20');
    expect(await call(retry, { timeoutSeconds: 1 })).toMatchObject({
      kind: 'ended',
      rc: 124,
      timedOut: true,
    });
  });

  it('does not start what the runner has no word for, or refuses', async () => {
    const refused = { kind: 'not-started', why: 'runner-refused' };
    expect(await call({ argv: ['php'] })).toMatchObject(refused);
    expect(await call({ ...retry, verb: { name: 'retry', args: ["'; id"] } })).toMatchObject(refused);
    expect(server.seen.lines).toEqual([]);
    expect(await call({ ...retry, verb: { name: 'pause', args: ['redis:elsewhere'] } })).toEqual({
      ...refused,
      detail: 'the runner: not one of the queues',
    });
    expect(await call({ ...version, verb: { name: 'log', args: ['list', '.env'] } })).toMatchObject(refused);
  });

  it('tells a program and a directory that are missing', async () => {
    await stage.configure({ php: join(stage.folder, 'no-php') });
    expect(await call(retry)).toMatchObject({ kind: 'not-started', why: 'program-missing' });
    await stage.configure({ directory: join(stage.folder, 'gone') });
    expect(await call(retry, { runId: `${run}2` as RunId })).toMatchObject({ why: 'directory-missing' });
    expect(await call(version)).toMatchObject({ why: 'directory-missing' });
  });

  it.each([
    ['a shell', exits(127, '', 'bash: line 1: v1: command not found\n'), 'opens a shell'],
    ['another command', exits(0, 'bound\n'), 'not the runner answers on api-1: exit code 0'],
    ['a sudo that refuses', exits(1, '', 'sudo: a password is required\n'), 'sudo: a password is required'],
    ['what says nothing', exits(1), 'not the runner answers on api-1: exit code 1'],
  ])('is not taken for one whose key opens %s', async (_, act, words) => {
    server.faults.act = act;
    for (const command of [retry, version, maintenance]) {
      const result = await call(command);
      expect(result).toMatchObject({ kind: 'not-started', why: 'runner-missing' });
      expect(result.kind === 'not-started' && result.detail).toContain(words);
    }
    expect(calls()).toEqual([]);
  });
});

describe('a run whose connection is lost', () => {
  it.each(['end', 'reset'] as const)('(%s) in the middle is asked for, and its end known', async (how) => {
    await hold();
    const running = call(retry);
    await untilRan();
    for (const socket of server.sockets())
      if (how === 'end') socket.destroy();
      else socket.resetAndDestroy();
    await expect.poll(() => server.seen.lines.at(-1)).toContain(`status ${run}`);
    await letGo();
    expect(await running).toMatchObject({ kind: 'ended', rc: 7, stderr: { text: 'err\n' } });
    expect(await stage.ran()).toHaveLength(1);
    expect(calls()).toHaveLength(1);
  });

  it('before the line arrives is cancelled, and starts nothing when it comes after all', async () => {
    let late: (() => Promise<unknown>) | undefined;
    server.faults.act = (channel, socket, line) => {
      if (!isCall(line)) return script(channel, socket, line);
      late = () => stage.call(line);
      socket.destroy();
    };
    const result = await call(retry);
    expect(result).toMatchObject({ kind: 'not-started', why: 'unreachable' });
    expect(await late?.()).toMatchObject({ code: 0, stdout: expect.stringContaining('state=cancelled') });
    expect(await stage.ran()).toEqual([]);
  });

  it('right after its end is asked for', async () => {
    server.faults.act = (channel, socket, line) => {
      if (!isCall(line)) return script(channel, socket, line);
      void stage.call(line).then(() => socket.destroy());
    };
    expect(await call(retry)).toMatchObject({ kind: 'ended', rc: 0 });
    expect(await stage.ran()).toHaveLength(1);
  });

  it('whose answer is cut short is asked for', async () => {
    server.faults.act = (channel, socket, line) => {
      if (!isCall(line)) return script(channel, socket, line);
      void stage.call(line).then(({ stdout }) => exits(255, stdout.slice(0, 60))(channel, socket, line));
    };
    expect(await call(retry)).toMatchObject({
      kind: 'ended',
      rc: 0,
      stdout: { text: expect.stringMatching(/^out artisan/) },
    });
  });

  it('in the middle of its answer is asked for the whole of it', async () => {
    await stage.behave('echo the end');
    server.faults.act = (channel, socket, line) => {
      if (!isCall(line)) return script(channel, socket, line);
      void stage.call(line).then(({ stdout }) => {
        channel.write(stdout.slice(0, stdout.indexOf('the end')), () =>
          setTimeout(() => socket.destroy(), 50),
        );
      });
    };
    expect(await call(retry)).toMatchObject({
      kind: 'ended',
      stdout: { text: expect.stringMatching(/the end\n$/) },
    });
  });

  it('stays unknown, in bounded time, when the host is gone for good', async () => {
    server.faults.act = (channel, socket, line) => {
      if (!isCall(line)) return script(channel, socket, line);
      server.faults.connected = (other) => other.destroy();
      socket.destroy();
    };
    // Nothing of it can live half a second after the call; so it is called for as long as any.
    const livesBeyondMs = 500 - 601_000;
    host = createRunnerHost({ ...server.host, runner: true }, ulid, patient, { ...asks, livesBeyondMs });
    const result = await call(retry, { timeoutSeconds: 1, startWithinSeconds: 600 });
    expect(result).toMatchObject({ kind: 'unknown', why: 'connection lost' });
  });

  it('is no longer asked for when nobody waits', async () => {
    await hold();
    const giving = new AbortController();
    const running = call(retry, { signal: giving.signal });
    await untilRan();
    for (const socket of server.sockets()) socket.destroy();
    await expect.poll(() => server.seen.lines.at(-1)).toContain(`status ${run}`);
    giving.abort(new Error('enough'));
    expect(await running).toMatchObject({ kind: 'unknown', why: 'given up waiting' });
    await letGo();
    const status = () => stage.call(`v1 ${ulid()} 9999999999 status ${run}`);
    await expect.poll(async () => (await status()).stdout).toContain('state=done');
  });

  it('and that nobody saw end is unknown', async () => {
    server.faults.act = (channel, socket, line) => {
      if (isCall(line)) return void socket.destroy();
      if (!line.includes(' status ')) return script(channel, socket, line);
      exits(0, `queuekeeper-runner 1\nrun=${run}\nstate=lost\nsame_boot=no\n\n`)(channel, socket, line);
    };
    expect(await call(retry)).toMatchObject({ kind: 'unknown', why: 'no exit status' });
  });

  it('is not taken for another one’s', async () => {
    server.faults.act = (channel, socket, line) => {
      if (isCall(line)) return void socket.destroy();
      if (!line.includes(' status ')) return script(channel, socket, line);
      exits(0, 'queuekeeper-runner 1\nrun=another-one\nstate=done\nrc=0\nlimit=5\n\n')(channel, socket, line);
    };
    const giving = new AbortController();
    const running = call(retry, { signal: giving.signal });
    const isAsked = (line: string): boolean => line.includes(` status ${run}`);
    await expect.poll(() => server.seen.lines.filter(isAsked).length).toBeGreaterThan(2);
    giving.abort();
    expect(await running).toMatchObject({ kind: 'unknown' });
  });
});
