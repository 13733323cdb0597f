import type { AppSql } from './database.ts';

/** Columns of one table by lower-case name, as `information_schema` tells them. Empty: there is no such table to be seen. */
export type TableColumns = ReadonlyMap<string, TableColumn>;

export interface TableColumn {
  /** In lower case: `timestamp`, `varchar`, `longtext`. */
  readonly type: string;
  /** Of texts; undefined for all else. */
  readonly characters: number | undefined;
}

export interface ColumnsOfTables {
  /** Remembered for a minute, so that a migration is noticed. */
  of(sql: AppSql, table: string): Promise<TableColumns>;
}

const rememberedMs = 60_000;

/** `now`: milliseconds that never go backwards. */
export function createColumnsOfTables(now: () => number): ColumnsOfTables {
  const known = new Map<string, { readonly columns: TableColumns; readonly until: number }>();
  return {
    async of(sql, table) {
      const before = known.get(table);
      if (before !== undefined && before.until > now()) return before.columns;
      const columns = await readColumns(sql, table);
      // What is not there may be there in a moment, and is quickly asked for.
      if (columns.size > 0) known.set(table, { columns, until: now() + rememberedMs });
      return columns;
    },
  };
}

async function readColumns(sql: AppSql, table: string): Promise<TableColumns> {
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
