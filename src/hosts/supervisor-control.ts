import { callResultOf } from '../operations/call-result.ts';
import type {
  AnnouncedGroup,
  CallLimits,
  ControlResult,
  RereadResult,
  SupervisorControl,
} from '../operations/ports.ts';
import { missing } from './missing-host.ts';
import { readSupervisorConfig } from './read-supervisor-config.ts';
import { readStatus, type SupervisedHost } from './supervised-host.ts';

/** Supervisor's names are freer; these are what no shell, option or pattern can be made of, and no word for all. */
const groupPattern = /^(?!all$)[\w.@][\w.@-]{0,99}$/;
const memberPattern = /^(?!all$)[\w.@][\w.@-]{0,99}(:[\w.@][\w.@-]{0,99})?$/;

/** `supervisorctl` on the hosts of the configuration. */
export function createSupervisorControl(hosts: ReadonlyMap<string, SupervisedHost>): SupervisorControl {
  const call = async (name: string, words: readonly string[], limits: CallLimits): Promise<ControlResult> => {
    const host = hosts.get(name);
    if (host?.supervisorctl === undefined)
      return { kind: 'not-started', why: 'no supervisorctl is configured for this host' };
    const argv = [...host.supervisorctl, ...words];
    const verb = { name: 'supervisor', args: words } as const;
    return callResultOf(await host.runner.run({ argv, verb, writes: true }, limits));
  };
  return {
    status: (name, signal) => readStatus(name, hosts.get(name), signal),
    settings: async (name, signal) => {
      const host = hosts.get(name);
      return host === undefined
        ? missing(name, 'not-configured', 'supervisorctl')
        : readSupervisorConfig(host, signal);
    },
    async restart(name, member, limits) {
      if (!memberPattern.test(member)) return { kind: 'not-started', why: `no name of a process: ${member}` };
      return call(name, ['restart', member], limits);
    },
    async reread(name, limits): Promise<RereadResult> {
      const result = await call(name, ['reread'], limits);
      const announced = result.kind === 'ended' ? parseReread(result.stdout) : undefined;
      return announced === undefined ? result : { ...result, announced };
    },
    async update(name, groups, limits) {
      const odd = groups.find((group) => !groupPattern.test(group));
      // Without a name it would take every group that has changed since.
      if (odd !== undefined || groups.length === 0)
        return { kind: 'not-started', why: `no name of a group: ${odd ?? ''}` };
      return call(name, ['update', ...groups], limits);
    },
  };
}

/** Undefined: Supervisor does not take its configuration. */
export function parseReread(text: string): readonly AnnouncedGroup[] | undefined {
  const lines = text.split('\n').map((line) => line.trim());
  const announced = lines.flatMap((line): readonly AnnouncedGroup[] => {
    const [, group, what] = /^(\S+): (available|changed|disappeared)$/.exec(line) ?? [];
    if (group === undefined) return [];
    return what === 'available' || what === 'changed' || what === 'disappeared' ? [{ group, what }] : [];
  });
  const isQuiet = lines.some((line) => line.startsWith('No config updates to processes'));
  return announced.length > 0 || isQuiet ? announced : undefined;
}
