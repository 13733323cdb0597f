import type { FailedJobId, JobUuid } from '../core/ids.ts';
import { failedJobId } from '../core/ids.ts';
import type { RunningExecution } from '../core/store-ports.ts';
import type { Sql } from './sql.ts';

/** For ever: neither the end of the request nor a later judgement takes the mark away. */
export async function markDoubleRisks(
  sql: Sql,
  execution: RunningExecution,
  ids: readonly FailedJobId[],
): Promise<void> {
  if (ids.length === 0) return;
  await sql.run(
    `INSERT INTO double_risks (app, failed_id, uuid, request_id)
     SELECT ?, failed_id, COALESCE(uuid, ''), request_id FROM approval_targets WHERE request_id = ? AND failed_id IN (?)
     ON DUPLICATE KEY UPDATE double_risks.app = double_risks.app`,
    [execution.app, execution.requestId, ids],
  );
}

/**
 * Those of the ids that were ever marked. A table that was truncated gives its ids out again, so the mark counts for the
 * job that it was made for: same id and, where it had one, same uuid.
 */
export async function findDoubleRisks(
  sql: Sql,
  app: string,
  ids: readonly FailedJobId[],
  uuids: readonly JobUuid[],
): Promise<ReadonlySet<FailedJobId>> {
  if (ids.length === 0) return new Set();
  const rows = await sql.all(
    'SELECT failed_id FROM double_risks WHERE app = ? AND failed_id IN (?) AND uuid IN (?)',
    [app, ids, ['', ...uuids]],
  );
  return new Set(rows.map((row) => failedJobId(Number(row['failed_id']))));
}
