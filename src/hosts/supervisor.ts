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
import { lookAtProcesses, lookBeside } from './inspect-host.ts';
import { type Release, releaseAt } from './release-files.ts';
import { createRestartsSeen } from './restarts-seen.ts';
import { readStatus, type SupervisedHost } from './supervised-host.ts';
import { findTraps } from './worker-traps.ts';

const keepMs = 5_000;
/** Who restarts something looks again at once. */
const keepInspectedMs = 1_000;
const keepPartialMs = 1_000;
const lookLimitMs = 7_000;

interface Asked {
  readonly groups: Gathered<readonly WorkerGroup[]>;
  /** When each host had answered, by our own clock. */
  readonly readAtMs: ReadonlyMap<string, number>;
}

/** The workers of the configured groups, each host asked once for all of them. */
export function createWorkers(
  description: AppDescription,
  hosts: ReadonlyMap<string, SupervisedHost>,
  clock: Clock,
): WorkerReader {
  const names = [...new Set(description.queues.flatMap((queue) => queue.workers?.hosts ?? []))];
  const restarts = createRestartsSeen(clock);
  const nowMs = (): number => clock.now().getTime();
  const ask = async (): Promise<Asked> => {
    const signal = AbortSignal.timeout(lookLimitMs);
    const readAtMs = new Map<string, number>();
    const reads = await Promise.all(
      names.map(async (name) => {
        const read = await readStatus(name, hosts.get(name), signal);
        readAtMs.set(name, nowMs());
        return read;
      }),
    );
    const processes = reads.flatMap((read) => (read.ok ? read.value : []));
    const dark = new Set(reads.flatMap((read) => (read.ok ? [] : [read.missing.name])));
    const missing = reads.flatMap((read) => (read.ok ? [] : [read.missing]));
    const value = groupsOf(description, processes, dark);
    restarts.saw(value.flatMap((group) => group.processes));
    return { groups: { value, missing }, readAtMs };
  };
  const list = coalesce(
    async () => (await ask()).groups,
    clock,
    ({ missing }) => (missing.length === 0 ? keepMs : keepPartialMs),
  );
  const inspect = coalesce(
    async (): Promise<Gathered<readonly InspectedGroup[]>> => {
      const { directory } = description.artisan;
      const besides = Promise.all(
        names.map(async (name) => [name, await lookBeside(hosts.get(name), directory, nowMs)] as const),
      );
      // Not the remembered list: what follows from it is compared with a queue as it is now.
      const asked = await ask();
      const { value: groups, missing } = asked.groups;
      const beside = new Map(await besides);
      const processes = groups.flatMap((group) => group.processes);
      const looks = await Promise.all(
        names.map((name) => {
          const own = processes.filter(({ host }) => host === name);
          return lookAtProcesses(hosts.get(name), own, beside.get(name)?.programs);
        }),
      );
      const inspected = new Map(looks.flatMap((look) => [...look]));
      const releases = new Map(
        [...beside].flatMap(([name, { release }]): [string, Release][] =>
          release === undefined ? [] : [[name, releaseAt(release, asked.readAtMs.get(name) ?? release.atMs)]],
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
