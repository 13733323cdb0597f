import { describe, expect, it } from 'vitest';
import { judgeBacklog } from '../../src/alerts/judge-backlog.ts';
import { judgeFailedJobs } from '../../src/alerts/judge-failed-jobs.ts';
import { judgeStaleShare } from '../../src/alerts/judge-stale-share.ts';
import { judgeSurge } from '../../src/alerts/judge-surge.ts';
import { judgeUtilization, type Level } from '../../src/alerts/judge-utilization.ts';
import { judgeWorkers } from '../../src/alerts/judge-workers.ts';
import type { Judgement, Sample } from '../../src/alerts/judgement.ts';
import { poissonTail, wilsonLowerBound } from '../../src/alerts/statistics.ts';
import { backlogRule, staleShareRule, surgeRule, utilizationRule } from './rules.ts';

const holds = (judgement: Judgement): unknown => (judgement.kind === 'known' ? judgement.holds : 'unknown');
const recovered = (judgement: Judgement): boolean => judgement.kind === 'known' && judgement.recovered;
const now = new Date('2026-11-26T12:00:00Z');
/** 21 samples over 600 s, the last one now. */
const window = (value: (index: number) => number, count = 21): Sample[] =>
  Array.from({ length: count }, (_, index) => ({
    at: new Date(now.getTime() - (count - 1 - index) * 30_000),
    value: value(index),
  }));
const judgeWindow = (samples: readonly Sample[]): Judgement => judgeBacklog(backlogRule, samples, now, 30);

describe('failed jobs', () => {
  it('holds above the threshold, not at it', () => {
    const rule = {
      watch: 'failed_jobs',
      severity: 'warning',
      above: 0,
      recoverTicks: 2,
      tellEverySeconds: 900,
    } as const;
    expect([0, 1].map((count) => holds(judgeFailedJobs(rule, count)))).toEqual([undefined, 'warning']);
    expect(recovered(judgeFailedJobs(rule, 0))).toBe(true);
  });
});

describe('backlog', () => {
  it('fires where 150 stay for ten minutes, not where they fell to 149, and not at 100', () => {
    expect(holds(judgeWindow(window(() => 150)))).toBe('critical');
    expect(holds(judgeWindow(window((index) => (index < 18 ? 150 : 149))))).toBeUndefined();
    expect(holds(judgeWindow(window(() => 100)))).toBeUndefined();
  });

  it('asks for 18 of 21 samples, and forgets what is older than the window', () => {
    const all = window(() => 150);
    expect(holds(judgeWindow(all.slice(3)))).toBe('critical');
    expect(holds(judgeWindow(all.slice(4)))).toBeUndefined();
    expect(holds(judgeWindow([...window(() => 20, 25).slice(0, 4), ...all]))).toBe('critical');
    expect(judgeWindow([])).toMatchObject({ kind: 'unknown' });
  });

  it('is over at the threshold, or with a fall to 85 %', () => {
    expect(recovered(judgeWindow(window((index) => (index < 18 ? 150 : 100))))).toBe(true);
    expect(recovered(judgeWindow(window((index) => 1_000 - index * 10)))).toBe(true);
    expect(recovered(judgeWindow(window((index) => 1_000 - index)))).toBe(false);
    // By the medians of three at each end: 850 of 1,000, and one more.
    expect([850, 851].map((end) => recovered(judgeWindow(window((n) => (n < 18 ? 1_000 : end)))))).toEqual([
      ...[true, false],
    ]);
    expect([100, 101].map((end) => recovered(judgeWindow(window((n) => (n < 18 ? 110 : end)))))).toEqual([
      ...[true, false],
    ]);
  });

  it('compares medians: one sample that dips or leaps at either end decides nothing', () => {
    for (const [odd, value] of [
      [0, 900],
      [20, 101],
      [0, 101],
      [20, 900],
    ] as const)
      expect([odd, holds(judgeWindow(window((index) => (index === odd ? value : 150))))]).toEqual([
        ...[odd, 'critical'],
      ]);
    // Two of three are an end.
    expect(holds(judgeWindow(window((index) => (index > 18 ? 149 : 150))))).toBeUndefined();
    // And one sample at the threshold is no window above it.
    expect(holds(judgeWindow(window((index) => (index === 10 ? 100 : 150))))).toBeUndefined();
  });

  it('says how much it changes in a minute', () => {
    expect(judgeWindow(window((index) => 200 + index * 2))).toMatchObject({ facts: { perMinute: 4 } });
    // A last sample that dips is no decline, and is told as none.
    const dips = judgeWindow(window((index) => (index === 20 ? 180 : 200)));
    expect(dips).toMatchObject({ holds: 'critical', facts: { perMinute: 0 } });
  });
});

