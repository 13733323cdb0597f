import { describe, expect, it } from 'vitest';
import {
  calmState,
  type Patience,
  patienceOf,
  type RuleState,
  step,
  type Transition,
} from '../../src/alerts/episode.ts';
import { type Climbing, dueSteps } from '../../src/alerts/escalation.ts';
import { calm, type Judgement } from '../../src/alerts/judgement.ts';
import { isQuiet } from '../../src/alerts/quiet.ts';
import type { AlertRule, EscalationStep } from '../../src/core/alert-description.ts';
import { backlogRule, staleShareRule, surgeRule, utilizationRule } from './rules.ts';

const start = new Date('2026-11-26T12:00:00Z');
const at = (seconds: number): Date => new Date(start.getTime() + seconds * 1_000);
const bad = (holds: 'warning' | 'critical' = 'warning'): Judgement => ({
  ...{ kind: 'known', holds, recovered: false, value: 7, facts: {} },
});
const between: Judgement = { kind: 'known', holds: undefined, recovered: false, value: 3, facts: {} };
const good = calm(0);
const dark: Judgement = { kind: 'unknown', why: 'database' };
const five: Patience = { forSeconds: { warning: 300, critical: 300 }, recoverSeconds: 0, recoverTicks: 2 };

const base = { name: 'it', app: 'fap', forSeconds: 0 };
const rule: AlertRule = {
  ...{ name: 'failed-jobs', app: 'fap', watch: 'failed_jobs', severity: 'warning', forSeconds: 300 },
  ...{ above: 0, recoverTicks: 2, tellEverySeconds: 900 },
};

/** What happened at which second. */
function play(patience: Patience, moments: readonly (readonly [number, Judgement])[], from = calmState) {
  let state: RuleState = from;
  const happened: [number, Transition][] = [];
  for (const [second, judgement] of moments) {
    const next = step(state, judgement, patience, at(second));
    state = next.state;
    if (next.transition !== undefined) happened.push([second, next.transition]);
  }
  return { state, happened };
}
const every30 = (from: number, to: number, judgement: Judgement): [number, Judgement][] =>
  Array.from({ length: (to - from) / 30 + 1 }, (_, index) => [from + index * 30, judgement]);

describe('an episode', () => {
  it('fires at 300 s, not at 299 s', () => {
    expect(play(five, [...every30(0, 270, bad()), [299, bad()]]).happened).toEqual([]);
    expect(play(five, every30(0, 300, bad())).happened).toEqual([[300, 'fired']]);
  });

  it('begins anew after one evaluation that is well', () => {
    const { happened } = play(five, [...every30(0, 270, bad()), [285, good], ...every30(300, 600, bad())]);
    expect(happened).toEqual([[600, 'fired']]);
  });

  it('fires at once where nothing is to be waited for', () => {
    const none = { ...five, forSeconds: { warning: 0, critical: 0 } };
    expect(play(none, [[0, bad('critical')]])).toMatchObject({
      ...{ happened: [[0, 'fired']], state: { severity: 'critical' } },
    });
  });

  it('counts a gap of 90 s as time passed, and a longer one not at all', () => {
    expect(play(five, [...every30(0, 210, bad()), [300, bad()]]).happened).toEqual([[300, 'fired']]);
    const restarted = play(five, [...every30(0, 210, bad()), ...every30(400, 490, bad())]);
    expect(restarted.happened).toEqual([[490, 'fired']]);
  });

  it('goes on when a clock is set back: it fires no later than that, and recovery counts what was seen', () => {
    const back = -3_600;
    const { happened } = play(five, [...every30(0, 150, bad()), ...every30(back, back + 150, bad())]);
    // 150 s before, and 150 s after.
    expect(happened).toEqual([[back + 150, 'fired']]);
    const patient = { ...five, recoverSeconds: 300, recoverTicks: 1 };
    const over = play(patient, [
      ...every30(0, 300, bad()),
      ...every30(330, 450, good),
      ...every30(back, back + 300, good),
    ]);
    expect(over.happened.at(-1)).toEqual([back + 180, 'resolved']);
  });

  it('does not take the time between two looks of a slow rule for a gap', () => {
    const slow = { ...rule, everySeconds: 300 };
    expect(patienceOf(slow).longestGapSeconds).toBe(900);
    expect(patienceOf(rule).longestGapSeconds).toBe(90);
    expect(patienceOf(rule, 60).longestGapSeconds).toBe(180);
    const looks: [number, Judgement][] = [0, 300, 600].map((second) => [second, bad()]);
    expect(play(patienceOf(slow), looks).happened).toEqual([[300, 'fired']]);
    expect(play(patienceOf(rule), looks).happened).toEqual([]);
  });

  it.each<[string, AlertRule, number, number, number, number]>([
    ['failed jobs: 5 minutes, and two looks at nothing', rule, 300, 300, 0, 2],
    ['a backlog: its window, and 5 minutes', { ...backlogRule, ...base }, 0, 0, 300, 1],
    ['a stale share: 2 minutes, and 5', { ...staleShareRule, ...base, forSeconds: 120 }, 120, 120, 300, 1],
    ['a surge: at once, and three windows', { ...surgeRule, ...base }, 0, 0, 900, 1],
    ['no workers: 60 s', { ...base, watch: 'workers', severity: 'critical', forSeconds: 60 }, 60, 60, 0, 1],
    [
      'levels: 10 minutes or 5, and 10',
      { ...utilizationRule, ...base, severity: 'critical' },
      600,
      300,
      600,
      1,
    ],
  ])('asks for %s', (_, of, warning, critical, recoverSeconds, recoverTicks) => {
    expect(patienceOf(of)).toMatchObject({ forSeconds: { warning, critical }, recoverSeconds, recoverTicks });
  });

  it('is frozen while it can’t be evaluated: nothing fires, nothing is resolved', () => {
    const pending = play(five, [...every30(0, 270, bad()), [300, dark], [330, dark], [360, dark]]);
    expect(pending).toMatchObject({ happened: [], state: { phase: 'pending', missesSince: 3 } });
    const firing = play(five, [...every30(0, 300, bad()), ...every30(330, 900, dark)]);
    expect(firing).toMatchObject({ happened: [[300, 'fired']], state: { phase: 'firing' } });
  });

  it('is over after two good evaluations in a row', () => {
    const { happened } = play(five, [
      ...every30(0, 300, bad()),
      ...([
        [330, good],
        [360, bad()],
        [390, good],
        [420, good],
      ] as const),
    ]);
    expect(happened).toEqual([
      [300, 'fired'],
      [420, 'resolved'],
    ]);
  });

  const slo: Patience = { forSeconds: { warning: 600, critical: 300 }, recoverSeconds: 600, recoverTicks: 1 };

  it('rises in severity once, and does not step down before it is over', () => {
    const { happened, state } = play(slo, [
      ...every30(0, 900, bad()),
      ...every30(930, 1_260, bad('critical')),
      ...every30(1_290, 1_500, bad()),
    ]);
    expect(happened).toEqual([
      [600, 'fired'],
      [1_230, 'rose'],
    ]);
    expect(state).toMatchObject({ phase: 'firing', severity: 'critical' });
  });

  it('stops its recovery while something is unknown or in between', () => {
    const fired = [...every30(0, 600, bad())];
    const { happened } = play(slo, [
      ...fired,
      ...every30(630, 900, good),
      [930, dark],
      ...every30(960, 1_320, good),
    ]);
    // 270 s before the dark one, and 330 s after it.
    expect(happened).toEqual([
      [600, 'fired'],
      [1_290, 'resolved'],
    ]);
    const again = play(slo, [
      ...fired,
      ...every30(630, 900, good),
      [930, between],
      ...every30(960, 1_530, good),
    ]);
    expect(again.happened).toEqual([[600, 'fired']]);
  });
});

