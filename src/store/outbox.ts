import { ulid } from 'ulid';
import type { Notice, Outbox, RequestNotice, SilenceEndNotice } from '../core/approval-ports.ts';
import { canonicalJson } from '../core/canonical.ts';
import type { IncidentId, RequestId } from '../core/ids.ts';
import type { Digest, Silence } from '../core/incident.ts';
import type { StoreDatabase } from './database.ts';
import { numberedEntryOf } from './incident-rows.ts';
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
  readonly kind: RequestNotice['kind'];
  readonly requestId: RequestId;
  readonly channel: string;
  readonly threadTs?: string;
  /** Left out: no. */
  readonly underCard?: boolean;
  readonly privateTo?: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Puts a message out in the transaction of what it tells about. The same kind is said once about one request in one channel. */
export const putOut = (sql: Sql, { requestId, privateTo, detail, ...notice }: NewNotice): Promise<void> =>
  insert(sql, {
    ...{ ...notice, id: ulid(), about: requestId },
    ...(privateTo === undefined
      ? detail && { detail }
      : { detail: { ...detail, [privateToKey]: privateTo } }),
  });

/** Beside what the notice itself tells. */
const privateToKey = 'private_to';

/**
 * Of a request, whether anybody began to say this. Whoever begins to from now on does so after this transaction, and draws
 * what it has written.
 */
export async function isBegun(sql: Sql, requestId: RequestId, kind: RequestNotice['kind']): Promise<boolean> {
  const rows = await sql.all(
    'SELECT state, attempted_at FROM outbox WHERE request_id = ? AND kind = ? FOR UPDATE',
    [requestId, kind],
  );
  return rows.some((row) => row['state'] !== 'waiting' || row['attempted_at'] !== null);
}

/** Whom a request pages is judged when it is sent; here stands only that it does. */
export const putPageOut = (sql: Sql, requestId: RequestId): Promise<void> =>
  insert(sql, { ...{ id: ulid(), lane: 'pages', kind: 'page' }, about: requestId, channel: '' });

/** That an incident is over, for the pager that may have heard of it: what the evaluator owes until it is taken. */
export const putPageEndOut = (sql: Sql, incidentId: IncidentId): Promise<void> =>
  insert(sql, { ...{ id: ulid(), lane: 'pages', kind: pageEndKind }, about: incidentId, channel: '' });

export const pageEndKind = 'page-end';

/** An entry of an incident's thread. Its id sorts it among the incident's others, whoever put them out and when. */
export const putEntryOut = (sql: Sql, incidentId: IncidentId, number: number, channel: string) =>
  insert(sql, {
    ...{ id: entryNoticeId(incidentId, number), lane: 'alerts', kind: `entry ${number}`, about: incidentId },
    ...{ channel, underCard: true },
  });

/** Once for each window's end. */
export const putDigestOut = (sql: Sql, digest: Digest, channel: string) =>
  insert(sql, {
    ...{ id: ulid(), lane: 'alerts', kind: `digest ${digest.endedAt.toISOString().slice(0, 19)}` },
    ...{ about: 'DIGEST', channel, detail: { ...digest, endedAt: digest.endedAt.toISOString() } },
  });

/** Once for each silence: by its own id. */
export const putSilenceEndOut = (sql: Sql, { id, app, rule, queue, request }: Silence, channel: string) =>
  insert(sql, {
    ...{ id: ulid(), lane: 'alerts', kind: 'silence-end', about: id, channel },
    detail: { app, rule, queue: queue ?? null, request: request ?? null },
  });

const entryNoticeId = (incidentId: IncidentId, number: number): string =>
  `${incidentId.slice(0, 20)}${number.toString(32).toUpperCase().padStart(6, '0')}`;

interface OutboxRow {
  readonly id: string;
  /** What is in `pages` is not Slack's: see `request-pages.ts`. */
  readonly lane: Notice['lane'] | 'pages';
  readonly kind: string;
  readonly about: string;
  readonly channel: string;
  readonly threadTs?: string;
  readonly underCard?: boolean;
  readonly detail?: Readonly<Record<string, unknown>>;
}

