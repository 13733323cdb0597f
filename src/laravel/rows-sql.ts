import type { RowsQuery } from '../core/runbook-description.ts';
import { quoteName, type Value } from './database.ts';
import type { Keys } from './key-first.ts';
import { earliestNaive, latestNaive } from './naive-bounds.ts';
import { type TableColumns, type TimeKind, timeKind } from './table-columns.ts';
import type { Zone } from './zoned-time.ts';

/** A statement with the values for its question marks. */
export interface Statement {
  readonly text: string;
  readonly values: readonly (Value | readonly Value[])[];
}

export interface RowsStatements {
  /** Columns `n`, `oldest`, `newest`, `updated`, and `g0`, `g1`, … by `groupBy`; the largest group first. */
  readonly groups: Statement;
  /** Column `n`. For when there are more groups than are read. */
  readonly total: Statement;
  /** The newest rows, columns `c0`, `c1`, … by `show`; undefined where nothing is shown. */
  readonly newest: Statement | undefined;
  /** What the groups are made of, for asking how the server would find it. */
  readonly hits: Statement;
  readonly since: TimeKind | undefined;
  readonly updated: TimeKind | undefined;
}

/** So many rows are counted, and of each group so many; what is more is "so many or more". */
export const mostRows = 50_000;
export const mostGroups = 1_000;
export const shownRows = 5;
/** Read of a value that is grouped by; of one that is shown, so that redaction sees what stands around a secret. */
const groupedCharacters = 200;
const shownCharacters = 4_000;

/** A column that is to tell a time, and does not. */
export class NoTime extends Error {
  override readonly name = 'NoTime';
}

/**
 * The statements of a `rows` step. The operator's condition stands in parentheses exactly as it was written; names are
 * quoted, all else is bound. The rows are limited before they are grouped, so that a condition that fits millions costs
 * no more than one that fits `mostRows`. `now`: the database's own clock. `keys`: only among these rows.
 */
export function rowsStatements(
  query: RowsQuery,
  columns: TableColumns,
  zone: Zone,
  now: Date,
  keys?: Keys,
): RowsStatements {
  const since = kindOf(query.since, columns);
  const updated = kindOf(query.updated, columns);
  const fitting = conditionOf(query, since, zone, now, keys);
  const grouped = query.groupBy.map(
    (name, index) => `${shortened(name, columns, groupedCharacters)} AS g${index}`,
  );
  const times = [
    ...(query.since === undefined ? [] : [`${quoteName(query.since)} AS t`]),
    ...(query.updated === undefined ? [] : [`${quoteName(query.updated)} AS u`]),
  ];
  const hits = (selected: readonly string[]): string =>
    `SELECT ${selected.length === 0 ? '1 AS one' : selected.join(', ')} FROM ${quoteName(query.table)}${fitting.text} LIMIT ${mostRows + 1}`;
  const names = query.groupBy.map((_, index) => `g${index}`);
  const counted = [
    ...[...names, 'COUNT(*) AS n'],
    ...(query.since === undefined ? [] : ['MIN(t) AS oldest', 'MAX(t) AS newest']),
    ...(query.updated === undefined ? [] : ['MAX(u) AS updated']),
  ];
  const by =
    names.length === 0
      ? ''
      : ` GROUP BY ${names.join(', ')} ORDER BY n DESC, ${names.join(', ')} LIMIT ${mostGroups + 1}`;
  const { values } = fitting;
  const grouping = hits([...grouped, ...times]);
  return {
    groups: { text: `SELECT ${counted.join(', ')} FROM (${grouping}) hits${by}`, values },
    hits: { text: grouping, values },
    total: { text: `SELECT COUNT(*) AS n FROM (${hits([])}) hits`, values },
    newest: newestOf(query, columns, fitting),
    ...{ since, updated },
  };
}

function conditionOf(
  query: RowsQuery,
  since: TimeKind | undefined,
  zone: Zone,
  now: Date,
  keys: Keys | undefined,
): Statement {
  const { where, since: column, olderThanSeconds: older, newerThanSeconds: newer } = query;
  const conditions: Statement[] = keys === undefined ? [] : [isOneOf(keys)];
  if (where !== undefined) conditions.push({ text: `(${where})`, values: [] });
  if (column !== undefined) {
    const ago = (seconds: number): Date => new Date(now.getTime() - seconds * 1000);
    const compared = (sign: '<=' | '>=', naive: typeof latestNaive, seconds: number): Statement => ({
      text: `${quoteName(column)} ${sign} ?`,
      values: [since === 'unix' ? Math.floor(ago(seconds).getTime() / 1000) : naive(ago(seconds), zone)],
    });
    if (older !== undefined) conditions.push(compared('<=', latestNaive, older));
    if (newer !== undefined) conditions.push(compared('>=', earliestNaive, newer));
  }
  if (conditions.length === 0) return { text: '', values: [] };
  return {
    text: ` WHERE ${conditions.map(({ text }) => text).join(' AND ')}`,
    values: conditions.flatMap(({ values }) => values),
  };
}

/** Of no keys at all nothing is one. The condition stays beside it: rows may have changed since the keys were read. */
const isOneOf = ({ column, values }: Keys): Statement => ({
  text: `${quoteName(column)} IN (?)`,
  values: [values.length === 0 ? [null] : values],
});

function newestOf(query: RowsQuery, columns: TableColumns, fitting: Statement): Statement | undefined {
  if (query.show.length === 0) return undefined;
  const shown = query.show.map((name, index) => `${shortened(name, columns, shownCharacters)} AS c${index}`);
  const newest = query.since ?? query.updated;
  const order = newest === undefined ? '' : ` ORDER BY ${quoteName(newest)} DESC`;
  return {
    text: `SELECT ${shown.join(', ')} FROM ${quoteName(query.table)}${fitting.text}${order} LIMIT ${shownRows}`,
    values: fitting.values,
  };
}

const longTypes = /text$|^json$|blob$/;

/** A long text's beginning is enough: a group of whole texts would be sorted on the server's disk. */
function shortened(name: string, columns: TableColumns, most: number): string {
  const column = columns.get(name.toLowerCase());
  const isLong = column !== undefined && (longTypes.test(column.type) || (column.characters ?? 0) > most);
  return isLong ? `LEFT(${quoteName(name)}, ${most})` : quoteName(name);
}

/** Where the column is not known, the server's own answer says so. */
function kindOf(name: string | undefined, columns: TableColumns): TimeKind | undefined {
  const column = name === undefined ? undefined : columns.get(name.toLowerCase());
  if (column === undefined) return undefined;
  const kind = timeKind(column);
  if (kind === undefined) throw new NoTime(`${name} is ${column.type}, which tells no time`);
  return kind;
}
