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
    facts: { first, last, perMinute: perMinute(window, rule.endSamples, stepSeconds), threshold: rule.above },
  };
}

/**
 * Net change from the window's beginning to its end, by the medians that the rule compares: what "does not become fewer"
 * says no other number may contradict. Of a window as short as an end there are only its end points.
 */
function perMinute(window: readonly number[], endSamples: number, stepSeconds: number): number {
  const end = window.length > endSamples ? endSamples : 1;
  const minutes = ((window.length - end) * stepSeconds) / 60;
  return minutes === 0 ? 0 : (median(window.slice(-end)) - median(window.slice(0, end))) / minutes;
}
