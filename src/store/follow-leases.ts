import { ulid } from 'ulid';
import type { RunningExecution } from '../core/store-ports.ts';
import { addBecame } from './approval-ends.ts';
import { runningOf } from './leases.ts';
import type { Sql } from './sql.ts';
import { growVersion } from './targets.ts';

/** Who watches what becomes of the jobs renews this; a watch whose process is gone is taken over so long after. */
const followSeconds = 60;

/**
 * At the end of a run: what it pushed is watched from now on, under the lease that the run had, whether somebody voted on
 * it or not: a process that is stopped must leave no card at "pushed".
 */
export async function beginFollow(sql: Sql, execution: RunningExecution): Promise<void> {
  const [pushed] = await sql.all(
    "SELECT failed_id FROM approval_targets WHERE request_id = ? AND state IN ('pushed', 'waiting') LIMIT 1",
    [execution.requestId],
  );
  if (pushed === undefined) return;
  await sql.run(
    `INSERT INTO execution_runs (execution_id, follow_state, follow_token, follow_until)
     VALUES (?, 'following', ?, UTC_TIMESTAMP(6) + INTERVAL ? SECOND)
     ON DUPLICATE KEY UPDATE follow_state = VALUES(follow_state), follow_token = VALUES(follow_token),
       follow_until = VALUES(follow_until)`,
    [execution.executionId, execution.leaseToken, followSeconds],
  );
}

/** One watch whose lease is over, the oldest first. The update decides, as for executions. */
export async function takeOverFollow(sql: Sql): Promise<RunningExecution | undefined> {
  const candidates = await sql.all(
    `SELECT e.id AS execution_id, r.follow_token, a.* FROM execution_runs r JOIN executions e ON e.id = r.execution_id
     JOIN approvals a ON a.id = e.request_id
     WHERE r.follow_state = 'following' AND r.follow_until < UTC_TIMESTAMP(6) ORDER BY r.follow_until LIMIT 5`,
  );
  for (const row of candidates) {
    const token = ulid();
    const { changed } = await sql.run(
      `UPDATE execution_runs SET follow_token = ?, follow_until = UTC_TIMESTAMP(6) + INTERVAL ? SECOND
       WHERE execution_id = ? AND follow_token = ? AND follow_state = 'following' AND follow_until < UTC_TIMESTAMP(6)`,
      [token, followSeconds, String(row['execution_id']), String(row['follow_token'])],
    );
    if (changed === 1) return runningOf(row, token, true);
  }
  return undefined;
}

/** False: the watch is another process's now, or has ended. Its end is told to who asked for the request. */
export async function keepFollow(sql: Sql, execution: RunningExecution, ended: boolean): Promise<boolean> {
  const { changed } = await sql.run(
    `UPDATE execution_runs SET follow_state = ?, follow_until = UTC_TIMESTAMP(6) + INTERVAL ? SECOND
     WHERE execution_id = ? AND follow_token = ? AND follow_state = 'following'`,
    [ended ? 'ended' : 'following', followSeconds, execution.executionId, execution.leaseToken],
  );
  if (changed === 1 && ended) {
    await growVersion(sql, execution.requestId);
    await addBecame(sql, execution.requestId);
  }
  return changed === 1;
}
