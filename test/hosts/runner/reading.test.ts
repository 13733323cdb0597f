import { appendFile, mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ulid } from 'ulid';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import type { HostDescription } from '../../../src/core/host-description.ts';
import { readCommandLines } from '../../../src/hosts/command-lines.ts';
import { createLogs } from '../../../src/hosts/log/logs.ts';
import { createMaintenanceMark } from '../../../src/hosts/maintenance-mark.ts';
import { readSupervisorConfig } from '../../../src/hosts/read-supervisor-config.ts';
import { readRelease } from '../../../src/hosts/release-files.ts';
import { createRunnerHost } from '../../../src/hosts/runner/runner-host.ts';
import { readStatus } from '../../../src/hosts/supervised-host.ts';
import { createSupervisorControl } from '../../../src/hosts/supervisor-control.ts';
import { tryHosts } from '../../../src/hosts/try-hosts.ts';
import { createAppFacts } from '../../../src/laravel/app-facts.ts';
import { createArtisan } from '../../../src/laravel/artisan.ts';
import { artisanArgv, artisanVerb } from '../../../src/laravel/artisan-arguments.ts';
import { createZone } from '../../../src/laravel/zoned-time.ts';
import { description, uuidOf } from '../../fakes/world.ts';
import { type RunnerStage, setRunnerStage } from '../../ops/runner-stage.ts';
import { type FaultServer, startFaultServer } from '../fault-server.ts';
import { bound } from './script-act.ts';

/** Whatever reads a host, by its own code and the runner's, on one machine. */
const signal = new AbortController().signal;
const supervisorctl = ['sudo', 'supervisorctl'];

let stage: RunnerStage;
let server: FaultServer;
let host: ReturnType<typeof createRunnerHost>;
beforeEach(async () => {
  stage = await setRunnerStage();
  server = await startFaultServer({ act: bound(stage.conf) });
  host = createRunnerHost({ ...server.host, runner: true }, ulid, { goodbyeMs: 50 });
});
afterEach(async () => {
  host.close();
  await server.stop();
  await stage.stop();
});

const app = () => ({
  ...description,
  artisan: { ...description.artisan, directory: stage.app },
  log: { hosts: ['api-1'], files: ['storage/logs/laravel.log'] },
});

it('the application says its version, environment, user and time', async () => {
  await stage.behave(`case $* in
    *--version*) echo 'Laravel Framework 12.72.0' ;;
    *env*) echo '   INFO  The application environment is [production].' ;;
  esac`);
  const began = performance.now();
  const facts = await createAppFacts(host, app(), systemClock).read(signal);
  expect(facts).toMatchObject({ ok: true, value: { laravel: '12.72.0', environment: 'production' } });
  // As good as a question and its answer are quick.
  const slackSeconds = 1 + (performance.now() - began) / 2_000;
  expect(facts.ok && Math.abs(facts.value.clockOffsetSeconds ?? 99)).toBeLessThan(slackSeconds);
  expect(await createArtisan(host, app()).version(signal)).toEqual({ ok: true, value: '12.72.0' });
});

it('maintenance mode is seen', async () => {
  const read = createMaintenanceMark(host, app());
  expect(await read(signal)).toEqual({ ok: true, value: false });
  await writeFile(join(stage.app, 'storage/framework/down'), '');
  expect(await read(signal)).toEqual({ ok: true, value: true });
});

