import type { AppSql } from './database.ts';

/** Those of these batches that were cancelled. An application without the table has none that it could have cancelled. */
export async function findCancelled(sql: AppSql, batches: readonly string[]): Promise<ReadonlySet<string>> {
  if (batches.length === 0) return new Set();
  const tables = await sql.all("SHOW TABLES LIKE 'job_batches'");
  if (tables.length === 0) return new Set();
  const rows = await sql.all('SELECT id FROM job_batches WHERE id IN (?) AND cancelled_at IS NOT NULL', [
    batches,
  ]);
  return new Set(rows.map((row) => String(row['id'])));
}
