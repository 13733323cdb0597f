import type { AppDescription } from '../core/app-description.ts';
import { type FailedJobId, failedJobId } from '../core/ids.ts';
import { mustRead, type Read } from '../core/reading.ts';
import type {
  CandidateBatch,
  FailureReader,
  FailureSelection,
  SelectedCandidate,
} from '../operations/ports.ts';
import { type AppDatabase, type AppSql, quoteName, type Row, type Value } from './database.ts';
import { fingerprintOf, readExceptionHead } from './exceptions.ts';
import { createCandidate } from './failure-candidates.ts';
import { conditionsOf, matchesClass, readClockAndTotal } from './failure-pages.ts';
import { bytesOf, likeText, textOrNull } from './failure-rows.ts';
import { findCancelled } from './job-batches.ts';
import { outlinePayload, type PayloadOutline, sketchPayload } from './payload.ts';
import { readDoubledUuids } from './uuid-counts.ts';

/** Rows of one statement: so many at first, then as many as weigh about `wantedBytes`. */
const firstWindow = 500;
const smallestWindow = 50;
const largestWindow = 2_000;
const wantedBytes = 4_000_000;
/** What each row weighs besides its payload. */
const rowBytes = 1_500;
/** Payloads up to here come with their rows; longer ones one at a time, so that a window can't outgrow memory. */
const wholeUpTo = 32_768;
/** Longer ones than this are known by their beginning, and by whether the server finds them valid. */
const readUpTo = 1_000_000;
const headBytes = 2_000;
/** Of its first line, in which its class and its message stand; each character is looked at for secrets. */
const exceptionHead = 320;
const windowLimitMs = 4_000;
/** Statements that take longer are made shorter, for the application's sake. */
const slowMs = 1_500;

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
      const read = (window: Window, size: number): Promise<Read<Found>> =>
        database.read(
          signal,
          async (sql) => {
            const bounds = await boundsOf(sql, table, window, start.highest, size);
            if (bounds === undefined) return { batch: emptyBatch(window.after), bytes: 0, looked: 0 };
            const rows = await readRows(sql, table, { ...bounds, selection, conditions });
            const outlined = await outlineAll(sql, table, rows);
            const cancelled = await findCancelled(
              sql,
              outlined.flatMap(({ outline }) => outline.decoded.batchId ?? []),
            );
            const selected = outlined.map(({ row, outline }): SelectedCandidate => {
              const exception = readExceptionHead(String(row['exception_head']));
              return {
                ...toCandidate(row, outline, { exception, uuidCount: countOf(row, doubled), cancelled }),
                fingerprint: fingerprintOf(exception),
                contains: textsIn(row, selection.texts ?? []),
              };
            });
            const fitting = selected.filter((one, index) =>
              isOfClass(one, outlined[index]?.row, selection.filter.jobClass),
            );
            const bytes = rows.reduce((sum, row) => sum + Number(row['payload_bytes']) + rowBytes, 0);
            return {
              batch: { rows: fitting, upTo: failedJobId(bounds.upTo), looked: bounds.looked },
              ...{ bytes, looked: bounds.looked },
            };
          },
          windowLimitMs,
        );
      yield* walk(read, windowsOf(selection));
    },
  };
}

/** Rows above `after`; where `ids` are given only those. */
interface Window {
  readonly after: number;
  readonly ids?: readonly FailedJobId[];
}

interface Found {
  readonly batch: CandidateBatch;
  readonly bytes: number;
  readonly looked: number;
}

const emptyBatch = (after: number): CandidateBatch => ({ rows: [], upTo: failedJobId(after), looked: 0 });

function windowsOf({ ids }: FailureSelection): readonly FailedJobId[] | undefined {
  return ids === undefined ? undefined : [...new Set(ids)].sort((a, b) => a - b);
}

