import type { World } from '../world.ts';
import {
  count,
  freeWorkers,
  groupOf,
  haveWaited,
  keepBusy,
  killInTheMiddle,
  supervisorOf,
  untilSo,
} from './hands.ts';
import type { Situation } from './situation.ts';

/** What is wrong with jobs that wait or are held, although workers live. */

const well: Situation = {
  id: 'well',
  title: { en: 'All is well', 'zh-CN': '一切正常' },
  queue: 'reports',
  concludes: { cause: 'all-fine', marks: { 1: 'fine', 2: 'fine', 3: 'fine', 4: 'fine' } },
  async make(world) {
    await world.app.dispatch('GenerateReportSnapshotJob', 2);
    await untilSo(
      'both reports are there',
      async () => (await count(world, "fap.report_snapshots WHERE status = 'ready'")) >= 2,
    );
    return {};
  },
  mend: async () => ({}),
};

const paused: Situation = {
  id: 'paused',
  title: { en: 'commerce is paused, and nobody remembers', 'zh-CN': 'commerce 被暂停后没有恢复' },
  queue: 'commerce',
  concludes: { cause: 'paused-and-due', next: 'resume commerce', marks: { 1: 'fine' } },
  async make(world) {
    const { app } = world;
    await app.artisan('queue:pause', 'database:commerce');
    await app.dispatch('RefundOrderJob', 3);
    await haveWaited(world, 'commerce');
    return {};
  },
  async mend({ app }) {
    await app.artisan('queue:resume', 'database:commerce');
    return {};
  },
};

const maintenance: Situation = {
  id: 'maintenance',
  title: { en: 'The application is in maintenance mode', 'zh-CN': '应用处于维护模式' },
  queue: 'reports',
  concludes: { cause: 'maintenance', marks: { 1: 'fine' } },
  async make(world) {
    const { app } = world;
    await app.artisan('down');
    await app.dispatch('GenerateReportSnapshotJob', 3);
    await haveWaited(world, 'reports');
    return {};
  },
  async mend({ app }) {
    await app.artisan('up');
    return {};
  },
};

/** One job is held by a worker that is gone, while the only one that is left is busy with another. */
const workerKilled: Situation = {
  id: 'worker-killed',
  title: {
    en: 'A worker was killed in the middle of a job of ops',
    'zh-CN': 'ops 的 worker 执行任务时被强制结束',
  },
  queue: 'ops',
  concludes: { cause: 'killed', marks: { 2: 'broken' } },
  async make(world) {
    await killInTheMiddle(world, 'ops', 'ExecuteApprovalJob');
    await keepBusy(world, 'ops', 'ExecuteApprovalJob', 90);
    await world.sql.query(
      "UPDATE fap.jobs SET reserved_at = UNIX_TIMESTAMP() - 900 WHERE queue = 'ops' AND reserved_at IS NOT NULL ORDER BY id LIMIT 1",
    );
    return {};
  },
  async mend(world) {
    await world.app.behave({ ExecuteApprovalJob: undefined });
    await freeWorkers(world, 'ops');
    return {};
  },
};

/** What runs for longer than `retry_after` needs workers that have lived for longer. */
async function demandOldWorkers(world: World, seconds: number): Promise<void> {
  const workers = await supervisorOf(world).workers(groupOf('reports'));
  const missing = seconds - Math.min(...workers.map(({ uptimeSeconds }) => uptimeSeconds));
  if (missing > mostWaitSeconds)
    throw new Error(`the workers of reports started a moment ago; this can be made in ${missing} s`);
  if (missing > 0) await new Promise((resolve) => setTimeout(resolve, missing * 1_000));
}

const mostWaitSeconds = 12;

const tooSlow: Situation = {
  id: 'too-slow',
  title: { en: 'Reports take longer than retry_after', 'zh-CN': '报告执行时间超过 retry_after' },
  queue: 'reports',
  concludes: { cause: 'taken-twice', marks: { 2: 'broken' } },
  async make(world) {
    await demandOldWorkers(world, world.app.retryAfterSeconds + 3);
    await keepBusy(world, 'reports', 'GenerateReportJob', 90);
    await world.sql.query(
      "UPDATE fap.jobs SET reserved_at = reserved_at - ? WHERE queue = 'reports' AND reserved_at IS NOT NULL",
      [world.app.retryAfterSeconds + 1],
    );
    await world.app.dispatch('GenerateReportJob', 2);
    return {};
  },
  async mend(world) {
    await world.app.behave({ GenerateReportJob: undefined });
    await freeWorkers(world, 'reports');
    return {};
  },
};

const onlyLater: Situation = {
  id: 'only-delayed',
  title: { en: 'high has only jobs for later', 'zh-CN': 'high 只有延后的任务' },
  queue: 'high',
  concludes: { cause: 'only-delayed', marks: { 1: 'fine', 2: 'fine' } },
  async make({ app }) {
    await app.dispatch('SendReceiptJob', 4, { queue: 'high', delaySeconds: 7_200 });
    return {};
  },
  mend: async () => ({}),
};

/** Redis moves due jobs only where a worker looks for them: so they still stand among the delayed ones. */
const overdue: Situation = {
  id: 'overdue',
  title: {
    en: 'Delayed insights are due, and nobody takes them',
    'zh-CN': '延后的 insights 任务到期了，没有 worker 来取',
  },
  queue: 'insights',
  concludes: { cause: 'stopped', next: 'restart insights', marks: { 1: 'broken', 2: 'broken' } },
  async make(world) {
    const { app, redis } = world;
    await supervisorOf(world).ctl('stop', groupOf('insights'));
    await app.dispatch('GenerateInsightJob', 3, { delaySeconds: 3_600 });
    const key = 'fap:queues:insights:delayed';
    for (const job of await redis.client.zrange(key, '0', '-1')) await redis.client.zincrby(key, -4_200, job);
    return {};
  },
  async mend(world) {
    await supervisorOf(world).ctl('start', groupOf('insights'));
    return {};
  },
};

export const ofJobs: readonly Situation[] = [
  ...[paused, maintenance, workerKilled, tooSlow, overdue, onlyLater, well],
];
