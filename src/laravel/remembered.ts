import type { AppSql } from './database.ts';

const rememberedMs = 60_000;

/**
 * What the server says of a table, remembered for a minute, so that a migration is noticed. Nothing (size 0) is not
 * remembered: what is not there may be there in a moment. `now`: milliseconds that never go backwards.
 */
export function rememberByTable<T extends { readonly size: number }>(
  read: (sql: AppSql, table: string) => Promise<T>,
  now: () => number,
): (sql: AppSql, table: string) => Promise<T> {
  const known = new Map<string, { readonly said: T; readonly until: number }>();
  return async (sql, table) => {
    const before = known.get(table);
    if (before !== undefined && before.until > now()) return before.said;
    const said = await read(sql, table);
    if (said.size > 0) known.set(table, { said, until: now() + rememberedMs });
    return said;
  };
}
