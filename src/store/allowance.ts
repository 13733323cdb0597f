import type { Opened, RetryAllowance } from '../core/store-ports.ts';
import { lockLease } from './slots.ts';
import type { Sql } from './sql.ts';

export type OverAllowance = Extract<Opened, { readonly why: 'needs-approval' }>;

/**
 * What one person did alone within the window, with what is asked now, against the limits; undefined when it fits.
 * Counted under a lock of the person, so that two commands at once can't both slip below a limit. What was not started
 * does not count.
 */
export async function findOverAllowance(
  sql: Sql,
  allowance: RetryAllowance,
): Promise<OverAllowance | undefined> {
  await lockLease(sql, `allowance:${allowance.person}`);
  const used = await countUsed(sql, allowance);
  const { ids, costlyIds, limits } = allowance;
  if (costlyIds > 0 && used.costly + costlyIds > limits.costly) {
    return { ok: false, why: 'needs-approval', used: used.costly, limit: limits.costly, costly: true };
  }
  if (used.ids + ids > limits.ids) {
    return { ok: false, why: 'needs-approval', used: used.ids, limit: limits.ids, costly: false };
  }
  return undefined;
}

async function countUsed(
  sql: Sql,
  { person, withinSeconds, costlyQueues }: RetryAllowance,
): Promise<{ readonly ids: number; readonly costly: number }> {
  const [row] = await sql.all(
    `SELECT COUNT(*) AS ids, COALESCE(SUM(CONCAT(t.connection, ':', t.queue) IN (?)), 0) AS costly
     FROM approvals a
     JOIN approval_targets t ON t.request_id = a.id
     JOIN executions e ON e.request_id = a.id
     WHERE a.requester_person = ? AND a.verb IN ('retry', 'forget') AND a.quorum = 0
       AND a.requested_at > UTC_TIMESTAMP(6) - INTERVAL ? SECOND AND e.state <> 'not_started'`,
    [costlyQueues.size === 0 ? [''] : [...costlyQueues], person, withinSeconds],
  );
  return { ids: Number(row?.['ids'] ?? 0), costly: Number(row?.['costly'] ?? 0) };
}
