import type { AppDescription } from '../core/app-description.ts';
import { failedJobId } from '../core/ids.ts';
import type { Log } from '../core/log.ts';
import type { Count, Read } from '../core/reading.ts';
import type { FailureGroup, FailureReader, FailureSummary, QueueName } from '../operations/ports.ts';
import { type AppDatabase, quoteName } from './database.ts';
import { fingerprintOf } from './exceptions.ts';
import { conditionsOf, matchesClass, readClockAndTotal, readNewest } from './failure-pages.ts';
import { connectionsOf, createSummary, headColumns } from './failure-rows.ts';

export interface TallyParts {
  readonly database: AppDatabase;
  readonly description: AppDescription;
  readonly log: Log;
}

export interface FailureTally extends Pick<FailureReader, 'groups'> {
  /** Failures of each queue by `connection:queue`, without waiting for a scan. */
  failedByQueue(signal: AbortSignal): Promise<Read<ReadonlyMap<string, Count>>>;
  /** Begins to count in the background. */
  warm(): void;
  stop(): void;
}

const windowSize = 2_000;
/** With more rows than this nothing is counted anew for an answer. */
const small = windowSize;
const mostGroups = 500;
const windowLimitMs = 2_000;
/** Groups of an unusual filter are made of so many newest rows. */
const filteredWindow = 1_000;
/** Between two full counts, which cost the application's database a scan. */
const recountEveryMs = 30_000;

interface Counted {
  readonly groups: Map<string, FailureGroup>;
  readonly queues: Map<string, number>;
  rows: number;
  highest: number;
  /** All rows down to the oldest were counted. */
  complete: boolean;
  asOf: Date;
}

const emptyCount = (asOf: Date): Counted => ({
  ...{ groups: new Map(), queues: new Map(), rows: 0, highest: 0, complete: false, asOf },
});

/**
 * Failures by queue, class and exception, kept by `id > last seen` since no index of `failed_jobs` could answer. When the
 * total disagrees (rows were retried, forgotten, pruned) all is counted anew in the background, in short statements; until
 * then the old numbers are shown with their age.
 */
