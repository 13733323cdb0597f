import { instantOf } from './rows.ts';
import type { Sql } from './sql.ts';

/** The store's clock: the one that all replicas share. */
export async function storeNow(sql: Sql): Promise<Date> {
  const [row] = await sql.all('SELECT UTC_TIMESTAMP(6) AS now');
  return instantOf(row?.['now']);
}

/** The same in milliseconds since 1970. */
export const timeMs = async (sql: Sql): Promise<number> => (await storeNow(sql)).getTime();
