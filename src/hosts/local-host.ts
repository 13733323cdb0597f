import { spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import type { LocalHost } from '../core/host-description.ts';
import type {
  HostCommand,
  HostLimits,
  HostOutput,
  HostResult,
  HostRunner,
  UnknownEnd,
} from '../operations/host-port.ts';
import { createCappedOutput } from './capped-output.ts';
import { columnsOf, killGraceSeconds, limitedArgv } from './command-line.ts';
import { outcomeOf } from './outcome.ts';
import { takeOutput } from './passed-output.ts';
import { sshLimits } from './ssh-limits.ts';
import { createStopwatch } from './stopwatch.ts';

/** Nothing of our own environment: it holds secrets. */
const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * The machine that Queuekeeper runs on: the same argv without a shell, the same limits, the same outcomes. It needs
 * `timeout` as every host does, since a limit must hold even when we are killed.
 */
export function createLocalHost(host: LocalHost, beyondHostMs = sshLimits.beyondHostMs): HostRunner {
  return {
    name: host.name,
    async run(command, limits) {
      const { directory } = command;
      const { startWithinSeconds, signal } = limits;
      const elapsedMs = createStopwatch();
      if (directory !== undefined && !(await isDirectory(directory)))
        return { kind: 'not-started', why: 'directory-missing', detail: directory };
      if (signal.aborted)
        return { kind: 'not-started', why: 'timeout', detail: 'given up before it started' };
      if (startWithinSeconds !== undefined && elapsedMs() >= startWithinSeconds * 1000)
        return { kind: 'not-started', why: 'deadline-passed', detail: 'this process was not running' };
      return spawnCommand(command, limits, beyondHostMs);
    },
  };
}

const isDirectory = (name: string): Promise<boolean> =>
  stat(name).then(
    (found) => found.isDirectory(),
    () => false,
  );

function spawnCommand(
  command: HostCommand,
  { timeoutSeconds, signal, into }: HostLimits,
  beyondHostMs: number,
): Promise<HostResult> {
  const { directory } = command;
  const began = performance.now();
  const [program = '', ...args] = limitedArgv(command, timeoutSeconds);
  const stderr = createCappedOutput();
  return new Promise((resolve) => {
    // A group of its own, which lives on when we end, as on every other host.
    const child = spawn(program, args, {
      ...{ stdio: ['ignore', 'pipe', 'pipe'], detached: true },
      env: { PATH: path, HOME: homedir(), COLUMNS: columnsOf(command) },
      ...(directory === undefined ? {} : { cwd: directory }),
    });
    const finish = (result: HostResult): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      // What nobody takes any more would hold the command until its limit.
      if (into !== undefined) child.stdout.destroy();
      resolve(result);
    };
    const output = (ended = false): HostOutput => ({
      ...{
        stdout: stdout.end(ended),
        stderr: stderr.end(),
        durationMs: Math.round(performance.now() - began),
      },
    });
    const giveUp = (why: UnknownEnd): void => finish({ kind: 'unknown', why, ...output() });
    // Whoever stops waiting does not stop the command, the host's limit does.
    const onAbort = (): void => giveUp('given up waiting');
    const stdout = takeOutput(into, onAbort);
    const timer = setTimeout(
      () => {
        killGroup(child.pid);
        giveUp('no end seen in time');
      },
      (timeoutSeconds + killGraceSeconds) * 1000 + beyondHostMs,
    );
    signal.addEventListener('abort', onAbort, { once: true });
    stdout.from(child.stdout);
    child.stderr.on('data', stderr.push);
    child.on('error', ({ message }) =>
      finish({ kind: 'not-started', why: 'program-missing', detail: message }),
    );
    child.on('close', (code) => {
      if (code === null) giveUp('no exit status');
      else finish(outcomeOf(code, output(true), command, timeoutSeconds));
    });
  });
}

/** What outlived `timeout`, or its children that hold the output open. */
function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // Gone already, or another user's: nobody here can do more.
  }
}