describe('the quiet window', () => {
  const night = { from: '02:00', to: '08:00', timezone: 'Asia/Shanghai' };

  it('includes its start and not its end, in its own zone', () => {
    expect(
      ['17:59:59', '18:00:00', '23:59:59'].map((time) => isQuiet(night, new Date(`2026-11-26T${time}Z`))),
    ).toEqual([false, true, true]);
    expect(isQuiet(night, new Date('2026-11-27T00:00:00Z'))).toBe(false);
  });

  it('may cross midnight', () => {
    const late = { from: '22:00', to: '06:00', timezone: 'UTC' };
    expect([21, 22, 5, 6].map((hour) => isQuiet(late, new Date(Date.UTC(2026, 10, 26, hour))))).toEqual([
      ...[false, true, true, false],
    ]);
  });

  it('moves with summer time', () => {
    const berlin = { ...night, timezone: 'Europe/Berlin' };
    expect(isQuiet(berlin, new Date('2026-07-01T00:30:00Z'))).toBe(true);
    expect(isQuiet(berlin, new Date('2026-12-01T00:30:00Z'))).toBe(false);
  });
});

describe('escalation', () => {
  const chain: readonly EscalationStep[] = [
    { afterSeconds: 0, mention: 'S0ONCALL', page: false },
    { afterSeconds: 300, mention: 'S0BACKEND', page: true },
    { afterSeconds: 600, mention: 'S0PAYMENTS', queue: 'commerce', page: false },
  ];
  const incident: Climbing = {
    ...{ severity: 'critical', firedAt: at(300), breachedAt: at(0), queue: 'commerce' },
    ...{ acknowledged: false, taken: new Set<number>() },
  };

  it('climbs from the fire on, and in a queue’s own step from its breach', () => {
    expect(dueSteps(chain, incident, at(300))).toEqual([0]);
    expect(dueSteps(chain, { ...incident, taken: new Set([0]) }, at(600))).toEqual([1]);
    expect(dueSteps(chain, { ...incident, taken: new Set([0, 1]) }, at(601))).toEqual([2]);
    expect(dueSteps(chain, { ...incident, queue: 'reports' }, at(2_000))).toEqual([0, 1]);
  });

  it('stays with the first step for warnings, and waits for whoever has acknowledged', () => {
    expect(dueSteps(chain, { ...incident, severity: 'warning' }, at(2_000))).toEqual([0]);
    expect(dueSteps(chain, { ...incident, acknowledged: true, taken: new Set([0]) }, at(2_000))).toEqual([]);
  });

  it('takes each step once', () => {
    expect(dueSteps(chain, { ...incident, taken: new Set([0, 1, 2]) }, at(9_000))).toEqual([]);
  });
});
