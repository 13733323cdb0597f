import type { Severity, SurgeRule } from '../core/alert-description.ts';
import type { Judgement } from './judgement.ts';
import { mean, poissonTail, variance } from './statistics.ts';

/** Usual numbers: windows of the baseline in any order, without the newest part and without earlier episodes. */
export interface SurgeCounts {
  /** Distinct rows that entered the state within the newest window. */
  readonly count: number;
  readonly baseline: readonly number[];
}

export function judgeSurge(
  rule: SurgeRule & { readonly severity: Severity },
  { count, baseline }: SurgeCounts,
): Judgement {
  const usual = usualOf(rule, baseline);
  const isCritical = count >= rule.criticalFrom;
  const isFew = baseline.length * rule.windowSeconds < rule.leastBaselineSeconds;
  const holds = isFew ? count >= rule.fewCount : isUnusual(rule, count, usual);
  return {
    ...{ kind: 'known', holds: isCritical ? 'critical' : holds ? rule.severity : undefined },
    recovered: count < Math.max(rule.recoverBelow, rule.recoverRatio * usual.mean),
    ...{ value: count, facts: { count, usual: usual.mean, windows: baseline.length } },
  };
}

interface Usual {
  readonly mean: number;
  /** Variance over mean, at least 1: how much burstier than a Poisson process it is. */
  readonly dispersion: number;
}

/** The mean of the lowest share, so that an earlier surge does not hide the next one. */
function usualOf(rule: SurgeRule, baseline: readonly number[]): Usual {
  if (baseline.length === 0) return { mean: rule.leastMean, dispersion: 1 };
  const sorted = [...baseline].sort((a, b) => a - b);
  const kept = sorted.slice(0, Math.max(1, Math.ceil(sorted.length * rule.trimTo)));
  const lambda = Math.max(mean(kept), rule.leastMean);
  return { mean: lambda, dispersion: Math.max(1, variance(baseline) / lambda) };
}

function isUnusual(rule: SurgeRule, count: number, { mean: lambda, dispersion }: Usual): boolean {
  if (count < rule.leastCount || count < rule.ratio * lambda) return false;
  return poissonTail(count / dispersion, lambda / dispersion) < rule.probabilityBelow;
}
