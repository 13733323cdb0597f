import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

export const runnerScript = new URL('../../ops/runner/queuekeeper-runner', import.meta.url).pathname;
export const logScriptFile = new URL('../../ops/runner/queuekeeper-log', import.meta.url).pathname;

/** The runner as sshd would start it, in a folder of its own, with programs that stand in for PHP and Supervisor. */
export interface RunnerStage {
  readonly folder: string;
  readonly app: string;
  readonly state: string;
  readonly conf: string;
  /** Asks it for one line; `options.env` is what a client could have set. */
  call(line: string, options?: CallOptions): Promise<Called>;
  /** Unix seconds, so much from now, by the host's own clock. */
  deadline(seconds?: number): number;
  /** One line for each time that a program was run, with its arguments. */
  ran(): Promise<readonly string[]>;
  /** What PHP's stand-in does besides: a piece of shell. */
  behave(script: string): Promise<void>;
  configure(change: Readonly<Record<string, string | undefined>>, more?: readonly string[]): Promise<void>;
  /** Lets the stand-ins be run by somebody else. */
  openToAll(): Promise<void>;
  entries(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

export interface CallOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly shell?: readonly string[];
  readonly onStart?: (pid: number) => void;
}

export interface Called {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const standIn = (folder: string): string => `#!/bin/sh
printf '%s\\n' "$*" >>'${folder}/ran'
printf 'out %s\\n' "$*"
echo err >&2
. '${folder}/behaviour'
`;

export async function setRunnerStage(): Promise<RunnerStage> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'queuekeeper-runner-')));
  const [app, state, conf] = [join(folder, 'app'), join(folder, 'state'), join(folder, 'runner.conf')];
  await mkdir(join(app, 'storage/framework'), { recursive: true });
  await mkdir(state, { mode: 0o700 });
  await writeFile(join(folder, 'behaviour'), 'exit 0\n');
  for (const name of ['php', 'supervisorctl'])
    await writeFile(join(folder, name), standIn(folder), { mode: 0o755 });
  const usual: Readonly<Record<string, string>> = {
    ...{ state, directory: app, php: join(folder, 'php') },
    user: userInfo().username,
    supervisorctl: `${join(folder, 'supervisorctl')} -c some.conf`,
    log_reader: logScriptFile,
  };
  const lists = [
    ...['group=fap-queue-reports', 'group=fap-queue-ops', 'queue=database:reports', 'queue=redis:{high}'],
    ...['log=storage/logs/laravel.log', 'drill=reports fap:drill reports --all', 'limit=forget 3'],
  ];
  const stage: RunnerStage = {
    ...{ folder, app, state, conf },
    call: (line, options = {}) => callRunner(conf, line, options),
    deadline: (seconds = 600) => Math.floor(Date.now() / 1000) + seconds,
    async ran() {
      const text = await readFile(join(folder, 'ran'), 'utf8').catch(() => '');
      return text.split('\n').slice(0, -1);
    },
    behave: (script) => writeFile(join(folder, 'behaviour'), `${script}\n`),
    async configure(change, more = lists) {
      const lines = Object.entries({ ...usual, ...change }).flatMap(([key, value]) =>
        value === undefined ? [] : [`${key}=${value}`],
      );
      await writeFile(conf, `# made for a test\n\n${[...lines, ...more].join('\n')}\n`, { mode: 0o644 });
    },
    async openToAll() {
      await writeFile(join(folder, 'ran'), '');
      await Promise.all([chmod(folder, 0o755), chmod(join(folder, 'ran'), 0o666)]);
    },
    async entries() {
      return (await readdir(state)).filter((name) => !name.startsWith('.')).sort();
    },
    stop: () => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }),
  };
  await stage.configure({});
  return stage;
}

function callRunner(conf: string, line: string, { env, shell, onStart }: CallOptions): Promise<Called> {
  const [program = runnerScript, ...args] = [...(shell ?? []), runnerScript, conf];
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env: { PATH: '/usr/bin:/bin', ...env, SSH_ORIGINAL_COMMAND: line },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject).on('close', (code) => resolve({ code, stdout, stderr }));
    if (child.pid !== undefined) onStart?.(child.pid);
  });
}
