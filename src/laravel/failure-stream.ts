import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AppDescription } from '../core/app-description.ts';
import { type FailedJobId, failedJobId } from '../core/ids.ts';
import { mustRead } from '../core/reading.ts';
import type { FailureReader, FailureSelection, SelectedCandidate } from '../operations/ports.ts';
import { type AppDatabase, type AppSql, quoteName, type Row, type Value } from './database.ts';
import { fingerprintOf, readExceptionHead } from './exceptions.ts';
import { createCandidate } from './failure-candidates.ts';
import { conditionsOf, matchesClass, readClockAndTotal } from './failure-pages.ts';
import { bytesOf, likeText, textOrNull } from './failure-rows.ts';
import { type Bounds, type WindowReader, walkWindows } from './failure-windows.ts';
import { findCancelled } from './job-batches.ts';
import { outlinePayload, type PayloadOutline, sketchPayload } from './payload.ts';
import { readDoubledUuids } from './uuid-counts.ts';

/** What each row weighs besides its payload. */
const rowBytes = 1_500;
/** Payloads up to here come with their rows; longer ones one at a time, so that a window can't outgrow memory. */
const wholeUpTo = 32_768;
/** Longer ones than this are known by their beginning, and by whether the server finds them valid. */
const readUpTo = 1_000_000;
const headBytes = 2_000;
/** Of its first line, in which its class and its message stand; each character is looked at for secrets. */
const exceptionHead = 320;
/** Two milliseconds' worth. */
const rowsInTurn = 50;
const windowLimitMs = 4_000;
/** Sets of failures, in id order, ready to be frozen: windows of ids, so that every statement stays short. */
export function createFailureStream(
  database: AppDatabase,
  description: AppDescription,
): Pick<FailureReader, 'candidates'> {
  const table = quoteName(description.failed.table);
  const toCandidate = createCandidate(description);

  return {
    async *candidates(selection, signal) {
      const start = mustRead(await database.read(signal, (sql) => begin(sql, table, selection)));
      const doubled = await readDoubledUuids(database, table, signal);
      const conditions = conditionsOf({ ...selection.filter, limit: 0 }, description, start.now);
      const ids = sortedIds(selection);
      const bounds: WindowReader<Found>['bounds'] = async (after, size, upTo) =>
        ids === undefined
          ? database.read(
              signal,
              (sql) => boundsOf(sql, table, after, Math.min(upTo, start.highest), size),
              windowLimitMs,
            )
          : { ok: true, value: boundsIn(ids, after, size, upTo) };
      const read: WindowReader<Found>['read'] = (window) =>
        database.read(
          signal,
          async (sql) => {
            const rows = await readRows(sql, table, { ...window, selection, conditions });
            const long = await outlineLongOnes(sql, table, rows);
            const bytes = rows.reduce((sum, row) => sum + Number(row['payload_bytes']) + rowBytes, 0);
            return { rows, long, bytes, upTo: failedJobId(window.upTo), looked: window.looked };
          },
          windowLimitMs,
        );
      for await (const { rows, long, upTo, looked } of walkWindows({ bounds, read })) {
        const outlines = await inTurns(
          rows,
          (row) => long.get(row) ?? outlinePayload(bytesOf(row['payload'])),
        );
        const cancelled = await readCancelled(
          database,
          outlines.flatMap(({ decoded }) => decoded.batchId ?? []),
          signal,
        );
        const judged = await inTurns(rows, (row, index): SelectedCandidate | undefined => {
          const outline = outlines[index];
          if (outline === undefined) return undefined;
          const exception = readExceptionHead(String(row['exception_head']));
          const one: SelectedCandidate = {
            ...toCandidate(row, outline, { exception, uuidCount: countOf(row, doubled), cancelled }),
            fingerprint: fingerprintOf(exception),
            contains: textsIn(row, selection.texts ?? []),
          };
          return isOfClass(one, row, selection.filter.jobClass) ? one : undefined;
        });
        yield { rows: judged.filter((one) => one !== undefined), upTo, looked };
      }
    },
  };
}

/**
 * Takes rows apart a few at a time, so that the process goes on hearing others in between: the server, which sends the next
 * window meanwhile, and people.
 */
async function inTurns<T>(rows: readonly Row[], take: (row: Row, index: number) => T): Promise<T[]> {
  const taken: T[] = [];
  for (const [index, row] of rows.entries()) {
    if (index % rowsInTurn === rowsInTurn - 1) await nextTurn();
    taken.push(take(row, index));
  }
  return taken;
}

/** Most jobs are of no batch, and then nothing is asked. */
async function readCancelled(
  database: AppDatabase,
  batches: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  if (batches.length === 0) return new Set();
  return mustRead(await database.read(signal, (sql) => findCancelled(sql, batches)));
}

/** Rows as they came, and what is known of those whose payloads did not come with them. */
interface Found {
  readonly rows: readonly Row[];
  readonly long: ReadonlyMap<Row, PayloadOutline>;
  readonly bytes: number;
  readonly upTo: FailedJobId;
  readonly looked: number;
}

const sortedIds = ({ ids }: FailureSelection): readonly FailedJobId[] | undefined =>
  ids === undefined ? undefined : [...new Set(ids)].sort((a, b) => a - b);

