import type { QueueLevel, Tick } from '../alerts/measuring-ports.ts';
import { type AppDescription, queueLabel } from '../core/app-description.ts';
import { countValue, type Gathered, type Read } from '../core/reading.ts';
import type { QueueName } from '../operations/ports.ts';
import { costed } from './alert-cost.ts';
import { type AppDatabase, type AppSql, quoteName, type Row } from './database.ts';
import { isStatementTooSlow } from './database-errors.ts';
import type { QueueStore } from './queue-store.ts';

/** Of a queue so many rows are looked at one by one: 20 ms, even if they lie far apart. */
const usualRows = 1_000;
/** Where a threshold asks for more, or the head says too little: 0.2 s. */
const mostRows = 10_000;
/** All queues of the database together, with the wait for the one connection. */
const readLimitMs = 8_000;

interface Parts {
  readonly database: AppDatabase;
  readonly description: AppDescription;
  /** Left out: the application has no queue in Redis. */
  readonly redis?: Pick<QueueStore, 'sizes'>;
}

/** What a worker could take now, of every configured queue; database and Redis side by side. */
export function createQueueLevels({
  database,
  description,
  redis,
}: Parts): (rows: ReadonlyMap<string, number>, tick: Tick) => Promise<Gathered<readonly QueueLevel[]>> {
  const inTables = description.queues.flatMap((queue) => {
    const connection = description.connections.get(queue.connection);
    return connection?.driver === 'database' ? [{ ...connection, queue }] : [];
  });
  const inRedis = description.queues.filter(
    ({ connection }) => description.connections.get(connection)?.driver === 'redis',
  );

  const fromTables = (rows: ReadonlyMap<string, number>, tick: Tick): Promise<Read<readonly QueueLevel[]>> =>
    database.read(
      tick.signal,
      async (sql) => {
        const levels: QueueLevel[] = [];
        for (const { queue, table, retryAfterSeconds } of inTables) {
          const label = queueLabel(queue);
          const look = { table: quoteName(table), queue, retryAfterSeconds };
          const wanted = Math.min(mostRows, Math.max(usualRows, rows.get(label) ?? 0));
          levels.push(await levelOf(costed(sql, `due ${label}`, tick), look, wanted));
        }
        return levels;
      },
      readLimitMs,
    );

  return async (rows, tick) => {
    const [tables, lists] = await Promise.all([
      inTables.length === 0 ? undefined : fromTables(rows, tick),
      inRedis.length === 0 || redis === undefined ? undefined : timed(redis, tick),
    ]);
    const reads = [tables, lists].filter((read) => read !== undefined);
    const known = new Map(
      reads.flatMap((read) =>
        read.ok ? read.value.map((level) => [queueLabel(level), level] as const) : [],
      ),
    );
    return {
      value: description.queues.map((queue) => known.get(queueLabel(queue)) ?? dark(queue)),
      missing: reads.flatMap((read) => (read.ok ? [] : [read.missing])),
    };
  };
}

const dark = ({ connection, name }: QueueName): QueueLevel => ({
  ...{ connection, name, due: undefined, counted: 'exact' },
  ...{ oldestSeconds: undefined, held: undefined },
});

interface TableLook {
  /** Quoted. */
  readonly table: string;
  readonly queue: QueueName;
  readonly retryAfterSeconds: number;
}

/** Exact where the rows that are looked at are all; else as `QueueLevel.counted` says. A value that timed out is unknown. */
async function levelOf(sql: AppSql, look: TableLook, rows: number): Promise<QueueLevel> {
  const { connection, name } = look.queue;
  try {
    const first = await readHead(sql, look, rows);
    const head =
      !first.isAll && isMostlyOther(first) && rows < mostRows ? await readHead(sql, look, mostRows) : first;
    const { due, oldestSeconds, held } = head;
    const level = { connection, name, oldestSeconds, held };
    if (head.isAll) return { ...level, due, counted: 'exact' };
    if (isMostlyOther(head)) return { ...level, due, counted: 'least' };
    const [row] = await sql.all(`SELECT COUNT(*) AS total FROM ${look.table} WHERE queue = ?`, [name]);
    return { ...level, due: Math.max(due, Number(row?.['total'] ?? 0)), counted: 'whole' };
  } catch (error) {
    if (!isStatementTooSlow(error)) throw error;
    return dark(look.queue);
  }
}

interface Head {
  readonly looked: number;
  readonly isAll: boolean;
  readonly due: number;
  readonly held: number;
  readonly oldestSeconds: number | undefined;
}

/** Of a queue whose head is mostly delayed or held, its number of rows would tell nothing of what is due. */
const isMostlyOther = ({ due, looked }: Head): boolean => due * 2 < looked;

/**
 * In the order of the index on `queue`, which is that of the ids. Not sorted by it: where few rows of a big table are of
 * this queue, the server would rather walk along the primary key.
 */
async function readHead(sql: AppSql, look: TableLook, rows: number): Promise<Head> {
  const [row] = await sql.all(
    `SELECT COUNT(*) AS looked, SUM(is_due) AS due, SUM(reserved_at IS NOT NULL AND NOT is_due) AS held,
       MIN(IF(is_due, available_at, NULL)) AS oldest_due, UNIX_TIMESTAMP() AS now
     FROM (SELECT reserved_at, available_at,
         COALESCE(reserved_at <= UNIX_TIMESTAMP() - ?, available_at <= UNIX_TIMESTAMP()) AS is_due
       FROM ${look.table} WHERE queue = ? LIMIT ?) head`,
    [look.retryAfterSeconds, look.queue.name, rows + 1],
  );
  return headOf(row ?? {}, rows);
}

function headOf(row: Row, rows: number): Head {
  const number = (name: string): number => Number(row[name] ?? 0);
  const [looked, due] = [number('looked'), number('due')];
  const isAll = looked <= rows;
  const oldest = row['oldest_due'];
  const age =
    oldest === null || oldest === undefined ? undefined : Math.max(0, number('now') - Number(oldest));
  return { ...{ looked, isAll, due, held: number('held') }, oldestSeconds: due === 0 && isAll ? 0 : age };
}

async function timed(redis: Pick<QueueStore, 'sizes'>, tick: Tick): Promise<Read<readonly QueueLevel[]>> {
  const began = performance.now();
  const read = await redis.sizes(tick.signal);
  tick.cost('due redis', performance.now() - began);
  if (!read.ok) return read;
  return {
    ok: true,
    value: read.value.map((sizes): QueueLevel => {
      const { connection, name, pending, stuck, reserved, oldestSeconds, oldestUnknown } = sizes;
      const [waiting, expired] = [countValue(pending), countValue(stuck)];
      const due = waiting === undefined || expired === undefined ? undefined : waiting + expired;
      return {
        ...{ connection, name, due, counted: 'exact', held: countValue(reserved) },
        oldestSeconds: due === 0 ? 0 : oldestSeconds,
        ...(due !== 0 && oldestUnknown === 'no-timestamp' ? { isAgeless: true } : {}),
      };
    }),
  };
}
