import { canonicalJson } from '../core/canonical.ts';
import type { CardPicture } from '../core/card-picture.ts';
import type { CardPlace, CardStore, CardSubject } from '../core/card-store.ts';
import type { GatheringId, IncidentId, RequestId } from '../core/ids.ts';
import type { StoreDatabase } from './database.ts';
import { factsOf } from './rows.ts';
import type { Row, Sql } from './sql.ts';

const channelLeaseSeconds = 10;
/** Within a minute: later it is no longer a matter of waiting until Slack has looked through the file. */
const mostPictureTries = 8;
/** `request_id` holds whatever the card is about. */
const oneCard = 'request_id = ? AND channel = ? AND thread_ts = ?';

/**
 * Where cards are shown and in which version. `wanted_version` is that of what the card is about, copied into the card's
 * row in the transaction that changes it: so what is behind is found by an index, and `shown` compares within one row.
 */
export function createCardStore(database: StoreDatabase): CardStore {
  return {
    behind: (limit) => database.query(async (sql) => (await sql.all(behindText, [limit])).map(placeOf)),

    attempt: (card) =>
      database.query(async (sql) => {
        // One that was gathered stands in another thread by now, so that it is not found.
        const { changed } = await sql.run(
          `UPDATE cards SET attempted_at = UTC_TIMESTAMP(6) WHERE ${oneCard}`,
          keyOf(card),
        );
        return changed === 1;
      }),

    shown: (card, messageTs, version, picture) =>
      database.transaction(async (sql) => {
        const shown = picture === undefined ? null : pictureText(picture);
        await sql.run(
          `UPDATE cards SET message_ts = ?, version = ?, attempted_at = NULL, picture = ?,
             behind = (? < wanted_version OR NOT (next_picture IS NULL OR next_picture <=> ?)),
             next_picture = IF(next_picture <=> ?, NULL, next_picture)
           WHERE ${oneCard} AND version <= ?`,
          [messageTs, version, shown, version, shown, shown, ...keyOf(card), version],
        );
        await noteRoot(sql, card.subject, messageTs, version);
      }),

    pictureRefused: (card) =>
      database.transaction(async (sql) => {
        await sql.run(
          `UPDATE cards SET picture_tries = picture_tries + 1,
             picture_from = UTC_TIMESTAMP(6) + INTERVAL LEAST(10, picture_tries * 2) SECOND WHERE ${oneCard}`,
          keyOf(card),
        );
        const { changed } = await sql.run(
          `UPDATE cards SET next_picture = NULL, picture_failures = picture_failures + 1,
             behind = (version < wanted_version) WHERE ${oneCard} AND picture_tries >= ?`,
          [...keyOf(card), mostPictureTries],
        );
        return changed === 0;
      }),

    giveUp: async (card) => {
      await database.query((sql) =>
        sql.run(
          `UPDATE cards SET version = ?, behind = (? < wanted_version), next_picture = NULL
           WHERE ${oneCard} AND version <= ?`,
          [card.version, card.version, ...keyOf(card), card.version],
        ),
      );
    },

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

/**
 * One that was gathered has its gathering's id for its thread until that has a root. Incidents of one moment have ids in no
 * order, so they come by their numbers, as people read them.
 */
const behindText = `SELECT c.*, i.id AS incident_id, g.id AS gathering_id FROM cards c
   LEFT JOIN incidents i ON i.id = c.request_id LEFT JOIN gatherings g ON g.id = c.request_id
   WHERE c.behind = 1 AND NOT c.thread_ts <=> i.gathered_in AND (c.version < c.wanted_version
     OR (c.next_picture IS NOT NULL AND c.message_ts IS NOT NULL AND c.picture_from <= UTC_TIMESTAMP(6)))
   ORDER BY (i.id IS NOT NULL OR g.id IS NOT NULL), i.number, c.request_id LIMIT ?`;

/** What the first post of a root settles: what it has told, and below which message the gathered ones stand. */
async function noteRoot(sql: Sql, subject: CardSubject, messageTs: string, version: number): Promise<void> {
  if (subject.about === 'incident') {
    await sql.run('UPDATE incidents SET first_shown = ? WHERE id = ? AND first_shown IS NULL', [
      ...[version, subject.id],
    ]);
  }
  if (subject.about === 'gathering') {
    await sql.run(
      `UPDATE cards c JOIN incidents i ON i.id = c.request_id SET c.thread_ts = ?
       WHERE i.gathered_in = ? AND c.thread_ts = i.gathered_in`,
      [messageTs, subject.id],
    );
  }
}

const keyOf = (card: CardPlace): readonly string[] => [card.subject.id, card.channel, card.threadTs ?? ''];

const placeOf = (row: Row): CardPlace => ({
  subject: subjectOf(row),
  channel: String(row['channel']),
  threadTs: row['thread_ts'] === '' ? undefined : String(row['thread_ts']),
  messageTs: row['message_ts'] === null ? undefined : String(row['message_ts']),
  shownVersion: Number(row['version']),
  version: Number(row['wanted_version']),
  attempted: row['attempted_at'] !== null,
  ...pictureOf('picture', row['picture']),
  ...pictureOf('nextPicture', row['next_picture']),
});

/** As it is compared within a row: always the same text for the same picture. */
export const pictureText = ({ file, words, caption }: CardPicture): string =>
  canonicalJson({ file, words, caption });

function pictureOf(name: 'picture' | 'nextPicture', json: unknown): Partial<CardPlace> {
  if (json === null) return {};
  const { file, words, caption } = factsOf(json);
  return { [name]: { file: String(file), words: String(words), caption: String(caption) } };
}

/** This room wrote the ids. */
function subjectOf(row: Row): CardSubject {
  const id = String(row['request_id']);
  if (row['incident_id'] !== null) return { about: 'incident', id: id as IncidentId };
  if (row['gathering_id'] !== null) return { about: 'gathering', id: id as GatheringId };
  return { about: 'request', id: id as RequestId };
}
