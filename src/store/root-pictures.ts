import type { RootPicture, RootPictures } from '../alerts/ports.ts';
import { pictureText } from './card-store.ts';
import type { StoreDatabase } from './database.ts';
import { incidentOf } from './incident-rows.ts';
import { instantOf } from './rows.ts';
import type { Row } from './sql.ts';
import { storeNow } from './store-clock.ts';

const leaseSeconds = 60;
const mostRoots = 200;

/** Nobody makes it; what was gathered stands in a thread. */
const free = "thread_ts = '' AND (picture_until IS NULL OR picture_until < UTC_TIMESTAMP(6))";

const listText = `SELECT i.*, c.channel AS c_channel, c.picture_turn, c.picture_of, c.picture_at, c.picture_until,
    c.picture_failures FROM incidents i JOIN cards c ON c.request_id = i.id
  WHERE ${free} AND (i.open_fingerprint IS NOT NULL OR i.resolved_at > UTC_TIMESTAMP(6) - INTERVAL 10 MINUTE)
  ORDER BY i.id DESC LIMIT ?`;

/** Kept in the roots' rows of `cards`, so that a picture comes and goes with its card. */
export function createRootPictures(database: StoreDatabase): RootPictures {
  const end = async (root: RootPicture, change: string, values: readonly (string | number | null)[]) => {
    await database.query((sql) =>
      sql.run(
        `UPDATE cards SET ${change}, picture_until = NULL
         WHERE request_id = ? AND channel = ? AND thread_ts = '' AND picture_turn = ?`,
        [...values, root.incident.id, root.channel, root.turn + 1],
      ),
    );
  };
  return {
    list: () =>
      database.query(async (sql) => {
        const now = await storeNow(sql);
        return { now, roots: (await sql.all(listText, [mostRoots])).map(rootOf) };
      }),

    claim: ({ incident, channel, turn }, of) =>
      database.query(async (sql) => {
        // Whose process died has failed. Each assignment sees those before it.
        const { changed } = await sql.run(
          `UPDATE cards SET picture_failures = IF(picture_of <=> ?, picture_failures + (picture_until IS NOT NULL), 0),
             picture_of = ?, picture_turn = picture_turn + 1, picture_at = UTC_TIMESTAMP(6),
             picture_until = UTC_TIMESTAMP(6) + INTERVAL ? SECOND
           WHERE request_id = ? AND channel = ? AND picture_turn = ? AND ${free}`,
          [of, of, leaseSeconds, incident.id, channel, turn],
        );
        return changed === 1;
      }),

    made: (root, picture, readyInSeconds) =>
      picture === undefined
        ? end(root, 'picture_failures = 0', [])
        : end(
            root,
            `picture_failures = 0, next_picture = ?, picture_tries = 0, behind = 1,
             picture_from = UTC_TIMESTAMP(6) + INTERVAL ? SECOND`,
            [pictureText(picture), readyInSeconds],
          ),

    failed: (root) => end(root, 'picture_failures = picture_failures + 1', []),
  };
}

const rootOf = (row: Row): RootPicture => ({
  incident: incidentOf(row),
  channel: String(row['c_channel']),
  turn: Number(row['picture_turn']),
  last:
    row['picture_at'] === null
      ? undefined
      : {
          of: String(row['picture_of']),
          at: instantOf(row['picture_at']),
          failures: Number(row['picture_failures']),
          unfinished: row['picture_until'] !== null,
        },
});
