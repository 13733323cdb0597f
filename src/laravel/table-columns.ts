import type { AppSql } from './database.ts';

/** Columns of one table by lower-case name, as `information_schema` tells them. Empty: there is no such table to be seen. */
export type TableColumns = ReadonlyMap<string, TableColumn>;

export interface TableColumn {
  /** In lower case: `timestamp`, `varchar`, `longtext`. */
  readonly type: string;
  /** Of texts; undefined for all else. */
  readonly characters: number | undefined;
}

/** Of the application's database; what the account may not see is not among them. */
export async function readColumns(sql: AppSql, table: string): Promise<TableColumns> {
  // Named alike on both servers only with aliases: MySQL 8 gives these columns' names in capitals.
  const rows = await sql.all(
    `SELECT COLUMN_NAME AS name, DATA_TYPE AS type, CHARACTER_MAXIMUM_LENGTH AS characters
     FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ?`,
    [table],
  );
  return new Map(
    rows.map(({ name, type, characters }) => [
      String(name).toLowerCase(),
      {
        type: String(type).toLowerCase(),
        characters: characters === null ? undefined : Number(characters),
      },
    ]),
  );
}

/** How a column tells time: text in the application's zone, or unix seconds. Undefined: it tells none. */
export type TimeKind = 'naive' | 'unix';

export function timeKind({ type }: TableColumn): TimeKind | undefined {
  if (['timestamp', 'datetime', 'date'].includes(type)) return 'naive';
  const isNumber = /^(?:tiny|small|medium|big)?int$|^(?:integer|decimal|double|float)$/.test(type);
  return isNumber ? 'unix' : undefined;
}
