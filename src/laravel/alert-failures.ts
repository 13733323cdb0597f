import type { FailureLevels, QueueFailures, Tick } from '../alerts/measuring-ports.ts';
import { type AppDescription, queueLabel } from '../core/app-description.ts';
import type { Accepted } from '../core/incident.ts';
import type { Read } from '../core/reading.ts';
import { costed } from './alert-cost.ts';
import { type AppDatabase, type AppSql, quoteName, type Row } from './database.ts';
import { fingerprintOf } from './exceptions.ts';
import { bucketSize, createFailureLedger, type LedgerEntry } from './failure-ledger.ts';
import { createSummary, headColumns } from './failure-rows.ts';
import { toNaive } from './zoned-time.ts';

/** Rows read in one statement. */
const windowSize = 1_000;
/** Of a burst so many windows are read in one tick; the rest waits for the next. */
const windowsPerTick = 4;
/** Buckets whose ids are read in one statement: 50,000 ids. */
const bucketsAtOnce = 50;
const readLimitMs = 8_000;
/** Between two windows of the first count, so that ticks and the application come first. */
const restMs = 50;
/** Even where the numbers agree, ids are compared so often: one may have gone while another came back. */
const compareEveryMs = 600_000;
const usualTimeoutWindowSeconds = 3_600;

/** Laravel's own, thrown for a job that ran too long, and for one whose worker was killed before. */
const timeoutClasses = new Set(['TimeoutExceededException', 'MaxAttemptsExceededException']);
/** The policy's own words; a provider's time-out counts by them too. */
const saysTimeout =
  "(exception LIKE '%Timeout%' OR exception LIKE '%timed out%' OR exception LIKE '%Maximum execution time%')";

export interface FailureLevelsReader {
  read(accepted: readonly Accepted[], tick: Tick): Promise<Read<FailureLevels>>;
  stop(): void;
}

/**
 * Failures by queue and class, kept by `id > last seen` since no index of `failed_jobs` could count them. What was there
 * before is read once, in the background; what vanished is found by comparing ids, by an index alone.
 */
