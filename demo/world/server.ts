import { type ChildProcess, spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Leash } from './leash.ts';

/** A program that the world runs. */
export interface Server {
  readonly pid: number;
  /** TERM, then KILL after some seconds; resolves when it is gone. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Stops answering without going away (SIGSTOP), until `wake`. */
  freeze(): void;
  wake(): void;
  readonly isAlive: () => boolean;
}

export interface ServerOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly logFile: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly leash: Leash;
}

const killAfterMs = 8_000;

/** Starts a program with its output in a file. */
export function startServer({ command, args, logFile, env, cwd, leash }: ServerOptions): Server {
  const log = openSync(logFile, 'a');
  const child: ChildProcess = spawn(command, [...args], {
    stdio: ['ignore', log, log],
    detached: true,
    ...(env === undefined ? {} : { env }),
    ...(cwd === undefined ? {} : { cwd }),
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${command} could not be started`);
  leash.pid(pid);
  child.unref();
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const send = (signal: NodeJS.Signals): void => {
    try {
      process.kill(pid, signal);
    } catch {
      // Already gone.
    }
  };
  return {
    pid,
    isAlive: () => child.exitCode === null && child.signalCode === null,
    freeze: () => send('SIGSTOP'),
    wake: () => send('SIGCONT'),
    async stop(signal = 'SIGTERM') {
      send('SIGCONT');
      send(signal);
      const timer = setTimeout(() => send('SIGKILL'), killAfterMs);
      await gone;
      clearTimeout(timer);
    },
  };
}

/** A port that nobody listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === 'object' && address !== null
          ? resolve(address.port)
          : reject(new Error('no port')),
      );
    });
  });
}

/** Tries until it succeeds. For servers that say nowhere that they are ready. */
export async function until<T>(what: string, attempt: () => Promise<T>, limitMs = 30_000): Promise<T> {
  const end = Date.now() + limitMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() >= end)
        throw new Error(`${what} was not ready within ${limitMs / 1000} s`, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
  }
}
