import type { AppDescription } from '../core/app-description.ts';
import type { Clock } from '../core/clock.ts';
import { coalesce } from '../core/coalesce.ts';
import type { Gathered } from '../core/reading.ts';
import type {
  InspectedGroup,
  InspectedProcess,
  WorkerGroup,
  WorkerProcess,
  WorkerReader,
} from '../operations/ports.ts';
import { findSettings } from '../operations/program-settings.ts';
import { readCommandLines } from './command-lines.ts';
import { readSupervisorConfig } from './read-supervisor-config.ts';
import { type Release, readRelease } from './release-files.ts';
import { createRestartsSeen } from './restarts-seen.ts';
import { readStatus, type SupervisedHost } from './supervised-host.ts';
import { findTraps } from './worker-traps.ts';

const keepMs = 5_000;
/** Who restarts something looks again at once. */
const keepInspectedMs = 1_000;
const keepPartialMs = 1_000;
const lookLimitMs = 7_000;
/** For what is looked at beside Supervisor's list. */
const inspectLimitMs = 5_000;

/** The workers of the configured groups, each host asked once for all of them. */
export function createWorkers(
  description: AppDescription,
  hosts: ReadonlyMap<string, SupervisedHost>,
  clock: Clock,
): WorkerReader {
  const names = [...new Set(description.queues.flatMap((queue) => queue.workers?.hosts ?? []))];
  const restarts = createRestartsSeen(clock);
  const ask = async (): Promise<Gathered<readonly WorkerGroup[]>> => {
    const signal = AbortSignal.timeout(lookLimitMs);
    const reads = await Promise.all(names.map((name) => readStatus(name, hosts.get(name), signal)));
    const processes = reads.flatMap((read) => (read.ok ? read.value : []));
    const dark = new Set(reads.flatMap((read) => (read.ok ? [] : [read.missing.name])));
    const missing = reads.flatMap((read) => (read.ok ? [] : [read.missing]));
    const value = groupsOf(description, processes, dark);
    restarts.saw(value.flatMap((group) => group.processes));
    return { value, missing };
  };
  const list = coalesce(ask, clock, ({ missing }) => (missing.length === 0 ? keepMs : keepPartialMs));
  const inspect = coalesce(
    async (): Promise<Gathered<readonly InspectedGroup[]>> => {
      // Not the remembered list: what follows from it is compared with a queue as it is now.
      const { value: groups, missing } = await ask();
      const processes = groups.flatMap((group) => group.processes);
      const looks = await Promise.all(
        [...new Set(processes.map(({ host }) => host))].map(async (name) => {
          const own = processes.filter(({ host }) => host === name);
          return lookCloser(name, hosts.get(name), own, description.artisan.directory);
        }),
      );
      const inspected = new Map(looks.flatMap((look) => [...look.processes]));
      const releases = new Map(
        looks.flatMap(({ host, release }): [string, Release][] =>
          release === undefined ? [] : [[host, release]],
        ),
      );
      const value = groups.map((group): InspectedGroup => {
        const own = group.processes.map((process): InspectedProcess => {
          const { command, settings } = inspected.get(process) ?? {};
          const restlessSeconds = restarts.restlessSeconds(process);
          return {
            ...{ ...process, command, settings, restarts: restarts.of(process) },
            ...(restlessSeconds === undefined ? {} : { restlessSeconds }),
          };
        });
        return { ...group, processes: own, traps: findTraps(own, group.queues, description, releases) };
      });
      return { value, missing };
    },
    clock,
    () => keepInspectedMs,
  );
  return { list: () => list(), inspect: () => inspect() };
}

interface Look {
  readonly host: string;
  readonly processes: ReadonlyMap<WorkerProcess, Pick<InspectedProcess, 'command' | 'settings'>>;
  readonly release: Release | undefined;
}

/** What one host tells of these processes beside their states; each part by itself may be unknown. */
async function lookCloser(
  name: string,
  host: SupervisedHost | undefined,
  processes: readonly WorkerProcess[],
  directory: string,
): Promise<Look> {
  if (host === undefined) return { host: name, processes: new Map(), release: undefined };
  const signal = AbortSignal.timeout(inspectLimitMs);
  const pids = processes.flatMap(({ pid }) => pid ?? []);
  const [commands, programs, release] = await Promise.all([
    readCommandLines(host.runner, pids, signal),
    readSupervisorConfig(host, signal),
    readRelease(host.runner, directory, signal),
  ]);
  const details = processes.map((process) => {
    const settings = findSettings(programs.ok ? programs.value : undefined, process.name);
    // What runs is what it was started with; the configuration may have changed since.
    const running = process.pid === undefined ? undefined : commands.get(process.pid);
    return [process, { command: running ?? settings?.command, settings }] as const;
  });
  return { host: name, processes: new Map(details), release };
}

/** A group that serves several queues is one group, on all hosts that any of them names. */
function groupsOf(
  description: AppDescription,
  processes: readonly WorkerProcess[],
  dark: ReadonlySet<string>,
): readonly WorkerGroup[] {
  const served = description.queues.flatMap(({ workers, connection, name }) =>
    workers === undefined ? [] : [{ workers, queue: { connection, name } }],
  );
  return [...new Set(served.map(({ workers }) => workers.group))].map((group) => {
    const own = served.filter(({ workers }) => workers.group === group);
    const hosts = new Set(own.flatMap(({ workers }) => workers.hosts));
    const listed = processes.filter(({ host, name }) => hosts.has(host) && isOfGroup(name, group));
    const unknownHosts = [...hosts].filter((host) => dark.has(host));
    const isKnown = unknownHosts.length === 0;
    const expected = own.flatMap(({ workers }) => workers.expected ?? []);
    return {
      ...{ group, queues: own.map(({ queue }) => queue), processes: listed, unknownHosts },
      // Nobody knows how many are alive where nobody could look.
      alive: isKnown ? listed.filter(({ state }) => state === 'RUNNING').length : undefined,
      expected:
        expected.length > 0 ? Math.max(...expected) : isKnown ? Math.max(listed.length, 1) : undefined,
    };
  });
}

/** `group:group_00`, or the bare name of a program of one process. */
export const isOfGroup = (name: string, group: string): boolean =>
  name === group || name.startsWith(`${group}:`);
