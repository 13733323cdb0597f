import type { SshHost } from '../core/host-description.ts';
import type { HostCommand, HostLimits, HostResult, HostRunner } from '../operations/host-port.ts';
import { clockLine, commandLine, killGraceSeconds, readClock } from './command-line.ts';
import { type ClockQuestion, deadlineBy, notStartedBy, sayBound } from './deadline.ts';
import { outcomeOf, runnersRefusal } from './outcome.ts';
import { createSharedConnection } from './shared-connection.ts';
import { connectSsh, type SshConnection } from './ssh-connection.ts';
import { execWhenFree } from './ssh-exec.ts';
import { type SshLimits, sshLimits } from './ssh-limits.ts';
import { createStopwatch } from './stopwatch.ts';

/** A host by SSH with a login shell. Reading shares one connection; what writes has one of its own. */
export function createSshHost(
  host: SshHost,
  own: Partial<SshLimits> = {},
): HostRunner & { readonly close: () => void } {
  const ssh = { ...sshLimits, ...own };
  const shared = createSharedConnection(host, ssh);

  const read = (command: HostCommand, limits: HostLimits, elapsedMs: () => number): Promise<HostResult> =>
    shared.use(limits.signal, async (connection) => {
      const result = await runOn(host.name, connection, command, limits, ssh, elapsedMs);
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
      return await runOn(host.name, connection, command, limits, ssh, elapsedMs);
    } finally {
      connection.close();
    }
  };

  return {
    name: host.name,
    async run(command, limits) {
      const elapsedMs = createStopwatch();
      // Throws at words that no line can carry, before anybody is bothered.
      commandLine(command, limits.timeoutSeconds, undefined);
      try {
        return await (command.writes === true ? write : read)(command, limits, elapsedMs);
      } catch (error) {
        return notStartedBy(error, host.name, limits.signal);
      }
    },
    close: shared.close,
  };
}

async function runOn(
  name: string,
  connection: SshConnection,
  command: HostCommand,
  limits: HostLimits,
  ssh: SshLimits,
  elapsedMs: () => number,
): Promise<HostResult> {
  const { startWithinSeconds, timeoutSeconds, signal, into } = limits;
  const deadline =
    startWithinSeconds === undefined
      ? undefined
      : await deadlineBy(connection.client, clockOf(name), startWithinSeconds, limits, ssh, elapsedMs);
  const result = await execWhenFree(connection.client, commandLine(command, timeoutSeconds, deadline), {
    ...{ openMs: ssh.openMs, signal, ...(into === undefined ? {} : { into }) },
    runMs: (timeoutSeconds + killGraceSeconds) * 1000 + ssh.beyondHostMs,
  });
  if (result.kind === 'refused') return { kind: 'not-started', why: 'channel', detail: result.detail };
  if (result.kind === 'unknown') return result;
  const { kind: _, code, ...output } = result;
  if (runnersRefusal(code, output) !== undefined)
    return { kind: 'not-started', why: 'runner-bound', detail: sayBound(name) };
  return outcomeOf(code, output, command, timeoutSeconds);
}

const clockOf = (name: string): ClockQuestion => ({
  ...{ line: clockLine, read: readClock },
  misfit: (code, said) =>
    runnersRefusal(code, said) === undefined ? undefined : { why: 'runner-bound', detail: sayBound(name) },
});
