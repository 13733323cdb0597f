import type { Sample } from './judgement.ts';

/** A series of values over a window, in numbers. Undefined: there is no sample that says it. */
export interface TrendSummary {
  readonly now: Sample | undefined;
  /** The sample nearest to an hour before the newest one. */
  readonly hourAgo: Sample | undefined;
  readonly highest: Sample | undefined;
  readonly lowest: Sample | undefined;
  /** Net change over the last hour, or as far back as there are samples within it. */
  readonly perMinute: number | undefined;
}

const hourMs = 3_600_000;
/** Samples are thinned to one in five minutes. */
const nearMs = 300_000;
/** Between two samples that are nearer than this a pace says nothing. */
const leastMs = 60_000;

/** Pure. `samples`: ascending, by one clock. */
export function summarize(samples: readonly Sample[]): TrendSummary {
  const now = samples.at(-1);
  if (now === undefined) {
    return { now, hourAgo: undefined, highest: undefined, lowest: undefined, perMinute: undefined };
  }
  const back = (sample: Sample): number => now.at.getTime() - sample.at.getTime();
  const distance = (sample: Sample): number => Math.abs(back(sample) - hourMs);
  const nearest = samples.reduce((best, one) => (distance(one) < distance(best) ? one : best));
  const first = samples.find((one) => back(one) <= hourMs + nearMs) ?? now;
  return {
    now,
    hourAgo: distance(nearest) <= nearMs ? nearest : undefined,
    // Of equal ones the newest.
    highest: samples.reduce((best, one) => (one.value >= best.value ? one : best)),
    lowest: samples.reduce((best, one) => (one.value <= best.value ? one : best)),
    perMinute: back(first) < leastMs ? undefined : ((now.value - first.value) * 60_000) / back(first),
  };
}
