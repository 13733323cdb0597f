import type { RowsAsk, Tick } from '../alerts/measuring-ports.ts';
import type { Read } from '../core/reading.ts';
import { costed, statementLimitMs } from './alert-cost.ts';
import { type AppDatabase, type AppSql, quoteName } from './database.ts';
import { rememberByTable } from './remembered.ts';
import { NoTime } from './rows-sql.ts';
import { readColumns, type TableColumns, type TimeKind, timeKind } from './table-columns.ts';
import { readIndexes, type TableIndexes } from './table-indexes.ts';
import { createZone, type Zone } from './zoned-time.ts';

/** What a rule over rows finds before it asks. `sql`: bounded by the rule's own time limit. */
export interface RowsLook {
  readonly sql: AppSql;
  /** Quoted names. */
  readonly table: string;
  readonly since: string;
  readonly kind: TimeKind;
  readonly columns: TableColumns;
  readonly indexesOf: () => Promise<TableIndexes>;
  readonly zone: Zone;
  /** By the database's clock. */
  readonly now: Date;
}

export type LookAtRows = <T>(
  ask: RowsAsk & { readonly table: string; readonly since: string },
  tick: Tick,
  work: (look: RowsLook) => Promise<T>,
) => Promise<Read<T>>;

/** Rows of the application's own tables, on the read-only account, each statement a transaction that may only read. */
export function createLookAtRows(
  database: AppDatabase,
  { name, timezone }: { readonly name: string; readonly timezone: string },
): LookAtRows {
  const now = (): number => performance.now();
  const [columnsOf, indexesOf] = [rememberByTable(readColumns, now), rememberByTable(readIndexes, now)];
  const zone = createZone(timezone);
  return async (ask, tick, work) => {
    const limitMs = ask.timeoutSeconds === undefined ? statementLimitMs : ask.timeoutSeconds * 1_000;
    try {
      return await database.read(
        tick.signal,
        async (raw) => {
          const sql = costed(raw, ask.rule, tick, limitMs);
          const columns = await columnsOf(sql, ask.table);
          const column = columns.get(ask.since.toLowerCase());
          const kind = column && timeKind(column);
          if (kind === undefined) throw new NoTime(`${ask.table}.${ask.since} tells no time`);
          const [row] = await sql.all('SELECT UNIX_TIMESTAMP() AS now');
          return work({
            ...{ sql, columns, kind, zone, table: quoteName(ask.table), since: quoteName(ask.since) },
            indexesOf: () => indexesOf(sql, ask.table),
            now: new Date(Number(row?.['now']) * 1_000),
          });
        },
        limitMs * 3 + 5_000,
      );
    } catch (error) {
      if (!(error instanceof NoTime)) throw error;
      return { ok: false, missing: { part: 'database', name, why: 'failed', detail: error.message } };
    }
  };
}

/** The instant that a value of the column means, in milliseconds; of two the later one that is not after `latest`. Undefined: none. */
export function instantOf(
  value: unknown,
  kind: TimeKind,
  zone: Zone,
  latest = Number.POSITIVE_INFINITY,
): number | undefined {
  if (value === null || value === undefined) return undefined;
  if (kind === 'unix') return Number(value) * 1_000;
  const naive = String(value);
  if (naive.startsWith('0000')) return undefined;
  const [first, last] = zone.meanings(naive.length === 10 ? `${naive} 00:00:00` : naive);
  return last <= latest ? last : first;
}
