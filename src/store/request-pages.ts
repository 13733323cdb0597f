import { queuekeeper } from '../core/audit.ts';
import type { RequestId } from '../core/ids.ts';
import type { MissingPart } from '../core/reading.ts';
import { owedPage, type RequestPage, type RequestPages } from '../core/request-pages.ts';
import { addNotice } from './approval-ends.ts';
import { entryAbout, readRequest } from './approval-row.ts';
import type { StoreAuditLog } from './audit-log.ts';
import type { StoreDatabase } from './database.ts';
import { factsOf } from './rows.ts';
import type { Row, Sql } from './sql.ts';

/** Longer than a call takes. After a miss it is the pause before the next try. */
const oursSeconds = 15;
/** An hour of tries. */
const mostEndTries = 240;

const free = `(o.attempted_at IS NULL OR o.attempted_at <= UTC_TIMESTAMP(6) - INTERVAL ${oursSeconds} SECOND)`;
const waits = `EXISTS (SELECT 1 FROM approvals a
  WHERE a.id = o.request_id AND a.state = 'pending' AND a.expires_at > UTC_TIMESTAMP(6))`;

/** Pages about requests: a row of the outbox each, in a lane that Slack's poster leaves alone. */
export function createRequestPages(
  database: StoreDatabase,
  audit: Pick<StoreAuditLog, 'note'>,
): RequestPages {
  /** Noted, not sealed with it: a pager that has taken a page has taken it, whatever the audit log says. */
  const note = async (page: RequestPage, missing: MissingPart | undefined): Promise<void> => {
    const request = await database.query((sql) => readRequest(sql, page.requestId));
    if (request === undefined) return;
    const why = missing === undefined ? {} : { target: missing.name, why: missing.why };
    const outcome = missing === undefined ? {} : { outcome: 'failed' };
    const detail = { event: page.event, tries: page.tries + 1, ...why };
    audit.note(entryAbout(request, 'PAGED', queuekeeper, { ...outcome, detail }));
  };

  return {
    async take(limit) {
      const rows = await database.query((sql) =>
        sql.all(
          `SELECT o.*, ${waits} AS waits FROM outbox o
           WHERE o.state = 'waiting' AND o.lane = 'pages' AND o.kind = 'page' AND ${free} ORDER BY o.id LIMIT ?`,
          [limit],
        ),
      );
      const taken: RequestPage[] = [];
      for (const row of rows) {
        const page = await database.query((sql) => takeOne(sql, row));
        if (page !== undefined) taken.push(page);
      }
      return taken;
    },

    async told(page) {
      const state = page.event === 'resolve' ? 'said' : 'waiting';
      await database.query((sql) =>
        sql.run(
          "UPDATE outbox SET state = ?, detail = ?, attempted_at = NULL WHERE id = ? AND state = 'waiting'",
          [state, keptText({ told: true, tries: 0 }), page.id],
        ),
      );
      await note(page, undefined);
    },

    async missed(page, missing) {
      const tries = page.tries + 1;
      const isHopeless = page.event === 'resolve' && tries >= mostEndTries;
      await database.transaction(async (sql) => {
        // From its first try on an end counts for itself.
        await sql.run("UPDATE outbox SET state = ?, detail = ? WHERE id = ? AND state = 'waiting'", [
          isHopeless ? 'given-up' : 'waiting',
          ...[keptText({ told: page.event === 'resolve', tries }), page.id],
        ]);
        const detail = { target: missing.name, why: missing.why };
        if (page.event === 'trigger' && tries === 1)
          await addNotice(sql, page.requestId, 'page-failed', detail);
      });
      if (tries === 1) await note(page, missing);
    },
  };
}

interface Kept {
  readonly told: boolean;
  readonly tries: number;
}

const keptText = (kept: Kept): string => JSON.stringify(kept);

/** Nothing was begun while it has no detail. */
function keptOf(row: Row): Kept | undefined {
  if (row['detail'] === null) return undefined;
  const { told, tries } = factsOf(row['detail']);
  return { told: told === true, tries: typeof tries === 'number' ? tries : 0 };
}

/** One conditional update, so that one process has it, and nobody is woken for what was decided a moment ago. */
async function takeOne(sql: Sql, row: Row): Promise<RequestPage | undefined> {
  const kept = keptOf(row);
  const id = String(row['id']);
  const { told = false, tries = 0 } = kept ?? {};
  const owed = owedPage({ waits: Number(row['waits']) === 1, begun: kept !== undefined, told });
  if (owed === 'nothing') return undefined;
  if (owed === 'over') {
    await sql.run("UPDATE outbox SET state = 'given-up' WHERE id = ? AND state = 'waiting'", [id]);
    return undefined;
  }
  // An end counts its own tries.
  const before = owed === 'resolve' && !told ? 0 : tries;
  const { changed } = await sql.run(
    `UPDATE outbox o SET o.attempted_at = UTC_TIMESTAMP(6), o.detail = ?
     WHERE o.id = ? AND o.state = 'waiting' AND ${free} ${owed === 'trigger' ? `AND ${waits}` : ''}`,
    [keptText({ told, tries }), id],
  );
  if (changed !== 1) return undefined;
  return { id, requestId: String(row['request_id']) as RequestId, event: owed, tries: before }; // this room wrote it
}
