import type { AuditActor, AuditEvent, AuditRow } from '../core/audit.ts';
import type { Secret } from '../core/secret.ts';
import { auditRowOf } from './seal.ts';
import { isSealed } from './sealed-row.ts';
import type { Sql } from './sql.ts';

/** An audit row that was read back and fits its seal, with its texts parsed. */
export interface SealedRow extends Omit<AuditRow, 'actor' | 'detail'> {
  readonly actor: AuditActor;
  readonly detail: Readonly<Record<string, unknown>>;
}

const columns =
  'seq, at, event, actor, verb, app, target, reason, request_id, run_id, outcome, detail, prev_hash, hash';

/** What was sealed of a request, oldest first. Rows that nobody sealed who has the key are left out. */
export async function findSealed(
  sql: Sql,
  key: Secret,
  requestId: string,
  events: readonly AuditEvent[],
): Promise<readonly SealedRow[]> {
  const rows = await sql.all(
    `SELECT ${columns} FROM audit_log WHERE request_id = ? AND event IN (?) ORDER BY seq`,
    [requestId, events],
  );
  return rows.map(auditRowOf).flatMap((row) => sealedOf(key, row));
}

/** The row of that number, where it fits its seal. */
export async function findSealedAt(sql: Sql, key: Secret, seq: number): Promise<SealedRow | undefined> {
  const rows = await sql.all(`SELECT ${columns} FROM audit_log WHERE seq = ?`, [seq]);
  return rows.map(auditRowOf).flatMap((row) => sealedOf(key, row))[0];
}

/** The rows of one event of a request whose run ids begin so. */
export async function findSealedRuns(
  sql: Sql,
  key: Secret,
  runIdStart: string,
  event: AuditEvent,
  requestId: string,
): Promise<readonly SealedRow[]> {
  const rows = await sql.all(
    `SELECT ${columns} FROM audit_log WHERE run_id LIKE ? AND event = ? AND request_id = ? ORDER BY seq`,
    [`${runIdStart}%`, event, requestId],
  );
  return rows.map(auditRowOf).flatMap((row) => sealedOf(key, row));
}

function sealedOf(key: Secret, row: AuditRow): readonly SealedRow[] {
  if (!isSealed(key, row)) return [];
  // Sealed by this room as canonical JSON, so it can be parsed.
  const actor = JSON.parse(row.actor) as AuditActor;
  const detail = JSON.parse(row.detail) as SealedRow['detail'];
  return [{ ...row, actor, detail }];
}
