import type { World } from '../world.ts';
import { groupOf, killInTheMiddle, untilWorkers } from './hands.ts';
import type { QueueId, Situation } from './situation.ts';

/** What is wrong with rows of the application, while its queue looks well. */

/** As it is in life after `retry_after`: whoever takes the job again finds its row claimed, and ends well. */
const forgetJobs = (world: World, queue: QueueId): Promise<unknown> =>
  world.sql.query('DELETE FROM fap.jobs WHERE queue = ?', [queue]);

/** Its job claims only rows that are pending or failed: so a retry ends well, and the row stays as it is. */
const reportsRunning: Situation = {
  id: 'reports-running',
  title: {
    en: 'A report is “running” since its worker was killed',
    'zh-CN': 'worker 被结束后，报告一直停在 running',
  },
  queue: 'reports',
  concludes: { cause: 'orphaned-rows', marks: { 1: 'fine', 2: 'fine', 3: 'fine', 4: 'suspicious' } },
  async make(world) {
    await killInTheMiddle(world, 'reports', 'GenerateReportSnapshotJob');
    await forgetJobs(world, 'reports');
    await world.sql.query(
      `UPDATE fap.report_snapshots SET created_at = created_at - INTERVAL 20 MINUTE, updated_at = updated_at - INTERVAL 20 MINUTE
        WHERE status = 'running'`,
    );
    return {};
  },
  shows: (world) => untilWorkers(world, groupOf('reports'), 'RUNNING'),
  mend: async () => ({}),
};

const approvalsExecuting: Situation = {
  id: 'approvals-executing',
  title: {
    en: 'An approval is “EXECUTING” since its worker was killed',
    'zh-CN': 'worker 被结束后，审批一直停在 EXECUTING',
  },
  queue: 'ops',
  concludes: { cause: 'orphaned-rows', marks: { 2: 'fine', 3: 'fine', 4: 'suspicious' } },
  async make(world) {
    await killInTheMiddle(world, 'ops', 'ExecuteApprovalJob');
    await forgetJobs(world, 'ops');
    await world.sql.query(
      "UPDATE fap.admin_approvals SET updated_at = updated_at - INTERVAL 20 MINUTE WHERE status = 'EXECUTING'",
    );
    return {};
  },
  shows: (world) => untilWorkers(world, groupOf('ops'), 'RUNNING'),
  mend: async () => ({}),
};

export const ofRows: readonly Situation[] = [reportsRunning, approvalsExecuting];