export function createFailureTally({ database, description, log }: TallyParts): FailureTally {
  const table = quoteName(description.failed.table);
  const summary = createSummary(description.timezone);
  const stopping = new AbortController();
  let counted: Counted | undefined;
  let counting: Promise<void> | undefined;
  let lastFullCount = 0;
  let refreshing: Promise<Read<number>> | undefined;

  const add = (into: Counted, row: FailureSummary): void => {
    const fingerprint = fingerprintOf(row);
    const queue = `${row.connection}:${row.name}`;
    const key = [queue, row.jobClass, row.exceptionClass, fingerprint].join('\0');
    const known = into.groups.get(key);
    into.rows += 1;
    into.highest = Math.max(into.highest, row.id);
    into.queues.set(queue, (into.queues.get(queue) ?? 0) + 1);
    if (known === undefined && into.groups.size >= mostGroups) return;
    into.groups.set(key, {
      ...{ connection: row.connection, name: row.name, jobClass: row.jobClass, fingerprint },
      ...{ exceptionClass: row.exceptionClass, count: (known?.count ?? 0) + 1 },
      newestId: failedJobId(Math.max(known?.newestId ?? 0, row.id)),
      newestAt:
        known !== undefined && known.newestAt > row.failedInstant ? known.newestAt : row.failedInstant,
      oldestAt:
        known !== undefined && known.oldestAt < row.failedInstant ? known.oldestAt : row.failedInstant,
    });
  };

  /** One window below `before`, newest first; the number of rows read. */
  const countWindow = (
    into: Counted,
    before: number,
  ): Promise<Read<{ readonly looked: number; readonly lowest: number }>> =>
    database.read(
      stopping.signal,
      async (sql) => {
        const { rows, lowest } = await readHeads(before);
        for (const row of rows) add(into, row);
        return { looked: rows.length, lowest };
        async function readHeads(below: number): Promise<{ rows: FailureSummary[]; lowest: number }> {
          const now = new Date();
          const heads = await sql.all(
            `SELECT ${headColumns} FROM ${table} WHERE id < ? ORDER BY id DESC LIMIT ?`,
            [below, windowSize],
          );
          const found = heads.map((head) => summary(head, now));
          return { rows: found, lowest: Number(found.at(-1)?.id ?? 0) };
        }
      },
      windowLimitMs,
    );

  const countAll = async (): Promise<void> => {
    lastFullCount = Date.now();
    const fresh = emptyCount(new Date());
    counted ??= fresh;
    let before = Number.MAX_SAFE_INTEGER;
    for (;;) {
      const window = await countWindow(fresh, before);
      if (!window.ok) {
        log.warn({ missing: window.missing.why }, 'failures could not be counted to the end');
        return;
      }
      before = window.value.lowest;
      if (window.value.looked < windowSize) break;
    }
    fresh.complete = true;
    fresh.asOf = new Date();
    counted = fresh;
  };

  const beginCount = (): Promise<void> => {
    counting ??= countAll().finally(() => {
      counting = undefined;
    });
    return counting;
  };

  /** Adds what is new and returns the table's total. */
  const addNewest = async (signal: AbortSignal): Promise<Read<number>> =>
    database.read(signal, async (sql) => {
      const { total, now } = await readClockAndTotal(sql, table);
      if (counted?.complete === true) {
        const known: Counted = counted;
        const heads = await sql.all(`SELECT ${headColumns} FROM ${table} WHERE id > ? ORDER BY id LIMIT ?`, [
          known.highest,
          windowSize,
        ]);
        for (const head of heads) add(known, summary(head, now));
        if (known.rows === total) known.asOf = new Date();
      }
      return total;
    });

  const refresh = async (signal: AbortSignal): Promise<Read<number>> => {
    // Whoever asks at the same time shares one look; its limit is its own, not the first asker's.
    refreshing ??= addNewest(AbortSignal.any([stopping.signal, AbortSignal.timeout(4_000)])).finally(() => {
      refreshing = undefined;
    });
    const total = await refreshing;
    signal.throwIfAborted();
    if (!total.ok) return total;
    const agrees = counted?.complete === true && counted.rows === total.value;
    if (agrees) return total;
    if (total.value <= small) await beginCount();
    else if (Date.now() - lastFullCount > recountEveryMs || counted?.complete !== true)
      beginCount().catch(() => undefined);
    return total;
  };

  const qualify = (value: number, total: number): Count => {
    if (counted === undefined) return { kind: 'unknown' };
    if (!counted.complete) return { kind: 'capped', value };
    return counted.rows === total ? { kind: 'exact', value } : { kind: 'aged', value, asOf: counted.asOf };
  };

  return {
    warm: () => void beginCount().catch(() => undefined),
    stop: () => stopping.abort(new Error('stopping')),

    async failedByQueue(signal) {
      const total = await refresh(signal);
      if (!total.ok) return total;
      const queues = [...(counted?.queues ?? [])];
      return { ok: true, value: new Map(queues.map(([queue, n]) => [queue, qualify(n, total.value)])) };
    },

    async groups(filter, signal) {
      if (filter.error !== undefined || filter.sinceSeconds !== undefined) {
        return database.read(signal, async (sql) => {
          const { now } = await readClockAndTotal(sql, table);
          const newest = await readNewest(sql, table, conditionsOf(filter, description, now), filteredWindow);
          const some = emptyCount(new Date());
          for (const row of newest.rows.map((head) => summary(head, now))) {
            if (matchesClass(row, filter.jobClass)) add(some, row);
          }
          const of: Count = { kind: newest.looked < filteredWindow ? 'exact' : 'capped', value: some.rows };
          return { groups: ranked([...some.groups.values()], filter.limit), of, asOf: some.asOf };
        });
      }
      const total = await refresh(signal);
      if (!total.ok) return total;
      const wanted = [...(counted?.groups.values() ?? [])].filter(
        (group) => isOfQueue(group, filter.queue, description) && isOfClass(group, filter.jobClass),
      );
      const sum = wanted.reduce((all, group) => all + group.count, 0);
      const groups = ranked(wanted, filter.limit);
      return {
        ok: true,
        value: { groups, of: qualify(sum, total.value), asOf: counted?.asOf ?? new Date() },
      };
    },
  };
}

const ranked = (groups: readonly FailureGroup[], limit: number): readonly FailureGroup[] =>
  [...groups].sort((a, b) => b.count - a.count).slice(0, limit);

function isOfQueue(group: FailureGroup, queue: QueueName | undefined, description: AppDescription): boolean {
  return (
    queue === undefined ||
    (group.name === queue.name && connectionsOf(queue, description).includes(group.connection))
  );
}

function isOfClass({ jobClass }: FailureGroup, wanted: string | undefined): boolean {
  if (wanted === undefined) return true;
  const short = (name: string): string => name.slice(name.lastIndexOf('\\') + 1).toLowerCase();
  return short(jobClass) === short(wanted);
}