async function begin(
  sql: AppSql,
  table: string,
  { upTo, filter }: FailureSelection,
): Promise<{ readonly now: Date; readonly highest: number }> {
  const now = filter.sinceSeconds === undefined ? new Date(0) : (await readClockAndTotal(sql, table)).now;
  const [row] = await sql.all(`SELECT COALESCE(MAX(id), 0) AS highest FROM ${table}`);
  return { now, highest: Math.min(upTo ?? Number.MAX_SAFE_INTEGER, Number(row?.['highest'] ?? 0)) };
}

/** From the primary key alone, so that a filter that few rows satisfy makes no statement long. */
async function boundsOf(
  sql: AppSql,
  table: string,
  after: number,
  highest: number,
  size: number,
): Promise<Bounds | undefined> {
  const [row] = await sql.all(
    `SELECT MAX(id) AS upper, COUNT(*) AS looked
     FROM (SELECT id FROM ${table} WHERE id > ? AND id <= ? ORDER BY id LIMIT ?) w`,
    [after, highest, size],
  );
  const looked = Number(row?.['looked'] ?? 0);
  return looked === 0 ? undefined : { after, upTo: Number(row?.['upper']), looked };
}

function boundsIn(
  sorted: readonly FailedJobId[],
  after: number,
  size: number,
  upTo: number,
): Bounds | undefined {
  const ids = sorted.filter((id) => id > after && id <= upTo).slice(0, size);
  const last = ids.at(-1);
  return last === undefined ? undefined : { after, upTo: last, looked: ids.length, ids };
}

interface RowsAsked extends Bounds {
  readonly selection: FailureSelection;
  readonly conditions: ReturnType<typeof conditionsOf>;
}

function readRows(sql: AppSql, table: string, asked: RowsAsked): Promise<readonly Row[]> {
  const { after, upTo, ids, selection, conditions } = asked;
  const texts = selection.texts ?? [];
  const marks = texts.map((_, index) => `, (exception LIKE ?) AS text_${index}`).join('');
  const where = [
    ...(ids === undefined ? ['id > ?', 'id <= ?'] : ['id IN (?)', 'id <= ?']),
    ...conditions.map(({ sql: text }) => text),
  ];
  const bounds: readonly (Value | readonly Value[])[] =
    ids === undefined ? [after, upTo] : [ids, selection.upTo ?? Number.MAX_SAFE_INTEGER];
  return sql.all(
    `SELECT id, uuid, connection, queue, failed_at, SUBSTRING_INDEX(LEFT(exception, ${exceptionHead}), '\\n', 1) AS exception_head,
       LENGTH(payload) AS payload_bytes, SHA2(CAST(payload AS BINARY), 256) AS sha256,
       CAST(IF(LENGTH(payload) <= ${wholeUpTo}, payload, LEFT(payload, ${headBytes})) AS BINARY) AS payload${marks}
     FROM ${table} WHERE ${where.join(' AND ')} ORDER BY id`,
    [...texts.map(likeText), ...bounds, ...conditions.flatMap(({ values }) => values)],
  );
}

async function outlineLongOnes(
  sql: AppSql,
  table: string,
  rows: readonly Row[],
): Promise<ReadonlyMap<Row, PayloadOutline>> {
  const outlines = new Map<Row, PayloadOutline>();
  for (const row of rows) {
    const bytes = Number(row['payload_bytes']);
    if (bytes <= wholeUpTo) continue;
    outlines.set(row, await (bytes <= readUpTo ? outlineLong : outlineHuge)(sql, table, row));
  }
  return outlines;
}

async function outlineLong(sql: AppSql, table: string, row: Row): Promise<PayloadOutline> {
  const [whole] = await sql.all(`SELECT CAST(payload AS BINARY) AS payload FROM ${table} WHERE id = ?`, [
    Number(row['id']),
  ]);
  return outlinePayload(bytesOf(whole?.['payload'] ?? ''));
}

async function outlineHuge(sql: AppSql, table: string, row: Row): Promise<PayloadOutline> {
  const [valid] = await sql.all(`SELECT JSON_VALID(payload) AS valid FROM ${table} WHERE id = ?`, [
    Number(row['id']),
  ]);
  const { isJson, ...sketch } = sketchPayload(bytesOf(row['payload']).toString('utf8'));
  const isValid = Number(valid?.['valid']) === 1;
  return {
    decoded: {
      ...{ ...sketch, maxTries: undefined, batchId: undefined, chained: [] },
      kind: isValid ? 'job' : isJson ? 'broken' : 'foreign-serializer',
    },
    property: () => undefined,
  };
}

const textsIn = (row: Row, texts: readonly string[]): ReadonlySet<string> =>
  texts.length === 0 ? noTexts : new Set(texts.filter((_, index) => Number(row[`text_${index}`]) === 1));
const noTexts: ReadonlySet<string> = new Set();

function countOf(row: Row, counts: ReadonlyMap<string, number>): number {
  const uuid = textOrNull(row['uuid']);
  return uuid === null ? 0 : (counts.get(uuid) ?? 1);
}

/** By its true class, or by the name that lists show it under. */
function isOfClass(one: SelectedCandidate, row: Row, wanted: string | undefined): boolean {
  if (wanted === undefined || matchesClass(one, wanted)) return true;
  const head = bytesOf(row['payload']).toString('utf8', 0, headBytes);
  return matchesClass(sketchPayload(head), wanted);
}
