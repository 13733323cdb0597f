import type { BacklogRule, Severity } from '../core/alert-description.ts';
import type { Judgement, Sample } from './judgement.ts';
import { median } from './statistics.ts';

/**
 * What a worker could take now, over a window: it fires when all of it was above the threshold and its end is not lower
 * than its beginning. Medians of the ends, since bare end points flap and strict growth is never seen (measured).
 * `samples`: of this rule, in any order, the newest one of this evaluation; `stepSeconds`: between two ticks.
 */
export function judgeBacklog(
  rule: BacklogRule & { readonly severity: Severity },
  samples: readonly Sample[],
  now: Date,
  stepSeconds: number,
): Judgement {
  const from = now.getTime() - rule.noDeclineForSeconds * 1_000;
  const window = samples
    .filter(({ at }) => at.getTime() >= from && at <= now)
    .sort((a, b) => a.at.getTime() - b.at.getTime())
    .map(({ value }) => value);
  const newest = window.at(-1);
  if (newest === undefined) return { kind: 'unknown', why: 'no-samples' };
  const first = median(window.slice(0, rule.endSamples));
  const last = median(window.slice(-rule.endSamples));
  const wanted = Math.floor(rule.noDeclineForSeconds / stepSeconds) + 1;
  const isWhole = window.length >= Math.ceil(wanted * rule.leastSamplesShare);
  const holds = isWhole && window.every((value) => value > rule.above) && last >= first;
  return {
    ...{ kind: 'known', holds: holds ? rule.severity : undefined },
    recovered: last <= rule.above || last <= rule.declineTo * first,
    value: newest,
    facts: { first, last, perMinute: perMinute(window, stepSeconds), threshold: rule.above },
  };
}

/** Net change from the window's beginning to its end. */
function perMinute(window: readonly number[], stepSeconds: number): number {
  const minutes = ((window.length - 1) * stepSeconds) / 60;
  return minutes === 0 ? 0 : ((window.at(-1) ?? 0) - (window[0] ?? 0)) / minutes;
}
