import type { CardPlace, CardStore } from '../core/card-store.ts';
import type { RequestId } from '../core/ids.ts';
import type { StoreDatabase } from './database.ts';
import type { Row } from './sql.ts';

const channelLeaseSeconds = 10;
const oneCard = 'request_id = ? AND channel = ? AND thread_ts = ?';

/**
 * Where cards are shown and in which version. `wanted_version` is the request's own, copied into the card's row in the
 * transaction that changes it: so what is behind is found by an index, and `shown` compares within one row.
 */
export function createCardStore(database: StoreDatabase): CardStore {
  const update = async (text: string, values: readonly (string | number)[]): Promise<void> => {
    await database.query((sql) => sql.run(text, values));
  };
  return {
    behind: (limit) =>
      database.query(async (sql) => {
        const rows = await sql.all(
          'SELECT * FROM cards WHERE behind = 1 AND version < wanted_version ORDER BY request_id LIMIT ?',
          [limit],
        );
        return rows.map(placeOf);
      }),
    attempt: (card) =>
      update(`UPDATE cards SET attempted_at = UTC_TIMESTAMP(6) WHERE ${oneCard}`, keyOf(card)),
    shown: (card, messageTs, version) =>
      update(
        `UPDATE cards SET message_ts = ?, version = ?, attempted_at = NULL, behind = (? < wanted_version)
         WHERE ${oneCard} AND version <= ?`,
        [messageTs, version, version, ...keyOf(card), version],
      ),
    giveUp: (card) =>
      update(`UPDATE cards SET version = ?, behind = (? < wanted_version) WHERE ${oneCard} AND version < ?`, [
        card.version,
        card.version,
        ...keyOf(card),
        card.version,
      ]),
    leaseChannel: (channel, holder) =>
      database.transaction(async (sql) => {
        const { changed } = await sql.run(
          'INSERT IGNORE INTO leases (name, token, until) VALUES (?, ?, UTC_TIMESTAMP(6) + INTERVAL ? SECOND)',
          [`channel:${channel}`, holder, channelLeaseSeconds],
        );
        if (changed === 1) return true;
        // Its row is locked by now; the time is looked at in a statement of its own.
        const renewed = await sql.run(
          `UPDATE leases SET token = ?, until = UTC_TIMESTAMP(6) + INTERVAL ? SECOND
           WHERE name = ? AND (token = ? OR until < UTC_TIMESTAMP(6))`,
          [holder, channelLeaseSeconds, `channel:${channel}`, holder],
        );
        return renewed.changed === 1;
      }),
  };
}

const keyOf = (card: CardPlace): readonly string[] => [card.requestId, card.channel, card.threadTs ?? ''];

const placeOf = (row: Row): CardPlace => ({
  requestId: String(row['request_id']) as RequestId, // this room wrote it
  channel: String(row['channel']),
  threadTs: row['thread_ts'] === '' ? undefined : String(row['thread_ts']),
  messageTs: row['message_ts'] === null ? undefined : String(row['message_ts']),
  shownVersion: Number(row['version']),
  version: Number(row['wanted_version']),
  attempted: row['attempted_at'] !== null,
});
