import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Leash } from './leash.ts';
import { type Server, startServer, until } from './server.ts';

const run = promisify(execFile);

export interface SupervisorServer {
  /** `supervisorctl` with its configuration, as the bot's configuration names it. */
  readonly supervisorctl: string;
  readonly server: Server;
  ctl(...words: readonly string[]): Promise<string>;
}

/** The runbook's groups: name, connection, queues, processes, timeout, tries. */
export const groups = [
  {
    name: 'fap-queue-default-high',
    connection: 'redis',
    queues: 'high,default',
    processes: 2,
    timeout: 120,
    tries: 3,
  },
  {
    name: 'fap-queue-reports',
    connection: 'database',
    queues: 'reports',
    processes: 2,
    timeout: 180,
    tries: 3,
  },
  { name: 'fap-queue-ops', connection: 'database', queues: 'ops', processes: 1, timeout: 120, tries: 3 },
  {
    name: 'fap-queue-commerce',
    connection: 'database',
    queues: 'commerce',
    processes: 1,
    timeout: 180,
    tries: 3,
  },
  {
    name: 'fap-queue-content',
    connection: 'database',
    queues: 'content',
    processes: 1,
    timeout: 120,
    tries: 2,
  },
  {
    name: 'fap-queue-insights',
    connection: 'redis',
    queues: 'insights',
    processes: 1,
    timeout: 180,
    tries: 3,
  },
] as const;

export type GroupName = (typeof groups)[number]['name'];

/**
 * A real supervisord. `started`: groups whose workers run from the start; the others are listed and stopped. `tries`
 * instead of the runbook's, so that a failing job lands in `failed_jobs` at once.
 */
export async function startSupervisord(options: {
  readonly folder: string;
  readonly appFolder: string;
  readonly started: readonly GroupName[];
  readonly tries?: number;
  readonly leash: Leash;
}): Promise<SupervisorServer> {
  const { folder, appFolder, started, leash } = options;
  const config = `${folder}/supervisord.conf`;
  const programs = groups.map((group) =>
    [
      `[program:${group.name}]`,
      `directory=${appFolder}`,
      `command=php artisan queue:work ${group.connection} --queue=${group.queues} --sleep=1 --tries=${options.tries ?? group.tries} --timeout=${group.timeout} --max-time=3600`,
      `numprocs=${group.processes}`,
      ...(group.processes > 1 ? ['process_name=%(program_name)s_%(process_num)02d'] : []),
      `autostart=${started.includes(group.name)}`,
      ...['autorestart=true', 'stopasgroup=true', 'killasgroup=true', 'stopwaitsecs=10', 'startsecs=1'],
      `stdout_logfile=${folder}/${group.name}.log`,
      'redirect_stderr=true',
    ].join('\n'),
  );
  await writeFile(
    config,
    [
      `[supervisord]\nlogfile=${folder}/supervisord.log\npidfile=${folder}/supervisord.pid\nnodaemon=true\n${process.getuid?.() === 0 ? 'user=root\n' : ''}`,
      `[unix_http_server]\nfile=${folder}/supervisor.sock`,
      '[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface',
      `[supervisorctl]\nserverurl=unix://${folder}/supervisor.sock`,
      ...programs,
    ].join('\n\n'),
  );
  const server = startServer({
    command: 'supervisord',
    args: ['-c', config],
    logFile: `${folder}/supervisord.out`,
    leash,
  });
  const ctl = async (...words: readonly string[]): Promise<string> => {
    // 3 only says that something is not running.
    const { stdout } = await run('supervisorctl', ['-c', config, ...words]).catch(
      (error: { stdout?: string; code?: number }) => {
        if (error.code === 3 && error.stdout !== undefined) return { stdout: error.stdout };
        throw error;
      },
    );
    return stdout;
  };
  await until('supervisord', () => ctl('status'));
  return { supervisorctl: `supervisorctl -c ${config}`, server, ctl };
}
