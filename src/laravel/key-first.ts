import type { RowsQuery } from '../core/runbook-description.ts';
import { columnsIn } from './condition-columns.ts';
import { type AppSql, quoteName, type Value } from './database.ts';
import { isStatementTooSlow } from './database-errors.ts';
import { type Explained, explain } from './explain.ts';
import type { TableColumns } from './table-columns.ts';
import { findCovering, storedBy, type TableIndexes } from './table-indexes.ts';

/** The rows that fit a condition, by the column that the table is stored by. */
export interface Keys {
  readonly column: string;
  readonly values: readonly Value[];
}

/** A table of more rows is worth a look at its indexes first. */
const bigTable = 100_000;
/** More rows than these are sooner found by reading the table. */
const mostKeys = 10_000;

/** What the server says of a table. */
export interface TableShape {
  readonly columns: TableColumns;
  readonly indexesOf: () => Promise<TableIndexes>;
}

/** How the server would find the rows of a condition in a big table, other than by an index of its own choice. */
export type BigScan =
  | { readonly kind: 'all'; readonly rows: number }
  | { readonly kind: 'index'; readonly column: string; readonly index: string };

/**
 * Undefined: the server knows an index, or the table is small. `hits`: the statement that finds the rows. Rejects, as that
 * statement would, where it is no good SQL.
 */
export async function findBigScan(
  sql: AppSql,
  { where }: Pick<RowsQuery, 'where'>,
  hits: Explained,
  { columns, indexesOf }: TableShape,
): Promise<BigScan | undefined> {
  const [plan] = await explain(sql, hits);
  if (plan === undefined || !plan.isFullScan || plan.rows <= bigTable) return undefined;
  const all = { kind: 'all', rows: plan.rows } as const;
  const named = where === undefined ? undefined : columnsIn(where, columns);
  if (named === undefined || named.size === 0) return all;
  const indexes = await indexesOf();
  const column = storedBy(indexes);
  const index = column === undefined ? undefined : findCovering(indexes, column, named);
  if (column === undefined || index === undefined || !/^\w{1,64}$/.test(index)) return all;
  return { kind: 'index', column, index };
}

/**
 * Where the server would read a whole big table, although an index holds all that the condition speaks of (as its last
 * column, say): reads that index alone, a tenth of the table, and gives the keys of what fits. Undefined: there is no
 * such index, or too much fits. Rejects where time is up.
 */
export async function findKeys(
  sql: AppSql,
  query: Pick<RowsQuery, 'table' | 'where'>,
  hits: Explained,
  shape: TableShape,
): Promise<Keys | undefined> {
  const scan = await findBigScan(sql, query, hits, shape);
  if (scan?.kind !== 'index') return undefined;
  const key = quoteName(scan.column);
  try {
    const rows = await sql.all(
      `SELECT ${key} AS k FROM ${quoteName(query.table)} FORCE INDEX (\`${scan.index}\`)
       WHERE (${query.where}) LIMIT ${mostKeys + 1}`,
    );
    const values = rows.map(({ k }) => k).filter((k) => typeof k === 'string' || typeof k === 'number');
    return rows.length > mostKeys || values.length < rows.length
      ? undefined
      : { column: scan.column, values };
  } catch (error) {
    if (isStatementTooSlow(error)) throw error;
    // An index that is hidden from the planner, for example: the plain way is always there.
    return undefined;
  }
}
