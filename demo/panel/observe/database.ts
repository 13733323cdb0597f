import type { Pool, RowDataPacket } from 'mysql2/promise';
import type { Waiting } from '../model.ts';

export interface DatabaseNumbers {
  readonly waiting: ReadonlyMap<string, Waiting>;
  readonly failed: ReadonlyMap<string, number>;
}

/** A job can be taken when nobody has it and its time has come; Laravel writes both in unix seconds. */
const jobs = `SELECT queue,
    SUM(reserved_at IS NULL AND available_at <= UNIX_TIMESTAMP()) AS ready,
    SUM(reserved_at IS NOT NULL) AS taken,
    SUM(reserved_at IS NULL AND available_at > UNIX_TIMESTAMP()) AS later,
    UNIX_TIMESTAMP() - MIN(CASE WHEN reserved_at IS NULL AND available_at <= UNIX_TIMESTAMP() THEN available_at END) AS oldest
  FROM fap.jobs GROUP BY queue`;
const failures = 'SELECT queue, COUNT(*) AS failed FROM fap.failed_jobs GROUP BY queue';

/** By queue; a queue that nothing is in is left out. Rejects when the database does not answer. */
export async function readDatabase(sql: Pool): Promise<DatabaseNumbers> {
  const [[waiting], [failed]] = await Promise.all([
    sql.query<RowDataPacket[]>(jobs),
    sql.query<RowDataPacket[]>(failures),
  ]);
  return {
    waiting: new Map(waiting.map((row) => [String(row['queue']), waitingOf(row)])),
    failed: new Map(failed.map((row) => [String(row['queue']), Number(row['failed'])])),
  };
}

const waitingOf = (row: RowDataPacket): Waiting => ({
  pending: Number(row['ready']),
  reserved: Number(row['taken']),
  delayed: Number(row['later']),
  oldestSeconds: row['oldest'] === null ? undefined : Number(row['oldest']),
});
