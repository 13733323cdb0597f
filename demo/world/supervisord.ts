import { execFile } from 'node:child_process';
import { rename, writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { askSupervisor, type SupervisedProcess } from './ask-supervisor.ts';
import { type Group, type GroupName, groups } from './groups.ts';
import type { Leash } from './leash.ts';
import { findProgram, programEnvironment } from './programs.ts';
import { type Server, startServer } from './server.ts';

export { type GroupName, groups } from './groups.ts';

const run = promisify(execFile);
const cutEveryMs = 50;
const patienceMs = 60_000;
/** Processes that a stop reaches. Between a worker's death and its next start it reaches nobody. */
const stoppable: ReadonlySet<string> = new Set(['STARTING', 'RUNNING', 'BACKOFF', 'STOPPING']);

/** A line of `supervisorctl status`. */
export interface WorkerProcess {
  /** `group:member`, or the bare name of a group of one. */
  readonly name: string;
  readonly group: string;
  readonly state: string;
  /** Undefined: not running. */
  readonly pid: number | undefined;
  /** 0 where it does not run, and where it has lived for a day. */
  readonly uptimeSeconds: number;
}

export interface SupervisorServer {
  /** `supervisorctl` with its configuration, as the bot's configuration names it. */
  readonly supervisorctl: string;
  readonly server: Server;
  /** Its output; that something is not running (exit 3) is no error. */
  ctl(...words: readonly string[]): Promise<string>;
  workers(group?: GroupName): Promise<readonly WorkerProcess[]>;
  /** The same at a hundredth of the cost. */
  states(): Promise<readonly SupervisedProcess[]>;
  /** Signals every running worker of a group; the pids that it reached. Supervisor starts them again. */
  kill(group: GroupName, signal?: NodeJS.Signals): Promise<readonly number[]>;
  /**
   * Stops a group for good and kills its workers at once, whatever they do; how many. Never the other way round: Supervisor
   * starts again who was killed, and a stop that reaches one just forked is lost on it for the whole of `stopwaitsecs`.
   */
  cutOff(group: GroupName): Promise<number>;
  /** Changes the file that `reread` and `update` look at; groups that are left out disappear from it. */
  rewrite(programs: readonly Program[]): Promise<void>;
  /** Writes one group otherwise and has Supervisor `update` it alone. `{}`: as it was at the start. */
  reshape(group: GroupName, change: Partial<Omit<Program, 'name'>>): Promise<void>;
}

/** A group and what may be told of its workers. */
export interface Program extends Group {
  /** Runs from the start. */
  readonly started: boolean;
  /** Seconds from TERM to KILL; the runbook says 360. */
  readonly stopWaitSeconds?: number;
  /** `unexpected` is Supervisor's own default: who ends with 0 is not started again. Left out: always. */
  readonly autoRestart?: 'unexpected';
  /** More words for the worker. */
  readonly words?: string;
  /** How often a worker may die within its first second until Supervisor gives it up; 3 by Supervisor's own default. */
  readonly startRetries?: number;
  /** Seconds that a worker must live to be RUNNING; 1 by Supervisor's own default. */
  readonly startSeconds?: number;
}

export interface SupervisorOptions {
  readonly folder: string;
  readonly appFolder: string;
  /** Groups whose workers run from the start; the others are listed as STOPPED. */
  readonly started: readonly GroupName[];
  /** `--tries` instead of the runbook's, so that a failing job lands in `failed_jobs` at once. */
  readonly tries?: number;
  readonly leash: Leash;
}

/** A real supervisord with the runbook's groups, whose workers are the application's own `artisan queue:work`. */
export async function startSupervisord(options: SupervisorOptions): Promise<SupervisorServer> {
  const { folder, appFolder, leash } = options;
  const file = `${folder}/supervisord.conf`;
  let writes = 0;
  let writing: Promise<void> = Promise.resolve();
  /** One after the other, so that what was asked for last is what stands there. */
  const write = (list: () => readonly Program[]): Promise<void> => {
    const written = writing.then(async () => {
      writes += 1;
      const fresh = `${file}.${writes}`;
      const sections = list().map((one) => section(one, folder, appFolder));
      await writeFile(fresh, [...own(folder), ...sections].join('\n\n'));
      // In one piece: supervisord may read it at any time.
      await rename(fresh, file);
    });
    writing = written.catch(() => undefined);
    return written;
  };
  const rewrite: SupervisorServer['rewrite'] = (list) => write(() => list);
  const programs = groups.map((group) => ({
    ...group,
    tries: options.tries ?? group.tries,
    started: options.started.includes(group.name),
  }));
  await rewrite(programs);
  const reshaped = new Map<GroupName, Partial<Program>>();
  const ctl: SupervisorServer['ctl'] = async (...words) => {
    const env = { ...programEnvironment(), ...leash.mark };
    const { stdout } = await run('supervisorctl', ['-c', file, ...words], { env }).catch(
      (error: { stdout?: string; code?: number }) => {
        if (error.code === 3 && error.stdout !== undefined) return { stdout: error.stdout };
        throw error;
      },
    );
    return stdout;
  };
  const server = await startServer({
    ...{ name: 'supervisord', command: 'supervisord', args: ['-c', file], leash },
    logFile: `${folder}/supervisord.out`,
    probe: () => ctl('status'),
  });
  const workers: SupervisorServer['workers'] = async (group) =>
    parseStatus(await ctl('status')).filter((worker) => group === undefined || worker.group === group);
  const states: SupervisorServer['states'] = () =>
    askSupervisor(`${folder}/supervisor.sock`, AbortSignal.timeout(patienceMs));
  return {
    ...{ supervisorctl: `${findProgram('supervisorctl')} -c ${file}`, server, ctl, workers, states, rewrite },
    async reshape(group, change) {
      reshaped.set(group, change);
      await write(() => programs.map((one) => ({ ...one, ...reshaped.get(one.name) })));
      await ctl('update', group);
    },
    async cutOff(group) {
      const before = (await workers(group)).filter(({ pid }) => pid !== undefined).length;
      const own = async (): Promise<readonly SupervisedProcess[]> =>
        (await states()).filter((one) => one.group === group);
      do {
        const stopped = ctl('stop', `${group}:*`).then(() => true);
        // Again and again, since one may only just have been started when the stop came.
        while (!(await Promise.race([stopped, pause(cutEveryMs, false)]))) {
          for (const { pid, state } of await own())
            if (state === 'STOPPING' && pid !== undefined) reached(pid, 'SIGKILL');
        }
        // One that had just died when the stop came was started again after it.
      } while ((await own()).some(({ state }) => stoppable.has(state)));
      return before;
    },
    async kill(group, signal = 'SIGKILL') {
      const pids = (await workers(group)).flatMap(({ pid }) => pid ?? []);
      return pids.filter((pid) => reached(pid, signal));
    },
  };
}

/** False: it has ended by itself meanwhile. */
function reached(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

export function parseStatus(output: string): readonly WorkerProcess[] {
  return output.split('\n').flatMap((line) => {
    const [, name, state, description = ''] = /^(\S+)\s+([A-Z]+)\s*(.*)$/.exec(line) ?? [];
    if (name === undefined || state === undefined) return [];
    const [, pid, hours, minutes, seconds] =
      /^pid (\d+)(?:, uptime (\d+):(\d+):(\d+))?/.exec(description) ?? [];
    return [
      {
        ...{ name, state, group: name.split(':')[0] ?? name },
        pid: pid === undefined ? undefined : Number(pid),
        uptimeSeconds: Number(hours ?? 0) * 3_600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0),
      },
    ];
  });
}

const own = (folder: string): readonly string[] => [
  [
    '[supervisord]',
    `logfile=${folder}/supervisord.log`,
    `pidfile=${folder}/supervisord.pid`,
    'nodaemon=true',
    ...(process.getuid?.() === 0 ? ['user=root'] : []),
  ].join('\n'),
  `[unix_http_server]\nfile=${folder}/supervisor.sock`,
  '[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface',
  `[supervisorctl]\nserverurl=unix://${folder}/supervisor.sock`,
];

/** As the runbook prints it, with the process names without which supervisord refuses `numprocs`. */
const section = (program: Program, folder: string, appFolder: string): string =>
  [
    `[program:${program.name}]`,
    `directory=${appFolder}`,
    [
      `command=${findProgram('php')} artisan queue:work ${program.connection} --queue=${program.queues} --sleep=1`,
      `--tries=${program.tries} --timeout=${program.timeoutSeconds} --max-time=3600`,
      ...(program.words === undefined ? [] : [program.words]),
    ].join(' '),
    `numprocs=${program.processes}`,
    ...(program.processes > 1 ? ['process_name=%(program_name)s_%(process_num)02d'] : []),
    `autostart=${program.started}`,
    `autorestart=${program.autoRestart ?? 'true'}`,
    `startretries=${program.startRetries ?? 3}`,
    `startsecs=${program.startSeconds ?? 1}`,
    ...['stopasgroup=true', 'killasgroup=true'],
    `stopwaitsecs=${program.stopWaitSeconds ?? 360}`,
    `stdout_logfile=${folder}/${program.name}.log`,
    'redirect_stderr=true',
  ].join('\n');
