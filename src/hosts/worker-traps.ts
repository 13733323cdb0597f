import type { AppDescription } from '../core/app-description.ts';
import type { InspectedProcess, QueueName, WorkerTrap } from '../operations/ports.ts';
import type { Release } from './release-files.ts';

/** Clocks of files and processes are not exact. */
const marginSeconds = 5;

/** What is wrong, or may go wrong, with the processes of one group. Pure; what is not known is no trap. */
export function findTraps(
  processes: readonly InspectedProcess[],
  queues: readonly QueueName[],
  { connections }: Pick<AppDescription, 'connections'>,
  releases: ReadonlyMap<string, Release>,
): readonly WorkerTrap[] {
  return merge(
    processes.flatMap((process) =>
      [
        ...trapsOfState(process),
        ...trapsOfCommand(process, queues, connections),
        ...trapsOfSettings(process),
        ...trapsOfRelease(process, releases.get(process.host)),
      ].map((trap) => ({ ...trap, where: [`${process.name} @ ${process.host}`] })),
    ),
  );
}

type Trap = WorkerTrap extends infer One ? (One extends unknown ? Omit<One, 'where'> : never) : never;

const dead: { readonly [state in InspectedProcess['state']]?: 'backoff' | 'fatal' | 'exited' | 'stopped' } = {
  ...{ BACKOFF: 'backoff', FATAL: 'fatal', EXITED: 'exited', STOPPED: 'stopped' },
};

function trapsOfState({ state }: InspectedProcess): readonly Trap[] {
  const kind = dead[state];
  return kind === undefined ? [] : [{ kind }];
}

function trapsOfCommand(
  { command }: InspectedProcess,
  queues: readonly QueueName[],
  connections: AppDescription['connections'],
): readonly Trap[] {
  if (command === undefined) return [];
  const { connection, timeoutSeconds, queues: takes } = command;
  const expected = [...new Set(queues.map((queue) => queue.connection))];
  // Not said: the application's default, which is taken to be the configured one.
  const name = connection ?? (expected.length === 1 ? expected[0] : undefined);
  const used = name === undefined ? undefined : connections.get(name);
  const wrong = connection !== undefined && expected.length > 0 && !expected.includes(connection);
  return [
    ...(used !== undefined && (timeoutSeconds === 0 || timeoutSeconds >= used.retryAfterSeconds)
      ? [
          {
            ...({ kind: 'timeout-over-retry-after', connection: used.name, timeoutSeconds } as const),
            retryAfterSeconds: used.retryAfterSeconds,
          },
        ]
      : []),
    ...(wrong
      ? [
          {
            ...({ kind: 'other-connection', expected: expected.join(', '), connection } as const),
            sameTable: expected.every((one) => shareTable(connections, one, connection)),
          },
        ]
      : []),
    ...queues
      .filter((queue) => takes !== undefined && !takes.includes(queue.name))
      .map((queue) => ({ kind: 'queue-missing', queue, takes: takes ?? [] }) as const),
  ];
}

function shareTable(connections: AppDescription['connections'], one: string, other: string): boolean {
  const [a, b] = [connections.get(one), connections.get(other)];
  return a?.driver === 'database' && b?.driver === 'database' && a.table === b.table;
}

function trapsOfSettings({ settings, command }: InspectedProcess): readonly Trap[] {
  if (settings === undefined) return [];
  const { stopWaitSeconds, autorestart } = settings;
  const timeoutSeconds = command?.timeoutSeconds;
  return [
    ...(timeoutSeconds !== undefined && (timeoutSeconds === 0 || timeoutSeconds > stopWaitSeconds)
      ? [{ kind: 'stop-kills-jobs', stopWaitSeconds, timeoutSeconds } as const]
      : []),
    ...(autorestart === 'always' ? [] : [{ kind: 'stays-exited', autorestart } as const]),
  ];
}

function trapsOfRelease({ uptimeSeconds }: InspectedProcess, release: Release | undefined): readonly Trap[] {
  if (uptimeSeconds === undefined || release === undefined) return [];
  if (uptimeSeconds <= release.changedSecondsAgo + marginSeconds) return [];
  return [{ kind: 'old-code', startedSecondsAgo: uptimeSeconds, ...release }];
}

/** The same trap of several processes is one. */
function merge(traps: readonly WorkerTrap[]): readonly WorkerTrap[] {
  const merged = new Map<string, WorkerTrap>();
  for (const trap of traps) {
    // Processes of one group start seconds apart.
    const key = JSON.stringify(
      trap.kind === 'old-code' ? [trap.kind, trap.file] : { ...trap, where: undefined },
    );
    const known = merged.get(key);
    merged.set(key, known === undefined ? trap : mergeTwo(known, trap));
  }
  return [...merged.values()];
}

function mergeTwo(one: WorkerTrap, other: WorkerTrap): WorkerTrap {
  const where = [...one.where, ...other.where];
  if (one.kind !== 'old-code' || other.kind !== 'old-code') return { ...one, where };
  return { ...one, where, startedSecondsAgo: Math.min(one.startedSecondsAgo, other.startedSecondsAgo) };
}
