import type { Count } from '../core/reading.ts';
import type { StepLimits } from '../core/runbook-description.ts';
import type { Mark } from './step-result.ts';

/** The step's own judgement, unless the runbook says from where on a count is too much. Nothing known is never fine. */
export function markOf(count: Count, limits: StepLimits, own: Mark): Mark {
  const { suspiciousAbove, brokenAbove } = limits;
  if (count.kind === 'unknown') return 'unseen';
  if (suspiciousAbove === undefined && brokenAbove === undefined) return own;
  if (brokenAbove !== undefined && count.value > brokenAbove) return 'broken';
  if (suspiciousAbove !== undefined && count.value > suspiciousAbove) return 'suspicious';
  // Counting stopped below the limit: what is beyond may be too much.
  return count.kind === 'capped' ? 'suspicious' : 'fine';
}

/** What was seen in part is no better than what was not seen, unless the part that was seen is bad enough. */
export const seenInPart = (mark: Mark): Mark => (mark === 'fine' ? 'unseen' : mark);
