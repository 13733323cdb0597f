import type { AppDescription } from '../core/app-description.ts';
import type { Clock } from '../core/clock.ts';
import { coalesce } from '../core/coalesce.ts';
import type { JobUuid } from '../core/ids.ts';
import type { Gathered, MissingPart, Read } from '../core/reading.ts';
import type { QueueName, QueueReader, QueueSizes } from '../operations/ports.ts';
import { TooLate, withinLimit } from './limit.ts';
import { composeSizes, type FailedByQueue, needsOwnLook, rememberSizes, withOwnLook } from './queue-sizes.ts';
import type { QueueStore } from './queue-store.ts';

export interface QueuesParts {
  readonly description: AppDescription;
  /** Of `jobsTables` and `redisQueues`. */
  readonly stores: readonly QueueStore[];
  readonly failedByQueue: FailedByQueue;
  readonly clock: Clock;
}

/** Sizes are looked up once for all who ask within so long; it is well below the age that would have to be said. */
const keepMs = 2_000;
/** What came with a part missing is tried again soon. */
const keepPartialMs = 500;
const lookLimitMs = 6_000;

/** The queues of all stores, as one. */
export function createQueues(parts: QueuesParts): QueueReader {
  const { description, stores } = parts;
  const storeOf = (queue: QueueName): QueueStore | undefined =>
    stores.find(({ connections }) => connections.some(({ name }) => name === queue.connection));
  const sizes = createSizes(parts, storeOf);

  return {
    sizes,

    async next(queue, limit, signal) {
      const store = storeOf(queue);
      return store?.next(queue, limit, signal) ?? { ok: false, missing: notConfigured(description) };
    },

    async upcoming(queue, limit, signal) {
      const store = storeOf(queue);
      return store?.upcoming(queue, limit, signal) ?? { ok: false, missing: notConfigured(description) };
    },

    async reserved(queue, limit, signal) {
      const asked = stores.filter((store) => queue === undefined || store === storeOf(queue));
      const reads = await Promise.all(asked.map((store) => store.reserved(queue, limit, signal)));
      return { value: reads.flatMap(({ value }) => value), missing: reads.flatMap(({ missing }) => missing) };
    },

    async mark(queues, signal) {
      const marks = await Promise.all(
        byStore(stores, storeOf, queues).map(({ store, own }) => store.mark(own, signal)),
      );
      return joinReads(marks, (values) => ({
        tables: new Map(values.flatMap(({ tables }) => [...tables])),
        lists: new Map(values.flatMap(({ lists }) => [...lists])),
      }));
    },

    async locate(mark, jobs, signal, seen) {
      const reads = await Promise.all(
        byStore(stores, storeOf, jobs).map(({ store, own }) => store.locate(mark, own, signal, seen)),
      );
      return joinReads(
        reads,
        (values) => new Map<JobUuid, 'waiting' | 'reserved'>(values.flatMap((found) => [...found])),
      );
    },

    async queued(jobs, signal) {
      const reads = await Promise.all(
        byStore(stores, storeOf, jobs).map(({ store, own }) => store.queued(own, signal)),
      );
      return joinReads(reads, (values) => new Set(values.flatMap((found) => [...found])));
    },

    async search(text, signal) {
      const reads = await Promise.all(stores.map((store) => store.search(text, signal)));
      return {
        value: {
          found: reads.flatMap(({ value }) => value.found),
          searched: reads.reduce((sum, { value }) => sum + value.searched, 0),
        },
        missing: reads.flatMap(({ missing }) => missing),
      };
    },
  };
}

function createSizes(
  { description, stores, failedByQueue, clock }: QueuesParts,
  storeOf: (queue: QueueName) => QueueStore | undefined,
): QueueReader['sizes'] {
  const remembered = stores.map((store) => rememberSizes(store, clock));
  const gather = async (): Promise<Gathered<readonly QueueSizes[]>> => {
    const signal = AbortSignal.timeout(lookLimitMs);
    const [failed, read] = await Promise.all([
      failedByQueue(signal),
      Promise.all(remembered.map((sizes) => sizes(signal))),
    ]);
    return composeSizes(description, read, failed);
  };
  const gathered = coalesce(gather, clock, ({ missing }) => (missing.length === 0 ? keepMs : keepPartialMs));
  const look = async (signal: AbortSignal): Promise<Gathered<readonly QueueSizes[]>> => {
    try {
      return await withinLimit(lookLimitMs + 1_000, signal, () => gathered());
    } catch (error) {
      if (!(error instanceof TooLate)) throw error;
      // Only who asked has no time left; the look goes on for the others.
      return composeSizes(description, [], { ok: false, missing: tooLate(description) });
    }
  };
  return async (signal, about) => {
    const all = await look(signal);
    if (about === undefined || !needsOwnLook(all, about, description)) return all;
    const store = storeOf(about);
    const own = await store?.sizesOf(about, signal);
    return withOwnLook(all, about, own ?? { ok: false, missing: notConfigured(description) });
  };
}

/** The queues or jobs of each store, for the stores that have any. */
function byStore<Named extends QueueName>(
  stores: readonly QueueStore[],
  storeOf: (queue: QueueName) => QueueStore | undefined,
  all: readonly Named[],
): readonly { readonly store: QueueStore; readonly own: readonly Named[] }[] {
  return stores
    .map((store) => ({ store, own: all.filter((one) => storeOf(one) === store) }))
    .filter(({ own }) => own.length > 0);
}

/** All or none: the first part that is missing stands for the whole. */
function joinReads<T, U>(reads: readonly Read<T>[], join: (values: readonly T[]) => U): Read<U> {
  const values: T[] = [];
  for (const read of reads) {
    if (!read.ok) return read;
    values.push(read.value);
  }
  return { ok: true, value: join(values) };
}

const notConfigured = ({ name }: AppDescription): MissingPart => ({
  ...{ part: 'redis', name, why: 'not-configured' },
});
const tooLate = ({ name }: AppDescription): MissingPart => ({ part: 'database', name, why: 'timeout' });
