import { ulid } from 'ulid';
import type { ExecutionId, RequestId } from '../core/ids.ts';
import { LeaseLost, type RunningExecution } from '../core/store-ports.ts';
import { actorOf, placeOf } from './rows.ts';
import type { Row, Sql } from './sql.ts';

/** Renewed every 5 s; an execution whose process is gone is taken over so long after. */
export const leaseSeconds = 20;

/** What an execution's row says, locked. */
export interface HeldExecution {
  /** It has its outcome. */
  readonly ended: boolean;
  readonly suspect: boolean;
}

/** Locks the execution's row and throws `LeaseLost` unless the lease is still this process's. */
export async function lockOwn(sql: Sql, execution: RunningExecution): Promise<HeldExecution> {
  const [row] = await sql.all(
    'SELECT lease_token, state, was_suspect FROM executions WHERE id = ? FOR UPDATE',
    [execution.executionId],
  );
  if (row?.['lease_token'] !== execution.leaseToken) {
    throw new LeaseLost(`the execution of request #${execution.number} is held by another process`);
  }
  const state = String(row['state']);
  return { ended: state !== 'executing' && state !== 'unknown', suspect: Number(row['was_suspect']) === 1 };
}

/** False: it was lost, or the execution has ended. */
export async function renewLease(sql: Sql, execution: RunningExecution): Promise<boolean> {
  const { changed } = await sql.run(
    `UPDATE executions SET lease_until = UTC_TIMESTAMP(6) + INTERVAL ? SECOND
     WHERE id = ? AND lease_token = ? AND state IN ('executing', 'unknown')`,
    [leaseSeconds, execution.executionId, execution.leaseToken],
  );
  return changed === 1;
}

export async function endLease(sql: Sql, execution: RunningExecution): Promise<void> {
  await sql.run('UPDATE executions SET lease_until = UTC_TIMESTAMP(6) WHERE id = ? AND lease_token = ?', [
    ...[execution.executionId, execution.leaseToken],
  ]);
}

/**
 * One execution whose lease is over, the oldest first. The update decides: whoever changes the row has a new token, and
 * the old one is worth nothing from then on. `isClaimed`: only what was truly claimed is gone on with.
 */
export async function takeOverOne(
  sql: Sql,
  isClaimed: (row: Row) => Promise<boolean>,
): Promise<RunningExecution | undefined> {
  const candidates = await sql.all(
    `SELECT e.id AS execution_id, e.lease_token, a.* FROM executions e JOIN approvals a ON a.id = e.request_id
     WHERE e.state IN ('executing', 'unknown') AND e.lease_until < UTC_TIMESTAMP(6) ORDER BY e.started_at LIMIT 50`,
  );
  for (const row of candidates) {
    if (!(await isClaimed(row))) continue;
    const leaseToken = ulid();
    const { changed } = await sql.run(
      `UPDATE executions SET lease_token = ?, lease_until = UTC_TIMESTAMP(6) + INTERVAL ? SECOND
       WHERE id = ? AND lease_token = ? AND state IN ('executing', 'unknown') AND lease_until < UTC_TIMESTAMP(6)`,
      [leaseToken, leaseSeconds, String(row['execution_id']), String(row['lease_token'])],
    );
    if (changed === 1) return runningOf(row, leaseToken, true);
  }
  return undefined;
}

/** `row`: a request's, with its execution's id beside. */
export const runningOf = (row: Row, leaseToken: string, takenOver: boolean): RunningExecution => ({
  requestId: String(row['id']) as RequestId, // this room wrote them
  executionId: String(row['execution_id']) as ExecutionId,
  number: Number(row['number']),
  ...{ app: String(row['app']), host: String(row['host']), verb: String(row['verb']) },
  ...{ requester: actorOf(row['requester']), place: placeOf(row), leaseToken, takenOver },
});