describe('stale share', () => {
  it('weighs a share by how many there are', () => {
    const judged = (stale: number, eligible: number): Judgement =>
      judgeStaleShare(staleShareRule, { stale, eligible });
    expect(holds(judged(3, 20))).toBe('warning');
    expect(holds(judged(3, 30))).toBeUndefined();
    expect(holds(judged(10, 100))).toBe('warning');
    expect(holds(judged(2, 4))).toBeUndefined();
    expect(holds(judged(20, 5_000))).toBe('warning');
    expect(judged(0, 0)).toMatchObject({ holds: undefined, value: undefined, recovered: true });
  });

  it.each([
    // 10 % and its bound are reached by equalling them; 19 of 191 is 9.9 %, with a bound of 6.5 %.
    [19, 190, 'warning'],
    [19, 191, undefined],
    [19, 5_000, undefined],
    [20, 5_000, 'warning'],
    [3, 20, 'warning'],
    [3, 21, undefined],
    [2, 2, undefined],
  ])('of %i in %i: %s', (stale, eligible, said) => {
    expect(holds(judgeStaleShare(staleShareRule, { stale, eligible }))).toBe(said);
  });

  it.each([
    ['below 5 %', 4, 100, true],
    ['not at it', 5, 100, false],
    ['with less than three, whatever their share', 2, 4, true],
    ['not with three', 3, 30, false],
    ['not while twenty are stale, however few that is', 20, 5_000, false],
  ])('is over %s', (_, stale, eligible, over) => {
    expect(recovered(judgeStaleShare(staleShareRule, { stale, eligible }))).toBe(over);
  });

  it('knows Wilson’s bound', () => {
    expect(wilsonLowerBound(3, 20)).toBeCloseTo(0.0524, 3);
    expect(wilsonLowerBound(3, 30)).toBeCloseTo(0.0346, 3);
    expect(wilsonLowerBound(10, 100)).toBeCloseTo(0.0552, 3);
    expect(wilsonLowerBound(0, 0)).toBe(0);
  });
});

describe('surge', () => {
  const quiet = Array.from({ length: 285 }, () => 0);

  it('fires on what is far above the usual, and critically from the cap on', () => {
    expect(holds(judgeSurge(surgeRule, { count: 10, baseline: quiet }))).toBe('warning');
    expect(holds(judgeSurge(surgeRule, { count: 4, baseline: quiet }))).toBeUndefined();
    expect(holds(judgeSurge(surgeRule, { count: 49, baseline: quiet.map(() => 20) }))).toBeUndefined();
    expect(holds(judgeSurge(surgeRule, { count: 50, baseline: quiet.map(() => 20) }))).toBe('critical');
  });

  it('asks for ten with less than six hours of baseline', () => {
    const few = quiet.slice(0, 71);
    expect([9, 10].map((count) => holds(judgeSurge(surgeRule, { count, baseline: few })))).toEqual([
      undefined,
      'warning',
    ]);
    // From six hours on what is usual decides.
    expect(holds(judgeSurge(surgeRule, { count: 9, baseline: quiet.slice(0, 72) }))).toBe('warning');
    // So many are critical with no history at all.
    expect([49, 50].map((count) => holds(judgeSurge(surgeRule, { count, baseline: [] })))).toEqual([
      'warning',
      'critical',
    ]);
  });

  /** Even traffic: nothing is burstier than Poisson's. */
  const steady = (mean: number): readonly number[] => quiet.map(() => mean);
  it.each([
    ['three times the usual decides, to the row', 29, steady(10), undefined],
    ['three times the usual decides, to the row', 30, steady(10), 'warning'],
    ['chance decides: P(X ≥ 15 | 5) is 2.3e-4', 15, steady(5), undefined],
    ['chance decides: P(X ≥ 16 | 5) is 6.9e-5', 16, steady(5), 'warning'],
    ['nothing counts as less than 0.5 in a window: P(X ≥ 5 | 0.5) is 1.7e-4', 5, quiet, undefined],
    ['nothing counts as less than 0.5 in a window: P(X ≥ 6 | 0.5) is 1.4e-5', 6, quiet, 'warning'],
  ])('%s', (_, count, baseline, said) => {
    expect(holds(judgeSurge(surgeRule, { count, baseline }))).toBe(said);
  });

  it('weighs chance by how bursty the table is', () => {
    // 0 and 20 by turns: a mean of 9.5 in the lowest 95 %, and a variance of ten times that.
    const bursty = quiet.map((_, at) => (at % 2) * 20);
    expect(holds(judgeSurge(surgeRule, { count: 40, baseline: steady(9.5) }))).toBe('warning');
    expect(holds(judgeSurge(surgeRule, { count: 40, baseline: bursty }))).toBeUndefined();
  });

  it('takes the mean of the lowest 95 % for the usual', () => {
    // 14 of 285 windows are left out, and a fifteenth is not.
    const usual = (odd: number): unknown =>
      judgeSurge(surgeRule, { count: 1, baseline: steady(4).map((n, at) => (at < odd ? 275 : n)) });
    expect([usual(14), usual(15)]).toMatchObject([{ facts: { usual: 4 } }, { facts: { usual: 5 } }]);
  });

  it('is over below three, or below half as many again as usual', () => {
    expect(recovered(judgeSurge(surgeRule, { count: 2, baseline: quiet }))).toBe(true);
    expect(recovered(judgeSurge(surgeRule, { count: 3, baseline: quiet }))).toBe(false);
    expect(
      [29, 30].map((count) => recovered(judgeSurge(surgeRule, { count, baseline: steady(20) }))),
    ).toEqual([...[true, false]]);
  });

  it('knows the tail of Poisson’s distribution', () => {
    expect(poissonTail(1, 0.5)).toBeCloseTo(1 - Math.exp(-0.5), 10);
    expect(poissonTail(0, 3)).toBe(1);
    expect(poissonTail(40, 20)).toBeCloseTo(5.3e-5, 5);
    expect(poissonTail(900, 800)).toBeCloseTo(2.9e-4, 4);
  });
});

