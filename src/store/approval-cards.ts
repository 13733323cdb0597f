import type { PressedCard } from '../core/approval-ports.ts';
import type { Sql } from './sql.ts';

/**
 * The button stands on one of the request's cards. A card whose post was begun and never noted is adopted by the click on
 * it: the click brings the message's name.
 */
export async function isItsCard(sql: Sql, requestId: string, pressed: PressedCard): Promise<boolean> {
  const [request] = await sql.all('SELECT team_id FROM approvals WHERE id = ?', [requestId]);
  if (request?.['team_id'] !== pressed.teamId) return false;
  const cards = await sql.all('SELECT * FROM cards WHERE request_id = ? AND channel = ?', [
    requestId,
    pressed.channel,
  ]);
  if (cards.some((card) => card['message_ts'] === pressed.messageTs)) return true;
  const orphans = cards.filter((card) => card['message_ts'] === null && card['attempted_at'] !== null);
  const [orphan] = orphans;
  if (orphan === undefined) return false;
  // Of two in one channel nobody knows which one this is; the poster of cards finds out.
  if (orphans.length > 1) return true;
  await sql.run(
    `UPDATE cards SET message_ts = ?, attempted_at = NULL
     WHERE request_id = ? AND channel = ? AND thread_ts = ? AND message_ts IS NULL`,
    [pressed.messageTs, requestId, pressed.channel, String(orphan['thread_ts'])],
  );
  return true;
}
