import type { FailedJobsRule, Severity } from '../core/alert-description.ts';
import type { Judgement } from './judgement.ts';

/** Failures that are not accepted, by number. */
export function judgeFailedJobs(
  rule: FailedJobsRule & { readonly severity: Severity },
  count: number,
): Judgement {
  const holds = count > rule.above;
  return {
    ...{ kind: 'known', holds: holds ? rule.severity : undefined, recovered: !holds },
    ...{ value: count, facts: { count } },
  };
}
