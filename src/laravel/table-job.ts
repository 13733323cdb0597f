import type { ConnectionDescription } from '../core/app-description.ts';
import type { QueueName, ReservedJob, WaitingJob } from '../operations/ports.ts';
import type { Row } from './database.ts';
import { sketchPayload } from './payload.ts';

/** What is read of one row of a `jobs` table: the payload's head holds all fields that stand before its data. */
export const jobColumns =
  'id, queue, attempts, reserved_at, available_at, UNIX_TIMESTAMP() AS now, LEFT(payload, 800) AS payload_head';

/** The whole payload besides, cut where it is too long to be worth it. */
export const wholeColumns = `${jobColumns}, CAST(LEFT(payload, 262144) AS BINARY) AS payload`;

export function waitingJob(row: Row, queue: QueueName): WaitingJob {
  return {
    ...{ connection: queue.connection, name: queue.name, ...sketchOf(row) },
    ageSeconds: Number(row['now']) - Number(row['available_at']),
  };
}

export function reservedJob(row: Row, connection: ConnectionDescription): ReservedJob {
  const { retryAfterSeconds } = connection;
  const heldSeconds = Math.max(0, Number(row['now']) - Number(row['reserved_at']));
  return {
    ...{ connection: connection.name, name: String(row['queue']), ...sketchOf(row) },
    ...{ heldSeconds, retryAfterSeconds, overdue: heldSeconds >= retryAfterSeconds },
    timeoutSeconds: sketchPayload(String(row['payload_head'])).timeoutSeconds,
  };
}

function sketchOf(row: Row): Pick<WaitingJob, 'key' | 'uuid' | 'jobClass' | 'attempts'> {
  const { uuid, jobClass } = sketchPayload(String(row['payload_head']));
  return { key: String(row['id']), uuid, jobClass, attempts: Number(row['attempts']) };
}
