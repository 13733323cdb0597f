import { mkdir, rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findProgram } from '../../../demo/world/programs.ts';
import { type Server, startServer } from '../../../demo/world/server.ts';
import type { AppDescription } from '../../../src/core/app-description.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { createLocalHost } from '../../../src/hosts/local-host.ts';
import { createMaintenanceMark } from '../../../src/hosts/maintenance-mark.ts';
import { createSshHost } from '../../../src/hosts/ssh-host.ts';
import { createWorkers } from '../../../src/hosts/supervisor.ts';
import type { HostRunner } from '../../../src/operations/host-port.ts';
import { description } from '../../fakes/world.ts';
import { patientSsh, type RealHost, startRealHost } from './real-host.ts';

const signal = new AbortController().signal;
const member = 'process_name=%(program_name)s_%(process_num)02d';
/** By group: what makes it end up in the state that it is named after. */
const programs: Readonly<Record<string, readonly string[]>> = {
  running: ['command=sleep 600', 'numprocs=2', member],
  bare: ['command=sleep 600'],
  stopped: ['command=sleep 600', 'autostart=false'],
  exited: ['command=true', 'startsecs=0', 'autorestart=false'],
  backoff: ['command=false', 'startsecs=5', 'startretries=100'],
  fatal: ['command=false', 'startretries=0'],
};

let real: RealHost;
let supervisord: Server;
let ssh: HostRunner & { readonly close: () => void };
let supervisorctl: readonly string[];
beforeAll(async () => {
  real = await startRealHost();
  const { folder, leash } = real;
  const file = `${folder}/supervisord.conf`;
  await writeFile(file, configuration(folder));
  supervisorctl = [findProgram('supervisorctl'), '-c', file];
  const local = createLocalHost({ kind: 'local', name: 'here' });
  supervisord = await startServer({
    ...{ name: 'supervisord', command: 'supervisord', args: ['-c', file], leash },
    logFile: `${folder}/supervisord.out`,
    probe: async () => {
      const result = await local.run({ argv: [...supervisorctl, 'pid'] }, { timeoutSeconds: 5, signal });
      if (result.kind !== 'ended' || result.rc !== 0) throw new Error('not yet');
    },
  });
  ssh = createSshHost(real.host, { ...patientSsh, goodbyeMs: 100 });
});
afterAll(async () => {
  ssh.close();
  await real.stop();
});

const configuration = (folder: string): string =>
  [
    `[supervisord]\nlogfile=${folder}/supervisord.log\npidfile=${folder}/supervisord.pid\nnodaemon=true`,
    process.getuid?.() === 0 ? 'user=root' : '',
    `[unix_http_server]\nfile=${folder}/supervisor.sock`,
    '[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface',
    `[supervisorctl]\nserverurl=unix://${folder}/supervisor.sock`,
    ...Object.entries(programs).map(([name, lines]) => [`[program:${name}]`, ...lines].join('\n')),
    '',
  ].join('\n');

function look(runner: HostRunner, groups: readonly string[] = Object.keys(programs)) {
  const app: AppDescription = {
    ...description,
    queues: groups.map((group) => ({
      ...{ name: group, connection: 'database', jobs: [], costly: false },
      workers: { group, hosts: [runner.name] },
    })),
  };
  return createWorkers(app, new Map([[runner.name, { runner, supervisorctl }]]), systemClock).list(signal);
}

const settled = [
  ['running', 2, 2, 'RUNNING,RUNNING'],
  ['bare', 1, 1, 'RUNNING'],
  ['stopped', 0, 1, 'STOPPED'],
  ['exited', 0, 1, 'EXITED'],
  ['backoff', 0, 1, 'BACKOFF'],
  ['fatal', 0, 1, 'FATAL'],
];

const summary = async (runner: HostRunner): Promise<unknown> =>
  (await look(runner)).value.map(({ group, alive, expected, processes }) => [
    ...[group, alive, expected, processes.map(({ state }) => state).join()],
  ]);

describe('a real Supervisor', () => {
  it('is read in all its states, over SSH and here', async () => {
    await expect.poll(() => summary(ssh), { interval: 300 }).toEqual(settled);
    const here = createLocalHost({ kind: 'local', name: 'here' });
    await expect.poll(() => summary(here), { interval: 300 }).toEqual(settled);
    const running = async () => (await look(ssh, ['running', 'backoff'])).value[0]?.processes[0];
    await expect.poll(running, { interval: 300 }).toMatchObject({
      ...{ name: 'running:running_00', pid: expect.any(Number), uptimeSeconds: expect.any(Number) },
    });
  });

  it('that can not be reached leaves its workers unknown, never none', async () => {
    await supervisord.stop();
    await expect
      .poll(() => look(ssh, ['running']), { interval: 300 })
      .toMatchObject({
        value: [{ alive: undefined, expected: undefined, unknownHosts: ['api-1'] }],
        missing: [{ part: 'host', name: 'api-1', why: 'failed' }],
      });
  });

  it('behind a silent network leaves its workers unknown in time', async () => {
    real.proxy.set('hang');
    const began = performance.now();
    const { value, missing } = await look(ssh, ['running']);
    real.proxy.set('pass');
    // The look's own limit is 7 s, those of the command that hangs are more than 20.
    expect(performance.now() - began).toBeLessThan(18_000);
    expect(value).toMatchObject([{ alive: undefined, unknownHosts: ['api-1'] }]);
    expect(missing).toMatchObject([{ name: 'api-1', why: 'timeout' }]);
  });
});

describe('the mark of maintenance mode on a real host', () => {
  it('is seen, is gone, and is unknown where there is no application', async () => {
    const directory = `${real.folder}/app`;
    const app = { ...description, artisan: { ...description.artisan, directory } };
    const read = createMaintenanceMark(ssh, app);
    expect(await read(signal)).toMatchObject({ ok: false, missing: { why: 'failed' } });
    await mkdir(`${directory}/storage/framework`, { recursive: true });
    expect(await read(signal)).toEqual({ ok: true, value: false });
    await writeFile(`${directory}/storage/framework/down`, '{}');
    expect(await read(signal)).toEqual({ ok: true, value: true });
    await rm(directory, { recursive: true });
  });
});
