import { findJobUuid, type JobUuid } from '../core/ids.ts';
import type { Read } from '../core/reading.ts';
import type { AppDatabase, Row } from './database.ts';
import { sketchPayload } from './payload.ts';
import type { Located } from './queue-store.ts';

const rowsAtOnce = 10_000;
/** Laravel writes the uuid first; then it is cut out where it stands (11 ms for 10,000 rows). Else the head is read. */
export const uuidColumns = `id, reserved_at,
  IF(LEFT(payload, 9) = '{"uuid":"', SUBSTRING(payload, 10, 36), NULL) AS uuid,
  IF(LEFT(payload, 9) = '{"uuid":"', NULL, LEFT(payload, 800)) AS payload_head`;

/**
 * Looks for jobs among the rows that came after a mark. A released job comes back with a new id, so the tail is read to
 * its end each time; what is not found there is in no row newer than the mark.
 */
export function locateInTable(
  database: AppDatabase,
  table: string,
  mark: number,
  wanted: ReadonlySet<JobUuid>,
  signal: AbortSignal,
): Promise<Read<Located>> {
  return database.read(signal, async (sql) => {
    const found = new Map<JobUuid, 'waiting' | 'reserved'>();
    for (let after = String(mark); found.size < wanted.size; ) {
      const rows = await sql.all(
        `SELECT ${uuidColumns} FROM ${table} WHERE id > ? ORDER BY id LIMIT ${rowsAtOnce}`,
        [after],
      );
      for (const row of rows) {
        const uuid = uuidOfRow(row);
        if (uuid !== undefined && wanted.has(uuid))
          found.set(uuid, row['reserved_at'] === null ? 'waiting' : 'reserved');
      }
      const last = rows.at(-1);
      if (last === undefined || rows.length < rowsAtOnce) break;
      after = String(last['id']);
    }
    return found;
  });
}

export function uuidOfRow(row: Row): JobUuid | undefined {
  const { uuid, payload_head: head } = row;
  return typeof uuid === 'string' ? findJobUuid(uuid) : sketchPayload(String(head)).uuid;
}
