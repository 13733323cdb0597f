import type { JobReference } from '../core/ids.ts';
import type { Read } from '../core/reading.ts';
import { type AuditFilter, type NumberedRow, StoreUnavailable } from '../core/store-ports.ts';
import type { StoreDatabase } from './database.ts';
import { auditRowOf } from './seal.ts';
import type { Sql, Value } from './sql.ts';

/** Newest first, keyset paged. A store that is away, or too slow for the signal, is a part that is missing. */
export function createAuditReader(
  database: StoreDatabase,
): (filter: AuditFilter, signal: AbortSignal) => Promise<Read<readonly NumberedRow[]>> {
  return async (filter, signal) => {
    const missing = (why: 'timeout' | 'unreachable') =>
      ({ ok: false, missing: { part: 'store', name: 'store', why } }) as const;
    if (signal.aborted) return missing('timeout');
    let onAbort: (() => void) | undefined;
    const late = new Promise<'late'>((resolve) => {
      onAbort = () => resolve('late');
      signal.addEventListener('abort', onAbort, { once: true });
    });
    const reading = database.query((sql) => list(sql, filter));
    reading.catch(() => undefined);
    try {
      const rows = await Promise.race([reading, late]);
      return rows === 'late' ? missing('timeout') : { ok: true, value: rows };
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      return missing('unreachable');
    } finally {
      if (onAbort !== undefined) signal.removeEventListener('abort', onAbort);
    }
  };
}

interface Condition {
  readonly sql: string;
  readonly values: readonly (Value | readonly Value[])[];
}

async function list(sql: Sql, filter: AuditFilter): Promise<readonly NumberedRow[]> {
  const { requestNumber } = filter;
  const ids = requestNumber === undefined ? undefined : await idsOfNumber(sql, requestNumber);
  if (ids?.length === 0) return [];
  const always = [
    ...conditions(filter),
    ...(ids === undefined ? [] : [{ sql: 'request_id IN (?)', values: [ids] }]),
  ];
  // Each way of naming a job has its own index: one SELECT a way, then the newest of all.
  const ways = filter.job === undefined ? [undefined] : await jobConditions(sql, filter.job);
  const selects = ways.map((way) => select(way === undefined ? always : [...always, way], filter.limit));
  const [rows, only] = [selects.map((one) => `(${one.sql})`).join(' UNION '), selects.length === 1];
  const found = await sql.all(only ? (selects[0]?.sql ?? '') : `${rows} ORDER BY seq DESC LIMIT ?`, [
    ...selects.flatMap(({ values }) => values),
    ...(only ? [] : [filter.limit]),
  ]);
  const numbers = await numbersOf(
    sql,
    [...new Set(found.flatMap((row) => row['request_id'] ?? []))].map(String),
  );
  return found.map((row) => {
    const read = auditRowOf(row);
    return { ...read, number: read.requestId === null ? undefined : numbers.get(read.requestId) };
  });
}

/** What people call the requests and incidents with these ids; one that is gone has none. */
async function numbersOf(sql: Sql, ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
  if (ids.length === 0) return new Map();
  const rows = await sql.all(
    ['approvals', 'incidents', 'records']
      .map((of) => `SELECT id, number FROM ${of} WHERE id IN (?)`)
      .join(' UNION '),
    [ids, ids, ids],
  );
  return new Map(rows.map((row) => [String(row['id']), Number(row['number'])]));
}

const columns =
  'seq, at, event, actor, verb, app, target, reason, request_id, run_id, outcome, detail, prev_hash, hash';

function select(conditions: readonly Condition[], limit: number): Condition {
  const where = conditions.length === 0 ? 'TRUE' : conditions.map(({ sql }) => sql).join(' AND ');
  return {
    sql: `SELECT ${columns} FROM audit_log WHERE ${where} ORDER BY seq DESC LIMIT ?`,
    values: [...conditions.flatMap(({ values }) => values), limit],
  };
}

/** So many of what was said of one incident are looked at, the newest. */
const recordsOfIncident = 200;

/**
 * Under which ids rows are about `#12`: one sequence of requests and incidents, whose rows name them in the same column.
 * What people said of an incident has rows of its own, which are the incident's as well.
 */
async function idsOfNumber(sql: Sql, number: number): Promise<readonly string[]> {
  const rows = await sql.all(
    `SELECT id FROM approvals WHERE number = ? UNION SELECT id FROM incidents WHERE number = ?
     UNION SELECT id FROM records WHERE number = ?
     UNION (SELECT r.record_id FROM record_incidents r JOIN incidents i ON i.id = r.incident_id WHERE i.number = ?
       ORDER BY r.record_id DESC LIMIT ?)`,
    [number, number, number, number, recordsOfIncident],
  );
  return rows.map((row) => String(row['id']));
}

/** At most so many requests on one job are looked at, the newest. */
const requestsOfJob = 200;

async function jobConditions(sql: Sql, job: JobReference): Promise<readonly Condition[]> {
  const [column, value] = job.kind === 'id' ? ['failed_id', job.id] : ['uuid', job.uuid];
  const requests = await sql.all(
    `SELECT DISTINCT request_id FROM approval_targets WHERE ${column} = ? ORDER BY request_id DESC LIMIT ?`,
    [value, requestsOfJob],
  );
  const ids = requests.map((row) => String(row['request_id']));
  const looked = { sql: 'target = ?', values: [`failed_job=${value}`] };
  return ids.length === 0 ? [looked] : [looked, { sql: 'request_id IN (?)', values: [ids] }];
}

function conditions(filter: AuditFilter): readonly Condition[] {
  const { userId, verb, sinceSeconds, before } = filter;
  const parts: Condition[] = [];
  // A user id is letters and digits, so it needs no escaping inside LIKE.
  if (userId !== undefined) parts.push({ sql: 'actor LIKE ?', values: [`%"userId":"${userId}"%`] });
  if (verb !== undefined) parts.push({ sql: 'verb = ?', values: [verb] });
  if (sinceSeconds !== undefined) {
    parts.push({ sql: 'at >= UTC_TIMESTAMP(6) - INTERVAL ? SECOND', values: [sinceSeconds] });
  }
  if (before !== undefined) parts.push({ sql: 'seq < ?', values: [before] });
  return parts;
}
