import type { AppDescription } from '../core/app-description.ts';
import { failedJobId, findJobUuid } from '../core/ids.ts';
import type { FailureSummary, QueueName } from '../operations/ports.ts';
import type { Row } from './database.ts';
import { readExceptionHead } from './exceptions.ts';
import { sketchPayload } from './payload.ts';
import { createZone } from './zoned-time.ts';

/** Heads only: an exception can have megabytes, and off-page bytes are what costs. */
export const headColumns =
  'id, uuid, connection, queue, LEFT(payload, 600) AS payload_head, LEFT(exception, 500) AS exception_head, failed_at';

/** Turns rows of heads into summaries; `now` is the database's own clock, so that no two clocks are subtracted. */
export function createSummary(timezone: string): (row: Row, now: Date) => FailureSummary {
  const zone = createZone(timezone);
  return (row, now) => {
    const failedAt = String(row['failed_at']);
    const failedInstant = zone.toInstant(failedAt);
    const uuid = row['uuid'];
    return {
      id: failedJobId(Number(row['id'])),
      uuid: findJobUuid(typeof uuid === 'string' ? uuid : null) ?? null,
      connection: String(row['connection']),
      name: String(row['queue']),
      jobClass: sketchPayload(String(row['payload_head'])).jobClass,
      ...readExceptionHead(String(row['exception_head'])),
      ...{ failedAt, failedInstant },
      ageSeconds: Math.max(0, Math.round((now.getTime() - failedInstant.getTime()) / 1000)),
    };
  };
}

/** Connections under which rows of this queue may have been recorded: all that share its table. */
export function connectionsOf(queue: QueueName, description: AppDescription): readonly string[] {
  const own = description.connections.get(queue.connection);
  if (own?.driver !== 'database') return [queue.connection];
  const sharing = [...description.connections.values()].filter(
    (connection) => connection.driver === 'database' && connection.table === own.table,
  );
  return sharing.map(({ name }) => name);
}

/** A text inside LIKE, with its own wildcards escaped. */
export const likeText = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`;

export const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);
export const bytesOf = (value: unknown): Buffer =>
  Buffer.isBuffer(value) ? value : Buffer.from(String(value));
