import { type AppDescription, shortClass } from '../core/app-description.ts';
import { failedJobId, findJobUuid, type JobReference } from '../core/ids.ts';
import type { FailureReader, TargetCandidate } from '../operations/ports.ts';
import { type AppDatabase, type AppSql, quoteName, type Row } from './database.ts';
import { type ExceptionHead, readExceptionHead } from './exceptions.ts';
import { bytesOf, textOrNull } from './failure-rows.ts';
import { findCancelled } from './job-batches.ts';
import { outlinePayload, type PayloadOutline } from './payload.ts';
import { createZone } from './zoned-time.ts';

/** What of a row must be known before it may be frozen, besides the row itself. */
export interface Around {
  readonly exception: ExceptionHead;
  readonly uuidCount: number;
  readonly cancelled: ReadonlySet<string>;
}

/** Turns a row with its whole payload (or so much of it as was read) into a candidate. */
export function createCandidate(
  description: AppDescription,
): (row: Row, outline: PayloadOutline, around: Around) => TargetCandidate {
  const zone = createZone(description.timezone);
  return (row, outline, { exception, uuidCount, cancelled }) => {
    const { decoded } = outline;
    return {
      failedId: failedJobId(Number(row['id'])),
      uuid: findJobUuid(textOrNull(row['uuid'])) ?? null,
      jobUuid: decoded.uuid ?? null,
      ...{ connection: String(row['connection']), queue: String(row['queue']) },
      payloadSha256: String(row['sha256']),
      jobClass: shortClass(decoded.jobClass),
      businessKey: businessKeyOf(outline, description),
      uuidCount,
      payloadKind: decoded.kind,
      batchCancelled: decoded.batchId !== undefined && cancelled.has(decoded.batchId),
      exceptionClass: exception.exceptionClass,
      failedInstant: zone.toInstant(String(row['failed_at'])),
      timeoutSeconds: decoded.timeoutSeconds,
    };
  };
}

/** Value of the property by which the class's outcome rule finds its business row. */
export function businessKeyOf(
  { decoded, property }: PayloadOutline,
  description: AppDescription,
): string | null {
  const rule = description.outcomes.get(shortClass(decoded.jobClass));
  return rule === undefined ? null : (property(rule.property) ?? null);
}

/** A few rows, each named by a person. */
export function createTargets(
  database: AppDatabase,
  description: AppDescription,
): Pick<FailureReader, 'targets'> {
  const table = quoteName(description.failed.table);
  const candidateOf = createCandidate(description);
  return {
    targets: (references, signal) =>
      database.read(signal, async (sql) => {
        const rows = (await readTargets(sql, table, references)).map((row) => ({
          row,
          outline: outlinePayload(bytesOf(row['payload'])),
        }));
        const batches = rows.flatMap(({ outline }) => outline.decoded.batchId ?? []);
        const cancelled = await findCancelled(sql, batches);
        return rows.map(({ row, outline }) =>
          candidateOf(row, outline, {
            ...{ uuidCount: Number(row['uuid_count']), cancelled },
            exception: readExceptionHead(String(row['exception_head'])),
          }),
        );
      }),
  };
}

async function readTargets(
  sql: AppSql,
  table: string,
  references: readonly JobReference[],
): Promise<readonly Row[]> {
  const ids = references.flatMap((reference) => (reference.kind === 'id' ? [reference.id] : []));
  const uuids = references.flatMap((reference) => (reference.kind === 'uuid' ? [reference.uuid] : []));
  if (ids.length + uuids.length === 0) return [];
  // A number compared with a varchar uuid matches wrongly, so each kind meets its own column.
  const where = [...(ids.length > 0 ? ['f.id IN (?)'] : []), ...(uuids.length > 0 ? ['f.uuid IN (?)'] : [])];
  const values = [...(ids.length > 0 ? [ids] : []), ...(uuids.length > 0 ? [uuids] : [])];
  return sql.all(
    `SELECT f.id, f.uuid, f.connection, f.queue, f.failed_at, LEFT(f.exception, 500) AS exception_head,
       CAST(f.payload AS BINARY) AS payload, SHA2(CAST(f.payload AS BINARY), 256) AS sha256,
       (SELECT COUNT(*) FROM ${table} o WHERE o.uuid = f.uuid) AS uuid_count
     FROM ${table} f WHERE ${where.join(' OR ')} ORDER BY f.id`,
    values,
  );
}
