import type { InspectedProcess, ProgramSettings, WorkerProcess } from '../operations/ports.ts';
import { findSettings } from '../operations/program-settings.ts';
import { readCommandLines } from './command-lines.ts';
import { readSupervisorConfig } from './read-supervisor-config.ts';
import { type ReadRelease, readRelease } from './release-files.ts';
import type { SupervisedHost } from './supervised-host.ts';

/** Side by side with Supervisor's list, which has as long. */
const besideLimitMs = 7_000;
/** After it: an answer is awaited for ten seconds in all. */
const commandsLimitMs = 2_500;

/** What a host tells beside its processes. Each part may be unknown by itself. */
export interface Beside {
  readonly programs: ReadonlyMap<string, ProgramSettings> | undefined;
  readonly release: ReadRelease | undefined;
}

/** `nowMs`: our own clock. */
export async function lookBeside(
  host: SupervisedHost | undefined,
  directory: string,
  nowMs: () => number,
): Promise<Beside> {
  if (host === undefined) return { programs: undefined, release: undefined };
  const signal = AbortSignal.timeout(besideLimitMs);
  const [programs, release] = await Promise.all([
    readSupervisorConfig(host, signal),
    readRelease(host.runner, directory, signal, nowMs),
  ]);
  return { programs: programs.ok ? programs.value : undefined, release };
}

export type Told = Pick<InspectedProcess, 'command' | 'settings'>;

/** What these processes of the host were told: what runs by its command line, the others by the configuration. */
export async function lookAtProcesses(
  host: SupervisedHost | undefined,
  processes: readonly WorkerProcess[],
  programs: Beside['programs'],
): Promise<ReadonlyMap<WorkerProcess, Told>> {
  const pids = processes.flatMap(({ pid }) => pid ?? []);
  const signal = AbortSignal.timeout(commandsLimitMs);
  const commands = host === undefined ? new Map() : await readCommandLines(host.runner, pids, signal);
  return new Map(
    processes.map((process): [WorkerProcess, Told] => {
      const settings = findSettings(programs, process.name);
      // The configuration may have changed since it was started.
      const running = process.pid === undefined ? undefined : commands.get(process.pid);
      return [process, { command: running ?? settings?.command, settings }];
    }),
  );
}
