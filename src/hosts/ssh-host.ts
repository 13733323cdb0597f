import type { SshHost } from '../core/host-description.ts';
import type { HostCommand, HostLimits, HostResult, HostRunner } from '../operations/host-port.ts';
import { clockLine, commandLine, killGraceSeconds, readClock } from './command-line.ts';
import { type ClockQuestion, deadlineBy, notStartedBy, sayBound } from './deadline.ts';
import { outcomeOf, runnersRefusal } from './outcome.ts';
import { createOwnConnections } from './own-connections.ts';
import { createSharedConnection } from './shared-connection.ts';
import type { SshConnection } from './ssh-connection.ts';
import { execWhenFree } from './ssh-exec.ts';
import { type SshLimits, sshLimits } from './ssh-limits.ts';
import { createStopwatch } from './stopwatch.ts';

/** A host by SSH with a login shell. Reading shares one connection; each write has one of its own, left to the next one. */
export function createSshHost(
  host: SshHost,
  limitsOfHost: Partial<SshLimits> = {},
): HostRunner & { readonly close: () => void } {
  const ssh = { ...sshLimits, ...limitsOfHost };
  const shared = createSharedConnection(host, ssh);
  const own = createOwnConnections(host, ssh);

  const deadlineOn = (
    { client }: SshConnection,
    startWithinSeconds: number,
    limits: HostLimits,
    elapsedMs: () => number,
  ): Promise<number> => deadlineBy(client, clockOf(host.name), startWithinSeconds, limits, ssh, elapsedMs);

  const read = (command: HostCommand, limits: HostLimits, elapsedMs: () => number): Promise<HostResult> =>
    shared.use(limits.signal, async (connection) => {
      const { startWithinSeconds: within } = limits;
      const deadline =
        within === undefined ? undefined : await deadlineOn(connection, within, limits, elapsedMs);
      const result = await runOn(host.name, connection, command, limits, ssh, deadline);
      if (result.kind === 'unknown') shared.retire(connection);
      return result;
    });

  const write = (command: HostCommand, limits: HostLimits, elapsedMs: () => number): Promise<HostResult> => {
    const { startWithinSeconds: within, signal } = limits;
    const run = (connection: SshConnection, deadline?: number): Promise<HostResult> =>
      runOn(host.name, connection, command, limits, ssh, deadline);
    if (within === undefined) return own.withNew(signal, (connection) => run(connection));
    return own.withProven(signal, {
      prove: (connection) => deadlineOn(connection, within, limits, elapsedMs),
      run,
      isWell: ({ kind }) => kind === 'ended',
    });
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
    close() {
      shared.close();
      own.close();
    },
  };
}

async function runOn(
  name: string,
  { client }: SshConnection,
  command: HostCommand,
  { timeoutSeconds, signal, into }: HostLimits,
  ssh: SshLimits,
  deadline: number | undefined,
): Promise<HostResult> {
  const result = await execWhenFree(client, commandLine(command, timeoutSeconds, deadline), {
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
