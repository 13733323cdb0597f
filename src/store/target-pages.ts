import type { TargetPage } from '../core/approval-ports.ts';
import type { RequestId } from '../core/ids.ts';
import type { TargetRecord, TargetState } from '../core/request.ts';
import { targetOf } from './rows.ts';
import type { Row, Sql } from './sql.ts';

/** Targets by id from after one on; with states, each state's own stretch of the index is read, however far it lies. */
export async function pageOfTargets(
  sql: Sql,
  requestId: RequestId,
  page: TargetPage,
): Promise<readonly TargetRecord[]> {
  const { after, limit, states } = page;
  if (states === undefined) {
    const rows = await sql.all(
      'SELECT * FROM approval_targets WHERE request_id = ? AND failed_id > ? ORDER BY failed_id LIMIT ?',
      [requestId, after, limit],
    );
    return rows.map(targetOf);
  }
  const rows: Row[] = [];
  for (const state of new Set(states)) rows.push(...(await pageOfState(sql, requestId, page, state)));
  return rows
    .map(targetOf)
    .sort((a, b) => a.failedId - b.failedId)
    .slice(0, limit);
}

const pageOfState = (
  sql: Sql,
  requestId: RequestId,
  { after, limit }: TargetPage,
  state: TargetState,
): Promise<readonly Row[]> =>
  sql.all(
    `SELECT * FROM approval_targets FORCE INDEX (approval_targets_state)
     WHERE request_id = ? AND state = ? AND failed_id > ? ORDER BY failed_id LIMIT ?`,
    [requestId, state, after, limit],
  );
