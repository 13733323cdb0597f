import type { QueueDescription } from '../../core/app-description.ts';
import type { MissingPart } from '../../core/reading.ts';
import type { WorkerProcess } from '../ports.ts';
import { findSettings } from '../program-settings.ts';
import type { World } from '../world.ts';
import { type Member, unseenMember, waitingMember } from './member.ts';

/** A group that is restarted, with the queues whose jobs its workers take. */
export interface PlannedGroup {
  readonly group: string;
  readonly hosts: readonly string[];
  /** `redis:high` and the like. */
  readonly queues: readonly string[];
}

export interface Seen {
  readonly members: readonly Member[];
  readonly missing: readonly MissingPart[];
}

/** From what came back from the store, where this room put it. */
export const groupsIn = (value: unknown): readonly PlannedGroup[] =>
  Array.isArray(value) ? (value as readonly PlannedGroup[]) : [];

/** The configured groups, each once, in the order of their queues. */
export function plannedGroups(queues: readonly QueueDescription[]): readonly PlannedGroup[] {
  const served = queues.flatMap(({ workers, connection, name }) =>
    workers === undefined ? [] : [{ workers, label: `${connection}:${name}` }],
  );
  return [...new Set(served.map(({ workers }) => workers.group))].map((group) => {
    const own = served.filter(({ workers }) => workers.group === group);
    return {
      group,
      hosts: [...new Set(own.flatMap(({ workers }) => workers.hosts))],
      queues: own.map(({ label }) => label),
    };
  });
}

/** Their members at this moment, on all of their hosts. What can't be seen is a member too, so that it is named. */
export async function seeMembers(
  groups: readonly PlannedGroup[],
  { app }: World,
  signal: AbortSignal,
): Promise<Seen> {
  const hosts = [...new Set(groups.flatMap((group) => group.hosts))];
  const looks = await Promise.all(
    hosts.map(async (host) => {
      const [status, settings] = await Promise.all([
        app.supervisor.status(host, signal),
        app.supervisor.settings(host, signal),
      ]);
      return { host, status, settings: settings.ok ? settings.value : undefined };
    }),
  );
  const members = groups.flatMap(({ group, hosts: own }) =>
    looks.flatMap(({ host, status, settings }): readonly Member[] => {
      if (!own.includes(host)) return [];
      if (!status.ok) return [unseenMember(host, group, 'unknown')];
      const listed = status.value.filter(({ name }) => isOfGroup(name, group));
      if (listed.length === 0) return [unseenMember(host, group, 'gone')];
      return listed.map((process: WorkerProcess) =>
        waitingMember(process, group, findSettings(settings, process.name)),
      );
    }),
  );
  return { members, missing: looks.flatMap(({ status }) => (status.ok ? [] : [status.missing])) };
}

/** `group:group_00`, or the bare name of a program of one process. */
const isOfGroup = (name: string, group: string): boolean => name === group || name.startsWith(`${group}:`);
