import { randomBytes } from 'node:crypto';
import { appendFile, mkdir, rm, truncate, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { ulid } from 'ulid';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SshHost } from '../../../src/core/host-description.ts';
import { createLogs } from '../../../src/hosts/log/logs.ts';
import { createRunnerHost } from '../../../src/hosts/runner/runner-host.ts';
import { createSshHost } from '../../../src/hosts/ssh-host.ts';
import { createZone } from '../../../src/laravel/zoned-time.ts';
import type { HostRunner } from '../../../src/operations/host-port.ts';
import type { LogReader } from '../../../src/operations/runbook-ports.ts';
import { description } from '../../fakes/world.ts';
import { cutAfter } from '../../hosts/cut-relay.ts';
import { runnerScript, setRunnerStage } from '../../ops/runner-stage.ts';
import { patientSsh, type RealHost, startRealHost } from './real-host.ts';

const match = "it's broken $(id)";
const query = { match, withinSeconds: 900 };
const signal = new AbortController().signal;

let real: RealHost;
let host: ReturnType<typeof createSshHost>;
let logs: LogReader;
beforeAll(async () => {
  real = await startRealHost();
});
afterAll(() => real.stop());
beforeEach(async () => {
  await mkdir(`${real.folder}/app/logs`, { recursive: true });
  host = createSshHost(real.host, { ...patientSsh, goodbyeMs: 100, darkMs: 500 });
  logs = logsOf(host);
});
afterEach(async () => {
  host.close();
  real.proxy.set('pass');
  await rm(`${real.folder}/app`, { recursive: true });
  await expect.poll(() => real.proxy.connections()).toBe(0);
});

function logsOf(
  runner: HostRunner,
  { limitMs = 90_000, files = ['logs/app.log'] }: { limitMs?: number; files?: readonly string[] } = {},
): LogReader {
  return createLogs({
    description: {
      ...description,
      artisan: { ...description.artisan, directory: `${real.folder}/app` },
      log: { hosts: ['api-1'], files },
    },
    hosts: new Map([['api-1', { runner }]]),
    ...{ zone: createZone('UTC'), limitMs },
  });
}

const record = (secondsAgo: number, words: string): string =>
  `[${new Date(Date.now() - secondsAgo * 1000).toISOString().slice(0, 19).replace('T', ' ')}] production.ERROR: ${words}\n`;
const file = (): string => `${real.folder}/app/logs/app.log`;

describe('the log on a host behind SSH', () => {
  it('is read for the window, in what it was rotated to as well', async () => {
    // Seven megabytes of before, and what gzip can't make small.
    await writeFile(file(), record(2_000, match + randomBytes(3_500).toString('hex')).repeat(1_000));
    await appendFile(file(), record(600, match) + record(60, `${match} 报告`).repeat(3));
    await writeFile(`${file()}.1.gz`, gzipSync(record(1_000, match) + record(800, match)));
    const found = await logs.search(query, signal);
    expect(found).toMatchObject({
      ...{ missing: [], value: { matches: { kind: 'exact', value: 5 }, complete: true } },
    });
    expect(found?.value.perMinute.map(({ count }) => count)).toEqual([1, 1, 3]);
    expect(found?.value.newest[0]).toMatchObject({ host: 'api-1', text: `production.ERROR: ${match} 报告` });
    expect(found?.value.bytes).toBeLessThan(3_000_000);
    expect(real.proxy.connections()).toBe(1);
  });

  it('is read in the same way where the key is bound to the runner', async () => {
    const stage = await setRunnerStage();
    await real.sshd.authorize(`restrict,command="${runnerScript} ${stage.conf}"`);
    const runner = createRunnerHost({ ...real.host, runner: true }, ulid, { ...patientSsh, goodbyeMs: 100 });
    const log = `${stage.app}/storage/logs/laravel.log`;
    await mkdir(`${stage.app}/storage/logs`, { recursive: true });
    await writeFile(log, record(2_000, 'x'.repeat(3_000)).repeat(1_000) + record(60, match));
    const search = (path: string) => logsOf(runner, { files: [path] }).search(query, signal);
    expect(await search('storage/logs/laravel.log')).toMatchObject({
      ...{ missing: [], value: { matches: { kind: 'exact', value: 1 }, complete: true } },
    });
    // Not in the runner's own list.
    expect(await search('.env')).toMatchObject({
      ...{ missing: [{ why: 'refused' }], value: { matches: { kind: 'unknown' } } },
    });
    runner.close();
    await real.sshd.authorize('');
    await stage.stop();
  });

  it('of a connection that is cut at any point is missing, never without matches', async () => {
    await writeFile(file(), record(60, match + randomBytes(2_000).toString('hex')).repeat(300));
    const through = async (most: number) => {
      const { port, passed, close } = await cutAfter(real.sshd.port, 'server', most);
      const cut: SshHost = { ...real.host, port };
      const runner = createSshHost(cut, { ...patientSsh, goodbyeMs: 20 });
      const found = await logsOf(runner).search(query, signal);
      runner.close();
      close();
      return { found, passed: passed() };
    };
    const whole = await through(Number.MAX_SAFE_INTEGER);
    expect(whole.found?.value.matches).toEqual({ kind: 'exact', value: 300 });
    for (let part = 1; part < 8; part += 1) {
      const { found } = await through(Math.floor((whole.passed * part) / 8));
      expect(found).toMatchObject({
        value: { matches: { kind: 'unknown' }, complete: false },
        missing: [{ part: 'host', name: 'api-1', why: 'unreachable' }],
      });
    }
  });

  it('of a host that hangs is given up in time', async () => {
    await writeFile(file(), record(60, match));
    await logs.search(query, signal);
    real.proxy.set('hang');
    const began = performance.now();
    const found = await logsOf(host, { limitMs: 600 }).search(query, signal);
    // The limits of the host's own commands are further off.
    expect(performance.now() - began).toBeLessThan(15_000);
    expect(found).toMatchObject({ value: { matches: { kind: 'unknown' } }, missing: [{ why: 'timeout' }] });
  });

  it('of 300 MB, or packed in little, costs no memory', async () => {
    const megabyte = record(60, `${match}${'x'.repeat(200)}`).repeat(4_000);
    const packed = gzipSync(megabyte, { level: 1 });
    // As a process leaves it that goes on writing to a log that was truncated: a hole, and then its lines.
    await writeFile(file(), '');
    await truncate(file(), 250_000_000);
    await appendFile(file(), megabyte.repeat(52));
    await writeFile(`${file()}.1.gz`, Buffer.concat(Array.from({ length: 60 }, () => packed)));
    await logs.search({ ...query, withinSeconds: 1 }, signal);
    const before = process.memoryUsage().rss;
    let most = before;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss);
    }, 10);
    const plain = await logs.search(query, signal);
    await rm(file());
    const unpacked = await logs.search(query, signal);
    clearInterval(watch);
    for (const found of [plain, unpacked]) {
      expect(found).toMatchObject({ missing: [], value: { matches: { kind: 'capped' }, complete: false } });
      expect(found?.value.bytes).toBeGreaterThan(49_000_000);
      expect(found?.value.bytes).toBeLessThan(51_000_000);
    }
    expect(most - before).toBeLessThan(60_000_000);
  });
});