/** One window is read ahead while the one before it is worked on. */
async function* walk(
  read: (window: Window, size: number) => Promise<Read<Found>>,
  ids: readonly FailedJobId[] | undefined,
): AsyncGenerator<CandidateBatch> {
  let size = firstWindow;
  let [after, at] = [0, 0];
  const next = async (): Promise<Found | undefined> => {
    if (ids !== undefined && at >= ids.length) return undefined;
    const own = ids?.slice(at, at + size);
    const began = performance.now();
    let found = await read({ after, ...(own === undefined ? {} : { ids: own }) }, size);
    while (!found.ok && found.missing.why === 'timeout' && size > smallestWindow) {
      size = Math.max(smallestWindow, Math.floor(size / 4));
      found = await read({ after, ...(ids === undefined ? {} : { ids: ids.slice(at, at + size) }) }, size);
    }
    const { batch, bytes, looked } = mustRead(found);
    if (ids === undefined && looked === 0) return undefined;
    [after, at] = [batch.upTo, at + size];
    size = nextSize(size, bytes, performance.now() - began);
    return { batch, bytes, looked };
  };
  let ahead = next();
  for (;;) {
    const found = await ahead;
    if (found === undefined) return;
    ahead = next();
    // Whoever stops early never waits for it.
    ahead.catch(() => undefined);
    yield found.batch;
  }
}

function nextSize(size: number, bytes: number, ms: number): number {
  const fitting = bytes === 0 ? size * 2 : Math.min(size * 2, Math.floor((size * wantedBytes) / bytes));
  return Math.max(smallestWindow, Math.min(largestWindow, ms > slowMs ? Math.floor(size / 2) : fitting));
}

async function begin(
  sql: AppSql,
  table: string,
  { upTo, filter }: FailureSelection,
): Promise<{ readonly now: Date; readonly highest: number }> {
  const now = filter.sinceSeconds === undefined ? new Date(0) : (await readClockAndTotal(sql, table)).now;
  const [row] = await sql.all(`SELECT COALESCE(MAX(id), 0) AS highest FROM ${table}`);
  return { now, highest: Math.min(upTo ?? Number.MAX_SAFE_INTEGER, Number(row?.['highest'] ?? 0)) };
}

interface Bounds {
  readonly after: number;
  readonly upTo: number;
  readonly looked: number;
  readonly ids?: readonly FailedJobId[];
}

/** From the primary key alone, so that a filter that few rows satisfy makes no statement long. */
async function boundsOf(
  sql: AppSql,
  table: string,
  { after, ids }: Window,
  highest: number,
  size: number,
): Promise<Bounds | undefined> {
  if (ids !== undefined) {
    const last = ids.at(-1);
    return last === undefined ? undefined : { after, upTo: last, looked: ids.length, ids };
  }
  const [row] = await sql.all(
    `SELECT MAX(id) AS upper, COUNT(*) AS looked
     FROM (SELECT id FROM ${table} WHERE id > ? AND id <= ? ORDER BY id LIMIT ?) w`,
    [after, highest, size],
  );
  const looked = Number(row?.['looked'] ?? 0);
  return looked === 0 ? undefined : { after, upTo: Number(row?.['upper']), looked };
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

interface Outlined {
  readonly row: Row;
  readonly outline: PayloadOutline;
}

async function outlineAll(sql: AppSql, table: string, rows: readonly Row[]): Promise<readonly Outlined[]> {
  const outlined: Outlined[] = [];
  for (const row of rows) {
    const bytes = Number(row['payload_bytes']);
    const outline =
      bytes <= wholeUpTo
        ? outlinePayload(bytesOf(row['payload']))
        : bytes <= readUpTo
          ? await outlineLong(sql, table, row)
          : await outlineHuge(sql, table, row);
    outlined.push({ row, outline });
  }
  return outlined;
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
function isOfClass(one: SelectedCandidate, row: Row | undefined, wanted: string | undefined): boolean {
  if (wanted === undefined || matchesClass(one, wanted)) return true;
  const head = row === undefined ? '' : bytesOf(row['payload']).toString('utf8', 0, headBytes);
  return matchesClass(sketchPayload(head), wanted);
}
