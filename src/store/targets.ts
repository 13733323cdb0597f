import type { FailedJobId, RequestId } from '../core/ids.ts';
import type { FrozenTarget, TargetState } from '../core/request.ts';
import type { TargetChange } from '../core/store-ports.ts';
import type { Sql } from './sql.ts';

const rowsAtOnce = 1_000;

export async function insertTargets(
  sql: Sql,
  requestId: RequestId,
  targets: readonly FrozenTarget[],
): Promise<void> {
  for (let at = 0; at < targets.length; at += rowsAtOnce) {
    const rows = targets
      .slice(at, at + rowsAtOnce)
      .map((target) => [
        ...[requestId, target.failedId, target.uuid, target.connection, target.queue, target.payloadSha256],
        ...[target.jobClass.slice(0, 255), target.businessKey?.slice(0, 255) ?? null, target.jobUuid],
      ]);
    await sql.run(
      `INSERT INTO approval_targets (request_id, failed_id, uuid, connection, queue, payload_sha256, job_class,
         business_key, job_uuid) VALUES ?`,
      [rows],
    );
  }
}

/** `from`: only targets in one of these states move. True: something changed. */
export async function changeTargets(
  sql: Sql,
  requestId: RequestId,
  changes: ReadonlyMap<FailedJobId, TargetChange>,
  from?: readonly TargetState[],
): Promise<boolean> {
  const movable = from === undefined ? { sql: '', values: [] } : { sql: ' AND state IN (?)', values: [from] };
  let changed = 0;
  for (const { state, ids, failedAgainAs } of groupsOf(changes)) {
    // The new failure of each, by its place in the list of ids.
    const again = failedAgainAs.length === 0 ? 'failed_again_as' : 'ELT(FIELD(failed_id, ?), ?)';
    const values = failedAgainAs.length === 0 ? [] : [ids, failedAgainAs];
    const result = await sql.run(
      `UPDATE approval_targets SET state = ?, failed_again_as = ${again}
       WHERE request_id = ? AND failed_id IN (?) AND (state <> ? OR NOT failed_again_as <=> ${again})${movable.sql}`,
      [state, ...values, requestId, ids, state, ...values, ...movable.values],
    );
    changed += result.changed;
  }
  return changed > 0;
}

interface Group {
  readonly state: TargetState;
  readonly ids: readonly FailedJobId[];
  /** Of each id; empty where none of them has failed again. */
  readonly failedAgainAs: readonly FailedJobId[];
}

/** Targets that get the same state, in statements that are not too long. */
function groupsOf(changes: ReadonlyMap<FailedJobId, TargetChange>): readonly Group[] {
  const groups = new Map<string, { state: TargetState; ids: FailedJobId[]; failedAgainAs: FailedJobId[] }>();
  for (const [id, { state, failedAgainAs }] of changes) {
    const key = `${state} ${failedAgainAs !== undefined}`;
    const group = groups.get(key) ?? { state, ids: [], failedAgainAs: [] };
    group.ids.push(id);
    if (failedAgainAs !== undefined) group.failedAgainAs.push(failedAgainAs);
    groups.set(key, group);
  }
  return [...groups.values()].flatMap(({ state, ids, failedAgainAs }) =>
    Array.from({ length: Math.ceil(ids.length / rowsAtOnce) }, (_, piece) => ({
      state,
      ids: ids.slice(piece * rowsAtOnce, (piece + 1) * rowsAtOnce),
      failedAgainAs: failedAgainAs.slice(piece * rowsAtOnce, (piece + 1) * rowsAtOnce),
    })),
  );
}

/** The request's state has changed: its version grows, and its cards are to be drawn again. */
export async function growVersion(sql: Sql, requestId: string): Promise<void> {
  await sql.run('UPDATE approvals SET version = version + 1 WHERE id = ?', [requestId]);
  await wantCards(sql, requestId);
}

/** Its cards are to be drawn again in the version that it has now. */
export async function wantCards(sql: Sql, requestId: string): Promise<void> {
  await sql.run(
    `UPDATE cards SET wanted_version = (SELECT version FROM approvals WHERE id = ?), behind = 1 WHERE request_id = ?`,
    [requestId, requestId],
  );
}
