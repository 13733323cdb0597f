import type { Clock } from '../core/clock.ts';
import { within } from '../core/within.ts';
import type { AppDatabase, Value } from './database.ts';
import { addTallies, noRows, type Tally, tallyColumns, tallyOf } from './table-tally.ts';

/** All queues of one table, counted row by row; `at` is when the counting began. */
export interface Survey {
  readonly at: Date;
  /** By lower-case queue name, as the table's own collation compares. */
  readonly tallies: ReadonlyMap<string, Tally>;
}

export interface TableSurvey {
  /**
   * The newest survey that is fresh enough to be shown. Where it gets old another one is started in the background; only
   * where there is none does the caller wait for it, and that not for long.
   */
  latest(): Promise<Survey | undefined>;
}

export interface TableSurveyOptions {
  readonly database: AppDatabase;
  /** Quoted. */
  readonly table: string;
  /** SQL for each queue's own retry_after, and its values. */
  readonly retryAfter: { readonly sql: string; readonly values: readonly Value[] };
  readonly clock: Pick<Clock, 'now'>;
}

const freshMs = 30_000;
/** A survey reads the whole table; at most this share of the time is spent on it. */
const restPerWork = 15;
const restMs = 10_000;
const waitMs = 300;
/** Rows in one statement, so that none takes long and each gives its connection back. */
const chunkRows = 50_000;
const chunkLimitMs = 1_000;
/** A table that can't be counted in this time is left alone for a while. */
const longestMs = 6_000;
const giveUpMs = 600_000;

export function createTableSurvey(options: TableSurveyOptions): TableSurvey {
  const now = (): number => options.clock.now().getTime();
  let newest: Survey | undefined;
  let underWay: Promise<void> | undefined;
  let notBefore = Number.NEGATIVE_INFINITY;
  let bug: unknown;

  const run = async (): Promise<void> => {
    const at = options.clock.now();
    const tallies = await countAll(options, () => now() - at.getTime() > longestMs);
    const took = now() - at.getTime();
    notBefore =
      tallies === undefined && took > longestMs
        ? now() + giveUpMs
        : now() + Math.max(restMs, took * restPerWork);
    if (tallies !== undefined) newest = { at, tallies };
  };
  const start = (): Promise<void> =>
    run()
      .catch((error: unknown) => {
        bug = error;
      })
      .finally(() => {
        underWay = undefined;
      });
  const fresh = (): Survey | undefined =>
    newest !== undefined && now() - newest.at.getTime() <= freshMs ? newest : undefined;

  return {
    async latest() {
      if (bug !== undefined) throw new Error('a survey in the background broke', { cause: bug });
      if (now() >= notBefore) underWay ??= start();
      if (fresh() === undefined && underWay !== undefined) await within(underWay, waitMs, undefined);
      return fresh();
    },
  };
}

/** Walks along the primary key, which no gap in the ids can make long. Undefined: the database was away, or it took too long. */
async function countAll(
  { database, table, retryAfter }: TableSurveyOptions,
  isTooLong: () => boolean,
): Promise<ReadonlyMap<string, Tally> | undefined> {
  const { signal } = new AbortController();
  const tallies = new Map<string, Tally>();
  const text = `SELECT queue, MAX(id) AS last_id, ${tallyColumns(retryAfter.sql)}
    FROM ${table} FORCE INDEX (PRIMARY) WHERE id > ? AND id <= ? GROUP BY queue ORDER BY NULL`;
  for (let after: Value = '0'; ; ) {
    if (isTooLong()) return undefined;
    const from: Value = after;
    const chunk = await database.read(
      signal,
      async (sql) => {
        const [bound] = await sql.all(
          `SELECT id FROM ${table} FORCE INDEX (PRIMARY) WHERE id > ? ORDER BY id LIMIT 1 OFFSET ${chunkRows - 1}`,
          [from],
        );
        const end = bound === undefined ? undefined : String(bound['id']);
        const rows = await sql.all(text, [...retryAfter.values, from, end ?? '18446744073709551615']);
        return { end, rows };
      },
      chunkLimitMs,
    );
    if (!chunk.ok) return undefined;
    for (const row of chunk.value.rows) {
      const queue = String(row['queue']).toLowerCase();
      tallies.set(queue, addTallies(tallies.get(queue) ?? noRows, tallyOf(row)));
    }
    if (chunk.value.end === undefined) return tallies;
    after = chunk.value.end;
  }
}
