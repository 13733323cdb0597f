import type { AppSql } from './database.ts';

/** The database's own clock, to the second: ages are not to depend on this machine's. */
export async function databaseNow(sql: AppSql): Promise<Date> {
  const [row] = await sql.all('SELECT UNIX_TIMESTAMP() AS now');
  return new Date(Number(row?.['now']) * 1000);
}
