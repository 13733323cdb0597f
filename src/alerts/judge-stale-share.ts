import type { Severity, StaleShareRule } from '../core/alert-description.ts';
import { calm, type Judgement } from './judgement.ts';
import { wilsonLowerBound } from './statistics.ts';

/** `eligible`: rows created within the look-back and before `olderThanSeconds` ago, and older ones that are stale. */
export interface StaleCounts {
  readonly stale: number;
  readonly eligible: number;
}

export function judgeStaleShare(
  rule: StaleShareRule & { readonly severity: Severity },
  { stale, eligible }: StaleCounts,
): Judgement {
  if (eligible === 0) return calm(undefined, { stale, eligible });
  const share = stale / eligible;
  const isUnusual =
    stale >= rule.leastStale &&
    share >= rule.shareAbove &&
    wilsonLowerBound(stale, eligible) >= rule.boundFrom;
  const holds = isUnusual || stale >= rule.staleFrom;
  return {
    ...{ kind: 'known', holds: holds ? rule.severity : undefined },
    recovered: !holds && (share < rule.recoverBelow || stale < rule.leastStale),
    ...{ value: share, facts: { stale, eligible, share } },
  };
}
