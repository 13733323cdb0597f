import type { Gathered } from '../core/reading.ts';
import type { AppDatabase, Row } from './database.ts';
import { jobColumns } from './table-job.ts';

/** No index helps to find held rows: a table of 500,000 rows takes 0.5 s; one that takes longer is looked at in part. */
const wholeLimitMs = 1_500;
const headLimitMs = 1_000;
/** Workers take the oldest due first, so held rows lie near the head of their queue. */
const headRows = 10_000;

/** Rows that workers hold, longest held first. With something missing: only those near the head of the table. */
export async function findReserved(
  database: AppDatabase,
  table: string,
  queue: string | undefined,
  limit: number,
  signal: AbortSignal,
): Promise<Gathered<readonly Row[]>> {
  const condition = `reserved_at IS NOT NULL${queue === undefined ? '' : ' AND queue = ?'}`;
  const values = queue === undefined ? [] : [queue];
  const whole = await database.read(
    signal,
    (sql) =>
      sql.all(
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
