import { createHash } from 'node:crypto';
import type { AlertRule } from '../core/alert-description.ts';
import { canonicalJson } from '../core/canonical.ts';

/** Keys of any rule that say how often it looks, how long things must last, how loud it is, what its message shows, or whose jobs write its rows. */
const undeciding = new Set([
  ...['everySeconds', 'timeoutSeconds', 'show', 'writtenBy', 'severity', 'tellEverySeconds'],
  ...['forSeconds', 'warnForSeconds', 'breachForSeconds'],
  ...['recoverForSeconds', 'recoverTicks', 'recoverWindows'],
  // Of all queues; those of one are added below.
  'levels',
]);

/**
 * What a rule's states were made by: its expression and its thresholds. What only says how long something must last is
 * measured against the time that a state has kept, so changing it keeps the state. `queue`: the label of the queue that the
 * state is about, if it is about one; of service levels those of this queue count, not its neighbours'. 16 hex digits.
 */
export function ruleHashOf(rule: AlertRule, queue: string | undefined): string {
  const levels = 'levels' in rule && queue !== undefined ? rule.levels?.[queue] : undefined;
  const judged = Object.fromEntries([
    ...Object.entries(rule).filter(([name]) => !undeciding.has(name)),
    ...(levels === undefined ? [] : [['levels', levels]]),
  ]);
  return createHash('sha256').update(canonicalJson(judged)).digest('hex').slice(0, 16);
}
