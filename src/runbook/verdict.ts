import type { VerdictRule } from '../core/runbook-description.ts';
import type { Findings } from './facts.ts';
import { findHeldRule, type HeldRule } from './operators-rules.ts';
import { type Bound, bind } from './predicate.ts';
import type { StepResult } from './step-result.ts';
import { asides, type BuiltInRule, calm, causes, guesses } from './verdict-rules.ts';

/** A rule that holds, with the findings that it speaks of. */
export interface Said {
  readonly rule: BuiltInRule;
  readonly bound: Bound;
}

export interface Verdict {
  readonly main: ({ readonly by: 'built-in' } & Said) | ({ readonly by: 'runbook' } & HeldRule);
  /** Of another topic, and true at the same time. */
  readonly besides: Said | undefined;
  readonly asides: readonly Said[];
  /** What could not be looked at, and so is excluded by nothing. */
  readonly unseen: readonly StepResult[];
}

/**
 * The most likely cause of what the steps found, by the first rule that holds: what stops everything, the runbook's own
 * rules, guesses from the findings, and only then that nothing is wrong. Pure.
 */
export function judge(
  results: readonly StepResult[],
  findings: Findings,
  own: readonly VerdictRule[],
): Verdict {
  const main = findMain(results, findings, own);
  const topic = main.by === 'built-in' ? main.rule.topic : undefined;
  const isCalm = main.by === 'built-in' && calm.includes(main.rule);
  return {
    main,
    besides: isCalm
      ? undefined
      : first(
          guesses.filter((rule) => rule.besides === true && rule.topic !== topic),
          findings,
        ),
    asides: asides
      .filter(({ key }) => main.by === 'runbook' || !saysTheSame(main.rule, key))
      .flatMap((rule) => saidBy(rule, findings) ?? []),
    unseen: results.filter(({ mark }) => mark === 'unseen'),
  };
}

const saysTheSame = (rule: BuiltInRule, aside: BuiltInRule['key']): boolean =>
  (aside === 'timeout-trap' && rule.key === 'taken-twice') ||
  (aside === 'stays-exited-trap' && rule.key === 'exited');

function findMain(
  results: readonly StepResult[],
  findings: Findings,
  own: readonly VerdictRule[],
): Verdict['main'] {
  const cause = first(causes, findings);
  if (cause !== undefined) return { by: 'built-in', ...cause };
  const held = findHeldRule(own, results);
  if (held !== undefined) return { by: 'runbook', ...held };
  const said = first([...guesses, ...calm], findings);
  // The last calm rule and the one before exclude each other, so that one of them holds.
  if (said === undefined) throw new Error('no rule holds for what was found');
  return { by: 'built-in', ...said };
}

function first(rules: readonly BuiltInRule[], findings: Findings): Said | undefined {
  for (const rule of rules) {
    const said = saidBy(rule, findings);
    if (said !== undefined) return said;
  }
  return undefined;
}

function saidBy(rule: BuiltInRule, findings: Findings): Said | undefined {
  const bound = bind(rule.when, findings);
  return bound === undefined ? undefined : { rule, bound };
}
