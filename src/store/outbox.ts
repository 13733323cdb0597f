import { ulid } from 'ulid';
import type { Notice, NoticeKind, Outbox } from '../core/approval-ports.ts';
import { canonicalJson } from '../core/canonical.ts';
import type { RequestId } from '../core/ids.ts';
import type { StoreDatabase } from './database.ts';
import { factsOf } from './rows.ts';
import type { Row, Sql } from './sql.ts';

/** So many of one channel are looked at: one that Slack does not take must not hold up the others for ever. */
const ofOneChannel = 6;

/** Messages that wait to be said, each once. */
export function createOutbox(database: StoreDatabase): Outbox {
  const end = async (notice: Notice, state: 'said' | 'given-up', messageTs: string | null): Promise<void> => {
    await database.query((sql) =>
      sql.run("UPDATE outbox SET state = ?, message_ts = ? WHERE id = ? AND state = 'waiting'", [
        ...[state, messageTs, notice.id],
      ]),
    );
  };
  return {
    waiting: (limit) =>
      database.query(async (sql) => (await sql.all(waitingText, [ofOneChannel, limit])).map(noticeOf)),
    async attempt(notice) {
      await database.query((sql) =>
        sql.run('UPDATE outbox SET attempted_at = UTC_TIMESTAMP(6) WHERE id = ?', [notice.id]),
      );
    },
    said: (notice, messageTs) => end(notice, 'said', messageTs),
    giveUp: (notice) => end(notice, 'given-up', null),
  };
}

export interface NewNotice {
  readonly lane: Notice['lane'];
  readonly kind: NoticeKind;
  readonly requestId: RequestId;
  readonly channel: string;
  readonly threadTs?: string;
  /** Left out: no. */
  readonly underCard?: boolean;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Puts a message out in the transaction of what it tells about. The same kind is said once about one request in one channel. */
export async function putOut(sql: Sql, notice: NewNotice): Promise<void> {
  const { lane, kind, requestId, channel, threadTs, underCard, detail } = notice;
  await sql.run(
    `INSERT IGNORE INTO outbox (id, lane, kind, request_id, channel, thread_ts, under_card, detail, at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(6))`,
    [
      ...[ulid(), lane, kind, requestId, channel, threadTs ?? null, underCard === true ? 1 : 0],
      detail === undefined ? null : canonicalJson(detail),
    ],
  );
}

/**
 * The card of a notice is the request's one in the same channel, by itself rather than in a thread. One that stands in a
 * thread is answered in that thread. A card that was given up, or was never meant to be there, is not waited for.
 */
const waitingText = `SELECT w.* FROM (
    SELECT o.*, c.message_ts AS card_ts, c.thread_ts AS card_thread,
      ROW_NUMBER() OVER (PARTITION BY o.lane, o.channel ORDER BY o.id) AS turn
    FROM outbox o LEFT JOIN cards c ON o.under_card = 1 AND c.request_id = o.request_id AND c.channel = o.channel
      AND c.thread_ts = (SELECT MIN(m.thread_ts) FROM cards m WHERE m.request_id = o.request_id AND m.channel = o.channel)
    WHERE o.state = 'waiting' AND NOT (c.request_id IS NOT NULL AND c.message_ts IS NULL AND c.behind = 1)
  ) w WHERE w.turn <= ? ORDER BY w.lane = 'approvals' DESC, w.id LIMIT ?`;

function noticeOf(row: Row): Notice {
  const text = (name: string): string | undefined =>
    row[name] === null || row[name] === '' ? undefined : String(row[name]);
  const underCard = Number(row['under_card']) === 1;
  const card = underCard ? (text('card_thread') ?? text('card_ts')) : undefined;
  return {
    id: String(row['id']),
    lane: String(row['lane']) as Notice['lane'], // this room wrote it, like the next two
    kind: String(row['kind']) as NoticeKind,
    requestId: String(row['request_id']) as RequestId,
    channel: String(row['channel']),
    threadTs: card ?? text('thread_ts'),
    underCard,
    attempted: row['attempted_at'] !== null,
    detail: row['detail'] === null ? {} : factsOf(row['detail']),
  };
}
