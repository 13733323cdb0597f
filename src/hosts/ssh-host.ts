import type { SshHost } from '../core/host-description.ts';
import type { HostCommand, HostLimits, HostResult, HostRunner } from '../operations/host-port.ts';
import { clockLine, commandLine, killGraceSeconds, readClock } from './command-line.ts';
import { outcomeOf } from './outcome.ts';
import { createSharedConnection } from './shared-connection.ts';
import { connectSsh, NotConnected, type SshConnection } from './ssh-connection.ts';
import { execWhenFree } from './ssh-exec.ts';
import { type SshLimits, sshLimits } from './ssh-limits.ts';
import { createStopwatch } from './stopwatch.ts';

/** A host by SSH. Reading shares one connection; what writes has one of its own. */
export function createSshHost(
  host: SshHost,
  own: Partial<SshLimits> = {},
): HostRunner & { readonly close: () => void } {
  const ssh = { ...sshLimits, ...own };
  const shared = createSharedConnection(host, ssh);

  const read = (command: HostCommand, limits: HostLimits, elapsedMs: () => number): Promise<HostResult> =>
    shared.use(limits.signal, async (connection) => {
      const result = await runOn(connection, command, limits, ssh, elapsedMs);
      if (result.kind === 'unknown') shared.retire(connection);
      return result;
    });

  const write = async (
    command: HostCommand,
    limits: HostLimits,
    elapsedMs: () => number,
  ): Promise<HostResult> => {
    const connection = await connectSsh(host, ssh, limits.signal);
    try {
      return await runOn(connection, command, limits, ssh, elapsedMs);
    } finally {
      connection.close();
    }
  };

  return {
    name: host.name,
    async run(command, limits) {
      const elapsedMs = createStopwatch();
      // What the shipped runner will do for a key that is bound to it; a plain line would be refused there.
      if (host.runner) return { kind: 'not-started', why: 'runner-refused', detail: host.name };
      // Throws at words that no line can carry, before anybody is bothered.
      commandLine(command, limits.timeoutSeconds, undefined);
      try {
        return await (command.writes === true ? write : read)(command, limits, elapsedMs);
      } catch (error) {
        if (error instanceof NotConnected)
          return { kind: 'not-started', why: error.why, detail: error.message };
        if (limits.signal.aborted)
          return { kind: 'not-started', why: 'timeout', detail: `${host.name} did not answer in time` };
        throw error;
      }
    },
    close: shared.close,
  };
}

async function runOn(
  connection: SshConnection,
  command: HostCommand,
  limits: HostLimits,
  ssh: SshLimits,
  elapsedMs: () => number,
): Promise<HostResult> {
  const { timeoutSeconds, signal, into } = limits;
  const deadline = await deadlineBy(connection, limits, ssh, elapsedMs);
  const result = await execWhenFree(connection.client, commandLine(command, timeoutSeconds, deadline), {
    ...{ openMs: ssh.openMs, signal, ...(into === undefined ? {} : { into }) },
    runMs: (timeoutSeconds + killGraceSeconds) * 1000 + ssh.beyondHostMs,
  });
  if (result.kind === 'refused') return { kind: 'not-started', why: 'channel', detail: result.detail };
  if (result.kind === 'unknown') return result;
  const { kind: _, code, ...output } = result;
  return outcomeOf(code, output, command, timeoutSeconds);
}

/**
 * By the host's own clock, read over the connection that carries the call, less what the call has already taken: a process
 * that slept must not start late. Throws `NotConnected` when nothing may start any more.
 */
async function deadlineBy(
  { client }: SshConnection,
  { startWithinSeconds, signal }: HostLimits,
  ssh: SshLimits,
  elapsedMs: () => number,
): Promise<number | undefined> {
  if (startWithinSeconds === undefined) return undefined;
  const limits = { openMs: ssh.clockMs, runMs: ssh.clockMs, signal };
  const asked = await execWhenFree(client, clockLine, limits);
  const seconds = asked.kind === 'ended' ? readClock(asked.stdout.text) : undefined;
  if (seconds === undefined) throw new NotConnected('channel', 'the clock of the host could not be read');
  const left = Math.floor(startWithinSeconds - elapsedMs() / 1000);
  if (left <= 0) throw new NotConnected('deadline-passed', 'connecting took too long');
  return seconds + left;
}
