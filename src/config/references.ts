import type { ConfigPath } from './fault.ts';
import type { Finding } from './issues.ts';
import { at, entries, items, names, queueNames, unknownName } from './look-in.ts';
import { findRunbookFaults } from './runbook-references.ts';

/**
 * What one place of the file says about another one. Works on the raw tree and passes over whatever has the wrong shape
 * (the schema speaks of that), so that these faults are reported together with all others.
 */
export function findReferenceFaults(root: unknown): readonly Finding[] {
  return checks.flatMap((check) => check(root));
}

type Check = (root: unknown) => readonly Finding[];

const hosts: Check = (root) => {
  const known = names(at(root, 'hosts'));
  return entries(at(root, 'apps')).flatMap(([name, app]) => {
    const path = ['apps', name];
    const listed = (value: unknown, place: ConfigPath): readonly Finding[] =>
      items(value).flatMap((host, index) => unknownName([...place, index], 'known-host', host, known));
    return [
      ...unknownName([...path, 'artisan', 'host'], 'known-host', at(at(app, 'artisan'), 'host'), known),
      ...listed(at(at(app, 'log'), 'hosts'), [...path, 'log', 'hosts']),
      ...entries(at(app, 'queues')).flatMap(([queue, description]) =>
        listed(at(at(description, 'workers'), 'hosts'), [...path, 'queues', queue, 'workers', 'hosts']),
      ),
    ];
  });
};

const connections: Check = (root) =>
  entries(at(root, 'apps')).flatMap(([name, app]) => {
    const known = names(at(app, 'connections'));
    return entries(at(app, 'queues')).flatMap(([queue, description]) =>
      unknownName(
        ['apps', name, 'queues', queue, 'connection'],
        'known-connection',
        at(description, 'connection'),
        known,
      ),
    );
  });

/** What stands on Redis needs its address. */
const redis: Check = (root) =>
  entries(at(root, 'apps')).flatMap(([name, app]) => {
    if (at(app, 'redis') !== undefined) return [];
    const using = entries(at(app, 'connections'))
      .filter(([, connection]) => at(connection, 'driver') === 'redis')
      .map(([connection]) => ['apps', name, 'connections', connection]);
    const cache = at(app, 'cache') === undefined ? [] : [['apps', name, 'cache']];
    return [...using, ...cache].map((path) => ({
      ...{ path, expected: 'redis-configured' as const, names: [`apps.${name}.redis`] },
      came: { kind: 'missing' as const },
    }));
  });

/** Connections that share a table, or Redis, share their queues too: one queue must not be described twice. */
const queuesOnce: Check = (root) =>
  entries(at(root, 'apps')).flatMap(([appName, app]) => {
    const seen = new Map<string, string>();
    return entries(at(app, 'queues')).flatMap(([key, queue]) => {
      const connection = at(at(app, 'connections'), String(at(queue, 'connection')));
      if (connection === undefined) return [];
      const place =
        at(connection, 'driver') === 'redis' ? 'redis' : String(at(connection, 'table') ?? 'jobs');
      const name = at(queue, 'name');
      const identity = `${place}:${typeof name === 'string' ? name : key}`;
      const earlier = seen.get(identity);
      if (earlier === undefined) {
        seen.set(identity, key);
        return [];
      }
      const path = ['apps', appName, 'queues', key];
      return [{ path, expected: 'queue-once' as const, names: [earlier], came: { kind: 'twice' as const } }];
    });
  });

const accounts: Check = (root) => {
  const seen = new Map<unknown, number>();
  return items(at(at(root, 'people'), 'same_person')).flatMap((person, list) =>
    items(person).flatMap((account, index): readonly Finding[] => {
      if (typeof account !== 'string') return [];
      const earlier = seen.get(account);
      seen.set(account, earlier ?? list);
      if (earlier === undefined) return [];
      const path = ['people', 'same_person', list, index];
      return [{ path, expected: 'in-one-list', came: { kind: 'value', text: account } }];
    }),
  );
};

const listedOnce: Check = (root) => {
  const lists: readonly (readonly [ConfigPath, unknown])[] = [
    [['people', 'operators'], at(at(root, 'people'), 'operators')],
    [['people', 'approvers'], at(at(root, 'people'), 'approvers')],
    [['slack', 'channels', 'commands'], at(at(at(root, 'slack'), 'channels'), 'commands')],
  ];
  return lists.flatMap(([path, list]) =>
    items(list).flatMap((entry, index, all): readonly Finding[] =>
      typeof entry === 'string' && all.indexOf(entry) !== index
        ? [{ path: [...path, index], expected: 'listed-once', came: { kind: 'value', text: entry } }]
        : [],
    ),
  );
};

/** Rules, escalation and drills speak of queues that some app must have; a rule of one app, of that app's. */
const queues: Check = (root) => {
  const apps = names(at(root, 'apps'));
  const named = (path: ConfigPath, value: unknown, app?: unknown) => {
    const of = apps.find((name) => name === app);
    return unknownName(path, 'known-queue', value, queueNames(root, of));
  };
  const alerts = at(root, 'alerts');
  return [
    ...entries(at(alerts, 'rules')).flatMap(([rule, description]) => [
      ...unknownName(['alerts', 'rules', rule, 'app'], 'known-app', at(description, 'app'), apps),
      ...named(['alerts', 'rules', rule, 'queue'], at(description, 'queue'), at(description, 'app')),
    ]),
    ...items(at(alerts, 'escalate')).flatMap((step, index) =>
      named(['alerts', 'escalate', index, 'queue'], at(step, 'queue')),
    ),
    ...names(at(root, 'drills')).flatMap((queue) => named(['drills', queue], queue)),
  ];
};

const checks: readonly Check[] = [
  ...[hosts, connections, redis, queuesOnce, accounts, listedOnce, queues],
  findRunbookFaults,
];
