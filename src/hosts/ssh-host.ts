import type { SshHost } from '../core/host-description.ts';
import type { HostCommand, HostLimits, HostResult, HostRunner } from '../operations/host-port.ts';
import { commandLine, deadlinePassed, directoryMissing, killGraceSeconds } from './command-line.ts';
import { connectSsh, NotConnected, type SshConnection } from './ssh-connection.ts';
import { execSsh } from './ssh-exec.ts';

const clockLimitMs = 5_000;
/** Our own limit lies beyond the host's, so that it is the host's that strikes. */
const beyondHostMs = (killGraceSeconds + 5) * 1000;
/** sshd's MaxSessions is 10. */
const mostChannels = 8;
/** Readers don't each wait for a host that has just shown that it does not answer. */
const spareMs = 4_000;
const idleCloseMs = 60_000;

/** A host by SSH. Reading shares one connection; what writes has one of its own. */
export function createSshHost(host: SshHost): HostRunner & { close(): void } {
  let shared: Promise<SshConnection> | undefined;
  let channels = 0;
  const queue: (() => void)[] = [];
  let darkUntil = 0;
  let dark: NotConnected | undefined;
  let idle: NodeJS.Timeout | undefined;

  const connectShared = async (signal: AbortSignal): Promise<SshConnection> => {
    if (dark !== undefined && Date.now() < darkUntil) throw dark;
    const known = await shared?.catch(() => undefined);
    if (known?.isAlive() === true) return known;
    if (known !== undefined || shared === undefined) {
      shared = connectSsh(host, AbortSignal.timeout(10_000)).catch((error: unknown) => {
        shared = undefined;
        if (error instanceof NotConnected) {
          dark = error;
          darkUntil = Date.now() + spareMs;
        }
        throw error;
      });
    }
    signal.throwIfAborted();
    return abortable(shared, signal);
  };

  const read = async (command: HostCommand, limits: HostLimits): Promise<HostResult> => {
    await place(limits.signal);
    try {
      const connection = await connectShared(limits.signal);
      clearTimeout(idle);
      idle = setTimeout(() => connection.close(), idleCloseMs);
      idle.unref();
      return await runOn(connection, command, limits, undefined);
    } finally {
      channels -= 1;
      queue.shift()?.();
    }
  };

  const place = async (signal: AbortSignal): Promise<void> => {
    if (channels >= mostChannels)
      await abortable(new Promise<void>((resolve) => queue.push(resolve)), signal);
    channels += 1;
  };

  const write = async (command: HostCommand, limits: HostLimits): Promise<HostResult> => {
    const connection = await connectSsh(host, limits.signal);
    try {
      const deadline = await deadlineBy(connection, limits);
      return await runOn(connection, command, limits, deadline);
    } finally {
      connection.close();
    }
  };

  return {
    name: host.name,
    async run(command, limits) {
      if (host.runner) return { kind: 'not-started', why: 'runner-not-supported', detail: host.name };
      try {
        return await (command.writes === true ? write(command, limits) : read(command, limits));
      } catch (error) {
        if (error instanceof NotConnected)
          return { kind: 'not-started', why: error.why, detail: error.message };
        if (limits.signal.aborted)
          return { kind: 'not-started', why: 'timeout', detail: `${host.name} did not answer in time` };
        throw error;
      }
    },
    close() {
      clearTimeout(idle);
      shared?.then((connection) => connection.close()).catch(() => undefined);
    },
  };
}

/** By the host's own clock, read over the connection that carries the call: a process that slept must not start late. */
async function deadlineBy(connection: SshConnection, limits: HostLimits): Promise<number | undefined> {
  if (limits.startWithinSeconds === undefined) return undefined;
  const asked = await execSsh(connection.client, 'date +%s', clockLimitMs, limits.signal);
  const seconds = asked.kind === 'closed' ? Number(asked.end.stdout.text.trim()) : Number.NaN;
  if (!Number.isInteger(seconds) || seconds <= 0)
    throw new NotConnected('channel', 'the clock of the host could not be read');
  return seconds + Math.ceil(limits.startWithinSeconds);
}

async function runOn(
  connection: SshConnection,
  command: HostCommand,
  limits: HostLimits,
  deadline: number | undefined,
): Promise<HostResult> {
  const line = commandLine(command, limits.timeoutSeconds, deadline);
  const limitMs = limits.timeoutSeconds * 1000 + beyondHostMs;
  const result = await execSsh(connection.client, line, limitMs, limits.signal);
  if (result.kind === 'no-channel') return { kind: 'not-started', why: 'channel', detail: result.message };
  const { code, why, ...output } = result.end;
  if (code === null) return { kind: 'unknown', why, ...output };
  if (code === deadlinePassed && deadline !== undefined) {
    return { kind: 'not-started', why: 'deadline-passed', detail: 'the host got the command too late' };
  }
  if (code === directoryMissing && command.directory !== undefined) {
    return { kind: 'not-started', why: 'directory-missing', detail: command.directory };
  }
  if (code === 126 || code === 127) {
    return { kind: 'not-started', why: 'program-missing', detail: output.stderr.text.slice(0, 200) };
  }
  return {
    kind: 'ended',
    rc: code,
    timedOut: struck(code, output.durationMs, limits.timeoutSeconds),
    ...output,
  };
}

/** `timeout` says 124, or 137 when KILL was needed; a command may say so too, but not after exactly that time. */
export const struck = (code: number, durationMs: number, timeoutSeconds: number): boolean =>
  (code === 124 || code === 137) && durationMs >= timeoutSeconds * 1000 - 500;

function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
