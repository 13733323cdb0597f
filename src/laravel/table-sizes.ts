import type { AppDescription, ConnectionDescription } from '../core/app-description.ts';
import type { Clock } from '../core/clock.ts';
import type { Read } from '../core/reading.ts';
import type { AppDatabase, AppSql, Value } from './database.ts';
import { configuredQueues, type StoreSizes } from './queue-store.ts';
import { createTableSurvey } from './table-survey.ts';
import { countQueue, noRows, type Tally, tallyColumns, tallyOf } from './table-tally.ts';

export interface TableSizesOptions {
  readonly database: AppDatabase;
  readonly description: AppDescription;
  readonly connections: readonly ConnectionDescription[];
  /** Quoted. */
  readonly table: string;
  readonly ownerOf: (queue: string) => ConnectionDescription;
  readonly clock: Pick<Clock, 'now'>;
}

/** A table of up to so many rows is counted row by row at once (25 ms). */
const smallTable = 20_000;
/** Of a queue in a bigger table so many rows are looked at: 20 ms, even if they lie far apart. */
const headRows = 1_000;
/** Heads in one statement. */
const headsAtOnce = 40;

/**
 * Sizes of all queues in one table. Nothing here waits for a scan of a big table: the index on `queue` gives totals
 * (0.14 s for 500,000 rows), heads and a survey in the background give the states.
 */
export function createTableSizes(
  options: TableSizesOptions,
): (signal: AbortSignal) => Promise<Read<readonly StoreSizes[]>> {
  const { database, description, connections, table, ownerOf, clock } = options;
  const configured = configuredQueues(connections, description);
  const survey = createTableSurvey({
    database,
    table,
    clock,
    retryAfter: retryAfterSql(options, configured),
  });

  return async (signal) => {
    const looked = await database.read(signal, async (sql) => {
      const totals = await totalsOf(sql, table);
      const isSmall = [...totals.values()].reduce((sum, { total }) => sum + total, 0) <= smallTable;
      const names = namesOf(configured, totals);
      const filled = names.filter((name) => totals.has(name.toLowerCase()));
      const heads = isSmall
        ? await wholeTable(sql, table, retryAfterSql(options, configured))
        : await headsOf(sql, table, filled, ownerOf);
      return { totals, names, heads, isSmall };
    });
    if (!looked.ok) return looked;
    const { totals, names, heads, isSmall } = looked.value;
    const counted = isSmall ? undefined : await survey.latest();
    return {
      ok: true,
      value: names.map((name): StoreSizes => {
        const head = heads.get(name.toLowerCase()) ?? noRows;
        const tally = counted?.tallies.get(name.toLowerCase());
        const known = counted === undefined || tally === undefined ? undefined : { tally, at: counted.at };
        // In a small table the rows themselves were counted, a moment after the totals.
        const total = isSmall ? head.total : (totals.get(name.toLowerCase())?.total ?? 0);
        const { name: connection } = ownerOf(name);
        return { connection, name, driver: 'database', ...countQueue(total, head, known) };
      }),
    };
  };
}

interface Total {
  readonly name: string;
  readonly total: number;
}

/** By lower-case name, as the table's own collation compares. */
async function totalsOf(sql: AppSql, table: string): Promise<ReadonlyMap<string, Total>> {
  const rows = await sql.all(`SELECT queue, COUNT(*) AS total FROM ${table} GROUP BY queue`);
  return new Map(
    rows.map((row) => {
      const name = String(row['queue']);
      return [name.toLowerCase(), { name, total: Number(row['total']) }];
    }),
  );
}

/** As the configuration writes them where the table differs only in letter case. */
function namesOf(configured: readonly string[], totals: ReadonlyMap<string, Total>): readonly string[] {
  const known = new Set(configured.map((name) => name.toLowerCase()));
  const strangers = [...totals].filter(([key]) => !known.has(key)).map(([, { name }]) => name);
  return [...configured, ...strangers];
}

interface BoundSql {
  readonly sql: string;
  readonly values: readonly Value[];
}

/** Each queue's own retry_after, within a statement over several queues. */
function retryAfterSql(
  { ownerOf }: Pick<TableSizesOptions, 'ownerOf'>,
  configured: readonly string[],
): BoundSql {
  const other = ownerOf('').retryAfterSeconds;
  const special = configured.filter((name) => ownerOf(name).retryAfterSeconds !== other);
  if (special.length === 0) return { sql: '?', values: [other] };
  return {
    sql: `CASE queue ${special.map(() => 'WHEN ? THEN ?').join(' ')} ELSE ? END`,
    values: [...special.flatMap((name) => [name, ownerOf(name).retryAfterSeconds]), other],
  };
}

async function wholeTable(
  sql: AppSql,
  table: string,
  retryAfter: BoundSql,
): Promise<ReadonlyMap<string, Tally>> {
  const rows = await sql.all(
    `SELECT queue, ${tallyColumns(retryAfter.sql)} FROM ${table} FORCE INDEX (PRIMARY) GROUP BY queue`,
    retryAfter.values,
  );
  return new Map(rows.map((row) => [String(row['queue']).toLowerCase(), tallyOf(row)]));
}

/** Of one queue, as far as its head goes. */
export async function headSizes(
  sql: AppSql,
  table: string,
  name: string,
  ownerOf: TableSizesOptions['ownerOf'],
): Promise<Omit<StoreSizes, 'connection' | 'name' | 'driver'>> {
  const head = (await headsOf(sql, table, [name], ownerOf)).get(name.toLowerCase()) ?? noRows;
  return countQueue(head.total < headRows ? head.total : Number.POSITIVE_INFINITY, head, undefined);
}

/** The first rows of each queue by id. */
async function headsOf(
  sql: AppSql,
  table: string,
  names: readonly string[],
  ownerOf: TableSizesOptions['ownerOf'],
): Promise<ReadonlyMap<string, Tally>> {
  const heads = new Map<string, Tally>();
  for (let start = 0; start < names.length; start += headsAtOnce) {
    const some = names.slice(start, start + headsAtOnce);
    const one = `SELECT ? AS queue, ${tallyColumns('?')}
      FROM (SELECT reserved_at, available_at FROM ${table} WHERE queue = ? ORDER BY id LIMIT ${headRows}) head`;
    const rows = await sql.all(
      some.map(() => `(${one})`).join(' UNION ALL '),
      some.flatMap((name) => [name, ownerOf(name).retryAfterSeconds, name]),
    );
    for (const row of rows) heads.set(String(row['queue']).toLowerCase(), tallyOf(row));
  }
  return heads;
}