export function createFailureLevels(parts: {
  readonly database: AppDatabase;
  readonly description: AppDescription;
}): FailureLevelsReader {
  const { database, description } = parts;
  const table = quoteName(description.failed.table);
  const summary = createSummary(description.timezone);
  const ledger = createFailureLedger(description);
  const stopping = new AbortController();
  let isWhole = false;
  let isFilling = false;
  let bug: unknown;
  let comparedAt = 0;
  let timeoutWindowMs = usualTimeoutWindowSeconds * 1_000;

  const readRows = async (
    sql: AppSql,
    now: Date,
    condition: string,
    values: readonly (string | number | readonly number[])[],
  ): Promise<number> => {
    const fresh = toNaive(new Date(now.getTime() - timeoutWindowMs), description.timezone);
    const rows = await sql.all(
      `SELECT ${headColumns}, IF(failed_at >= ?, ${saysTimeout}, 0) AS says_timeout FROM ${table} WHERE ${condition}`,
      [fresh, ...values],
    );
    ledger.add(rows.map((row) => entryOf(row, now)));
    return rows.length;
  };
  const entryOf = (row: Row, now: Date): LedgerEntry => {
    const { id, connection, name, jobClass, exceptionClass, exceptionMessage, failedInstant } = summary(
      row,
      now,
    );
    return {
      ...{ id, connection, name, jobClass, exceptionClass, failedAt: failedInstant.getTime() },
      fingerprint: fingerprintOf({ exceptionClass, exceptionMessage }),
      isTimeoutByClass: timeoutClasses.has(exceptionClass),
      isTimeoutByText: Number(row['says_timeout']) === 1,
    };
  };
  /** The window below what is known. */
  const readOlder = async (sql: AppSql, now: Date): Promise<void> => {
    const below = ledger.lowest ?? Number.MAX_SAFE_INTEGER;
    const read = await readRows(sql, now, 'id < ? ORDER BY id DESC LIMIT ?', [below, windowSize]);
    if (read < windowSize) isWhole = true;
  };
  const fill = async (): Promise<void> => {
    while (!isWhole && !stopping.signal.aborted) {
      const read = await database.read(
        stopping.signal,
        async (sql) => readOlder(sql, (await headOf(sql, table)).now),
        readLimitMs,
      );
      // The next tick begins again where this ended.
      if (!read.ok) return;
      await new Promise((resolve) => setTimeout(resolve, restMs).unref());
    }
  };
  const readNewer = async (sql: AppSql, now: Date): Promise<void> => {
    for (let n = 0; n < windowsPerTick; n += 1) {
      const read = await readRows(sql, now, 'id > ? ORDER BY id LIMIT ?', [ledger.highest, windowSize]);
      if (read < windowSize) return;
    }
  };
  /** Undoes what was retried, forgotten or flushed, and adds what came back under an old id. */
  const compare = async (sql: AppSql, now: Date): Promise<void> => {
    const rows = await sql.all(
      `SELECT id DIV ${bucketSize} AS bucket, COUNT(*) AS count, SUM(id) AS sum FROM ${table} GROUP BY bucket ORDER BY NULL`,
    );
    const there = rows.map((row) => ({
      ...{ bucket: Number(row['bucket']), count: Number(row['count']), sum: Number(row['sum']) },
    }));
    // Others have just come in above what is known; they are read as new ones.
    const differing = ledger.differing(there).slice(0, bucketsAtOnce);
    if (differing.length === 0) return;
    const ids = await sql.all(`SELECT id FROM ${table} WHERE id DIV ${bucketSize} IN (?)`, [differing]);
    const back = ledger
      .keepOnly(
        differing,
        ids.map(({ id }) => Number(id)),
      )
      .filter((id) => id <= ledger.highest)
      .slice(0, windowSize);
    if (back.length > 0) await readRows(sql, now, 'id IN (?)', [back]);
  };

  return {
    stop: () => stopping.abort(new Error('stopping')),

    async read(accepted, tick) {
      if (bug !== undefined) throw new Error('a count in the background broke', { cause: bug });
      timeoutWindowMs = (tick.timeoutWindowSeconds ?? usualTimeoutWindowSeconds) * 1_000;
      const read = await database.read(
        tick.signal,
        async (raw): Promise<FailureLevels> => {
          const sql = costed(raw, 'failures', tick);
          const { now, total, highestId } = await headOf(costed(raw, 'failures total', tick), table);
          if (total === 0) {
            ledger.clear();
            isWhole = true;
          } else {
            if (ledger.size === 0) {
              ledger.clear();
              isWhole = false;
              await readOlder(sql, now);
            } else await readNewer(sql, now);
            const isTimeToCompare = now.getTime() - comparedAt > compareEveryMs;
            if (isWhole && (ledger.size !== total || isTimeToCompare)) {
              await compare(costed(raw, 'failures compared', tick), now);
              comparedAt = now.getTime();
            }
          }
          return levelsOf(accepted, { now, total, highestId });
        },
        readLimitMs,
      );
      if (!isWhole && read.ok && !isFilling) {
        isFilling = true;
        fill()
          .catch((error: unknown) => {
            bug = error;
          })
          .finally(() => {
            isFilling = false;
          });
      }
      return read;
    },
  };

  function levelsOf(accepted: readonly Accepted[], { now, total, highestId }: TableHead): FailureLevels {
    const told = ledger.tell(accepted, now, timeoutWindowMs);
    const own = accepted.filter(({ app }) => app === description.name);
    const below = (ledger.lowest ?? 1) - 1;
    // What was not read yet may all have been accepted.
    const isCounted = (queue: string | undefined): boolean =>
      isWhole ||
      own.some(
        (one) =>
          one.jobClass === undefined &&
          one.upTo >= below &&
          (one.queue === undefined || (queue !== undefined && isNamed(queue, one.queue))),
      );
    // Rows may go while they are counted: a difference is a moment's, unless much was gone at once.
    const isRight = !isWhole || Math.abs(ledger.size - total) <= windowSize;
    const labels = description.queues.map(queueLabel);
    const byQueue = new Map<string, QueueFailures>(
      [...new Set([...labels, ...told.byQueue.keys()])].map((label) => {
        const queue = told.byQueue.get(label) ?? none;
        return [
          label,
          { ...queue, notAccepted: isRight && isCounted(label) ? queue.notAccepted : undefined },
        ];
      }),
    );
    const isPlain = own.length === 0;
    return {
      ...{ total, highestId, byQueue, kinds: told.kinds, newestAt: told.newestAt },
      isComplete: isWhole && isRight,
      notAccepted: isPlain ? total : isRight && isCounted(undefined) ? told.notAccepted : undefined,
      timeoutsKnown: isWhole || ledger.oldestAt() < now.getTime() - timeoutWindowMs,
    };
  }
}

const none = {
  ...{ notAccepted: 0, timeouts: { byClass: 0, byText: 0, either: 0 }, kinds: [] },
};

const isNamed = (label: string, queue: string): boolean => label === queue || label.endsWith(`:${queue}`);

interface TableHead {
  readonly now: Date;
  readonly total: number;
  /** 0: no rows. */
  readonly highestId: number;
}

async function headOf(sql: AppSql, table: string): Promise<TableHead> {
  const [row] = await sql.all(
    `SELECT UTC_TIMESTAMP() AS now, (SELECT COUNT(*) FROM ${table}) AS total, (SELECT MAX(id) FROM ${table}) AS highest`,
  );
  return {
    now: new Date(`${String(row?.['now']).replace(' ', 'T')}Z`),
    ...{ total: Number(row?.['total'] ?? 0), highestId: Number(row?.['highest'] ?? 0) },
  };
}
