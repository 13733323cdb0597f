import type { AppDescription, ConnectionDescription } from '../core/app-description.ts';
import { findJobUuid, type JobUuid } from '../core/ids.ts';
import { type Count, exact, type Read } from '../core/reading.ts';
import type { LocatedBy, QueueName, QueueSizes, ReservedJob, WaitingJob } from '../operations/ports.ts';
import { type AppDatabase, type AppSql, quoteName, type Row } from './database.ts';
import { likeText } from './failure-rows.ts';
import { sketchPayload } from './payload.ts';

/** Splitting a queue by state reads its rows; beyond this many the index alone is counted. */
const splitCap = 10_000;
const head = 'LEFT(payload, 800) AS payload_head';

type TableConnection = Extract<ConnectionDescription, { readonly driver: 'database' }>;

/** One `jobs` table, shared by one or more connections. */
export interface JobsTable {
  readonly name: string;
  readonly connections: readonly TableConnection[];
  sizes(signal: AbortSignal): Promise<Read<readonly Omit<QueueSizes, 'failed' | 'configured'>[]>>;
  next(queue: QueueName, limit: number, signal: AbortSignal): Promise<Read<readonly WaitingJob[]>>;
  reserved(
    queue: QueueName | undefined,
    limit: number,
    signal: AbortSignal,
  ): Promise<Read<readonly ReservedJob[]>>;
  mark(signal: AbortSignal): Promise<Read<number>>;
  locate(
    mark: number,
    jobs: readonly LocatedBy[],
    signal: AbortSignal,
  ): Promise<Read<ReadonlyMap<JobUuid, 'waiting' | 'reserved'>>>;
  search(
    text: string,
    newest: number,
    signal: AbortSignal,
  ): Promise<Read<{ readonly found: readonly WaitingJob[]; readonly searched: number }>>;
}

/** The tables of an application's database connections, each once. */
export function jobsTables(database: AppDatabase, description: AppDescription): readonly JobsTable[] {
  const byTable = new Map<string, TableConnection[]>();
  for (const connection of description.connections.values()) {
    if (connection.driver !== 'database') continue;
    byTable.set(connection.table, [...(byTable.get(connection.table) ?? []), connection]);
  }
  return [...byTable].map(([name, connections]) => createJobsTable(database, name, connections, description));
}

function createJobsTable(
  database: AppDatabase,
  name: string,
  connections: readonly TableConnection[],
  description: AppDescription,
): JobsTable {
  const table = quoteName(name);
  /** The connection on which the queue's workers listen; for a queue that nobody configured the first one. */
  const connectionOf = (queue: string): TableConnection => {
    const configured = description.queues.find(
      (one) => one.name === queue && connections.some((connection) => connection.name === one.connection),
    );
    const own =
      connections.find((connection) => connection.name === configured?.connection) ?? connections[0];
    if (own === undefined) throw new Error('a table without a connection');
    return own;
  };

  return {
    ...{ name, connections },

    sizes: (signal) =>
      database.read(signal, async (sql) => {
        const totals = await sql.all(`SELECT queue, COUNT(*) AS total FROM ${table} GROUP BY queue`);
        const found = new Map(totals.map((row) => [String(row['queue']), Number(row['total'])]));
        const configured = description.queues
          .filter((queue) => connections.some((connection) => connection.name === queue.connection))
          .map((queue) => queue.name);
        const names = [...new Set([...configured, ...found.keys()])];
        const sizes = [];
        for (const queue of names)
          sizes.push(await sizeOf(sql, table, connectionOf(queue), queue, found.get(queue) ?? 0));
        return sizes;
      }),

    next: (queue, limit, signal) =>
      database.read(signal, async (sql) => {
        const rows = await sql.all(
          `SELECT id, attempts, available_at, UNIX_TIMESTAMP() AS now, ${head} FROM ${table}
           WHERE queue = ? AND reserved_at IS NULL AND available_at <= UNIX_TIMESTAMP() ORDER BY id LIMIT ?`,
          [queue.name, limit],
        );
        return rows.map((row) => waitingJob(row, queue));
      }),

    reserved: (queue, limit, signal) =>
      database.read(signal, async (sql) => {
        const rows = await sql.all(
          `SELECT id, queue, attempts, reserved_at, UNIX_TIMESTAMP() AS now, ${head} FROM ${table}
           WHERE reserved_at IS NOT NULL${queue === undefined ? '' : ' AND queue = ?'} ORDER BY reserved_at LIMIT ?`,
          [...(queue === undefined ? [] : [queue.name]), limit],
        );
        return rows.map((row) => reservedJob(row, connectionOf(String(row['queue']))));
      }),

    mark: (signal) =>
      database.read(signal, async (sql) => {
        const [row] = await sql.all(`SELECT COALESCE(MAX(id), 0) AS highest FROM ${table}`);
        return Number(row?.['highest'] ?? 0);
      }),

    // A released job comes back with a new id, so the whole tail is read each time; it holds what came since the push.
    locate: (mark, jobs, signal) =>
      database.read(signal, async (sql) => {
        const wanted = new Set<string>(jobs.map(({ uuid }) => uuid));
        const rows = await sql.all(
          `SELECT reserved_at, LEFT(payload, 60) AS head FROM ${table} WHERE id > ?`,
          [mark],
        );
        const found = new Map<JobUuid, 'waiting' | 'reserved'>();
        for (const row of rows) {
          const uuid = findJobUuid(/"uuid":"([0-9a-f-]{36})"/.exec(String(row['head']))?.[1]);
          if (uuid !== undefined && wanted.has(uuid))
            found.set(uuid, row['reserved_at'] === null ? 'waiting' : 'reserved');
        }
        return found;
      }),

    search: (text, newest, signal) =>
      database.read(signal, async (sql) => {
        const [bounds] = await sql.all(
          `SELECT COALESCE(MIN(id), 0) AS lowest, COUNT(*) AS n FROM (SELECT id FROM ${table} ORDER BY id DESC LIMIT ?) w`,
          [newest],
        );
        const rows = await sql.all(
          `SELECT id, queue, attempts, available_at, UNIX_TIMESTAMP() AS now, ${head} FROM ${table}
           WHERE id >= ? AND payload LIKE ? ORDER BY id DESC LIMIT 20`,
          [Number(bounds?.['lowest'] ?? 0), likeText(text)],
        );
        const found = rows.map((row) =>
          waitingJob(row, {
            connection: connectionOf(String(row['queue'])).name,
            name: String(row['queue']),
          }),
        );
        return { found, searched: Number(bounds?.['n'] ?? 0) };
      }),
  };
}

