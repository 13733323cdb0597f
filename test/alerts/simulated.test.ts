import { describe, expect, it } from 'vitest';
import { calmState, patienceOf, step } from '../../src/alerts/episode.ts';
import { judgeBacklog } from '../../src/alerts/judge-backlog.ts';
import { judgeSurge } from '../../src/alerts/judge-surge.ts';
import type { Sample } from '../../src/alerts/judgement.ts';
import { mean, median, variance } from '../../src/alerts/statistics.ts';
import type { AlertRule } from '../../src/core/alert-description.ts';
import { burstyCount, createRandom, poisson } from './random.ts';
import { backlogRule, surgeRule } from './rules.ts';

/** The tables of facts/alerts.md, drawn again from a fixed seed: what is bounded here is what its users may rely on. */

type Random = () => number;
/** The backlog 30 s later. */
type Next = (backlog: number, tick: number, random: Random) => number;

const start = new Date('2026-11-26T12:00:00Z');
const at = (tick: number): Date => new Date(start.getTime() + tick * 30_000);
const rule: AlertRule = { ...backlogRule, name: 'backlog', app: 'fap', forSeconds: 0 };
const [runs, ticks] = [200, 240];

/** Of 200 runs of two hours, on a queue that was empty before: which fired, first after so many minutes, ends in a run. */
function play(next: Next, from: number) {
  const firsts: number[] = [];
  let resolved = 0;
  for (let run = 1; run <= runs; run += 1) {
    const random = createRandom(run);
    let samples: readonly Sample[] = Array.from({ length: 20 }, (_, n) => ({ at: at(n - 20), value: 0 }));
    let [backlog, state, first] = [from, calmState, Number.NaN];
    for (let tick = 0; tick <= ticks; tick += 1) {
      if (tick > 0) backlog = Math.max(0, next(backlog, tick, random));
      samples = [...samples.slice(-20), { at: at(tick), value: backlog }];
      const judgement = judgeBacklog(backlogRule, samples, at(tick), 30);
      const stepped = step(state, judgement, patienceOf(rule), at(tick));
      state = stepped.state;
      if (stepped.transition === 'fired' && Number.isNaN(first)) first = tick / 2;
      if (stepped.transition === 'resolved') resolved += 1;
    }
    if (!Number.isNaN(first)) firsts.push(first);
  }
  return {
    fired: firsts.length / runs,
    first: firsts.length === 0 ? undefined : median(firsts),
    resolved: resolved / runs,
  };
}

const between =
  (arrivals: number, service: number): Next =>
  (backlog, _, random) =>
    backlog + poisson(arrivals, random) - poisson(service, random);

interface Bounds {
  readonly fired: readonly [number, number];
  /** Minutes. */
  readonly first?: readonly [number, number];
  readonly resolved: readonly [number, number];
}

describe('two hours of a backlog', () => {
  it.each<[string, number, Next, Bounds]>([
    ['a burst of 600 that drains by 30 a minute', 600, between(5, 20), { fired: [0, 0], resolved: [0, 0] }],
    [
      '300 every five minutes, drained each time',
      0,
      (backlog, tick, random) => backlog + (tick % 10 === 0 ? 300 : 0) - poisson(45, random),
      { fired: [0, 0], resolved: [0, 0] },
    ],
    [
      'a dead worker, 150 that stay',
      150,
      (backlog) => backlog,
      { fired: [1, 1], first: [10, 10], resolved: [0, 0] },
    ],
    [
      'a dead worker, 4 a minute from nothing',
      0,
      (backlog, _, random) => backlog + poisson(2, random),
      { fired: [1, 1], first: [33, 37], resolved: [0, 0] },
    ],
    [
      'a leak of 4 a minute in much traffic',
      150,
      between(52, 50),
      { fired: [1, 1], first: [10, 10.5], resolved: [0, 0.2] },
    ],
    [
      'an outage of twelve minutes, and recovery',
      0,
      (backlog, tick, random) =>
        backlog + poisson(10, random) - (tick >= 40 && tick < 64 ? 0 : poisson(20, random)),
      { fired: [0.88, 1], first: [34, 36], resolved: [0.85, 1.05] },
    ],
    [
      '1,000 that drain by 5 a minute, with noise',
      1_000,
      between(30, 32.5),
      { fired: [0.85, 0.97], first: [26, 36], resolved: [0.2, 0.45] },
    ],
    [
      'a saw-tooth of 400 every ten minutes that stays above the threshold',
      520,
      (backlog, tick, random) => backlog + (tick % 20 === 0 ? 400 : 0) - poisson(20, random),
      { fired: [0.9, 1], first: [10, 11], resolved: [0, 0] },
    ],
    [
      'as many arrivals as are served, at 150',
      150,
      between(20, 20),
      { fired: [0.92, 1], first: [10, 10.5], resolved: [0.75, 1.1] },
    ],
  ])('%s', (_, from, next, bounds) => {
    const found = play(next, from);
    const isWithin = (value: number | undefined, [least, most]: readonly [number, number]): boolean =>
      value !== undefined && value >= least && value <= most;
    const { first: firstWithin } = bounds;
    expect({
      found,
      fired: isWithin(found.fired, bounds.fired),
      first: firstWithin === undefined ? found.first === undefined : isWithin(found.first, firstWithin),
      resolved: isWithin(found.resolved, bounds.resolved),
    }).toEqual({ found, fired: true, first: true, resolved: true });
  });

  it('a leak: bare end points go up and down again and again, and strict growth is never seen', () => {
    let [flaps, grew] = [0, 0];
    for (let run = 1; run <= runs; run += 1) {
      const random = createRandom(run);
      let [window, backlog, held]: [readonly number[], number, boolean] = [[], 150, false];
      for (let tick = 0; tick <= ticks; tick += 1) {
        backlog = Math.max(0, between(52, 50)(backlog, tick, random));
        window = [...window.slice(-20), backlog];
        const isAbove = window.length === 21 && window.every((value) => value > 100);
        const holds = isAbove && backlog >= (window[0] ?? 0);
        if (held && !holds) flaps += 1;
        held = holds;
        if (isAbove && window.every((value, n) => n === 0 || value > (window[n - 1] ?? 0))) grew += 1;
      }
    }
    expect(grew).toBe(0);
    expect(flaps / runs).toBeGreaterThan(3);
  });
});

