import { spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import type { LocalHost } from '../core/host-description.ts';
import type { HostCommand, HostLimits, HostResult, HostRunner } from '../operations/host-port.ts';
import { createCappedOutput } from './capped-output.ts';
import { killGraceSeconds } from './command-line.ts';
import { struck } from './ssh-host.ts';

/** The machine that Queuekeeper runs on: the same argv without a shell, the same limits, the same outcomes. */
export function createLocalHost(host: LocalHost): HostRunner {
  return {
    name: host.name,
    async run(command, limits) {
      const { directory } = command;
      if (directory !== undefined && !(await isDirectory(directory))) {
        return { kind: 'not-started', why: 'directory-missing', detail: directory };
      }
      return spawnCommand(command, limits);
    },
  };
}

const isDirectory = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

function spawnCommand(command: HostCommand, limits: HostLimits): Promise<HostResult> {
  const { directory, user } = command;
  const began = Date.now();
  const sudo = user === undefined ? [] : ['sudo', '-n', '-u', user, '--'];
  const argv = [
    ...sudo,
    'timeout',
    '-k',
    String(killGraceSeconds),
    String(Math.ceil(limits.timeoutSeconds)),
    ...command.argv,
  ];
  const [program = '', ...args] = argv;
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      ...{ stdio: ['ignore', 'pipe', 'pipe'], detached: true },
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], COLUMNS: '150' },
      ...(directory === undefined ? {} : { cwd: directory }),
    });
    const stdout = createCappedOutput();
    const stderr = createCappedOutput();
    child.stdout.on('data', stdout.push);
    child.stderr.on('data', stderr.push);
    const output = (): {
      stdout: ReturnType<typeof stdout.end>;
      stderr: ReturnType<typeof stderr.end>;
      durationMs: number;
    } => ({
      ...{ stdout: stdout.end(), stderr: stderr.end(), durationMs: Date.now() - began },
    });
    const onAbort = (): void => {
      // As over SSH: whoever stops waiting does not stop the command, the host's own limit does.
      resolve({ kind: 'unknown', why: 'given up waiting', ...output() });
    };
    limits.signal.addEventListener('abort', onAbort, { once: true });
    child.on('error', (error) =>
      resolve({ kind: 'not-started', why: 'program-missing', detail: error.message }),
    );
    child.on('close', (code, signal) => {
      limits.signal.removeEventListener('abort', onAbort);
      const said = output();
      if (code === null) resolve({ kind: 'unknown', why: `ended by ${signal ?? 'a signal'}`, ...said });
      else if (code === 126 || code === 127) {
        resolve({ kind: 'not-started', why: 'program-missing', detail: said.stderr.text.slice(0, 200) });
      } else
        resolve({
          kind: 'ended',
          rc: code,
          timedOut: struck(code, said.durationMs, limits.timeoutSeconds),
          ...said,
        });
    });
  });
}
