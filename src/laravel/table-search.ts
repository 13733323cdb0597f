import type { Gathered, MissingPart } from '../core/reading.ts';
import type { QueueName, WaitingJob } from '../operations/ports.ts';
import type { AppDatabase } from './database.ts';
import { likeText } from './failure-rows.ts';
import { phpJsonTexts } from './php-json.ts';
import type { SearchedJobs } from './queue-store.ts';
import { jobColumns, waitingJob } from './table-job.ts';

/** Newest jobs of each queue that are looked at; far apart in the table they take 50 ms a queue. */
const newest = 2_000;
const shownPerQueue = 10;
const limitMs = 2_500;

export interface TableSearch {
  readonly database: AppDatabase;
  /** Quoted. */
  readonly table: string;
  readonly text: string;
  readonly queueOf: (queue: string) => QueueName;
  readonly signal: AbortSignal;
}

/** Queue by queue, so that a big one hides no small one; what was found until the time was over stays. */
export async function searchTable(search: TableSearch): Promise<Gathered<SearchedJobs>> {
  const { database, table, signal } = search;
  const until = performance.now() + limitMs;
  const names = await database.read(signal, (sql) => sql.all(`SELECT DISTINCT queue FROM ${table}`), limitMs);
  if (!names.ok) return { value: { found: [], searched: 0 }, missing: [names.missing] };
  const found: WaitingJob[] = [];
  let searched = 0;
  const missing: MissingPart[] = [];
  for (const row of names.value) {
    const read = await searchQueue(search, String(row['queue']), Math.max(1, until - performance.now()));
    if (!read.ok) {
      missing.push(read.missing);
      break;
    }
    found.push(...read.value.found);
    searched += read.value.searched;
  }
  return { value: { found, searched }, missing };
}

function searchQueue(
  { database, table, text, queueOf, signal }: TableSearch,
  queue: string,
  leftMs: number,
): ReturnType<typeof database.read<SearchedJobs>> {
  const patterns = phpJsonTexts(text).map(likeText);
  return database.read(
    signal,
    async (sql) => {
      const [bound] = await sql.all(
        `SELECT MIN(id) AS first_id, COUNT(*) AS n
         FROM (SELECT id FROM ${table} WHERE queue = ? ORDER BY id DESC LIMIT ${newest}) tail`,
        [queue],
      );
      const rows = await sql.all(
        `SELECT ${jobColumns} FROM ${table} WHERE queue = ? AND id >= ? AND (${patterns.map(() => 'payload LIKE ?').join(' OR ')})
         ORDER BY id DESC LIMIT ${shownPerQueue}`,
        [queue, String(bound?.['first_id'] ?? 0), ...patterns],
      );
      return {
        found: rows.map((row) => waitingJob(row, queueOf(queue))),
        searched: Number(bound?.['n'] ?? 0),
      };
    },
    leftMs,
  );
}
