import { type AppDescription, queueLabel } from '../core/app-description.ts';
import type { Clock } from '../core/clock.ts';
import { coalesce } from '../core/coalesce.ts';
import type { JobUuid } from '../core/ids.ts';
import {
  type Count,
  exact,
  type Gathered,
  type MissingPart,
  type Read,
  unknownCount,
} from '../core/reading.ts';
import type { QueueName, QueueReader, QueueSizes, ReservedJob, WaitingJob } from '../operations/ports.ts';
import { connectionsOf } from './failure-rows.ts';
import type { FailureTally } from './failure-tally.ts';
import type { JobsTable } from './jobs-table.ts';
import type { RedisQueues } from './redis-queues.ts';

export interface QueuesParts {
  readonly description: AppDescription;
  readonly tables: readonly JobsTable[];
  /** By connection name; undefined for one that the configuration gives no Redis for. */
  readonly redis: ReadonlyMap<string, RedisQueues>;
  readonly failedByQueue: FailureTally['failedByQueue'];
  readonly clock: Clock;
}

/** Sizes are looked up once for all who ask within so long; it is well below the age that would have to be said. */
const keepMs = 2_000;
/** What came with a part missing is tried again soon. */
const keepPartialMs = 500;
const lookLimitMs = 6_000;
const searchedJobs = 5_000;

type Sizes = Omit<QueueSizes, 'failed' | 'configured'>;

/** Queues of all stores, as one. */
export function createQueues(parts: QueuesParts): QueueReader {
  const { description, tables, redis } = parts;
  const tableOf = (connection: string): JobsTable | undefined =>
    tables.find(({ connections }) => connections.some(({ name }) => name === connection));

  const sizes = coalesce(
    () => gatherSizes(parts, AbortSignal.timeout(lookLimitMs)),
    parts.clock,
    (answer) => (answer.missing.length === 0 ? keepMs : keepPartialMs),
  );

  return {
    sizes: () => sizes(),

    async next(queue, limit, signal) {
      const store = tableOf(queue.connection) ?? redis.get(queue.connection);
      return store === undefined
        ? { ok: false, missing: notConfigured(description) }
        : store.next(queue, limit, signal);
    },

    async reserved(queue, limit, signal): Promise<Gathered<readonly ReservedJob[]>> {
      const stores = [...tables, ...redis.values()].filter(
        (store) =>
          queue === undefined || store === (tableOf(queue.connection) ?? redis.get(queue.connection)),
      );
      const reads = await Promise.all(stores.map((store) => store.reserved(queue, limit, signal)));
      return { value: reads.flatMap((read) => (read.ok ? read.value : [])), missing: missingOf(reads) };
    },

    async mark(queues, signal) {
      const used = tables.filter((table) => queues.some((queue) => tableOf(queue.connection) === table));
      const marks = await Promise.all(used.map((table) => table.mark(signal)));
      const [missing] = missingOf(marks);
      if (missing !== undefined) return { ok: false, missing };
      const found = marks.flatMap((mark, index): [string, number][] =>
        mark.ok ? [[used[index]?.name ?? '', mark.value]] : [],
      );
      const lists = new Map<string, number>();
      for (const [connection, store] of redis) {
        const own = queues.filter((queue) => queue.connection === connection);
        if (own.length === 0) continue;
        const mark = await store.mark(own, signal);
        if (!mark.ok) return mark;
        for (const [name, length] of mark.value) lists.set(`${connection}:${name}`, length);
      }
      return { ok: true, value: { tables: new Map(found), lists } };
    },

    async locate(mark, jobs, signal): Promise<Read<ReadonlyMap<JobUuid, 'waiting' | 'reserved'>>> {
      const found = new Map<JobUuid, 'waiting' | 'reserved'>();
      const asked = [
        ...tables.map((table) => {
          const own = jobs.filter((job) => tableOf(job.connection) === table);
          return own.length === 0 ? undefined : table.locate(mark.tables.get(table.name) ?? 0, own, signal);
        }),
        ...[...redis].map(([connection, store]) => {
          const own = jobs.filter((job) => job.connection === connection);
          return own.length === 0 ? undefined : store.locate(own, signal);
        }),
      ];
      for (const read of await Promise.all(asked)) {
        if (read === undefined) continue;
        if (!read.ok) return read;
        for (const [uuid, where] of read.value) found.set(uuid, where);
      }
      return { ok: true, value: found };
    },

    async search(text, signal) {
      const reads = await Promise.all(
        [...tables, ...redis.values()].map((store) => store.search(text, searchedJobs, signal)),
      );
      const found: readonly WaitingJob[] = reads.flatMap((read) => (read.ok ? read.value.found : []));
      const searched = reads.reduce((sum, read) => sum + (read.ok ? read.value.searched : 0), 0);
      return { value: { found, searched }, missing: missingOf(reads) };
    },
  };
}

