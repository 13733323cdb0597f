import { mustRead } from '../core/reading.ts';
import type { AppDatabase, AppSql } from './database.ts';

const countLimitMs = 15_000;

/**
 * How many rows share a uuid, for the uuids that more than one row has. Only a table without a unique index on `uuid`
 * (upgraded by hand) can have any, and then it is counted in one pass: a count for each row would be a pass for each row.
 */
export async function readDoubledUuids(
  database: AppDatabase,
  table: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  if (mustRead(await database.read(signal, (sql) => hasUniqueUuid(sql, table)))) return new Map();
  return mustRead(await database.read(signal, (sql) => countDoubled(sql, table), countLimitMs));
}

async function hasUniqueUuid(sql: AppSql, table: string): Promise<boolean> {
  const rows = await sql.all(`SHOW INDEX FROM ${table} WHERE Non_unique = 0`);
  const columns = (index: unknown): number => rows.filter((row) => row['Key_name'] === index).length;
  return rows.some(
    (row) => row['Column_name'] === 'uuid' && row['Sub_part'] === null && columns(row['Key_name']) === 1,
  );
}

async function countDoubled(sql: AppSql, table: string): Promise<ReadonlyMap<string, number>> {
  const rows = await sql.all(
    `SELECT uuid, COUNT(*) AS n FROM ${table} WHERE uuid IS NOT NULL GROUP BY uuid HAVING COUNT(*) > 1`,
  );
  return new Map(rows.map((row) => [String(row['uuid']), Number(row['n'])]));
}
