import type { AppDescription } from '../core/app-description.ts';
import { type FailedJobId, failedJobId, findJobUuid, type JobReference, type JobUuid } from '../core/ids.ts';
import { mustRead, type Read } from '../core/reading.ts';
import type { FailedRow } from '../core/request.ts';
import type { FailedJob, FailureReader, PresentRow } from '../operations/ports.ts';
import { type AppDatabase, type AppSql, quoteName } from './database.ts';
import { fingerprintOf, readExceptionHead, traceOf } from './exceptions.ts';
import { businessKeyOf } from './failure-candidates.ts';
import { bytesOf, createSummary, headColumns, textOrNull } from './failure-rows.ts';
import { findCancelled } from './job-batches.ts';
import { decodePayload, decodePayloadHead, outlinePayload, payloadText, sketchPayload } from './payload.ts';

const payloadCap = 262_144;
const exceptionCap = 65_536;
const shownPayload = 8_000;
const batchBytes = 4_000_000;
const batchRows = 500;
/** Each of them is hashed by the server: about 10 ms for 1,000 payloads of 1 KB. */
const idsAtOnce = 1_000;
/** Of the failures that came after a push, so many are looked through for its jobs. */
const newestRead = 20_000;
/** A locking read waits for statements under way; longer than other reads, shorter than the lease. */
const lockingLimitMs = 8_000;

type Part = Omit<FailureReader, 'page' | 'search' | 'groups' | 'targets' | 'candidates'>;

/** Single failures and exact sets of them, by primary key or by the unique uuid. */
export function createFailedJobs(database: AppDatabase, description: AppDescription): Part {
  const table = quoteName(description.failed.table);
  const summary = createSummary(description.timezone);

  return {
    find: (reference, signal) =>
      database.read(signal, (sql) => findJob(sql, table, reference, summary, description)),

    present: (ids, signal) =>
      inPieces(ids, (piece) => database.read(signal, (sql) => readPresent(sql, table, piece, ''))),

    // Shared locks wait for whoever still writes these rows; MySQL and MariaDB both know this spelling.
    presentAfterLocks: (ids, signal) =>
      inPieces(ids, (piece) =>
        database.readLocking(
          signal,
          (sql) => readPresent(sql, table, piece, 'LOCK IN SHARE MODE'),
          lockingLimitMs,
        ),
      ),

    lockWaitSeconds: (signal) =>
      database.read(signal, async (sql) => {
        const [row] = await sql.all('SELECT @@GLOBAL.innodb_lock_wait_timeout AS seconds');
        return Number(row?.['seconds'] ?? 50);
      }),

    failedAgain: (uuids, after, signal) =>
      database.read(signal, async (sql) => {
        if (uuids.length === 0) return new Map<JobUuid, FailedJobId>();
        // Under the driver `database` the column is NULL, so the payload's own uuid is read, of what is new alone.
        const rows = await sql.all(
          `SELECT id, uuid, LEFT(payload, 100) AS head FROM ${table} WHERE id > ? ORDER BY id LIMIT ?`,
          [after, newestRead],
        );
        const wanted = new Set<string>(uuids);
        const found = new Map<JobUuid, FailedJobId>();
        for (const row of rows) {
          const uuid = sketchPayload(String(row['head'])).uuid ?? findJobUuid(textOrNull(row['uuid']));
          if (uuid !== undefined && wanted.has(uuid)) found.set(uuid, failedJobId(Number(row['id'])));
        }
        return found;
      }),

    newer: (after, limit, signal) =>
      database.read(signal, async (sql) => {
        const rows = await sql.all(
          `SELECT id, uuid, LEFT(payload, 100) AS head, LEFT(exception, 500) AS exception_head
           FROM ${table} WHERE id > ? ORDER BY id LIMIT ?`,
          [after, limit],
        );
        return rows.map((row) => {
          const exception = readExceptionHead(String(row['exception_head']));
          return {
            id: failedJobId(Number(row['id'])),
            uuid: sketchPayload(String(row['head'])).uuid ?? findJobUuid(textOrNull(row['uuid'])),
            ...{ exceptionClass: exception.exceptionClass, fingerprint: fingerprintOf(exception) },
          };
        });
      }),

    highest: (signal) =>
      database.read(signal, async (sql) => {
        const [row] = await sql.all(`SELECT COALESCE(MAX(id), 0) AS highest FROM ${table}`);
        return failedJobId(Number(row?.['highest'] ?? 0));
      }),

    async *rows(ids, signal) {
      for (let at = 0; at < ids.length; at += idsAtOnce) {
        const piece = ids.slice(at, at + idsAtOnce);
        for (const batch of mustRead(await cutBatches(database, table, piece, signal)))
          yield mustRead(await readWhole(database, table, batch, signal));
      }
    },
  };
}

