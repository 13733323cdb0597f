import type { RowDataPacket } from 'mysql2/promise';
import type { ExceptionKind } from './world/laravel.ts';
import type { World } from './world/world.ts';

const troubles: readonly {
  readonly job: string;
  readonly count: number;
  readonly exception: ExceptionKind;
}[] = [
  { job: 'GenerateReportSnapshotJob', count: 12, exception: 'content' },
  { job: 'RefundOrderJob', count: 2, exception: 'provider' },
  { job: 'GenerateInsightJob', count: 3, exception: 'budget' },
];
/** A busy machine takes its time; whoever visits meanwhile sees it come about. */
const limitMs = 90_000;

/**
 * What somebody finds at 3 a.m.: reports fail, since their content pack can't be read, and it still can't; refunds failed
 * at a provider that is well again; insights ran out of budget. All made by the application's own workers. Nothing is
 * told twice on the same data.
 */
export async function tellStory({ app, sql }: World, signal: AbortSignal): Promise<void> {
  if ((await countRows(sql, 'fap.report_snapshots')) > 0) return;
  await app.behave(
    Object.fromEntries(troubles.map(({ job, exception }) => [job, { do: 'throw', exception }])),
  );
  await Promise.all(troubles.map(({ job, count }) => app.dispatch(job, count)));
  const all = troubles.reduce((sum, { count }) => sum + count, 0);
  const until = Date.now() + limitMs;
  while ((await countRows(sql, 'fap.failed_jobs')) < all && Date.now() < until) {
    signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await app.behave({ RefundOrderJob: undefined, GenerateInsightJob: undefined });
}

/** `table` is one of ours. */
async function countRows(sql: World['sql'], table: string): Promise<number> {
  const [[row]] = await sql.query<RowDataPacket[]>(`SELECT COUNT(*) AS n FROM ${table}`);
  return Number(row?.['n']);
}
