import type { PoolConnection, ResultSetHeader, RowDataPacket } from 'mysql2/promise';

export type Value = string | number | Buffer | Date | null;

/** Statements on one connection. Values are always bound; a list becomes `a, b`, a list of lists `(a, b), (c, d)`. */
export interface Sql {
  all(text: string, values?: readonly (Value | readonly Value[])[]): Promise<readonly Row[]>;
  /** `changed`: rows that the statement found, whether or not it changed a value in them. */
  run(
    text: string,
    values?: readonly (Value | readonly unknown[])[],
  ): Promise<{ readonly changed: number; readonly insertId: number }>;
  /** The same with single values that travel as they are, not as text twice as long: for what is big. */
  put(text: string, values: readonly Value[]): Promise<void>;
}

/** A row as the driver gives it: times as UTC text with microseconds, big numbers as numbers where safe. */
export type Row = Readonly<Record<string, unknown>>;

export function sqlOf(connection: PoolConnection): Sql {
  return {
    async all(text, values = []) {
      const [rows] = await connection.query<RowDataPacket[]>(text, [...values]);
      return rows;
    },
    async run(text, values = []) {
      const [header] = await connection.query<ResultSetHeader>(text, [...values]);
      return { changed: header.affectedRows, insertId: header.insertId };
    },
    async put(text, values) {
      await connection.execute(text, [...values]);
    },
  };
}
