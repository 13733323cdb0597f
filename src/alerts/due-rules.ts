import type { AlertRule } from '../core/alert-description.ts';

/** When each rule was looked at last, by this evaluator; a new one looks at all of them first. */
export type Looked = Map<AlertRule, Date>;

/** A tick may come a little early; a rule must not skip one for that. */
const slackShare = 0.5;

/** The rules whose own `every` is over, or that have none. */
export const dueRules = (
  rules: readonly AlertRule[],
  looked: ReadonlyMap<AlertRule, Date>,
  now: Date,
  tickSeconds: number,
): readonly AlertRule[] =>
  rules.filter((rule) => {
    const last = looked.get(rule);
    if (last === undefined || rule.everySeconds === undefined) return true;
    const elapsed = (now.getTime() - last.getTime()) / 1_000;
    // The store's clock was set back: nobody knows how long ago it was.
    return elapsed < 0 || elapsed >= rule.everySeconds - slackShare * tickSeconds;
  });
