import { describe, expect, it } from 'vitest';
import { summarize } from '../../../src/alerts/trend-summary.ts';
import { StoreUnavailable } from '../../../src/core/store-ports.ts';
import { refusals } from '../../core/bench.ts';
import { at, createStage } from './stage.ts';

const minutesAgo = (minutes: number): Date => new Date(at.getTime() - minutes * 60_000);
type Stage = ReturnType<typeof createStage>;

/** Values by minutes ago, as ticks have measured them. */
function measured(stage: Stage, trend: string, values: Readonly<Record<number, number>>): void {
  const { samples } = stage.alerts;
  const own = Object.entries(values)
    .map(([minutes, value]) => ({ at: minutesAgo(Number(minutes)), value }))
    .sort((a, b) => a.at.getTime() - b.at.getTime());
  stage.alerts.samples = async (series, since, until) =>
    series === `${trend}/fap/database:reports`
      ? own.filter((sample) => sample.at >= since)
      : samples(series, since, until);
}

describe('a trend in numbers', () => {
  const sample = (minutes: number, value: number) => ({ at: minutesAgo(minutes), value });

  it('knows now, an hour ago, the highest, the lowest and the net change per minute', () => {
    const summary = summarize([sample(90, 500), sample(60, 30), sample(30, 210), sample(0, 150)]);
    expect(summary).toEqual({
      ...{ now: sample(0, 150), hourAgo: sample(60, 30), highest: sample(90, 500), lowest: sample(60, 30) },
      perMinute: 2,
    });
  });

  it.each([
    ['nothing', [], { now: undefined, perMinute: undefined }],
    ['one value', [sample(0, 5)], { now: sample(0, 5), hourAgo: undefined, perMinute: undefined }],
    ['half a minute', [sample(0.5, 5), sample(0, 9)], { perMinute: undefined }],
    ['ten minutes', [sample(10, 5), sample(0, 15)], { hourAgo: undefined, perMinute: 1 }],
    ['a gap at the hour', [sample(50, 5), sample(0, 5)], { hourAgo: undefined, perMinute: 0 }],
    ['thinned values', [sample(64, 7), sample(0, 7)], { hourAgo: sample(64, 7), perMinute: 0 }],
  ])('says of %s only what it can', (_, samples, expected) => {
    expect(summarize(samples)).toMatchObject(expected);
  });
});

describe('trend', () => {
  it('tells numbers in words, and what was not measured', async () => {
    const stage = createStage();
    measured(stage, 'pending', { 120: 900, 60: 30, 30: 1_210, 0: 150 });
    await stage.say('trend reports');
    expect(stage.said()).toMatch(/over the last 1 h[\s\S]*Pending +150 +30 +1,210 +30 +\+2/);
    expect(stage.said()).toContain('Not measured: failed, oldest');
  });

  it('draws what has at least two values, each in a panel of its own, and says in words what can be seen', async () => {
    const stage = createStage();
    measured(stage, 'oldest', { 30: 60, 0: 3_660 });
    await stage.say('trend reports', { who: 'U0CHEN' });
    const [chart] = (stage.answers.at(-1)?.reply.parts ?? []).flatMap((part) =>
      part.kind === 'chart' ? [part] : [],
    );
    expect(chart?.chart).toMatchObject({ apart: true, lines: [{ mark: 'oldest', unit: 's' }] });
    expect(chart?.words).toContain('最久等待：从 1 分钟 到 1 小时 1 分钟');
    measured(stage, 'oldest', { 0: 60 });
    await stage.say('trend reports');
    expect((stage.answers.at(-1)?.reply.parts ?? []).some(({ kind }) => kind === 'chart')).toBe(false);
  });

  it('looks as far back as since= says', async () => {
    const stage = createStage();
    measured(stage, 'pending', { 120: 900, 60: 30, 0: 150 });
    await stage.say('trend reports since=3h');
    expect(stage.said()).toMatch(/Pending +150 +30 +900 +30/);
    await stage.say('trend reports since=10m');
    expect(stage.said()).toMatch(/Pending +150 +30 +150 +150/);
  });

  it('writes ages as ages', async () => {
    const stage = createStage();
    measured(stage, 'oldest', { 60: 60, 0: 3_660 });
    await stage.say('trend reports', { who: 'U0CHEN' });
    expect(stage.said()).toMatch(/最久等待 +1 小时 1 分钟 +1 分钟.*\+60 s/);
  });

  it('says when its newest value is old', async () => {
    const stage = createStage();
    measured(stage, 'pending', { 10: 150 });
    await stage.say('trend reports');
    expect(stage.said()).toContain('Nothing was measured since');
  });

  it('says so where nothing was measured at all', async () => {
    const stage = createStage();
    await stage.say('trend insights');
    expect(stage.said()).toContain('Nothing was measured of redis:insights');
  });

  it.each([
    ['trend', 'refused:missing-argument'],
    ['trend reprots', 'refused:unknown-queue'],
    ['trend reports ops', 'refused:too-many-arguments'],
    ['trend reports since=soon', 'refused:not-a-duration'],
    ['trend reports since=31d', 'refused:trend-too-long'],
  ])('refuses %j', async (typed, outcome) => {
    const stage = createStage();
    await stage.say(typed);
    expect(refusals(stage)).toEqual([outcome]);
  });

  it('may look at thirty days', async () => {
    const stage = createStage();
    await stage.say('trend reports since=30d');
    expect(refusals(stage)).toEqual(['answered']);
  });

  it('names the store when it is away', async () => {
    const stage = createStage();
    stage.alerts.samples = () => Promise.reject(new StoreUnavailable('away'));
    await stage.say('trend reports');
    expect(refusals(stage)).toEqual(['refused:part-missing']);
  });

  it('takes the queue from an incident’s thread', async () => {
    const stage = createStage({ commandChannels: ['C0OPS', 'C0ALERTS'] });
    await stage.open({ rule: 'slo', queue: 'database:reports' });
    await stage.say('trend', { source: 'mention', channel: 'C0ALERTS', threadTs: '1700000000.000001' });
    expect(stage.notes).toMatchObject([{ verb: 'trend', target: 'queue=database:reports seconds=3600' }]);
  });
});
