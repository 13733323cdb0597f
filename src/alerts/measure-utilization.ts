import { type QueueDescription, queueLabel } from '../core/app-description.ts';
import { judgeUtilization, type Level } from './judge-utilization.ts';
import type { Judgement } from './judgement.ts';
import { knownDue, whyDark } from './measure-backlog.ts';
import {
  type Measuring,
  measured,
  nameOf,
  present,
  queuesOf,
  type RuleOf,
  topOf,
  unknown,
  workersOf,
} from './measuring.ts';
import type { Measured } from './ports.ts';

/** Each queue that has service levels, by the highest of value / threshold. */
export function measureUtilization(
  rule: RuleOf<'utilization'>,
  measuring: Measuring,
): Promise<readonly Measured[]> {
  const { failures } = measuring;
  return Promise.all(
    queuesOf(rule, measuring)
      .filter(({ slo }) => slo !== undefined)
      .map((queue) => {
        const levels = levelsOf(queue, measuring);
        const failed = failures.ok ? failures.value.byQueue.get(queueLabel(queue)) : undefined;
        return measured(
          ...([rule, queue, namePart(judgeUtilization(rule, levels), queue, measuring), measuring] as const),
          async () => ({
            ...present(Object.fromEntries(levels.map(({ metric, max }) => [`max_${metric}`, max]))),
            ...present({ ...(await workersOf(queue, measuring)) }),
            ...present({
              timeoutsByClass: failed?.timeouts.byClass,
              timeoutsByText: failed?.timeouts.byText,
            }),
            ...topOf(failed?.kinds ?? []),
          }),
          failed?.kinds,
        );
      }),
  );
}

/** Levels that could not be read are named by what did not answer, where that is known. */
function namePart(judgement: Judgement, queue: QueueDescription, measuring: Measuring): Judgement {
  if (judgement.kind === 'known') return judgement;
  const { failures, levelsMissing, level } = measuring;
  if (level(queue) === undefined && levelsMissing.length > 0) return unknown(whyDark(measuring));
  return failures.ok ? judgement : unknown(nameOf(failures.missing));
}

/** Those that the queue has a threshold for; a value that could not be read is undefined. */
export function levelsOf(
  queue: QueueDescription,
  { level, failures }: Pick<Measuring, 'level' | 'failures'>,
): readonly Level[] {
  const { maxPending, maxFailed, maxOldestSeconds, maxTimeouts } = queue.slo ?? {};
  const now = level(queue);
  const known = failures.ok ? failures.value : undefined;
  const failed = known?.byQueue.get(queueLabel(queue));
  const metrics: readonly (Omit<Level, 'max'> & { readonly max: number | undefined })[] = [
    { metric: 'pending', value: knownDue(now, maxPending ?? 0), max: maxPending },
    { metric: 'failed', value: failed?.notAccepted, max: maxFailed },
    {
      ...{ metric: 'oldest', value: now?.oldestSeconds, max: maxOldestSeconds },
      isImmeasurable: now?.isAgeless === true,
    },
    {
      ...{ metric: 'timeouts', max: maxTimeouts },
      value: known?.timeoutsKnown === true ? failed?.timeouts.either : undefined,
    },
  ];
  return metrics.flatMap(({ max, ...level }) => (max === undefined ? [] : [{ ...level, max }]));
}
