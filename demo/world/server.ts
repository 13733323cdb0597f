import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Leash } from './leash.ts';
import { programEnvironment } from './programs.ts';

export { freePort } from './port.ts';

/** A program that the world runs, across its stops and starts. */
export interface Server {
  /** Of the process that runs now, or ran last. */
  readonly pid: number;
  readonly isAlive: () => boolean;
  /** Resolves when it answers; does nothing while it runs. */
  start(): Promise<void>;
  /** TERM unless told otherwise, then KILL after 8 s; resolves when it is gone. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  restart(signal?: NodeJS.Signals): Promise<void>;
  /** Stops answering without going away (SIGSTOP), until `wake`. Resolves when none of its threads runs any more. */
  freeze(): Promise<void>;
  wake(): void;
}

export interface ServerOptions {
  /** How errors call it. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly logFile: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly leash: Leash;
  /** Rejects until this very process answers: on its port may be somebody else, who was there first. */
  readonly probe: (pid: number) => Promise<unknown>;
}

const killAfterMs = 8_000;

/** Starts a program with its output in a file, and waits until it answers. Throws with the end of that file if it dies. */
export async function startServer(options: ServerOptions): Promise<Server> {
  let running = launch(options);
  const begin = async (): Promise<void> => {
    const child = running;
    const probe = (): Promise<unknown> => options.probe(child.pid);
    await until(options.name, probe, () => child.isAlive()).catch(async (error: unknown) => {
      const said = (await readFile(options.logFile, 'utf8').catch(() => '')).slice(-2_000);
      throw new Error(`${options.name} did not start. Its log ends with:\n${said}`, { cause: error });
    });
  };
  await begin();
  const start = async (): Promise<void> => {
    if (running.isAlive()) return;
    running = launch(options);
    await begin();
  };
  const stop = (signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => running.stop(signal);
  return {
    get pid() {
      return running.pid;
    },
    isAlive: () => running.isAlive(),
    ...{ start, stop },
    async restart(signal) {
      await stop(signal);
      await start();
    },
    async freeze() {
      const { pid } = running;
      running.send('SIGSTOP');
      // Threads that run while the signal comes go on for a moment, which is long enough for an answer.
      await until('standstill', async () => {
        if (!isFrozen(pid)) throw new Error('some threads still run');
      });
    },
    wake: () => running.send('SIGCONT'),
  };
}

interface Running {
  readonly pid: number;
  isAlive(): boolean;
  send(signal: NodeJS.Signals): void;
  stop(signal: NodeJS.Signals): Promise<void>;
}

function launch({ command, args, logFile, env, leash }: ServerOptions): Running {
  leash.check();
  const log = openSync(logFile, 'a');
  const child: ChildProcess = spawn(command, [...args], {
    stdio: ['ignore', log, log],
    detached: true,
    env: { ...programEnvironment(), ...env, ...leash.mark },
  });
  closeSync(log);
  const { pid } = child;
  if (pid === undefined) {
    child.once('error', () => undefined);
    throw new Error(`${command} could not be started`);
  }
  leash.pid(pid);
  child.unref();
  const isAlive = (): boolean => child.exitCode === null && child.signalCode === null;
  const gone = new Promise<void>((resolve) =>
    child.once('exit', () => {
      leash.gone(pid);
      resolve();
    }),
  );
  const send = (signal: NodeJS.Signals): void => {
    if (isAlive()) child.kill(signal);
  };
  return {
    ...{ pid, isAlive, send },
    async stop(signal) {
      send('SIGCONT');
      send(signal);
      const timer = setTimeout(() => send('SIGKILL'), killAfterMs);
      await gone;
      clearTimeout(timer);
    },
  };
}

/** Whether all threads of a process stand still; where there is no /proc, nobody can tell. */
function isFrozen(pid: number): boolean {
  try {
    const states = readdirSync(`/proc/${pid}/task`).map((thread) => {
      const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'latin1');
      // pid (name) state …; the name may hold anything, the last bracket ends it.
      return stat[stat.lastIndexOf(')') + 2];
    });
    return states.every((state) => state === 'T');
  } catch {
    // It went meanwhile, or this is another system.
    return true;
  }
}

/** Only what never comes is late: a busy machine may take its time. */
const patienceMs = 120_000;

/** Tries until it succeeds. For servers that say nowhere that they are ready. Gives up early once `isAlive` says no. */
export async function until<T>(
  what: string,
  attempt: () => Promise<T>,
  isAlive: () => boolean = () => true,
  limitMs = patienceMs,
): Promise<T> {
  const end = Date.now() + limitMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!isAlive()) throw new Error(`${what} ended`, { cause: error });
      if (Date.now() >= end)
        throw new Error(`${what} was not ready within ${limitMs / 1000} s`, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
}
