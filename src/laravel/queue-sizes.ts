import { type AppDescription, queueLabel } from '../core/app-description.ts';
import type { Clock } from '../core/clock.ts';
import {
  addCounts,
  type Count,
  exact,
  type Gathered,
  type MissingPart,
  type Read,
  unknownCount,
} from '../core/reading.ts';
import type { QueueName, QueueSizes } from '../operations/ports.ts';
import { connectionsOf } from './failure-rows.ts';
import type { QueueStore, StoreSizes } from './queue-store.ts';

/** By `connection:queue`, as recorded in `failed_jobs`. */
export type FailedByQueue = (signal: AbortSignal) => Promise<Read<ReadonlyMap<string, Count>>>;

/** What was last known stands in for a store that is away, so long. */
const rememberMs = 30_000;

/** A store's sizes, or what was last known of them with their age, beside the part that is missing. */
export function rememberSizes(
  store: QueueStore,
  clock: Pick<Clock, 'now'>,
): (signal: AbortSignal) => Promise<Gathered<readonly StoreSizes[]>> {
  let last: { readonly at: Date; readonly sizes: readonly StoreSizes[] } | undefined;
  return async (signal) => {
    const at = clock.now();
    const read = await store.sizes(signal);
    if (read.ok) {
      last = { at, sizes: read.value };
      return { value: read.value, missing: [] };
    }
    const known = last;
    const ageMs = known === undefined ? Number.POSITIVE_INFINITY : clock.now().getTime() - known.at.getTime();
    if (known === undefined || ageMs > rememberMs) return { value: [], missing: [read.missing] };
    return { value: known.sizes.map((sizes) => agedSizes(sizes, known.at, ageMs)), missing: [read.missing] };
  };
}

function agedSizes(sizes: StoreSizes, asOf: Date, ageMs: number): StoreSizes {
  const aged = (count: Count): Count =>
    count.kind === 'exact' ? { kind: 'aged', value: count.value, asOf } : count;
  const { pending, delayed, reserved, stuck, oldestSeconds } = sizes;
  return {
    ...sizes,
    ...{ pending: aged(pending), delayed: aged(delayed), reserved: aged(reserved), stuck: aged(stuck) },
    oldestSeconds: oldestSeconds === undefined ? undefined : oldestSeconds + Math.round(ageMs / 1000),
  };
}

/**
 * Puts together what the stores and the failures say. A configured queue is never left out: where its store is away its
 * numbers are unknown. Failures alone make a queue appear too.
 */
export function composeSizes(
  description: AppDescription,
  stores: readonly Gathered<readonly StoreSizes[]>[],
  failed: Read<ReadonlyMap<string, Count>>,
): Gathered<readonly QueueSizes[]> {
  const failures = failed.ok ? failed.value : undefined;
  const read = stores.flatMap(({ value }) => value);
  const known = new Set(read.map(queueLabel));
  const dark = description.queues.filter((queue) => !known.has(queueLabel(queue)));
  const all = [...read, ...dark.map((queue) => unreadSizes(queue, description))].map((sizes) =>
    withFailures(sizes, failures, description),
  );
  const missing = [...stores.flatMap((store) => store.missing), ...(failed.ok ? [] : [failed.missing])];
  return { value: [...all, ...orphanFailures(all, failures, description)], missing: distinct(missing) };
}

/**
 * A queue that nobody configured is not always met: a big Redis is looked through in part and now and then. Where its part is
 * missing already, asking once more would only take time.
 */
export function needsOwnLook(
  { value, missing }: Gathered<readonly QueueSizes[]>,
  queue: QueueName,
  description: AppDescription,
): boolean {
  const driver = driverOf(queue, description);
  if (missing.some(({ part }) => part === driver)) return false;
  const found = value.find((sizes) => queueLabel(sizes) === queueLabel(queue));
  return found === undefined || (!found.configured && driver === 'redis');
}

/** The same with what the queue's own store says of it; its failures are all known, unless they are missing. */
export function withOwnLook(
  { value, missing }: Gathered<readonly QueueSizes[]>,
  queue: QueueName,
  look: Read<StoreSizes>,
): Gathered<readonly QueueSizes[]> {
  const label = queueLabel(queue);
  const others = value.filter((sizes) => queueLabel(sizes) !== label);
  if (!look.ok) return { value: others, missing: distinct([...missing, look.missing]) };
  const known = value.find((sizes) => queueLabel(sizes) === label)?.failed;
  const none = missing.some(({ part }) => part === 'database') ? unknownCount : exact(0);
  return { value: [...others, { ...look.value, configured: false, failed: known ?? none }], missing };
}

const driverOf = ({ connection }: QueueName, description: AppDescription): QueueSizes['driver'] =>
  description.connections.get(connection)?.driver ?? 'database';

const unreadSizes = ({ connection, name }: QueueName, description: AppDescription): StoreSizes => ({
  ...{ connection, name, driver: driverOf({ connection, name }, description), oldestSeconds: undefined },
  ...{ pending: unknownCount, delayed: unknownCount, reserved: unknownCount, stuck: unknownCount },
});

/** Failures are recorded under the worker's connection, which may be any that shares the queue's table. */
function withFailures(
  sizes: StoreSizes,
  failures: ReadonlyMap<string, Count> | undefined,
  description: AppDescription,
): QueueSizes {
  const configured = description.queues.some((queue) => queueLabel(queue) === queueLabel(sizes));
  if (failures === undefined) return { ...sizes, configured, failed: unknownCount };
  const counts = connectionsOf(sizes, description).flatMap((connection) => {
    const count = failures.get(`${connection}:${sizes.name}`);
    return count === undefined ? [] : [count];
  });
  return { ...sizes, configured, failed: counts.reduce(addCounts, exact(0)) };
}

/** Failures of queues in which nothing waits and which nobody configured. Of a connection that is not configured nothing else is known. */
function orphanFailures(
  known: readonly QueueSizes[],
  failures: ReadonlyMap<string, Count> | undefined,
  description: AppDescription,
): readonly QueueSizes[] {
  const covered = new Set(
    known.flatMap((sizes) =>
      connectionsOf(sizes, description).map((connection) => `${connection}:${sizes.name}`),
    ),
  );
  return [...(failures ?? [])]
    .filter(([label]) => !covered.has(label))
    .map(([label, failed]): QueueSizes => {
      const colon = label.indexOf(':');
      const queue = { connection: label.slice(0, colon), name: label.slice(colon + 1) };
      const count = description.connections.has(queue.connection) ? exact(0) : unknownCount;
      return {
        ...{ ...queue, driver: driverOf(queue, description), configured: false, failed },
        ...{ pending: count, delayed: count, reserved: count, stuck: count, oldestSeconds: undefined },
      };
    });
}

const distinct = (missing: readonly MissingPart[]): readonly MissingPart[] => [
  ...new Map(missing.map((part) => [`${part.part}:${part.name}:${part.why}`, part])).values(),
];
