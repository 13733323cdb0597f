import type { AppSql, Value } from './database.ts';

/** One line of the server's plan. */
export interface PlanLine {
  /** Undefined where the line is about no table of its own. */
  readonly table: string | undefined;
  /** Every row is read: no index leads to those that are looked for. */
  readonly isFullScan: boolean;
  /** As the server estimates it. */
  readonly rows: number;
}

export interface Explained {
  readonly text: string;
  readonly values: readonly (Value | readonly Value[])[];
}

/** How the server would answer this SELECT; it does not. Rejects, as the SELECT itself would, where that is no good SQL. */
export async function explain(sql: AppSql, select: Explained): Promise<readonly PlanLine[]> {
  const rows = await sql.all(`EXPLAIN FORMAT=TRADITIONAL ${select.text}`, select.values);
  return rows.map((row) => ({
    table: typeof row['table'] === 'string' ? row['table'] : undefined,
    isFullScan: row['type'] === 'ALL',
    rows: Number(row['rows'] ?? 0),
  }));
}
