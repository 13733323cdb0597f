import { queueLabel } from '../core/app-description.ts';
import { judgeFailedJobs } from './judge-failed-jobs.ts';
import {
  type Measuring,
  measured,
  nameOf,
  present,
  queuesOf,
  type RuleOf,
  topOf,
  unknown,
} from './measuring.ts';
import type { FailureKind } from './measuring-ports.ts';
import type { Measured } from './ports.ts';

/** Failures that nobody accepted: of the whole application, or of the queue that the rule names. */
export function measureFailedJobs(
  rule: RuleOf<'failed_jobs'>,
  measuring: Measuring,
): Promise<readonly Measured[]> {
  const { failures } = measuring;
  const queues = rule.queue === undefined ? [undefined] : queuesOf(rule, measuring);
  return Promise.all(
    queues.map((queue) => {
      if (!failures.ok) return measured(rule, queue, unknown(nameOf(failures.missing)), measuring);
      const { total, notAccepted, highestId, byQueue } = failures.value;
      const own = queue === undefined ? failures.value : byQueue.get(queueLabel(queue));
      const count = own?.notAccepted;
      if (count === undefined) return measured(rule, queue, unknown('failed-jobs'), measuring);
      return measured(
        ...([rule, queue, judgeFailedJobs(rule, count), measuring] as const),
        async () => ({
          ...present({ total, highestId, threshold: rule.above }),
          ...present({ newestFailedAt: own?.newestAt?.toISOString() }),
          ...(queue === undefined && notAccepted !== undefined ? { accepted: total - notAccepted } : {}),
          ...topOf(own?.kinds ?? noKinds),
        }),
        own?.kinds,
      );
    }),
  );
}

const noKinds: readonly FailureKind[] = [];
