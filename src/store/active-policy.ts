import type { Sql } from './sql.ts';

/** The policy in force; undefined as long as no replica has made its own the active one. */
export async function findActivePolicy(sql: Sql): Promise<string | undefined> {
  const [row] = await sql.all('SELECT version FROM policies WHERE one = 1');
  return row === undefined ? undefined : String(row['version']);
}

/** False: another replica's policy is in force. */
export async function isActivePolicy(sql: Sql, version: string): Promise<boolean> {
  const active = await findActivePolicy(sql);
  return active === undefined || active === version;
}
