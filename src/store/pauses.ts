import { canonicalJson } from '../core/canonical.ts';
import type { RequestId } from '../core/ids.ts';
import type { PauseEnd, PauseView, QueuePause, QueuePauses } from '../core/pause-ports.ts';
import type { RunningExecution } from '../core/store-ports.ts';
import type { StoreDatabase } from './database.ts';
import { lockOwn } from './leases.ts';
import { actorOf, factsOf, instantOf, optionalText, placeOf } from './rows.ts';
import type { Row, Sql } from './sql.ts';
import { growVersion } from './targets.ts';

/** A pause that could not be lifted is tried again after 30 s, then later and later, at least every ten minutes. */
const firstLeaseSeconds = 30;
const longestLeaseSeconds = 600;

const live = `SELECT p.queue AS p_queue, p.until_at AS p_until_at, p.began_at AS p_began_at, p.lifting AS p_lifting, a.*
  FROM queue_pauses p JOIN approvals a ON a.id = p.request_id`;

/** Pauses of persons: one live row per queue at most, which the unique key decides. */
export function createQueuePauses(database: StoreDatabase): QueuePauses {
  const underLease = (execution: RunningExecution, work: (sql: Sql) => Promise<void>): Promise<void> =>
    database.transaction(async (sql) => {
      await lockOwn(sql, execution);
      await work(sql);
    });
  return {
    list: (app) =>
      database.query(async (sql) => {
        const rows = await sql.all(
          `${live} WHERE p.app = ? AND p.live = 1 ORDER BY p.until_at IS NULL, p.until_at, p.queue`,
          [app],
        );
        return rows.map(pauseOf);
      }),

    heldByRuns: (app) =>
      database.query(async (sql) => {
        const rows = await sql.all(
          `SELECT a.number, r.progress FROM executions e JOIN execution_runs r ON r.execution_id = e.id
           JOIN approvals a ON a.id = e.request_id
           WHERE e.state IN ('executing', 'unknown') AND a.app = ? AND r.progress IS NOT NULL ORDER BY a.number`,
          [app],
        );
        return new Map(rows.flatMap((row) => pausedIn(row).map((queue) => [queue, Number(row['number'])])));
      }),

    begin: (execution, queue, seconds) =>
      underLease(execution, async (sql) => {
        const before = await lockLive(sql, execution.app, queue);
        // Begun before, by a commit whose answer was lost.
        if (before === execution.requestId) return;
        if (before !== undefined) await endRow(sql, before, 'replaced', execution);
        await sql.run(
          `INSERT INTO queue_pauses (request_id, app, queue, live, began_at, until_at)
           VALUES (?, ?, ?, 1, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL ? SECOND)`,
          [execution.requestId, execution.app, queue, seconds ?? null],
        );
        await growVersion(sql, execution.requestId);
      }),

    lift: (execution, queue) =>
      underLease(execution, async (sql) => {
        await sql.run('UPDATE queue_pauses SET lifting = ? WHERE app = ? AND queue = ? AND live = 1', [
          ...[execution.requestId, execution.app, queue],
        ]);
      }),

    end: (execution, queue, how) =>
      underLease(execution, async (sql) => {
        const before = await lockLive(sql, execution.app, queue);
        if (before !== undefined) await endRow(sql, before, how, execution);
      }),

    keep: (execution, queue) =>
      underLease(execution, async (sql) => {
        await sql.run(
          'UPDATE queue_pauses SET lifting = NULL WHERE app = ? AND queue = ? AND live = 1 AND lifting = ?',
          [execution.app, queue, execution.requestId],
        );
      }),

    takeDue: (apps) => database.transaction((sql) => takeDue(sql, apps)),
  };
}

/** The request whose pause of the queue is in force; its row is locked. */
async function lockLive(sql: Sql, app: string, queue: string): Promise<RequestId | undefined> {
  const [row] = await sql.all(
    'SELECT request_id FROM queue_pauses WHERE app = ? AND queue = ? AND live = 1 FOR UPDATE',
    [app, queue],
  );
  return row === undefined ? undefined : (String(row['request_id']) as RequestId); // this room wrote it
}

async function endRow(sql: Sql, id: RequestId, how: PauseEnd, by: RunningExecution): Promise<void> {
  await sql.run(
    `UPDATE queue_pauses SET live = NULL, lifting = NULL, ended_at = UTC_TIMESTAMP(6), ended = ?, ended_number = ?,
       ended_by = ? WHERE request_id = ?`,
    [how, by.number, canonicalJson(by.requester), id],
  );
  await growVersion(sql, id);
}

/** The update decides which process gets it, as for executions. */
async function takeDue(sql: Sql, apps: readonly string[]): Promise<QueuePause | undefined> {
  if (apps.length === 0) return undefined;
  const candidates = await sql.all(
    `${live} LEFT JOIN executions x ON x.request_id IN (p.lifting, p.request_id) AND x.state IN ('executing', 'unknown')
     WHERE p.live = 1 AND p.until_at <= UTC_TIMESTAMP(6) AND p.app IN (?) AND x.id IS NULL
       AND (p.lease_until IS NULL OR p.lease_until < UTC_TIMESTAMP(6)) ORDER BY p.until_at LIMIT 5`,
    [apps],
  );
  for (const row of candidates) {
    const { changed } = await sql.run(
      `UPDATE queue_pauses SET tries = tries + 1,
         lease_until = UTC_TIMESTAMP(6) + INTERVAL LEAST(? * POW(2, LEAST(tries, 10)), ?) SECOND
       WHERE request_id = ? AND live = 1 AND (lease_until IS NULL OR lease_until < UTC_TIMESTAMP(6))`,
      [firstLeaseSeconds, longestLeaseSeconds, String(row['id'])],
    );
    if (changed === 1) return pauseOf(row);
  }
  return undefined;
}

/** `row`: the request's, with its pause's columns beside. */
const pauseOf = (row: Row): QueuePause => ({
  requestId: String(row['id']) as RequestId, // this room wrote it
  ...{ number: Number(row['number']), app: String(row['app']), queue: String(row['p_queue']) },
  ...{ by: actorOf(row['requester']), reason: optionalText(row['reason']), place: placeOf(row) },
  since: instantOf(row['p_began_at']),
  until: row['p_until_at'] === null ? null : instantOf(row['p_until_at']),
  lifting: row['p_lifting'] !== null,
});

/** Queues that a run has paused and not yet resumed, as it wrote them into its progress. */
function pausedIn(row: Row): readonly string[] {
  const paused = factsOf(row['progress'])['paused'];
  return Array.isArray(paused) ? paused.map(String) : [];
}

/** `row`: with the columns of its pause beside, which begin with `q_`. */
export const pauseViewOf = (row: Row): PauseView => ({
  until: row['q_until_at'] === null ? null : instantOf(row['q_until_at']),
  endedAt: row['q_ended_at'] === null ? null : instantOf(row['q_ended_at']),
  ended: optionalText(row['q_ended']) as PauseEnd | null, // this room wrote it
  endedNumber: row['q_ended_number'] === null ? null : Number(row['q_ended_number']),
  endedBy: row['q_ended_by'] === null ? null : actorOf(row['q_ended_by']),
});
