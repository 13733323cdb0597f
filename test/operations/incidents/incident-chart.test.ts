import { describe, expect, it } from 'vitest';
import { drawingOf } from '../../../src/charts/chart-option.ts';
import type { Incident, NumberedEntry } from '../../../src/core/incident.ts';
import { chartFrom, drawIncidentChart } from '../../../src/operations/incidents/incident-chart.ts';
import { anna, at, incidentOf, scene } from './scene.ts';

const now = at(50);
const samples = [0, 10, 20, 30, 40, 50].map((minute) => ({ at: at(minute), value: minute * 3 }));
const entry = (
  kind: NumberedEntry['kind'],
  minute: number,
  facts: NumberedEntry['facts'] = {},
): NumberedEntry => ({
  ...{ kind, at: at(minute), facts, number: 1, version: 1 },
});
const entries = [
  entry('acknowledged', 42, { by: anna.userId }),
  entry('operation', 44, { verb: 'retry-all', request: 14, phase: 'began' }),
  entry('operation', 45, { verb: 'retry-all', request: 14, phase: 'ended' }),
];
const draw = (change: Partial<Incident> = {}, locale: 'en' | 'zh-CN' = 'en', of = samples) =>
  drawIncidentChart({ incident: incidentOf(change), entries, samples: of, now }, scene(locale));

describe('an incident as a chart', () => {
  it('says in words what can be seen: value, threshold, what happened and until when', () => {
    const { words, caption } = draw() ?? {};
    expect(words).toContain('Waiting jobs (reports-backlog, database:reports), ');
    expect(words).toContain('from 0 to 150, highest 150 at 11-25');
    expect(words).toContain('Threshold 100. Marked: fired');
    expect(words).toContain('acknowledged');
    expect(words).toContain('retry-all #14');
    expect(caption).toMatch(/ to \d\d:50 \(.*\)\. Dashed: threshold 100$/);
  });

  it('has no character in it that its font lacks, and explains its marks in the channel’s language', () => {
    const drawn = draw({}, 'zh-CN');
    expect(drawn?.caption).toContain('竖线：fired 触发、ack 确认');
    expect(drawn?.words).toContain('阈值 100。标记：触发');
    if (drawn === undefined) throw new Error('there is a line');
    const drawing = JSON.stringify(drawingOf(drawn.chart));
    expect(drawing).not.toMatch(/[^\x20-\x7e]/);
    expect(drawing).toContain('retry-all #14');
  });

  it('goes back an hour, or to a bit before the incident', () => {
    expect(chartFrom({ breachedAt: at(45) }, now)).toEqual(at(-10));
    expect(chartFrom({ breachedAt: at(-120) }, now)).toEqual(at(-130));
    expect(draw()?.chart.from).toEqual(new Date(at(0).getTime() - 30_000));
  });

  it('draws shares in per cent', () => {
    const drawn = draw(
      { rule: 'slo', facts: { watch: 'utilization' } },
      'en',
      samples.map((one) => ({ ...one, value: one.value / 100 })),
    );
    expect(drawn?.words).toContain('to 150 %');
    expect(drawn?.chart.threshold).toBe(100);
  });

  it('draws live workers of the expected ones, and none where nobody knows how many those are', () => {
    const facts = { watch: 'workers', expected: 2 };
    const drawn = draw(
      { rule: 'no-workers', facts },
      'en',
      [2, 2, 0].map((value, index) => ({ at: at(index), value })),
    );
    expect(drawn?.words).toContain('Alive: from 2 to 0');
    expect(drawn?.words).toContain('Expected: from 2 to 2');
    expect(draw({ rule: 'no-workers', facts: { watch: 'workers' } })).toBeUndefined();
  });

  it('is none where nothing was measured, and for a rule that is blind', () => {
    expect(draw({}, 'en', [])).toBeUndefined();
    expect(draw({}, 'en', samples.slice(0, 1))).toBeUndefined();
    expect(draw({ rule: 'monitor_blind', facts: { watch: 'blind' } })).toBeUndefined();
  });

  it('is whole whatever a queue or a verb is called', () => {
    const long = `<!channel>{a}|\u202e${'长'.repeat(4_000)}`;
    const drawn = drawIncidentChart(
      {
        ...{ incident: incidentOf({ queue: long, rule: 'reports-backlog' }), samples, now },
        entries: [entry('operation', 44, { verb: long, phase: 'began' })],
      },
      scene(),
    );
    if (drawn === undefined) throw new Error('there is a line');
    expect(drawn.words.length).toBeLessThanOrEqual(1_500);
    expect(drawn.caption.length).toBeLessThanOrEqual(400);
    expect(drawn.words).not.toContain('\u202e');
    expect(JSON.stringify(drawingOf(drawn.chart))).not.toMatch(/[^\x20-\x7e]|<|\{a\}/);
  });
});