async function gatherSizes(
  parts: QueuesParts,
  signal: AbortSignal,
): Promise<Gathered<readonly QueueSizes[]>> {
  const { description, tables, redis, failedByQueue } = parts;
  const [failed, ...reads] = await Promise.all([
    failedByQueue(signal).catch((): Read<never> => ({ ok: false, missing: tooLate(description) })),
    ...[...tables, ...redis.values()].map((store) => store.sizes(signal)),
  ]);
  const failures = failed.ok ? failed.value : undefined;
  const read = reads.flatMap((sizes) => (sizes.ok ? sizes.value : []));
  const known = new Set(read.map(labelOf));
  // A store that is away still has its queues: they are shown as not known, never left out.
  const dark = description.queues
    .filter((queue) => !known.has(labelOf(queue)))
    .map(
      (queue): Sizes => ({
        ...unread(queue),
        driver: description.connections.get(queue.connection)?.driver ?? 'database',
      }),
    );
  const all = [...read, ...dark].map((sizes) => withFailures(sizes, failures, description));
  const orphans = orphanFailures(all, failures, description);
  const missing = missingOf([failed, ...reads]);
  return { value: [...all, ...orphans], missing: distinct(missing) };
}

const labelOf = queueLabel;

const unread = (queue: QueueName): Omit<Sizes, 'driver'> => ({
  ...{ connection: queue.connection, name: queue.name, oldestSeconds: undefined },
  ...{ pending: unknownCount, delayed: unknownCount, reserved: unknownCount, stuck: unknownCount },
});

/** Failures are recorded under the worker's connection, which may be any that shares the queue's table. */
function withFailures(
  sizes: Sizes,
  failures: ReadonlyMap<string, Count> | undefined,
  description: AppDescription,
): QueueSizes {
  const configured = description.queues.some((queue) => labelOf(queue) === labelOf(sizes));
  const counts = connectionsOf(sizes, description).flatMap((connection) => {
    const count = failures?.get(`${connection}:${sizes.name}`);
    return count === undefined ? [] : [count];
  });
  const failed = failures === undefined ? unknownCount : counts.reduce(addCounts, exact(0));
  return { ...sizes, configured, failed };
}

function addCounts(a: Count, b: Count): Count {
  if (a.kind === 'unknown' || b.kind === 'unknown') return unknownCount;
  const value = a.value + b.value;
  return b.kind === 'exact' ? { ...a, value } : { ...b, value };
}

/** Failures of queues in which nothing waits and which nobody configured. */
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
      const none = exact(0);
      return {
        ...queue,
        ...{ pending: none, delayed: none, reserved: none, stuck: none, oldestSeconds: undefined, failed },
        ...{ configured: false, driver: description.connections.get(queue.connection)?.driver ?? 'database' },
      };
    });
}

const missingOf = (reads: readonly Read<unknown>[]): readonly MissingPart[] =>
  reads.flatMap((read) => (read.ok ? [] : [read.missing]));

const distinct = (missing: readonly MissingPart[]): readonly MissingPart[] => [
  ...new Map(missing.map((part) => [`${part.part}:${part.name}:${part.why}`, part])).values(),
];

const notConfigured = (description: AppDescription): MissingPart => ({
  ...{ part: 'redis', name: description.name, why: 'not-configured' },
});

const tooLate = (description: AppDescription): MissingPart => ({
  ...{ part: 'database', name: description.name, why: 'timeout' },
});
