import { queuekeeper } from '../core/audit.ts';
import type { RequestId } from '../core/ids.ts';
import { addNotice, endRequest } from './approval-ends.ts';
import { entryAbout, lockRequest } from './approval-row.ts';
import type { StoreAuditLog } from './audit-log.ts';
import type { StoreDatabase } from './database.ts';
import { tellEnds } from './preapprovals.ts';
import type { Row, Sql } from './sql.ts';

export interface Sweeper {
  /** Expires what is over, invalidates what another policy was asked under, notes reminders, ends preapprovals. */
  sweep(): Promise<void>;
  /** True: its time was over, and it is `expired` now. */
  expire(requestId: RequestId): Promise<boolean>;
  expireNumber(number: number): Promise<boolean>;
  /** False: its state had moved on. `version` undefined: whatever it is. */
  invalidate(
    requestId: RequestId,
    version: number | undefined,
    decision: Readonly<Record<string, unknown>>,
  ): Promise<boolean>;
}

export interface SweeperParts {
  readonly database: StoreDatabase;
  readonly audit: StoreAuditLog;
}

const atOnce = 50;
const open = `approval_terms t JOIN approvals a ON a.id = t.request_id WHERE t.open_target IS NOT NULL`;
const undecided = `a.state IN ('pending', 'approved')`;

/** Tidies what the clock has decided already. Every end is one transaction with its sealed row, so two replicas do no harm. */
export function createSweeper({ database, audit }: SweeperParts): Sweeper {
  const find = (condition: string): Promise<readonly RequestId[]> =>
    database.query(async (sql) => {
      const rows = await sql.all(`SELECT t.request_id FROM ${open} AND ${condition} LIMIT ${atOnce}`);
      return rows.map(idOf);
    });

  const expire = (requestId: RequestId): Promise<boolean> =>
    audit.sealing(async (sql, seal) => {
      const request = await lockRequest(sql, requestId);
      if (request?.state !== 'pending' && request?.state !== 'approved') return false;
      if (!(await endRequest(sql, request, 'expired', { was: request.state }))) return false;
      const detail = { was: request.state };
      await seal([entryAbout(request, 'EXPIRED', queuekeeper, { outcome: 'expired', detail })]);
      return true;
    });

  const invalidate: Sweeper['invalidate'] = (requestId, version, decision) =>
    audit.sealing(async (sql, seal) => {
      const request = await lockRequest(sql, requestId);
      if (request?.state !== 'pending' && request?.state !== 'approved') return false;
      if (version !== undefined && request.version !== version) return false;
      if (!(await endRequest(sql, request, 'invalidated', decision))) return false;
      await seal([
        entryAbout(request, 'INVALIDATED', queuekeeper, { outcome: 'invalidated', detail: decision }),
      ]);
      return true;
    });

  const remind = (requestId: RequestId): Promise<void> =>
    database.transaction(async (sql: Sql) => {
      const request = await lockRequest(sql, requestId);
      if (request?.state !== 'pending') return;
      await sql.run('UPDATE approval_terms SET remind_at = NULL WHERE request_id = ?', [requestId]);
      await addNotice(sql, requestId, 'reminder');
    });

  return {
    expire,
    invalidate,
    async expireNumber(number) {
      const [row] = await database.query((sql) =>
        sql.all('SELECT id AS request_id FROM approvals WHERE number = ?', [number]),
      );
      return row === undefined ? false : expire(idOf(row));
    },
    async sweep() {
      const over = `(a.state = 'pending' AND a.expires_at <= UTC_TIMESTAMP(6)
        OR a.state = 'approved' AND a.run_by <= UTC_TIMESTAMP(6))`;
      for (const id of await find(over)) await expire(id);
      const outdated = `${undecided} AND a.policy_version <> (SELECT version FROM policies WHERE one = 1)`;
      for (const id of await find(outdated)) await invalidate(id, undefined, { why: 'policy' });
      const due = `a.state = 'pending' AND t.remind_at <= UTC_TIMESTAMP(6)`;
      for (const id of await find(due)) await remind(id);
      await database.transaction(tellEnds);
    },
  };
}

const idOf = (row: Row): RequestId => String(row['request_id']) as RequestId; // this room wrote it
