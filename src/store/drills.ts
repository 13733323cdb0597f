import { canonicalJson } from '../core/canonical.ts';
import { type DrillConclusion, type DrillRecords, drillSteps } from '../core/drill.ts';
import { LeaseLost, type RunningExecution } from '../core/store-ports.ts';
import type { StoreDatabase } from './database.ts';
import { lockOwn } from './leases.ts';
import type { Sql } from './sql.ts';
import { growVersion, insertTargets } from './targets.ts';

/** What a drill keeps beside its request: one row, from its first step to its conclusion. */
export function createDrills(database: StoreDatabase): DrillRecords {
  const underLease = <T>(execution: RunningExecution, work: (sql: Sql) => Promise<T>): Promise<T> =>
    database.transaction(async (sql) => {
      const { ended } = await lockOwn(sql, execution);
      if (ended) throw new LeaseLost(`request #${execution.number} has its outcome already`);
      return work(sql);
    });

  return {
    begin: (execution, queue) =>
      underLease(execution, async (sql) => {
        await closeForgotten(sql, execution.app);
        await insert(sql, execution, queue, execution.app);
        const holder = await findOpen(sql, execution.app);
        return holder === execution.number ? undefined : holder;
      }),

    target: (execution, failure) =>
      underLease(execution, async (sql) => {
        const known = await sql.all(
          'SELECT failed_id FROM approval_targets WHERE request_id = ? AND failed_id = ?',
          [execution.requestId, failure.failedId],
        );
        if (known.length > 0) return;
        await insertTargets(sql, execution.requestId, [failure]);
        await sql.run('UPDATE approvals SET count = count + 1 WHERE id = ?', [execution.requestId]);
        await growVersion(sql, execution.requestId);
      }),

    end: (execution, { queue, conclusion, steps, left }) =>
      underLease(execution, async (sql) => {
        // Its process may have been gone before it began.
        await insert(sql, execution, queue, null);
        await sql.run(
          `UPDATE drills SET conclusion = ?, step = ?, steps = ?, left_behind = ?, ended_at = UTC_TIMESTAMP(6), open_app = NULL
           WHERE request_id = ? AND ended_at IS NULL`,
          [
            ...[conclusion.kind, stepOf(conclusion), canonicalJson(steps), left.join(',')],
            execution.requestId,
          ],
        );
      }),

    underWay: (app) => database.query((sql) => findOpen(sql, app)),
  };
}

/** Ignored where it has begun before, or where another one of the app is under way. */
async function insert(
  sql: Sql,
  { requestId, number, app, requester }: RunningExecution,
  queue: string,
  openApp: string | null,
): Promise<void> {
  await sql.run(
    `INSERT IGNORE INTO drills (request_id, number, app, open_app, queue, person, actor, began_at, steps, left_behind)
     VALUES (?, ?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(6), '[]', '')`,
    [requestId, number, app, openApp, queue, requester.person, canonicalJson(requester)],
  );
}

async function findOpen(sql: Sql, app: string): Promise<number | undefined> {
  const [row] = await sql.all(
    `SELECT d.number FROM drills d JOIN executions e ON e.request_id = d.request_id
     WHERE d.open_app = ? AND e.state IN ('executing', 'unknown')`,
    [app],
  );
  return row === undefined ? undefined : Number(row['number']);
}

/** One whose execution has ended some other way must not keep all later ones out. */
async function closeForgotten(sql: Sql, app: string): Promise<void> {
  await sql.run(
    `UPDATE drills SET open_app = NULL WHERE open_app = ? AND request_id NOT IN
       (SELECT request_id FROM executions WHERE state IN ('executing', 'unknown'))`,
    [app],
  );
}

const stepOf = (conclusion: DrillConclusion): number | null =>
  'step' in conclusion ? drillSteps.indexOf(conclusion.step) + 1 : null;
