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

/**
 * Where the server would read a whole big table, although an index holds all that the condition speaks of (as its last
 * column, say): reads that index alone, a tenth of the table, and gives the keys of what fits. Undefined: there is no
 * such index, or too much fits. Rejects where time is up.
 */
export async function findKeys(
  sql: AppSql,
  query: Pick<RowsQuery, 'table' | 'where'>,
  hits: Explained,
  { columns, indexesOf }: { columns: TableColumns; indexesOf: () => Promise<TableIndexes> },
): Promise<Keys | undefined> {
  const { table, where } = query;
  const named = where === undefined ? undefined : columnsIn(where, columns);
  if (named === undefined || named.size === 0) return undefined;
  const [plan] = await explain(sql, hits);
  if (plan === undefined || !plan.isFullScan || plan.rows <= bigTable) return undefined;
  const indexes = await indexesOf();
  const column = storedBy(indexes);
  const index = column === undefined ? undefined : findCovering(indexes, column, named);
  if (column === undefined || index === undefined || !/^\w{1,64}$/.test(index)) return undefined;
  const key = quoteName(column);
  try {
    const rows = await sql.all(
      `SELECT ${key} AS k FROM ${quoteName(table)} FORCE INDEX (\`${index}\`) WHERE (${where}) LIMIT ${mostKeys + 1}`,
    );
    const values = rows.map(({ k }) => k).filter((k) => typeof k === 'string' || typeof k === 'number');
    return rows.length > mostKeys || values.length < rows.length ? undefined : { column, values };
  } catch (error) {
    if (isStatementTooSlow(error)) throw error;
    // An index that is hidden from the planner, for example: the plain way is always there.
    return undefined;
  }
}
