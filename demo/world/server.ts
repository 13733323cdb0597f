import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
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
  /** Stops answering without going away (SIGSTOP), until `wake`. */
  freeze(): void;
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
  /** Rejects until the server answers. */
  readonly probe: () => Promise<unknown>;
}

const killAfterMs = 8_000;

/** Starts a program with its output in a file, and waits until it answers. Throws with the end of that file if it dies. */
export async function startServer(options: ServerOptions): Promise<Server> {
  let running = launch(options);
  const begin = async (): Promise<void> => {
    const child = running;
    await until(options.name, options.probe, () => child.isAlive()).catch(async (error: unknown) => {
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
    freeze: () => running.send('SIGSTOP'),
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

/** Tries until it succeeds. For servers that say nowhere that they are ready. Gives up early once `isAlive` says no. */
export async function until<T>(
  what: string,
  attempt: () => Promise<T>,
  isAlive: () => boolean = () => true,
  limitMs = 30_000,
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
