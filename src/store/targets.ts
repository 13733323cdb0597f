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
  for (const group of groupsOf(changes)) {
    const { state, failedAgainAs, ids } = group;
    const result = await sql.run(
      `UPDATE approval_targets SET state = ?, failed_again_as = COALESCE(?, failed_again_as)
       WHERE request_id = ? AND failed_id IN (?) AND (state <> ? OR NOT failed_again_as <=> COALESCE(?, failed_again_as))${movable.sql}`,
      [...[state, failedAgainAs, requestId, ids, state, failedAgainAs], ...movable.values],
    );
    changed += result.changed;
  }
  return changed > 0;
}

interface Group {
  readonly state: TargetState;
  readonly failedAgainAs: FailedJobId | null;
  readonly ids: readonly FailedJobId[];
}

/** Targets that get the same values, in one statement each. */
function groupsOf(changes: ReadonlyMap<FailedJobId, TargetChange>): readonly Group[] {
  const groups = new Map<
    string,
    { state: TargetState; failedAgainAs: FailedJobId | null; ids: FailedJobId[] }
  >();
  for (const [id, { state, failedAgainAs = null }] of changes) {
    const key = `${state} ${failedAgainAs}`;
    const group = groups.get(key) ?? { state, failedAgainAs, ids: [] };
    group.ids.push(id);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** The request's state has changed: its version grows, and its cards are to be drawn again. */
export async function growVersion(sql: Sql, requestId: RequestId): Promise<void> {
  await sql.run('UPDATE approvals SET version = version + 1 WHERE id = ?', [requestId]);
  await sql.run(
    `UPDATE cards SET wanted_version = (SELECT version FROM approvals WHERE id = ?), behind = 1 WHERE request_id = ?`,
    [requestId, requestId],
  );
}