describe('workers', () => {
  it('holds where nobody is alive and work is due, and knows nothing of a host that can’t be reached', () => {
    const rule = { severity: 'critical' } as const;
    expect(holds(judgeWorkers(rule, { alive: 0, due: 1 }))).toBe('critical');
    expect(holds(judgeWorkers(rule, { alive: 0, due: 0 }))).toBeUndefined();
    expect(holds(judgeWorkers(rule, { alive: undefined, due: 5 }))).toBe('unknown');
    expect(holds(judgeWorkers(rule, { alive: undefined, due: 0 }))).toBeUndefined();
    expect(holds(judgeWorkers(rule, { alive: 0, due: undefined }))).toBe('unknown');
    expect(holds(judgeWorkers(rule, { alive: 1, due: undefined }))).toBeUndefined();
  });
});

describe('service levels', () => {
  const judged = (...levels: readonly (readonly [number | undefined, number])[]): Judgement =>
    judgeUtilization(
      utilizationRule,
      levels.map(([value, max], index): Level => ({ metric: `m${index}`, value, max })),
    );

  it('is broken above its threshold, used up at it', () => {
    expect(holds(judged([60, 60]))).toBe('warning');
    expect(holds(judged([61, 60]))).toBe('critical');
    expect(holds(judged([48, 60]))).toBeUndefined();
    expect(holds(judged([49, 60], [1, 100]))).toBe('warning');
  });

  it('takes a threshold of 0 as allowing nothing', () => {
    expect(holds(judged([0, 0]))).toBeUndefined();
    expect(holds(judged([1, 0]))).toBe('critical');
  });

  it('recovers at 0.6, not between', () => {
    expect([36, 37, 48].map((value) => recovered(judged([value, 60])))).toEqual([true, false, false]);
  });

  it('knows a breach whatever else is unknown, and no all-clear with something unknown', () => {
    expect(holds(judged([61, 60], [undefined, 5]))).toBe('critical');
    expect(judged([1, 60], [undefined, 5])).toEqual({ kind: 'unknown', why: 'm1' });
    const never: Level = { metric: 'oldest', value: undefined, max: 300, isImmeasurable: true };
    const beside = (value: number): Judgement =>
      judgeUtilization(utilizationRule, [{ metric: 'pending', value, max: 60 }, never]);
    expect([holds(beside(1)), recovered(beside(1)), holds(beside(61))]).toEqual([
      undefined,
      true,
      'critical',
    ]);
  });
});
