import type { FailureKind, QueueFailures, TimeoutFailures } from '../alerts/measuring-ports.ts';
import { type AppDescription, queueLabel, shortClass } from '../core/app-description.ts';
import type { Accepted } from '../core/incident.ts';
import type { QueueName } from '../operations/ports.ts';
import { connectionsOf } from './failure-rows.ts';

/** One failure as it is remembered. */
export interface LedgerEntry extends QueueName {
  readonly id: number;
  readonly jobClass: string;
  readonly exceptionClass: string;
  readonly fingerprint: string;
  /** Milliseconds. */
  readonly failedAt: number;
  readonly isTimeoutByClass: boolean;
  readonly isTimeoutByText: boolean;
}

/** What many failures have in common is kept once: 150,000 of them take some 10 MB. */
interface Kind {
  readonly label: string;
  readonly jobClass: string;
  readonly exceptionClass: string;
  readonly fingerprint: string;
}

interface Kept {
  readonly kind: Kind;
  readonly failedAt: number;
  /** 1: by class, 2: by text. */
  readonly timeout: number;
}

export interface Bucket {
  readonly bucket: number;
  readonly count: number;
  readonly sum: number;
}

/** Ids of one bucket lie together, so that what vanished is found without reading the table. */
export const bucketSize = 1_000;
const mostKinds = 2_000;
const usualTimeoutWindowMs = 3_600_000;

export interface FailureLedger {
  readonly size: number;
  /** Of all ids that were ever added; 0 before the first. */
  readonly highest: number;
  readonly lowest: number | undefined;
  add(entries: readonly LedgerEntry[]): void;
  /** Buckets in which other ids are than here, ascending; those of no ids at all are emptied at once. */
  differing(buckets: readonly Bucket[]): readonly number[];
  /** Of these buckets only these ids are there; returns those that are not known here. */
  keepOnly(buckets: readonly number[], ids: readonly number[]): readonly number[];
  clear(): void;
  /** When the entry of the lowest id failed, in milliseconds; infinitely late where there is none. */
  oldestAt(): number;
  /** `timeoutWindowMs`: for how long a failure by timeout counts; 60 minutes where left out. */
  tell(accepted: readonly Accepted[], now: Date, timeoutWindowMs?: number): Told;
}

export interface Told {
  readonly notAccepted: number;
  readonly byQueue: ReadonlyMap<string, QueueFailures & { readonly notAccepted: number }>;
  readonly kinds: readonly FailureKind[];
  readonly newestAt: Date | undefined;
}

/** All failures that were seen and are still there, in short. Pure memory: who reads the table fills it. */
export function createFailureLedger(description: AppDescription): FailureLedger {
  const buckets = new Map<number, Map<number, Kept>>();
  const kinds = new Map<string, Kind>();
  const labelOf = createLabels(description);
  let size = 0;
  let highest = 0;
  let lowest: number | undefined;

  const remember = (key: string, kind: Kind): Kind => {
    kinds.set(key, kind);
    return kind;
  };
  const kindOf = (entry: LedgerEntry): Kind => {
    const label = labelOf(entry);
    const { jobClass } = entry;
    const key = [label, jobClass, entry.exceptionClass, entry.fingerprint].join('\0');
    const known = kinds.get(key);
    if (known !== undefined) return known;
    if (kinds.size < mostKinds) {
      const { exceptionClass, fingerprint } = entry;
      return remember(key, { label, jobClass, exceptionClass, fingerprint });
    }
    // What comes on top of so many is one kind for each class.
    const rest = { label, jobClass, exceptionClass: '…', fingerprint: '…' };
    const restKey = Object.values(rest).join('\0');
    return kinds.get(restKey) ?? remember(restKey, rest);
  };
  const bucketOf = (id: number): number => Math.floor(id / bucketSize);
  const drop = (bucket: number): void => {
    size -= buckets.get(bucket)?.size ?? 0;
    buckets.delete(bucket);
  };

  return {
    get size() {
      return size;
    },
    get highest() {
      return highest;
    },
    get lowest() {
      return lowest;
    },

    add(entries) {
      for (const entry of entries) {
        const bucket = bucketOf(entry.id);
        const within = buckets.get(bucket) ?? new Map<number, Kept>();
        if (within.size === 0) buckets.set(bucket, within);
        if (!within.has(entry.id)) size += 1;
        const timeout = (entry.isTimeoutByClass ? 1 : 0) + (entry.isTimeoutByText ? 2 : 0);
        within.set(entry.id, { kind: kindOf(entry), failedAt: entry.failedAt, timeout });
        highest = Math.max(highest, entry.id);
        lowest = Math.min(lowest ?? entry.id, entry.id);
      }
    },

    differing(there) {
      const known = new Set(there.map(({ bucket }) => bucket));
      for (const bucket of [...buckets.keys()]) if (!known.has(bucket)) drop(bucket);
      return there
        .filter(({ bucket, count, sum }) => {
          const within = buckets.get(bucket);
          if (within?.size !== count) return true;
          let own = 0;
          for (const id of within.keys()) own += id;
          return own !== sum;
        })
        .map(({ bucket }) => bucket)
        .sort((a, b) => a - b);
    },

    keepOnly(these, ids) {
      const present = new Set(ids);
      for (const bucket of these) {
        const within = buckets.get(bucket);
        for (const id of within?.keys() ?? []) {
          if (present.has(id)) continue;
          within?.delete(id);
          size -= 1;
        }
      }
      return ids.filter((id) => buckets.get(bucketOf(id))?.has(id) !== true);
    },

    clear() {
      buckets.clear();
      kinds.clear();
      size = 0;
      highest = 0;
      lowest = undefined;
    },

    oldestAt: () =>
      lowest === undefined
        ? Number.POSITIVE_INFINITY
        : (buckets.get(bucketOf(lowest))?.get(lowest)?.failedAt ?? Number.POSITIVE_INFINITY),

    tell(accepted, now, timeoutWindowMs = usualTimeoutWindowMs) {
      const isAccepted = createAccepted(accepted, description);
      const timeoutsFrom = now.getTime() - timeoutWindowMs;
      const queues = new Map<string, Counting>();
      const all = new Counting();
      for (const within of buckets.values()) {
        for (const [id, kept] of within) {
          const { kind, failedAt, timeout } = kept;
          let queue = queues.get(kind.label);
          if (queue === undefined) {
            queue = new Counting();
            queues.set(kind.label, queue);
          }
          if (timeout > 0 && failedAt >= timeoutsFrom) queue.addTimeout(timeout);
          if (isAccepted(id, kind)) continue;
          queue.add(id, kept);
          all.add(id, kept);
        }
      }
      return {
        ...{ notAccepted: all.count, kinds: all.kinds(), newestAt: all.newestAt() },
        byQueue: new Map(
          [...queues].map(([label, queue]) => [
            label,
            {
              ...{ notAccepted: queue.count, timeouts: queue.timeouts(), kinds: queue.kinds() },
              newestAt: queue.newestAt(),
            },
          ]),
        ),
      };
    },
  };
}

