import type { Gathered } from '../core/reading.ts';
import type { AppDatabase, AppSql, Row } from './database.ts';
import { jobColumns } from './table-job.ts';

/** No index helps to find held rows: a table of 500,000 rows takes 0.5 s; one that takes longer is looked at in part. */
const wholeLimitMs = 1_500;
const headLimitMs = 1_000;
/** Workers take the oldest due first, so held rows lie near the head of their queue. */
const headRows = 10_000;
/** Of one queue: 0.1 s, even if its rows lie far apart. */
const queueHeadRows = 2_000;
/** For what the clocks of several hosts differ, and rows that somebody had locked when a worker passed them. */
const slackSeconds = 60;

export interface OneQueue {
  readonly name: string;
  readonly retryAfterSeconds: number;
}

/** Rows that workers hold, longest held first. With something missing: only those near the head of the table. */
export async function findReserved(
  database: AppDatabase,
  table: string,
  queue: OneQueue | undefined,
  limit: number,
  signal: AbortSignal,
): Promise<Gathered<readonly Row[]>> {
  const condition = `reserved_at IS NOT NULL${queue === undefined ? '' : ' AND queue = ?'}`;
  const values = queue === undefined ? [] : [queue.name];
  const whole = await database.read(
    signal,
    async (sql) =>
      queue !== undefined && (await isHeadAll(sql, table, queue))
        ? atHead(sql, table, queue, limit)
        : sql.all(
            `SELECT ${jobColumns} FROM ${table} FORCE INDEX (PRIMARY) WHERE ${condition} ORDER BY reserved_at LIMIT ?`,
            [...values, limit],
          ),
    wholeLimitMs,
  );
  if (whole.ok) return { value: whole.value, missing: [] };
  const { missing } = whole;
  if (missing.why !== 'timeout' || signal.aborted) return { value: [], missing: [missing] };
  const head = await database.read(
    signal,
    async (sql) => {
      const [bound] = await sql.all(
        `SELECT MAX(id) AS last_id FROM (SELECT id FROM ${table} FORCE INDEX (PRIMARY) ORDER BY id LIMIT ${headRows}) head`,
      );
      return sql.all(
        `SELECT ${jobColumns} FROM ${table} FORCE INDEX (PRIMARY) WHERE id <= ? AND ${condition} ORDER BY reserved_at LIMIT ?`,
        [String(bound?.['last_id'] ?? 0), ...values, limit],
      );
    },
    headLimitMs,
  );
  return { value: head.ok ? head.value : [], missing: [missing] };
}

/**
 * Whether no row behind the head of its queue can be held within retry_after: a worker takes the due row with the lowest
 * id (Laravel's DatabaseQueue), so while one of the head waits it takes none from behind. Rows never come in before
 * others: what is released gets a new id.
 */
async function isHeadAll(sql: AppSql, table: string, queue: OneQueue): Promise<boolean> {
  const [row] = await sql.all(
    `SELECT COUNT(*) AS looked, MIN(IF(reserved_at IS NULL, available_at, NULL)) AS waits_since, UNIX_TIMESTAMP() AS now
     FROM (SELECT reserved_at, available_at FROM ${table} WHERE queue = ? ORDER BY id LIMIT ${queueHeadRows}) head`,
    [queue.name],
  );
  if (Number(row?.['looked'] ?? 0) < queueHeadRows) return true;
  const since = row?.['waits_since'] ?? null;
  return since !== null && Number(row?.['now']) - Number(since) > queue.retryAfterSeconds + slackSeconds;
}

const atHead = (sql: AppSql, table: string, { name }: OneQueue, limit: number): Promise<readonly Row[]> =>
  sql.all(
    `SELECT ${jobColumns}
     FROM (SELECT id FROM ${table} WHERE queue = ? ORDER BY id LIMIT ${queueHeadRows}) head JOIN ${table} USING (id)
     WHERE reserved_at IS NOT NULL ORDER BY reserved_at LIMIT ?`,
    [name, limit],
  );
