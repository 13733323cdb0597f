import { shortClass } from '../core/app-description.ts';
import { countValue } from '../core/reading.ts';
import type { VerdictCondition, VerdictRule } from '../core/runbook-description.ts';
import type { StepResult } from './step-result.ts';

/** A runbook's own rule that holds, and what its first condition counted. */
export interface HeldRule {
  readonly rule: VerdictRule;
  readonly count: number;
}

/** The first of the runbook's rules whose conditions all hold. */
export function findHeldRule(
  rules: readonly VerdictRule[],
  results: readonly StepResult[],
): HeldRule | undefined {
  for (const rule of rules) {
    const counts = rule.when.map((condition) => countIfHolds(condition, results));
    const [count] = counts;
    if (count !== undefined && !counts.includes(undefined)) return { rule, count };
  }
  return undefined;
}

/** What the condition counts, where it holds. What could not be looked at satisfies none. */
function countIfHolds(condition: VerdictCondition, results: readonly StepResult[]): number | undefined {
  const result = results.find(({ number }) => number === condition.step);
  if (result === undefined || result.mark === 'unseen') return undefined;
  const count = countOf(result, condition.value);
  if (count === undefined) return undefined;
  const { above, below, mark } = condition;
  const holds =
    (above === undefined || count > above) &&
    (below === undefined || count < below) &&
    (mark === undefined || result.mark === mark);
  return holds ? count : undefined;
}

function countOf(result: StepResult, value: readonly string[] | undefined): number | undefined {
  switch (result.kind) {
    case 'condition':
      return undefined;
    case 'workers':
      return result.facts?.alive;
    case 'backlog':
      return result.facts?.due;
    case 'failures':
      return value === undefined ? result.facts?.recent : sumOfExceptions(result.groups, value);
    case 'rows':
      return value === undefined ? result.facts?.total : sumOfValues(result.found?.groups ?? [], value);
    case 'log':
      return result.facts?.matches;
  }
}

const sumOfExceptions = (
  groups: Extract<StepResult, { readonly kind: 'failures' }>['groups'],
  wanted: readonly string[],
): number =>
  groups
    .filter(({ exceptionClass }) => wanted.some((one) => shortClass(one) === shortClass(exceptionClass)))
    .reduce((sum, { count }) => sum + count, 0);

const sumOfValues = (
  groups: NonNullable<Extract<StepResult, { readonly kind: 'rows' }>['found']>['groups'],
  wanted: readonly string[],
): number =>
  groups
    .filter(({ values }) => values.some((one) => one !== null && wanted.includes(one)))
    .reduce((sum, { count }) => sum + (countValue(count) ?? 0), 0);
