import type { AppDescription } from '../core/app-description.ts';
import { type Count, exact, type MissingReason, type Read } from '../core/reading.ts';
import { isSecretName, redact } from '../core/redact.ts';
import type { RowsQuery } from '../core/runbook-description.ts';
import { capText, strip } from '../core/strip.ts';
import type { RowsFound, RowsGroup, RowsReader } from '../operations/runbook-ports.ts';
import type { AppDatabase, AppSql, Row } from './database.ts';
import { isStatementTooSlow } from './database-errors.ts';
import { databaseNow } from './database-now.ts';
import { findKeys } from './key-first.ts';
import { rememberByTable } from './remembered.ts';
import {
  mostGroups,
  mostRows,
  NoTime,
  type RowsStatements,
  rowsStatements,
  type Statement,
} from './rows-sql.ts';
import { readColumns, type TimeKind } from './table-columns.ts';
import { readIndexes } from './table-indexes.ts';
import { createZone, type Zone } from './zoned-time.ts';

export interface RowsLimits {
  /** For the statements of one look together, in the server as well; 3 s. */
  readonly statementsMs?: number;
  /** With the wait for a connection; 4.5 s. */
  readonly lookMs?: number;
}

const stepMs = 100;
const shownGroups = 20;
const valueCharacters = 200;
const shownCharacters = 500;

/**
 * Rows of the application's own tables, by a runbook's condition. `database` is the read-only account, whose every
 * statement is a transaction that may only read; nothing here takes a lock.
 */
export function createRows(
  database: AppDatabase,
  description: Pick<AppDescription, 'name' | 'timezone'>,
  { statementsMs = 3_000, lookMs = 4_500 }: RowsLimits = {},
): RowsReader {
  const now = (): number => performance.now();
  const [columnsOf, indexesOf] = [rememberByTable(readColumns, now), rememberByTable(readIndexes, now)];
  const zone = createZone(description.timezone);
  return {
    async look(query, signal): Promise<Read<RowsFound>> {
      const missing = (why: MissingReason, detail: string): Read<RowsFound> => ({
        ok: false,
        missing: { part: 'database', name: description.name, why, detail },
      });
      const read = await database.read(
        signal,
        async (sql): Promise<Read<RowsFound>> => {
          try {
            return { ok: true, value: await find(within(sql, statementsMs), query) };
          } catch (error) {
            if (error instanceof NoTime) return missing('failed', error.message);
            // The server is well and stopped it: that is to be told from a server that says nothing.
            if (isStatementTooSlow(error))
              return missing('timeout', `${query.table}, > ${statementsMs / 1000} s`);
            throw error;
          }
        },
        lookMs,
      );
      return read.ok ? read.value : read;
    },
  };

  async function find(sql: AppSql, query: RowsQuery): Promise<RowsFound> {
    const columns = await columnsOf(sql, query.table);
    const at = await databaseNow(sql);
    const plain = rowsStatements(query, columns, zone, at);
    const keys = await findKeys(sql, query, plain.hits, {
      columns,
      indexesOf: () => indexesOf(sql, query.table),
    });
    const statements = keys === undefined ? plain : rowsStatements(query, columns, zone, at, keys);
    return lookAt(sql, query, statements, zone, at);
  }
}

/** All statements together get so long, each in the server what is left of it: in steps, since each change is a round trip. */
function within(sql: AppSql, limitMs: number): AppSql {
  const end = performance.now() + limitMs;
  const left = (): number => Math.ceil((end - performance.now()) / stepMs) * stepMs;
  return { all: (text, values) => sql.all(text, values, Math.max(stepMs, left())) };
}

async function lookAt(
  sql: AppSql,
  query: RowsQuery,
  statements: RowsStatements,
  zone: Zone,
  now: Date,
): Promise<RowsFound> {
  const ask = ({ text, values }: Statement): Promise<readonly Row[]> => sql.all(text, values);
  const groups = await ask(statements.groups);
  const counted =
    groups.length > mostGroups
      ? countIn((await ask(statements.total))[0])
      : groups.reduce((sum, row) => sum + countIn(row), 0);
  const isCapped = counted > mostRows;
  const count = (value: number): Count => (isCapped ? { kind: 'capped', value } : exact(value));
  const shown = statements.newest === undefined || counted === 0 ? [] : await ask(statements.newest);
  return {
    total: count(Math.min(counted, mostRows)),
    groups: groups.slice(0, shownGroups).map((row) => groupOf(row, query, statements, { zone, now, count })),
    rows: shown.map((row) => query.show.map((name, index) => tell(name, row[`c${index}`], shownCharacters))),
  };
}

const countIn = (row: Row | undefined): number => Number(row?.['n'] ?? 0);

function groupOf(
  row: Row,
  query: RowsQuery,
  { since, updated }: RowsStatements,
  { zone, now, count }: { readonly zone: Zone; readonly now: Date; readonly count: (value: number) => Count },
): RowsGroup {
  const age = (value: unknown, kind: TimeKind | undefined, which: 0 | 1): number | undefined => {
    const at = instantOf(value, kind, zone, which);
    return at === undefined ? undefined : Math.max(0, Math.round((now.getTime() - at) / 1000));
  };
  return {
    values: query.groupBy.map((name, index) => tell(name, row[`g${index}`], valueCharacters)),
    count: count(Math.min(countIn(row), mostRows)),
    oldestSeconds: age(row['oldest'], since, 0),
    newestSeconds: age(row['newest'], since, 1),
    updatedSeconds: age(row['updated'], updated, 1),
  };
}

/** Milliseconds. `which`: of the two instants that a naive time may mean, the first or the last. */
function instantOf(value: unknown, kind: TimeKind | undefined, zone: Zone, which: 0 | 1): number | undefined {
  if (value === null || value === undefined || kind === undefined) return undefined;
  if (kind === 'unix') return Number(value) * 1000;
  const naive = String(value);
  // A zero date is no date.
  if (naive.startsWith('0000')) return undefined;
  return zone.meanings(naive.length === 10 ? `${naive} 00:00:00` : naive)[which];
}

/** A value of this column for people, without secrets; null stays null. */
function tell(name: string, value: unknown, most: number): string | null {
  if (value === null || value === undefined) return null;
  if (isSecretName(name)) return '[redacted]';
  return capText(redact(strip(textOf(value))), most);
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (!Buffer.isBuffer(value)) return typeof value === 'object' ? JSON.stringify(value) : String(value);
  const text = value.toString('utf8');
  return text.includes('\ufffd') || text.includes('\0') ? `0x${value.toString('hex', 0, 40)}` : text;
}
