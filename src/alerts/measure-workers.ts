import type { QueueDescription } from '../core/app-description.ts';
import { judgeWorkers, type WorkersNow } from './judge-workers.ts';
import { knownDue } from './measure-backlog.ts';
import { type Measuring, measured, present, queuesOf, type RuleOf, workersOf } from './measuring.ts';
import type { Measured } from './ports.ts';

/** Nobody alive although work is due: of each queue, or of the one that the rule names. */
export function measureWorkers(rule: RuleOf<'workers'>, measuring: Measuring): Promise<readonly Measured[]> {
  return Promise.all(
    queuesOf(rule, measuring).map(async (queue) => {
      const level = measuring.level(queue);
      const { alive, expected } = await nowAt(rule, queue, measuring);
      const due = knownDue(level, 0);
      return measured(rule, queue, judgeWorkers(rule, { alive, due }), measuring, async () =>
        present({ expected, oldestSeconds: level?.oldestSeconds }),
      );
    }),
  );
}

/** Where no Supervisor is configured, work that is held tells of a worker, and work that is old of none. */
async function nowAt(
  rule: RuleOf<'workers'>,
  queue: QueueDescription,
  measuring: Measuring,
): Promise<Pick<WorkersNow, 'alive'> & { readonly expected: number | undefined }> {
  if (queue.workers !== undefined) return workersOf(queue, measuring);
  const { held, oldestSeconds } = measuring.level(queue) ?? {};
  if (held !== undefined && held > 0) return { alive: held, expected: undefined };
  const isOld = oldestSeconds !== undefined && oldestSeconds > rule.forSeconds;
  if (held === 0 && isOld) return { alive: 0, expected: undefined };
  // What has just become due may be taken in a moment: that is as good as a worker.
  return { alive: held === 0 && oldestSeconds !== undefined ? 1 : undefined, expected: undefined };
}