async function findJob(
  sql: AppSql,
  table: string,
  reference: JobReference,
  summary: ReturnType<typeof createSummary>,
  description: AppDescription,
): Promise<FailedJob | undefined> {
  const [column, value] = reference.kind === 'id' ? ['id', reference.id] : ['uuid', reference.uuid];
  const [row] = await sql.all(
    `SELECT ${headColumns}, UTC_TIMESTAMP() AS now,
       CAST(LEFT(payload, ${payloadCap}) AS BINARY) AS payload, LENGTH(payload) AS payload_bytes,
       LEFT(exception, ${exceptionCap}) AS exception, LENGTH(exception) AS exception_bytes
     FROM ${table} WHERE ${column} = ? ORDER BY id DESC LIMIT 1`,
    [value],
  );
  if (row === undefined) return undefined;
  const bytes = bytesOf(row['payload']);
  // Cut JSON would be taken for broken JSON.
  const isWhole = Number(row['payload_bytes']) <= bytes.length;
  const payload = isWhole ? decodePayload(bytes) : decodePayloadHead(bytes);
  const uuid = textOrNull(row['uuid']);
  const [same] =
    uuid === null ? [] : await sql.all(`SELECT COUNT(*) AS n FROM ${table} WHERE uuid = ?`, [uuid]);
  const cancelled =
    payload.batchId === undefined
      ? undefined
      : (await findCancelled(sql, [payload.batchId])).has(payload.batchId);
  return {
    ...summary(row, new Date(`${String(row['now']).replace(' ', 'T')}Z`)),
    ...{ jobClass: payload.jobClass, payload, batchCancelled: cancelled },
    payloadText: payloadText(bytes, shownPayload),
    payloadBytes: Number(row['payload_bytes']),
    trace: traceOf(String(row['exception'])),
    exceptionBytes: Number(row['exception_bytes']),
    uuidCount: Number(same?.['n'] ?? 0),
    businessKey: businessKeyOf(outlinePayload(bytes), description),
  };
}

/** Thousands of ids in statements that each stay short. The first piece that can't be read stands for all. */
async function inPieces(
  ids: readonly FailedJobId[],
  read: (piece: readonly FailedJobId[]) => Promise<Read<ReadonlyMap<FailedJobId, PresentRow>>>,
): Promise<Read<ReadonlyMap<FailedJobId, PresentRow>>> {
  if (ids.length <= idsAtOnce) return read(ids);
  const found = new Map<FailedJobId, PresentRow>();
  for (let at = 0; at < ids.length; at += idsAtOnce) {
    const piece = await read(ids.slice(at, at + idsAtOnce));
    if (!piece.ok) return piece;
    for (const [id, row] of piece.value) found.set(id, row);
  }
  return { ok: true, value: found };
}

async function readPresent(
  sql: AppSql,
  table: string,
  ids: readonly FailedJobId[],
  lock: string,
): Promise<ReadonlyMap<FailedJobId, PresentRow>> {
  if (ids.length === 0) return new Map();
  const rows = await sql.all(
    `SELECT id, uuid, connection, queue, SHA2(CAST(payload AS BINARY), 256) AS sha256
     FROM ${table} WHERE id IN (?) ${lock}`,
    [ids],
  );
  return new Map(
    rows.map((row) => [
      failedJobId(Number(row['id'])),
      {
        // As rows are frozen: what is no uuid is none.
        uuid: findJobUuid(textOrNull(row['uuid'])) ?? null,
        payloadSha256: String(row['sha256']),
        ...{ connection: String(row['connection']), queue: String(row['queue']) },
      },
    ]),
  );
}

/** Sizes first, so that no batch is larger than what memory and one packet should hold. */
function cutBatches(
  database: AppDatabase,
  table: string,
  ids: readonly FailedJobId[],
  signal: AbortSignal,
): Promise<Read<readonly (readonly number[])[]>> {
  return database.read(signal, async (sql) => {
    if (ids.length === 0) return [];
    const rows = await sql.all(
      `SELECT id, LENGTH(payload) + LENGTH(exception) AS bytes FROM ${table} WHERE id IN (?) ORDER BY id`,
      [ids],
    );
    const batches: number[][] = [];
    let size = 0;
    for (const row of rows) {
      const bytes = Number(row['bytes']);
      const last = batches.at(-1);
      if (last === undefined || size + bytes > batchBytes || last.length >= batchRows) {
        batches.push([Number(row['id'])]);
        size = bytes;
      } else {
        last.push(Number(row['id']));
        size += bytes;
      }
    }
    return batches;
  });
}

function readWhole(
  database: AppDatabase,
  table: string,
  ids: readonly number[],
  signal: AbortSignal,
): Promise<Read<readonly FailedRow[]>> {
  return database.read(signal, async (sql) => {
    const rows = await sql.all(
      `SELECT id, uuid, connection, queue, CAST(payload AS BINARY) AS payload, CAST(exception AS BINARY) AS exception,
         failed_at FROM ${table} WHERE id IN (?) ORDER BY id`,
      [ids],
    );
    return rows.map((row) => ({
      id: failedJobId(Number(row['id'])),
      uuid: textOrNull(row['uuid']),
      ...{ connection: String(row['connection']), queue: String(row['queue']) },
      ...{ payload: bytesOf(row['payload']), exception: bytesOf(row['exception']) },
      failedAt: String(row['failed_at']),
    }));
  });
}
