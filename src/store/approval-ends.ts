import type { RequestNotice } from '../core/approval-ports.ts';
import { canonicalJson } from '../core/canonical.ts';
import type { RequestId } from '../core/ids.ts';
import type { RequestState } from '../core/request.ts';
import type { LockedRequest } from './approval-row.ts';
import { isBegun, putOut } from './outbox.ts';
import { actorOf } from './rows.ts';
import type { Sql } from './sql.ts';
import { wantCards } from './targets.ts';

type End = Extract<RequestState, 'rejected' | 'expired' | 'cancelled' | 'invalidated'>;

/** By the store's clock, in a statement that begins after the row's lock was got. */
const inTime = `(state = 'pending' AND expires_at > UTC_TIMESTAMP(6) OR state = 'approved' AND run_by > UTC_TIMESTAMP(6))`;

/**
 * One conditional update: only from the state and version that were read, and only in time (or, for `expired`, only
 * after it). False: nothing was changed.
 */
export async function moveTo(
  sql: Sql,
  request: LockedRequest,
  to: RequestState,
  runBy: boolean = false,
): Promise<boolean> {
  const within = to === 'expired' ? `NOT ${inTime}` : inTime;
  const timed = runBy ? ', run_by = UTC_TIMESTAMP(6) + INTERVAL ? SECOND' : '';
  const { changed } = await sql.run(
    `UPDATE approvals SET state = ?, version = version + 1${timed}
     WHERE id = ? AND state = ? AND version = ? AND ${within}`,
    [to, ...(runBy ? [request.runWithin] : []), request.id, request.state, request.version],
  );
  return changed === 1;
}

/** What every end of a request that did not run brings with it: its target is free, its cards and its requester are told. */
export async function endRequest(
  sql: Sql,
  request: LockedRequest,
  to: End,
  decision: Readonly<Record<string, unknown>>,
): Promise<boolean> {
  if (!(await moveTo(sql, request, to))) return false;
  await sql.run(
    'UPDATE approval_terms SET open_target = NULL, remind_at = NULL, decision = ? WHERE request_id = ?',
    [canonicalJson(decision), request.id],
  );
  await wantCards(sql, request.id);
  await addNotice(sql, request.id, 'outcome');
  return true;
}

/**
 * Said in the thread of the request's main card, once; what came of it also where it was asked, if that is another
 * channel. Nothing for requests that nobody votes on.
 */
export async function addNotice(
  sql: Sql,
  requestId: RequestId,
  kind: RequestNotice['kind'],
  detail?: RequestNotice['detail'],
): Promise<void> {
  const [row] = await sql.all(
    `SELECT t.card_channel, a.channel FROM approval_terms t JOIN approvals a ON a.id = t.request_id
     WHERE t.request_id = ?`,
    [requestId],
  );
  if (row === undefined) return;
  const [main, asked] = [String(row['card_channel']), String(row['channel'])];
  for (const channel of kind === 'outcome' && asked !== main ? [main, asked] : [main]) {
    await putOut(sql, {
      lane: 'approvals',
      kind,
      requestId,
      channel,
      underCard: true,
      ...(detail && { detail }),
    });
  }
}

/**
 * The end of the watch over a request's jobs, to its requester alone: the outcome could only say that they were sent. One
 * that nobody has begun to say tells all of it itself.
 */
export async function addBecame(sql: Sql, requestId: RequestId): Promise<void> {
  if (!(await isBegun(sql, requestId, 'outcome'))) return;
  const [row] = await sql.all(
    `SELECT t.card_channel, a.requester FROM approval_terms t JOIN approvals a ON a.id = t.request_id
     WHERE t.request_id = ?`,
    [requestId],
  );
  if (row === undefined) return;
  await putOut(sql, {
    ...{
      lane: 'approvals',
      kind: 'became',
      requestId,
      channel: String(row['card_channel']),
      underCard: true,
    },
    privateTo: actorOf(row['requester']).userId,
  });
}