it('Supervisor’s list, files and groups, and a restart of one member', async () => {
  await mkdir(join(stage.folder, 'conf.d'));
  await writeFile(
    join(stage.folder, 'conf.d/fap.conf'),
    '[program:fap-queue-ops]\ncommand=php artisan queue:work\nnumprocs=3\nenvironment=X="hunter2"\n',
  );
  await stage.configure({ supervisor_file: `${stage.folder}/conf.d/*.conf` });
  await stage.behave(`case $* in
    *status) echo 'fap-queue-ops:fap-queue-ops_00   RUNNING   pid 8522, uptime 1 day, 2:03:04' ;;
    *reread) echo 'fap-queue-ops: changed' ;;
  esac`);
  const supervised = { runner: host, supervisorctl };
  const status = await readStatus('api-1', supervised, signal);
  expect(status).toMatchObject({ ok: true, value: [{ state: 'RUNNING', pid: 8522 }] });
  const settings = await readSupervisorConfig(supervised, signal);
  expect(settings.ok && settings.value.get('fap-queue-ops')?.processes).toBe(3);
  const control = createSupervisorControl(new Map([['api-1', supervised]]));
  const limits = { startWithinSeconds: 10, timeoutSeconds: 10, signal };
  const call = (number: number) => ({ ...limits, runId: `${ulid()}-${number}` as never });
  expect(await control.reread('api-1', call(1))).toMatchObject({ announced: [{ group: 'fap-queue-ops' }] });
  const member = 'fap-queue-ops:fap-queue-ops_00';
  expect(await control.restart('api-1', member, call(2))).toMatchObject({ kind: 'ended', rc: 0 });
  expect(await control.update('api-1', ['fap-queue-ops'], call(3))).toMatchObject({ kind: 'ended' });
  expect(await control.update('api-1', ['others'], call(4))).toMatchObject({ kind: 'not-started' });
  expect((await stage.ran()).slice(-2)).toEqual([
    ...[`-c some.conf restart ${member}`, '-c some.conf update fap-queue-ops'],
  ]);
});

it('when a release came, and what a worker was started with', async () => {
  await writeFile(join(stage.app, 'artisan'), '');
  await utimes(join(stage.app, 'artisan'), Date.now() / 1000 - 500, Date.now() / 1000 - 500);
  const release = await readRelease(host, stage.app, signal, () => 0);
  expect(release?.release.file).toBe('artisan');
  expect(release?.release.changedSecondsAgo).toBeGreaterThan(495);
  expect(await readCommandLines(host, [process.pid], signal)).toEqual(new Map());
});

it('the log, rotated and gzipped', async () => {
  await mkdir(join(stage.app, 'storage/logs'));
  const line = (secondsAgo: number, words: string): string =>
    `[${new Date(Date.now() - secondsAgo * 1000).toISOString().slice(0, 19).replace('T', ' ')}] production.ERROR: ${words}\n`;
  const file = join(stage.app, 'storage/logs/laravel.log');
  await appendFile(file, line(60, 'THE_KEYWORD one') + line(50, 'another'));
  await writeFile(`${file}.1.gz`, gzipSync(line(700, 'THE_KEYWORD two')));
  const logs = createLogs({
    ...{ description: app(), hosts: new Map([['api-1', { runner: host }]]), zone: createZone('UTC') },
  });
  const found = await logs.search({ match: 'THE_KEYWORD', withinSeconds: 900 }, signal);
  expect(found).toMatchObject({ missing: [], value: { matches: { value: 2 }, complete: true } });
});

it.each<Parameters<typeof artisanArgv>[0]>([
  { verb: 'retry', ids: [uuidOf(1), uuidOf(2)] },
  { verb: 'forget', id: uuidOf(3) },
  { verb: 'flush', hours: 3 },
  { verb: 'pause', queue: { connection: 'database', name: 'reports' } },
  { verb: 'resume', queue: { connection: 'database', name: 'reports' } },
  { verb: 'work-one', queue: { connection: 'database', name: 'reports' }, tries: 3, timeoutSeconds: 90 },
  { verb: 'drill', name: 'reports', words: ['fap:drill', 'reports', '--all'] },
])('and runs for $verb what a plain login would be told', async (template) => {
  const result = await host.run(
    { argv: [], writes: true, verb: artisanVerb(template, app()) },
    { timeoutSeconds: 10, startWithinSeconds: 10, signal },
  );
  expect(result).toMatchObject({ kind: 'ended', rc: 0 });
  expect(await stage.ran()).toEqual([artisanArgv(template, app()).slice(1).join(' ')]);
});

it('and tries itself', async () => {
  const hosts = new Map<string, HostDescription>([['api-1', { ...server.host, runner: true }]]);
  const tried = () => tryHosts(hosts, () => host, signal);
  expect(await tried()).toEqual({ value: [{ host: 'api-1', kind: 'answers', runner: true }], missing: [] });
  await stage.configure({ user: 'nobody-of-this-name' });
  expect((await tried()).value).toMatchObject([{ kind: 'misfit', why: 'runner-refused' }]);
  await stage.configure({ directory: join(stage.folder, 'gone') });
  expect((await tried()).value).toMatchObject([{ kind: 'misfit', why: 'directory-missing' }]);
});
