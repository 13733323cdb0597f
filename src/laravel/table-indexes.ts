import type { AppSql } from './database.ts';

/** Indexes of one table by name, each with its columns in lower case and in order. */
export type TableIndexes = ReadonlyMap<string, TableIndex>;

export interface TableIndex {
  readonly isUnique: boolean;
  readonly columns: readonly IndexColumn[];
}

export interface IndexColumn {
  /** In lower case; empty for an expression. */
  readonly name: string;
  /** False: only the beginning of its values is in the index. */
  readonly isWhole: boolean;
  readonly mayBeNull: boolean;
}

export async function readIndexes(sql: AppSql, table: string): Promise<TableIndexes> {
  const rows = await sql.all(
    `SELECT INDEX_NAME AS name, NON_UNIQUE AS several, COLUMN_NAME AS column_name, SUB_PART AS part, NULLABLE AS nullable
     FROM information_schema.STATISTICS
     WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ? AND INDEX_TYPE = 'BTREE' ORDER BY INDEX_NAME, SEQ_IN_INDEX`,
    [table],
  );
  const indexes = new Map<string, TableIndex>();
  for (const row of rows) {
    const name = String(row['name']);
    const column = {
      name: String(row['column_name'] ?? '').toLowerCase(),
      isWhole: row['part'] === null,
      mayBeNull: row['nullable'] === 'YES',
    };
    const before = indexes.get(name);
    indexes.set(name, {
      isUnique: Number(row['several']) === 0,
      columns: [...(before?.columns ?? []), column],
    });
  }
  return indexes;
}

/** The one column by which InnoDB stores the rows, and that is part of every index; undefined where it is hidden or several. */
export function storedBy(indexes: TableIndexes): string | undefined {
  const unique = [...indexes].filter(([, { isUnique }]) => isUnique);
  const fits = ([, { columns }]: (typeof unique)[number]): boolean =>
    columns.every(({ isWhole, mayBeNull, name }) => isWhole && !mayBeNull && name !== '');
  const primary = unique.find(([name]) => name === 'PRIMARY');
  // Without a primary key it is the first unique one without NULLs, in an order that is told nowhere.
  const without = unique.filter(fits);
  const by = primary ?? (without.length === 1 ? without[0] : undefined);
  const [column, ...more] = by?.[1].columns ?? [];
  return more.length === 0 ? column?.name : undefined;
}

/** The narrowest index in which all these columns stand, be it behind its own ones: InnoDB adds the key to each entry. */
export function findCovering(
  indexes: TableIndexes,
  key: string,
  columns: ReadonlySet<string>,
): string | undefined {
  const covering = [...indexes].filter(([name, { columns: own }]) => {
    const known = new Set([key, ...own.filter(({ isWhole }) => isWhole).map((column) => column.name)]);
    return name !== 'PRIMARY' && [...columns].every((column) => known.has(column));
  });
  return covering.sort(([, a], [, b]) => a.columns.length - b.columns.length)[0]?.[0];
}
