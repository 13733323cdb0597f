import type { Configuration } from '../core/configuration.ts';
import { personOf } from '../core/people.ts';
import { alertNotices } from './alert-warnings.ts';
import type { ConfigPath, ConfigWarning } from './fault.ts';
import { placeholderHostKey } from './values.ts';

export type Notice = Omit<ConfigWarning, 'line'>;

const shortestAuditKey = 16;

/** What works, but is probably not meant. */
export function findWarnings(configuration: Configuration): readonly Notice[] {
  return [
    ...auditNotices(configuration),
    ...peopleNotices(configuration),
    ...hostNotices(configuration),
    ...supervisorNotices(configuration),
    ...alertNotices(configuration),
  ];
}

const notice = (path: ConfigPath, warning: ConfigWarning['warning']): Notice => ({ path, warning });

function auditNotices({ audit, store }: Configuration): readonly Notice[] {
  return [
    ...(audit.key.reveal().length < shortestAuditKey ? [notice(['audit', 'key'], 'audit-key-short')] : []),
    ...(store.url === store.migrateUrl ? [notice(['store'], 'same-account-for-migrations')] : []),
  ];
}

function peopleNotices({ people, approvals }: Configuration): readonly Notice[] {
  if (people.operators.length === 0) return [notice(['people', 'operators'], 'nobody-operates')];
  if (people.approvers.length === 0) return [notice(['people', 'approvers'], 'nobody-approves')];
  // A group may hold any number of people, so only a roster of single accounts can be counted.
  if (people.approvers.some((entry) => entry.startsWith('S'))) return [];
  const persons = new Set(people.approvers.map((account) => personOf(people, account))).size;
  return Object.entries(approvals.quorum)
    .filter(([, quorum]) => quorum > persons)
    .map(([verb]) => notice(['approvals', 'quorum', verb], 'quorum-out-of-reach'));
}

const hostNotices = ({ hosts }: Configuration): readonly Notice[] =>
  [...hosts.values()]
    .filter((host) => host.kind === 'ssh' && host.hostKey === placeholderHostKey)
    .map(({ name }) => notice(['hosts', name, 'ssh', 'host_key'], 'host-key-placeholder'));

/** Workers on a host without Supervisor can't be counted there. */
const supervisorNotices = ({ apps, hosts }: Configuration): readonly Notice[] => {
  const asked = apps.flatMap(({ description }) =>
    description.queues.flatMap(({ workers }) => workers?.hosts ?? []),
  );
  return [...new Set(asked)]
    .filter((name) => hosts.get(name)?.supervisorctl === undefined)
    .map((name) => notice(['hosts', name], 'no-supervisor'));
};
