import type { UtilizationRule } from '../core/alert-description.ts';
import type { Judgement } from './judgement.ts';

/** A service level: `value` undefined means that it could not be read. */
export interface Level {
  readonly metric: string;
  readonly value: number | undefined;
  readonly max: number;
  /** It is no fault that it could not be read: nobody ever could. The others decide. */
  readonly isImmeasurable?: boolean;
}

/** Strict: a value that equals its threshold is used up, not broken. A threshold of 0 allows nothing. */
export function utilizationOf(value: number, max: number): number {
  if (max > 0) return value / max;
  return value === 0 ? 0 : Number.POSITIVE_INFINITY;
}

export function judgeUtilization(rule: UtilizationRule, levels: readonly Level[]): Judgement {
  const read = levels.flatMap(({ metric, value, max }) =>
    value === undefined ? [] : [{ metric, value, max, used: utilizationOf(value, max) }],
  );
  const missing = levels
    .filter(({ value, isImmeasurable = false }) => value === undefined && !isImmeasurable)
    .map(({ metric }) => metric);
  const isBroken = read.some(({ value, max }) => value > max);
  const highest = Math.max(0, ...read.map(({ used }) => used));
  const holds = isBroken ? 'critical' : highest > rule.warnAbove ? 'warning' : undefined;
  // What is known to be bad is bad whatever else is unknown; what is known to be well says nothing of the rest.
  if (holds === undefined && missing.length > 0) return { kind: 'unknown', why: missing.join(', ') };
  return {
    ...{ kind: 'known', holds, recovered: !isBroken && highest <= rule.recoverUpTo },
    ...{ value: highest, facts: Object.fromEntries(read.map(({ metric, value }) => [metric, value])) },
  };
}