interface Newest {
  readonly id: number;
  readonly failedAt: number;
}

class Counting {
  count = 0;
  newest: Newest = { id: 0, failedAt: 0 };
  readonly #kinds = new Map<Kind, { count: number; oldestId: number; newestId: number }>();
  readonly #timeouts = [0, 0, 0, 0];

  add(id: number, { kind, failedAt }: Kept): void {
    this.count += 1;
    if (id > this.newest.id) this.newest = { id, failedAt };
    const known = this.#kinds.get(kind);
    if (known === undefined) {
      this.#kinds.set(kind, { count: 1, oldestId: id, newestId: id });
      return;
    }
    known.count += 1;
    known.oldestId = Math.min(known.oldestId, id);
    known.newestId = Math.max(known.newestId, id);
  }

  /** Undefined: there is none. */
  newestAt(): Date | undefined {
    return this.count === 0 ? undefined : new Date(this.newest.failedAt);
  }

  addTimeout(how: number): void {
    this.#timeouts[how] = (this.#timeouts[how] ?? 0) + 1;
  }

  timeouts(): TimeoutFailures {
    const [, byClass = 0, byText = 0, both = 0] = this.#timeouts;
    return { byClass: byClass + both, byText: byText + both, either: byClass + byText + both };
  }

  kinds(): readonly FailureKind[] {
    return [...this.#kinds]
      .sort(([, a], [, b]) => b.count - a.count)
      .map(([{ label: queue, jobClass, exceptionClass, fingerprint }, seen]) => ({
        ...{ queue, jobClass, exceptionClass, fingerprint, ...seen },
      }));
  }
}

/** The configured queue under whose label a failure counts, whichever connection of its table it was recorded under. */
function createLabels(description: AppDescription): (queue: QueueName) => string {
  const labels = new Map<string, string>();
  for (const queue of description.queues)
    for (const connection of connectionsOf(queue, description))
      if (!labels.has(`${connection}:${queue.name}`))
        labels.set(`${connection}:${queue.name}`, queueLabel(queue));
  return (queue) => labels.get(queueLabel(queue)) ?? queueLabel(queue);
}

/** Which failures somebody accepted: up to an id, of a queue (its label or bare name) or of a class, or all. */
function createAccepted(
  accepted: readonly Accepted[],
  { name }: AppDescription,
): (id: number, kind: Kind) => boolean {
  const own = accepted.filter(({ app }) => app === name);
  const fits = ({ queue, jobClass }: Accepted, kind: Kind): boolean =>
    (queue === undefined || kind.label === queue || kind.label.endsWith(`:${queue}`)) &&
    (jobClass === undefined ||
      shortClass(jobClass).toLowerCase() === shortClass(kind.jobClass).toLowerCase());
  const upTo = new Map<Kind, number>();
  return (id, kind) => {
    let mark = upTo.get(kind);
    if (mark === undefined) {
      mark = Math.max(0, ...own.filter((one) => fits(one, kind)).map((one) => one.upTo));
      upTo.set(kind, mark);
    }
    return id <= mark;
  };
}