/** Below the cap the queue is split by state; above it only its index is counted, and that is said. */
async function sizeOf(
  sql: AppSql,
  table: string,
  connection: TableConnection,
  queue: string,
  total: number,
): Promise<Omit<QueueSizes, 'failed' | 'configured'>> {
  const base = { connection: connection.name, name: queue, driver: 'database' } as const;
  if (total === 0) {
    const none = exact(0);
    return { ...base, pending: none, delayed: none, reserved: none, stuck: none, oldestSeconds: undefined };
  }
  if (total > splitCap) return { ...base, ...(await sizeOfBig(sql, table, connection, queue, total)) };
  const [row] = await sql.all(
    `SELECT SUM(reserved_at IS NULL AND available_at <= t.now) AS pending,
       SUM(reserved_at IS NULL AND available_at > t.now) AS delayed_jobs,
       SUM(reserved_at > t.now - ?) AS held, SUM(reserved_at <= t.now - ?) AS stuck,
       MAX(t.now) - MIN(IF(reserved_at IS NULL AND available_at <= t.now, available_at, NULL)) AS oldest
     FROM ${table}, (SELECT UNIX_TIMESTAMP() AS now) t WHERE queue = ?`,
    [connection.retryAfterSeconds, connection.retryAfterSeconds, queue],
  );
  const count = (name: string): Count => exact(Number(row?.[name] ?? 0));
  const oldest = row?.['oldest'];
  return {
    ...base,
    ...{
      pending: count('pending'),
      delayed: count('delayed_jobs'),
      reserved: count('held'),
      stuck: count('stuck'),
    },
    oldestSeconds: oldest === null || oldest === undefined ? undefined : Math.max(0, Number(oldest)),
  };
}

/** A sample from the head of the queue tells what there is at least; the index-only count tells how much in all. */
async function sizeOfBig(
  sql: AppSql,
  table: string,
  connection: TableConnection,
  queue: string,
  total: number,
): Promise<
  Pick<QueueSizes, 'pending' | 'delayed' | 'reserved' | 'stuck' | 'oldestSeconds' | 'oldestUnknown'>
> {
  const [row] = await sql.all(
    `SELECT SUM(reserved_at IS NULL AND available_at <= t.now) AS pending,
       SUM(reserved_at IS NULL AND available_at > t.now) AS delayed_jobs,
       SUM(reserved_at > t.now - ?) AS held, SUM(reserved_at <= t.now - ?) AS stuck
     FROM (SELECT reserved_at, available_at FROM ${table} WHERE queue = ? ORDER BY id LIMIT ?) w,
       (SELECT UNIX_TIMESTAMP() AS now) t`,
    [connection.retryAfterSeconds, connection.retryAfterSeconds, queue, splitCap],
  );
  const [due] = await sql.all(
    `SELECT UNIX_TIMESTAMP() - available_at AS age FROM ${table}
     WHERE queue = ? AND reserved_at IS NULL AND available_at <= UNIX_TIMESTAMP() ORDER BY id LIMIT 1`,
    [queue],
  );
  const capped = (name: string): Count => ({ kind: 'capped', value: Number(row?.[name] ?? 0) });
  const others = ['delayed_jobs', 'held', 'stuck'].reduce((sum, name) => sum + Number(row?.[name] ?? 0), 0);
  const age = due?.['age'];
  return {
    // All that is not known to be something else; what lies deeper may be delayed or held as well.
    pending: others === 0 ? { kind: 'capped', value: Math.min(total, splitCap) } : capped('pending'),
    ...{ delayed: capped('delayed_jobs'), reserved: capped('held'), stuck: capped('stuck') },
    oldestSeconds: age === undefined || age === null ? undefined : Math.max(0, Number(age)),
  };
}

function waitingJob(row: Row, queue: QueueName): WaitingJob {
  const sketch = sketchPayload(String(row['payload_head']));
  return {
    ...{ connection: queue.connection, name: queue.name, key: String(row['id']) },
    ...{ uuid: sketch.uuid, jobClass: sketch.jobClass, attempts: Number(row['attempts']) },
    ageSeconds: Number(row['now']) - Number(row['available_at']),
  };
}

function reservedJob(row: Row, connection: TableConnection): ReservedJob {
  const sketch = sketchPayload(String(row['payload_head']));
  const heldSeconds = Math.max(0, Number(row['now']) - Number(row['reserved_at']));
  return {
    ...{ connection: connection.name, name: String(row['queue']), key: String(row['id']), heldSeconds },
    ...{ uuid: sketch.uuid, jobClass: sketch.jobClass, attempts: Number(row['attempts']) },
    retryAfterSeconds: connection.retryAfterSeconds,
    timeoutSeconds: sketch.timeoutSeconds,
    overdue: heldSeconds >= connection.retryAfterSeconds,
  };
}