async function insert(sql: Sql, row: OutboxRow): Promise<void> {
  const { id, lane, kind, about, channel, threadTs, underCard, detail } = row;
  await sql.run(
    `INSERT IGNORE INTO outbox (id, lane, kind, request_id, channel, thread_ts, under_card, detail, at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(6))`,
    [
      ...[id, lane, kind, about, channel, threadTs ?? null, underCard === true ? 1 : 0],
      detail === undefined ? null : canonicalJson(detail),
    ],
  );
}

/**
 * The card of a notice is the one in the same channel, by itself rather than in a thread. One that stands in a thread is
 * answered in that thread. A card that was given up, or was never meant to be there, is not waited for; an entry always
 * waits, since it says nothing without its root. Of an incident only its first entry that is not said yet is looked at, so
 * that its story is told in order.
 */
const waitingText = `SELECT w.*, e.number AS e_number, e.version AS e_version, e.kind AS e_kind, e.at AS e_at,
    e.facts AS e_facts, i.first_shown FROM (
    SELECT o.*, c.message_ts AS card_ts, c.thread_ts AS card_thread,
      ROW_NUMBER() OVER (PARTITION BY o.lane, o.channel ORDER BY o.id) AS turn
    FROM outbox o LEFT JOIN cards c ON o.under_card = 1 AND c.request_id = o.request_id AND c.channel = o.channel
      AND c.thread_ts = (SELECT MIN(m.thread_ts) FROM cards m WHERE m.request_id = o.request_id AND m.channel = o.channel)
    WHERE o.state = 'waiting' AND o.lane <> 'pages' AND NOT (c.request_id IS NOT NULL AND c.message_ts IS NULL AND c.behind = 1)
      AND NOT (o.kind LIKE 'entry %' AND c.message_ts IS NULL)
      AND NOT (o.lane = 'alerts' AND EXISTS (SELECT 1 FROM outbox f WHERE f.request_id = o.request_id
        AND f.lane = 'alerts' AND f.state = 'waiting' AND f.id < o.id))
  ) w LEFT JOIN incident_entries e ON w.kind LIKE 'entry %' AND e.incident_id = w.request_id
    AND e.number = SUBSTRING(w.kind, 7)
  LEFT JOIN incidents i ON i.id = w.request_id
  WHERE w.turn <= ? ORDER BY w.lane = 'approvals' DESC, w.id LIMIT ?`;

function noticeOf(row: Row): Notice {
  const text = (name: string): string | undefined =>
    row[name] === null || row[name] === '' ? undefined : String(row[name]);
  const underCard = Number(row['under_card']) === 1;
  const card = underCard ? (text('card_thread') ?? text('card_ts')) : undefined;
  const waiting = {
    id: String(row['id']),
    lane: String(row['lane']) as Notice['lane'], // this room wrote it, like all that follows
    channel: String(row['channel']),
    threadTs: card ?? text('thread_ts'),
    underCard,
    attempted: row['attempted_at'] !== null,
  };
  const { [privateToKey]: privateTo, ...detail } = row['detail'] === null ? {} : factsOf(row['detail']);
  const [kind] = String(row['kind']).split(' ');
  if (kind === 'entry') {
    const entry = numberedEntryOf(row, 'e_');
    return {
      ...{ ...waiting, kind, incidentId: String(row['request_id']) as IncidentId, entry },
      toldByRoot: row['first_shown'] !== null && entry.version <= Number(row['first_shown']),
    };
  }
  if (kind === 'digest') return { ...waiting, kind, digest: digestOf(detail) };
  if (kind === 'silence-end') return { ...waiting, kind, silence: endedSilenceOf(detail) };
  return {
    ...{ ...waiting, kind: kind as RequestNotice['kind'], detail },
    ...(typeof privateTo === 'string' ? { privateTo } : {}),
    requestId: String(row['request_id']) as RequestId,
  };
}

function endedSilenceOf(detail: Readonly<Record<string, unknown>>): SilenceEndNotice['silence'] {
  const { app, rule, queue, request } = detail;
  return {
    ...{ app: String(app), rule: String(rule), queue: queue === null ? undefined : String(queue) },
    ...(typeof request === 'number' ? { request } : {}),
  };
}

const digestOf = (detail: Readonly<Record<string, unknown>>): Digest => ({
  endedAt: new Date(String(detail['endedAt'])),
  firing: detail['firing'] as Digest['firing'],
  passed: detail['passed'] as Digest['passed'],
});
