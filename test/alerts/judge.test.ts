import { describe, expect, it } from 'vitest';
import { judgeBacklog } from '../../src/alerts/judge-backlog.ts';
import { judgeFailedJobs } from '../../src/alerts/judge-failed-jobs.ts';
import { judgeStaleShare } from '../../src/alerts/judge-stale-share.ts';
import { judgeSurge } from '../../src/alerts/judge-surge.ts';
import { judgeUtilization, type Level } from '../../src/alerts/judge-utilization.ts';
import { judgeWorkers } from '../../src/alerts/judge-workers.ts';
import type { Judgement, Sample } from '../../src/alerts/judgement.ts';
import { poissonTail, wilsonLowerBound } from '../../src/alerts/statistics.ts';
import { createRandom, poisson } from './random.ts';
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
    const rule = { watch: 'failed_jobs', severity: 'warning', above: 0, recoverTicks: 2 } as const;
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
  });

  it('says how much it changes in a minute', () => {
    expect(judgeWindow(window((index) => 200 + index * 2))).toMatchObject({ facts: { perMinute: 4 } });
    // A last sample that dips is no decline, and is told as none.
    const dips = judgeWindow(window((index) => (index === 20 ? 180 : 200)));
    expect(dips).toMatchObject({ holds: 'critical', facts: { perMinute: 0 } });
  });

  /** Share of 200 runs of two hours in which it fired; `next`: the backlog 30 s later. */
  const firedIn = (
    next: (backlog: number, tick: number, random: () => number) => number,
    from = 0,
  ): number => {
    let fired = 0;
    for (let run = 0; run < 200; run += 1) {
      const random = createRandom(run + 1);
      const samples: Sample[] = [];
      let backlog = from;
      for (let tick = 0; tick < 240; tick += 1) {
        backlog = Math.max(0, next(backlog, tick, random));
        samples.push({ at: new Date(now.getTime() + tick * 30_000), value: backlog });
        const at = samples.at(-1)?.at ?? now;
        if (holds(judgeBacklog(backlogRule, samples.slice(-21), at, 30)) !== 'critical') continue;
        fired += 1;
        break;
      }
    }
    return fired / 200;
  };

  it('keeps still over bursts that drain, in simulated hours', () => {
    expect(firedIn((backlog, _, random) => backlog + poisson(5, random) - poisson(20, random), 600)).toBe(0);
    expect(
      firedIn((backlog, tick, random) => backlog + (tick % 10 === 0 ? 300 : 0) - poisson(45, random)),
    ).toBe(0);
  });

  it('finds dead workers and leaks in each of them', () => {
    expect(firedIn((backlog) => backlog, 150)).toBe(1);
    expect(firedIn((backlog, _, random) => backlog + poisson(2, random))).toBe(1);
    expect(firedIn((backlog, _, random) => backlog + poisson(52, random) - poisson(50, random), 150)).toBe(1);
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
    expect([recovered(judged(4, 100)), recovered(judged(6, 100))]).toEqual([true, false]);
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
  });

  it('is over below three, or below half as many again as usual', () => {
    expect(recovered(judgeSurge(surgeRule, { count: 2, baseline: quiet }))).toBe(true);
    expect(recovered(judgeSurge(surgeRule, { count: 3, baseline: quiet }))).toBe(false);
    expect(recovered(judgeSurge(surgeRule, { count: 29, baseline: quiet.map(() => 20) }))).toBe(true);
  });

  /** False alarms a day over simulated days. */
  const alarmsADay = (draw: (random: () => number) => number, days: number): number => {
    const random = createRandom(20);
    const values = Array.from({ length: 288 * (days + 1) }, () => draw(random));
    let alarms = 0;
    for (let at = 288; at < values.length; at += 1) {
      const baseline = values.slice(at - 288, at - 3);
      const count = values[at] ?? 0;
      if (count < surgeRule.criticalFrom && holds(judgeSurge(surgeRule, { count, baseline })) !== undefined)
        alarms += 1;
    }
    return alarms / days;
  };

  it('gives at most one false alarm in ten days of even traffic, few or many', () => {
    for (const mean of [0.02, 0.2, 2, 20])
      expect(alarmsADay((random) => poisson(mean, random), 10)).toBeLessThan(0.11);
  });

  it('gives less than two a day where traffic comes in bursts', () => {
    const bursty = (mean: number) => (random: () => number) =>
      poisson(random() < 0.2 ? mean * 3 : mean * 0.5, random);
    for (const mean of [2, 20]) expect(alarmsADay(bursty(mean), 10)).toBeLessThan(2);
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
