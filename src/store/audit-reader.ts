import type { AuditRow } from '../core/audit.ts';
import type { Read } from '../core/reading.ts';
import { type AuditFilter, StoreUnavailable } from '../core/store-ports.ts';
import type { Row, StoreDatabase, Value } from './database.ts';

const columns =
  'seq, at, event, actor, verb, app, target, reason, request_id, run_id, outcome, detail, prev_hash, hash';

/** Newest first, keyset paged. */
export function createAuditReader(
  database: StoreDatabase,
): (filter: AuditFilter, signal: AbortSignal) => Promise<Read<readonly AuditRow[]>> {
  return async (filter) => {
    try {
      const { where, values } = conditions(filter);
      const rows = await database.query((sql) =>
        sql.all(`SELECT ${columns} FROM audit_log WHERE ${where} ORDER BY seq DESC LIMIT ?`, [
          ...values,
          filter.limit,
        ]),
      );
      return { ok: true, value: rows.map(auditRowOf) };
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      return { ok: false, missing: { part: 'store', name: 'store', why: 'unreachable' } };
    }
  };
}

function conditions(filter: AuditFilter): { readonly where: string; readonly values: readonly Value[] } {
  const parts: { readonly sql: string; readonly values: readonly Value[] }[] = [];
  if (filter.job !== undefined) {
    const column = filter.job.kind === 'id' ? 'failed_id' : 'uuid';
    const value = filter.job.kind === 'id' ? filter.job.id : filter.job.uuid;
    parts.push({
      sql: `(request_id IN (SELECT request_id FROM approval_targets WHERE ${column} = ?) OR target = ?)`,
      values: [value, `failed_job=${value}`],
    });
  }
  if (filter.requestNumber !== undefined) {
    parts.push({
      sql: 'request_id = (SELECT id FROM approvals WHERE number = ?)',
      values: [filter.requestNumber],
    });
  }
  // A user id is letters and digits, so it needs no escaping inside LIKE.
  if (filter.userId !== undefined)
    parts.push({ sql: 'actor LIKE ?', values: [`%"userId":"${filter.userId}"%`] });
  if (filter.verb !== undefined) parts.push({ sql: 'verb = ?', values: [filter.verb] });
  if (filter.sinceSeconds !== undefined) {
    parts.push({ sql: 'at >= UTC_TIMESTAMP(6) - INTERVAL ? SECOND', values: [filter.sinceSeconds] });
  }
  if (filter.before !== undefined) parts.push({ sql: 'seq < ?', values: [filter.before] });
  return {
    where: parts.length === 0 ? 'TRUE' : parts.map(({ sql }) => sql).join(' AND '),
    values: parts.flatMap(({ values }) => values),
  };
}

export function auditRowOf(row: Row): AuditRow {
  const text = (name: string): string => String(row[name]);
  const optional = (name: string): string | null => (row[name] === null ? null : text(name));
  const at = text('at');
  return {
    seq: Number(row['seq']),
    at: at.includes('.') ? at : `${at}.000000`,
    ...{
      event: text('event'),
      actor: text('actor'),
      verb: text('verb'),
      app: text('app'),
      target: text('target'),
    },
    ...{ reason: optional('reason'), requestId: optional('request_id'), runId: optional('run_id') },
    ...{
      outcome: optional('outcome'),
      detail: text('detail'),
      prevHash: text('prev_hash'),
      hash: text('hash'),
    },
  };
}
