import type { ConnectionDescription } from '../core/app-description.ts';
import type { QueueName, ReservedJob, WaitingJob } from '../operations/ports.ts';
import { sketchPayload } from './payload.ts';

/** Members of a sorted set with their scores, as WITHSCORES lists them. */
export const scored = (entries: readonly string[]): readonly (readonly [member: string, score: number])[] =>
  entries.flatMap((member, index) =>
    index % 2 === 0 ? [[member, Number(entries[index + 1])] as const] : [],
  );

/** `dueAt`: unix seconds, where the place it was found in knows; else the payload's own time counts. */
export function waitingRedisJob(
  payload: string,
  queue: QueueName,
  now: number,
  dueAt = dueSince(payload),
): WaitingJob {
  return {
    ...{ connection: queue.connection, name: queue.name, ...sketchOf(payload) },
    ageSeconds: dueAt === undefined ? undefined : now - dueAt,
  };
}

/**
 * When a job in a list became due: pushed, plus its delay. Unknown before Laravel 12.11 and in foreign bytes. A retried job
 * keeps the time of its first push, so it looks older than it is.
 */
export function dueSince(payload: string): number | undefined {
  const { createdAt } = sketchPayload(payload);
  if (createdAt === undefined) return undefined;
  const delay = /"delay":(\d{1,9})[,}]/.exec(payload)?.[1];
  return Math.round(createdAt.getTime() / 1000) + (delay === undefined ? 0 : Number(delay));
}

/** Members of `:reserved` are not the pushed bytes, and their score is the pop's time plus retry_after. */
export function reservedRedisJob(
  payload: string,
  score: number,
  queue: string,
  connection: ConnectionDescription,
  now: number,
): ReservedJob {
  const { retryAfterSeconds } = connection;
  return {
    ...{ connection: connection.name, name: queue, ...sketchOf(payload), retryAfterSeconds },
    ...{ heldSeconds: Math.max(0, now - (score - retryAfterSeconds)), overdue: score <= now },
    timeoutSeconds: sketchPayload(payload).timeoutSeconds,
  };
}

function sketchOf(payload: string): Pick<WaitingJob, 'key' | 'uuid' | 'jobClass' | 'attempts'> {
  const { uuid, jobClass, attempts } = sketchPayload(payload);
  const key = /"id":"([A-Za-z0-9]{1,64})"/.exec(payload)?.[1] ?? '';
  return { key, uuid, jobClass, attempts: attempts ?? 0 };
}
