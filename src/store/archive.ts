import { createHash } from 'node:crypto';
import type { RequestId } from '../core/ids.ts';
import type { FailedRow } from '../core/request.ts';
import type { Sql } from './database.ts';

export interface Archived extends Readonly<Record<string, unknown>> {
  readonly count: number;
  readonly bytes: number;
  /** SHA-256 over the rows' own hashes in id order, lower-case hex. */
  readonly sha256: string;
}

/**
 * Copies rows byte for byte, a transaction a batch; batches come cut to a size that one packet holds. A row that is there
 * already (the same request, after a crash) stays as it was first seen.
 */
export async function archiveRows(
  rows: AsyncIterable<readonly FailedRow[]>,
  transaction: (work: (sql: Sql) => Promise<unknown>) => Promise<unknown>,
  requestId: RequestId,
): Promise<Archived> {
  const whole = createHash('sha256');
  let count = 0;
  let bytes = 0;
  for await (const batch of rows) {
    if (batch.length === 0) continue;
    const values = batch.map((row) => {
      const sha256 = hashOf(row);
      whole.update(sha256);
      count += 1;
      bytes += row.payload.length + row.exception.length;
      return [
        ...[requestId, row.id, row.uuid, Buffer.from(row.connection), Buffer.from(row.queue)],
        ...[row.payload, row.exception, row.failedAt, sha256],
      ];
    });
    await transaction((sql) =>
      sql.run(
        'INSERT IGNORE INTO archived_failed_jobs (request_id, failed_id, uuid, connection, queue, payload, exception, failed_at, sha256) VALUES ?',
        [values],
      ),
    );
  }
  return { count, bytes, sha256: whole.digest('hex') };
}

/** Over every field with its length before it. */
function hashOf(row: FailedRow): string {
  const hash = createHash('sha256');
  const fields = [
    String(row.id),
    row.uuid ?? '',
    row.connection,
    row.queue,
    row.payload,
    row.exception,
    row.failedAt,
  ];
  for (const field of fields) hash.update(`${Buffer.byteLength(field)}:`).update(field);
  return hash.digest('hex');
}
