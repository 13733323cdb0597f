import type { AppDescription, ConnectionDescription } from '../core/app-description.ts';
import type { JobUuid } from '../core/ids.ts';
import type { Gathered, Read } from '../core/reading.ts';
import type {
  LocatedBy,
  QueueMark,
  QueueName,
  QueueSizes,
  ReservedJob,
  UpcomingJob,
  WaitingJob,
} from '../operations/ports.ts';

export type StoreSizes = Omit<QueueSizes, 'failed' | 'configured'>;

/** A place where jobs are kept (a `jobs` table, or Redis), with all connections that share it. Each job is in one store. */
export interface QueueStore {
  /** At least one. */
  readonly connections: readonly ConnectionDescription[];
  /** Every configured queue of these connections, and those that merely hold jobs. */
  sizes(signal: AbortSignal): Promise<Read<readonly StoreSizes[]>>;
  /** Of one queue that `sizes` may not name, asked for itself. */
  sizesOf(queue: QueueName, signal: AbortSignal): Promise<Read<StoreSizes>>;
  next(queue: QueueName, limit: number, signal: AbortSignal): Promise<Read<readonly WaitingJob[]>>;
  upcoming(queue: QueueName, limit: number, signal: AbortSignal): Promise<Read<readonly UpcomingJob[]>>;
  /** Longest held first. With something missing: what was found until then. */
  reserved(
    queue: QueueName | undefined,
    limit: number,
    signal: AbortSignal,
  ): Promise<Gathered<readonly ReservedJob[]>>;
  mark(queues: readonly QueueName[], signal: AbortSignal): Promise<Read<QueueMark>>;
  locate(
    mark: QueueMark,
    jobs: readonly LocatedBy[],
    signal: AbortSignal,
    seen?: Map<string, string>,
  ): Promise<Read<Located>>;
  /** See `QueueReader.queued`. */
  queued(jobs: readonly LocatedBy[], signal: AbortSignal): Promise<Read<ReadonlySet<JobUuid>>>;
  /** With something missing: what was found until then, in so many jobs. */
  search(text: string, signal: AbortSignal): Promise<Gathered<SearchedJobs>>;
}

export type Located = ReadonlyMap<JobUuid, 'waiting' | 'reserved'>;
export interface SearchedJobs {
  readonly found: readonly WaitingJob[];
  readonly searched: number;
}

/** The connection on which a queue's workers listen; for a queue that nobody configured the store's first one that has any. */
export function createOwner<Connection extends ConnectionDescription>(
  connections: readonly Connection[],
  description: AppDescription,
): (queue: string) => Connection {
  const byName = new Map(connections.map((connection) => [connection.name, connection]));
  const owners = description.queues.flatMap((queue): [string, Connection][] => {
    const owner = byName.get(queue.connection);
    return owner === undefined ? [] : [[queue.name, owner]];
  });
  const byQueue = new Map(owners);
  const other = owners[0]?.[1] ?? connections[0];
  if (other === undefined) throw new Error('a store without a connection');
  return (queue) => byQueue.get(queue) ?? other;
}

/** Names of the queues that the configuration puts on these connections. */
export const configuredQueues = (
  connections: readonly ConnectionDescription[],
  description: AppDescription,
): readonly string[] =>
  description.queues
    .filter((queue) => connections.some(({ name }) => name === queue.connection))
    .map(({ name }) => name);
