import type { CardPlace, CardStore } from '../core/card-store.ts';
import type { RequestId } from '../core/ids.ts';
import type { Row, StoreDatabase } from './database.ts';

const channelLeaseSeconds = 10;

export function createCardStore(database: StoreDatabase): CardStore {
  const keyOf = (card: CardPlace): readonly string[] => [card.requestId, card.channel, card.threadTs ?? ''];
  return {
    behind: (limit) =>
      database.query(async (sql) => {
        const rows = await sql.all(
          `SELECT c.*, a.version AS now_version FROM cards c JOIN approvals a ON a.id = c.request_id
           WHERE c.version < a.version ORDER BY a.number LIMIT ?`,
          [limit],
        );
        return rows.map(placeOf);
      }),
    attempt: (card) =>
      run(
        database,
        'UPDATE cards SET attempted_at = UTC_TIMESTAMP(6) WHERE request_id = ? AND channel = ? AND thread_ts = ?',
        keyOf(card),
      ),
    shown: (card, messageTs, version) =>
      run(
        database,
        `UPDATE cards SET message_ts = ?, version = ?, attempted_at = NULL
         WHERE request_id = ? AND channel = ? AND thread_ts = ? AND version <= ?`,
        [messageTs, version, ...keyOf(card), version],
      ),
    giveUp: (card) =>
      run(
        database,
        'UPDATE cards SET version = ? WHERE request_id = ? AND channel = ? AND thread_ts = ? AND version < ?',
        [card.version, ...keyOf(card), card.version],
      ),
    leaseChannel: (channel, holder) =>
      database.transaction(async (sql) => {
        const name = `channel:${channel}`;
        await sql.run('INSERT IGNORE INTO leases (name) VALUES (?)', [name]);
        const { changed } = await sql.run(
          `UPDATE leases SET token = ?, until = UTC_TIMESTAMP(6) + INTERVAL ? SECOND
           WHERE name = ? AND (token = ? OR token IS NULL OR until < UTC_TIMESTAMP(6))`,
          [holder, channelLeaseSeconds, name, holder],
        );
        return changed === 1;
      }),
  };
}

async function run(
  database: StoreDatabase,
  text: string,
  values: readonly (string | number)[],
): Promise<void> {
  await database.query((sql) => sql.run(text, values));
}

const placeOf = (row: Row): CardPlace => ({
  requestId: String(row['request_id']) as RequestId, // this room wrote it
  channel: String(row['channel']),
  threadTs: row['thread_ts'] === '' ? undefined : String(row['thread_ts']),
  messageTs: row['message_ts'] === null ? undefined : String(row['message_ts']),
  shownVersion: Number(row['version']),
  version: Number(row['now_version']),
  attempted: row['attempted_at'] !== null,
});
