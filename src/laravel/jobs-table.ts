import type { AppDescription, ConnectionDescription } from '../core/app-description.ts';
import { type Clock, systemClock } from '../core/clock.ts';
import type { Read } from '../core/reading.ts';
import type { QueueName } from '../operations/ports.ts';
import { type AppDatabase, quoteName, type Row } from './database.ts';
import { bytesOf } from './failure-rows.ts';
import { outlinePayload } from './payload.ts';
import { createOwner, type QueueStore } from './queue-store.ts';
import { queuedInTable } from './queued-in-table.ts';
import { jobColumns, reservedJob, waitingJob, wholeColumns } from './table-job.ts';
import { locateInTable } from './table-locate.ts';
import { findReserved } from './table-reserved.ts';
import { searchTable } from './table-search.ts';
import { createTableSizes, headSizes } from './table-sizes.ts';
import { upcomingPart } from './upcoming-job.ts';

export type TableConnection = Extract<ConnectionDescription, { readonly driver: 'database' }>;

/** The tables of an application's database connections, each once. */
export function jobsTables(
  database: AppDatabase,
  description: AppDescription,
  clock: Pick<Clock, 'now'> = systemClock,
): readonly QueueStore[] {
  const byTable = new Map<string, TableConnection[]>();
  for (const connection of description.connections.values()) {
    if (connection.driver !== 'database') continue;
    byTable.set(connection.table, [...(byTable.get(connection.table) ?? []), connection]);
  }
  return [...byTable].map(([name, connections]) =>
    createJobsTable({ database, description, name, connections, clock }),
  );
}

interface JobsTableOptions {
  readonly database: AppDatabase;
  readonly description: AppDescription;
  readonly name: string;
  readonly connections: readonly TableConnection[];
  readonly clock: Pick<Clock, 'now'>;
}

/** A worker looks for its next job no longer than this either. */
const nextLimitMs = 1_500;

function createJobsTable(options: JobsTableOptions): QueueStore {
  const { database, description, name, connections, clock } = options;
  const table = quoteName(name);
  const ownerOf = createOwner(connections, description);
  const queueOf = (queue: string): QueueName => ({ connection: ownerOf(queue).name, name: queue });

  const readNext = <Job>(
    queue: QueueName,
    limit: number,
    signal: AbortSignal,
    columns: string,
    jobOf: (row: Row) => Job,
  ): Promise<Read<readonly Job[]>> =>
    database.read(
      signal,
      async (sql) => {
        const rows = await sql.all(
          `SELECT ${columns} FROM ${table} WHERE queue = ?
           AND (reserved_at IS NULL AND available_at <= UNIX_TIMESTAMP() OR reserved_at <= UNIX_TIMESTAMP() - ?)
           ORDER BY id LIMIT ?`,
          [queue.name, ownerOf(queue.name).retryAfterSeconds, limit],
        );
        return rows.map(jobOf);
      },
      nextLimitMs,
    );

  return {
    connections,
    sizes: createTableSizes({ database, description, connections, table, ownerOf, clock }),

    sizesOf: (queue, signal) =>
      database.read(signal, async (sql) => ({
        ...{ ...queue, driver: 'database' as const },
        ...(await headSizes(sql, table, queue.name, ownerOf)),
      })),

    next: (queue, limit, signal) =>
      readNext(queue, limit, signal, jobColumns, (row) => waitingJob(row, queue)),

    upcoming: (queue, limit, signal) =>
      readNext(queue, limit, signal, wholeColumns, (row) => ({
        ...waitingJob(row, queue),
        ...upcomingPart(outlinePayload(bytesOf(row['payload'])), description),
      })),

    async reserved(queue, limit, signal) {
      const one = queue && { name: queue.name, retryAfterSeconds: ownerOf(queue.name).retryAfterSeconds };
      const { value: rows, missing } = await findReserved(database, table, one, limit, signal);
      return { value: rows.map((row) => reservedJob(row, ownerOf(String(row['queue'])))), missing };
    },

    mark: (_queues, signal) =>
      database.read(signal, async (sql) => {
        const [row] = await sql.all(`SELECT COALESCE(MAX(id), 0) AS highest FROM ${table}`);
        return { tables: new Map([[name, Number(row?.['highest'] ?? 0)]]), lists: new Map() };
      }),

    locate: (mark, jobs, signal) =>
      locateInTable(
        database,
        table,
        mark.tables.get(name) ?? 0,
        new Set(jobs.map(({ uuid }) => uuid)),
        signal,
      ),

    queued: (jobs, signal) => queuedInTable(database, table, new Set(jobs.map(({ uuid }) => uuid)), signal),

    search: (text, signal) => searchTable({ database, table, text, queueOf, signal }),
  };
}
