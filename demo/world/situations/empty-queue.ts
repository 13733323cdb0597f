import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import type { World } from '../world.ts';
import { isInRedis } from './hands.ts';
import type { QueueId } from './situation.ts';

interface Belongings {
  readonly jobs: readonly string[];
  readonly tables: readonly string[];
}

const belongings: Readonly<Record<QueueId, Belongings>> = {
  reports: {
    jobs: ['GenerateReportSnapshotJob', 'GenerateReportJob'],
    tables: ['report_snapshots', 'report_jobs'],
  },
  ops: { jobs: ['ExecuteApprovalJob'], tables: ['admin_approvals', 'audit_logs'] },
  commerce: {
    jobs: ['RefundOrderJob', 'ReprocessPaymentEventJob'],
    tables: ['payment_events', 'orders', 'benefit_grants'],
  },
  content: { jobs: ['RunContentProbeJob'], tables: ['content_pack_releases'] },
  insights: { jobs: ['GenerateInsightJob'], tables: ['ai_insights'] },
  high: { jobs: ['SendReceiptJob'], tables: [] },
  default: { jobs: ['SendReceiptJob'], tables: [] },
};

/** Takes everything away that ever happened in a queue: what waits, what failed, its rows, and what its jobs were told. */
export async function emptyQueue(world: World, queue: QueueId): Promise<void> {
  const { app, sql, redis } = world;
  const { jobs, tables } = belongings[queue];
  await app.behave(Object.fromEntries(jobs.map((job) => [job, undefined])));
  for (const table of ['jobs', 'failed_jobs'])
    await patiently(() => sql.query(`DELETE FROM fap.${table} WHERE queue = ?`, [queue]));
  for (const table of tables) await patiently(() => sql.query(`DELETE FROM fap.${table}`));
  if (isInRedis(queue) && redis.server.isAlive())
    await redis.client.del(
      ...['', ':delayed', ':reserved', ':notify'].map((kind) => `fap:queues:${queue}${kind}`),
    );
  // What was logged is about reports alone.
  if (queue === 'reports')
    await truncate(join(app.folder, 'storage/logs/laravel.log')).catch(() => undefined);
}

const tries = 5;

/** Workers look at the same rows. */
async function patiently(work: () => Promise<unknown>): Promise<void> {
  for (let left = tries; ; left -= 1) {
    try {
      await work();
      return;
    } catch (error) {
      const isDeadlock = error instanceof Error && 'code' in error && error.code === 'ER_LOCK_DEADLOCK';
      if (!isDeadlock || left === 1) throw error;
    }
  }
}