const uncapped = { ...surgeRule, criticalFrom: Number.POSITIVE_INFINITY };
const isAlarm = (count: number, baseline: readonly number[]): boolean => {
  const judgement = judgeSurge(uncapped, { count, baseline });
  return judgement.kind === 'known' && judgement.holds !== undefined;
};
const isOutlier = (count: number, baseline: readonly number[]): boolean =>
  count > mean(baseline) + 3 * Math.sqrt(variance(baseline));
type Draw = (random: Random, window: number) => number;

describe('twenty days of a table, one test for each window', () => {
  const days = 20;
  const alarmsADay = (draw: Draw) => {
    const random = createRandom(20);
    const values = Array.from({ length: 288 * (days + 1) }, (_, window) => draw(random, window));
    let [own, outliers] = [0, 0];
    for (let window = 288; window < values.length; window += 1) {
      const [count = 0, baseline] = [values[window], values.slice(window - 288, window - 3)];
      if (isAlarm(count, baseline)) own += 1;
      if (isOutlier(count, baseline)) outliers += 1;
    }
    return { own: own / days, outliers: outliers / days };
  };
  const dayAndNight = (window: number): number => 20 * (1 + 0.8 * Math.sin((2 * Math.PI * window) / 288));

  // The most that facts/alerts.md measured, and what three standard deviations have at least.
  it.each<[string, Draw, number, number]>([
    ['0.02 in a window', (random) => poisson(0.02, random), 0, 4],
    ['0.2', (random) => poisson(0.2, random), 0, 4],
    ['2, bursty', (random) => burstyCount(2, 2, random), 0.45, 4],
    ['20', (random) => poisson(20, random), 0, 0.8],
    ['20, bursty', (random) => burstyCount(20, 5, random), 0.8, 2],
    [
      '20, bursty, more by day than by night',
      (random, window) => burstyCount(dayAndNight(window), 5, random),
      1.15,
      2,
    ],
  ])('%s: fewer false alarms than three standard deviations give', (_, draw, most, outliers) => {
    const found = alarmsADay(draw);
    expect(found.own).toBeLessThanOrEqual(most);
    expect(found.outliers).toBeGreaterThan(outliers);
  });
});

describe('a surge', () => {
  const caught = (usual: Draw, surge: Draw): number => {
    const random = createRandom(7);
    let found = 0;
    for (let run = 0; run < 1_000; run += 1) {
      const baseline = Array.from({ length: 285 }, (_, window) => usual(random, window));
      if (isAlarm(surge(random, 285), baseline)) found += 1;
    }
    return found / 1_000;
  };
  const even =
    (of: number): Draw =>
    (random) =>
      poisson(of, random);
  // Bursts that are four times as large.
  const bursts =
    (of: number): Draw =>
    (random) =>
      burstyCount(of, 1 + (3 * of) / 20, random);

  it.each<[string, Draw, Draw, number]>([
    ['of 10 on 0.2', even(0.2), even(10.2), 0.95],
    ['of 5 times 2', even(2), even(10), 0.59],
    ['of 3.5 times 20', even(20), even(70), 0.9],
    ['of 4 times a bursty 20', bursts(20), bursts(80), 0.67],
  ])('%s is caught in its first window', (_, usual, surge, share) => {
    expect(Math.abs(caught(usual, surge) - share)).toBeLessThan(0.05);
  });
});
