import type { JobUuid } from '../core/ids.ts';
import type { Read } from '../core/reading.ts';
import type { AppDatabase } from './database.ts';
import { uuidColumns, uuidOfRow } from './table-locate.ts';

const rowsAtOnce = 10_000;
const windowLimitMs = 6_000;

/**
 * Looks through a whole table, in id order and in short statements: a job that is released meanwhile comes back with a
 * higher id, and is met later.
 */
export async function queuedInTable(
  database: AppDatabase,
  table: string,
  wanted: ReadonlySet<JobUuid>,
  signal: AbortSignal,
): Promise<Read<ReadonlySet<JobUuid>>> {
  const found = new Set<JobUuid>();
  for (let after = '0'; found.size < wanted.size; ) {
    const read = await database.read(
      signal,
      (sql) =>
        sql.all(`SELECT ${uuidColumns} FROM ${table} WHERE id > ? ORDER BY id LIMIT ${rowsAtOnce}`, [after]),
      windowLimitMs,
    );
    if (!read.ok) return read;
    for (const row of read.value) {
      const uuid = uuidOfRow(row);
      if (uuid !== undefined && wanted.has(uuid)) found.add(uuid);
    }
    const last = read.value.at(-1);
    if (last === undefined || read.value.length < rowsAtOnce) break;
    after = String(last['id']);
  }
  return { ok: true, value: found };
}
