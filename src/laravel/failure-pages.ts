import { type AppDescription, shortClass } from '../core/app-description.ts';
import { failedJobId } from '../core/ids.ts';
import { exact } from '../core/reading.ts';
import type { FailureFilter, FailurePage, FailureReader, FailureSummary } from '../operations/ports.ts';
import { type AppDatabase, type AppSql, quoteName, type Row, type Value } from './database.ts';
import { connectionsOf, createSummary, headColumns, likeText } from './failure-rows.ts';
import { toNaive } from './zoned-time.ts';

/** Rows looked at in one statement, so that each stays short. */
const windowSize = 2_000;
/** For the whole answer; what was not looked at by then is said. */
const lookLimitMs = 3_000;
const searchShown = 20;

export interface PagesParts {
  readonly database: AppDatabase;
  readonly description: AppDescription;
}

/** Lists of failures, newest first, in windows of ids: the primary key is the only index that every version has. */
export function createFailurePages({
  database,
  description,
}: PagesParts): Pick<FailureReader, 'page' | 'search'> {
  const table = quoteName(description.failed.table);
  const summary = createSummary(description.timezone);

  return {
    page: (filter, signal) =>
      database.read(
        signal,
        async (sql): Promise<FailurePage> => {
          const { now, total } = await readClockAndTotal(sql, table);
          const found = await walk(sql, table, conditionsOf(filter, description, now), {
            ...(filter.before === undefined ? {} : { before: filter.before }),
            enough: filter.limit + 1,
            filtered: isFiltered(filter),
            matches: (row) => matchesClass(row, filter.jobClass),
            summary: (row) => summary(row, now),
          });
          const rows = found.rows.slice(0, filter.limit);
          const more = found.rows.length > filter.limit || !found.complete;
          // What was looked at to its end need not be looked at again by the next page.
          const last = found.rows.length > filter.limit ? rows.at(-1)?.id : found.lastSeen;
          return {
            ...{ rows, total: exact(total), complete: found.complete, searched: found.searched },
            next: more && last !== undefined ? failedJobId(last) : undefined,
          };
        },
        lookLimitMs + 1_000,
      ),

    search: (text, signal): ReturnType<FailureReader['search']> =>
      database.read(
        signal,
        async (sql) => {
          const { now } = await readClockAndTotal(sql, table);
          const like = likeText(text);
          const where = { sql: '(payload LIKE ? OR exception LIKE ?)', values: [like, like] };
          const { rows, searched, complete } = await walk(sql, table, [where], {
            ...{
              enough: searchShown,
              filtered: true,
              matches: () => true,
              summary: (row) => summary(row, now),
            },
          });
          return { found: rows, searched, complete: complete && rows.length < searchShown };
        },
        lookLimitMs + 1_000,
      ),
  };
}

interface Condition {
  readonly sql: string;
  readonly values: readonly (Value | readonly Value[])[];
}

const isFiltered = (filter: FailureFilter): boolean =>
  [filter.queue, filter.jobClass, filter.error, filter.sinceSeconds].some((one) => one !== undefined);

export async function readClockAndTotal(
  sql: AppSql,
  table: string,
): Promise<{ readonly now: Date; readonly total: number }> {
  const [row] = await sql.all(`SELECT UTC_TIMESTAMP() AS now, (SELECT COUNT(*) FROM ${table}) AS total`);
  return { now: new Date(`${String(row?.['now']).replace(' ', 'T')}Z`), total: Number(row?.['total'] ?? 0) };
}

export function conditionsOf(
  filter: FailureFilter,
  description: AppDescription,
  now: Date,
): readonly Condition[] {
  const { queue, jobClass, error, sinceSeconds } = filter;
  const since = new Date(now.getTime() - (sinceSeconds ?? 0) * 1000);
  return [
    ...(queue === undefined
      ? []
      : [
          { sql: 'queue = ? AND connection IN (?)', values: [queue.name, connectionsOf(queue, description)] },
        ]),
    // Narrows what comes over the wire; the class itself is compared in code. JSON writes other signs in other ways.
    ...(jobClass === undefined || !/^[\w\\]+$/.test(jobClass)
      ? []
      : [{ sql: 'payload LIKE ?', values: [likeText(shortClass(jobClass))] }]),
    ...(error === undefined ? [] : [{ sql: 'exception LIKE ?', values: [likeText(error)] }]),
    ...(sinceSeconds === undefined
      ? []
      : [{ sql: 'failed_at >= ?', values: [toNaive(since, description.timezone)] }]),
  ];
}

export function matchesClass(
  { jobClass }: Pick<FailureSummary, 'jobClass'>,
  wanted: string | undefined,
): boolean {
  if (wanted === undefined) return true;
  const [own, asked] = [jobClass.toLowerCase(), wanted.toLowerCase()];
  return own === asked || shortClass(own) === shortClass(asked);
}

interface Walk {
  readonly before?: number;
  readonly enough: number;
  readonly filtered: boolean;
  readonly matches: (row: FailureSummary) => boolean;
  readonly summary: (row: Row) => FailureSummary;
}

interface Walked {
  readonly rows: readonly FailureSummary[];
  readonly searched: number;
  readonly complete: boolean;
  readonly lastSeen: number | undefined;
}

async function walk(
  sql: AppSql,
  table: string,
  conditions: readonly Condition[],
  ask: Walk,
): Promise<Walked> {
  const until = Date.now() + lookLimitMs;
  const rows: FailureSummary[] = [];
  let cursor = ask.before ?? Number.MAX_SAFE_INTEGER;
  let searched = 0;
  for (;;) {
    const size = ask.filtered ? windowSize : ask.enough;
    const window = await readWindow(sql, table, conditions, cursor, size);
    rows.push(...window.rows.map(ask.summary).filter(ask.matches));
    searched += window.looked;
    cursor = window.lowest ?? cursor;
    const atEnd = window.looked < size;
    if (atEnd || rows.length >= ask.enough) return { rows, searched, complete: true, lastSeen: cursor };
    if (Date.now() >= until) return { rows, searched, complete: false, lastSeen: cursor };
  }
}

/** The bounds of the window come from the primary key alone; only rows that satisfy the conditions are fetched. */
async function readWindow(
  sql: AppSql,
  table: string,
  conditions: readonly Condition[],
  before: number,
  size: number,
): Promise<{ readonly rows: readonly Row[]; readonly looked: number; readonly lowest: number | undefined }> {
  const [bounds] = await sql.all(
    `SELECT MIN(id) AS lowest, COUNT(*) AS looked FROM (SELECT id FROM ${table} WHERE id < ? ORDER BY id DESC LIMIT ?) w`,
    [before, size],
  );
  const looked = Number(bounds?.['looked'] ?? 0);
  if (looked === 0) return { rows: [], looked: 0, lowest: undefined };
  const lowest = Number(bounds?.['lowest']);
  const where = ['id >= ?', 'id < ?', ...conditions.map((condition) => condition.sql)].join(' AND ');
  const values = [lowest, before, ...conditions.flatMap((condition) => condition.values)];
  const rows = await sql.all(`SELECT ${headColumns} FROM ${table} WHERE ${where} ORDER BY id DESC`, values);
  return { rows, looked, lowest };
}

/** For the groups of a filter that the tally does not know: the newest window alone. */
export async function readNewest(
  sql: AppSql,
  table: string,
  conditions: readonly Condition[],
  size: number,
): Promise<{ readonly rows: readonly Row[]; readonly looked: number }> {
  return readWindow(sql, table, conditions, Number.MAX_SAFE_INTEGER, size);
}
