import type { Chart, ChartEvent, ChartLine, DescribedChart, Sample } from '../../core/chart.ts';
import type { Incident, NumberedEntry } from '../../core/incident.ts';
import { capText } from '../../core/strip.ts';
import { type ChartEventKind, captionOf, chartMarks, chartText, describeChart } from '../../text/charts.ts';
import { type IncidentScene, rootFacts, watchOf } from './scene.ts';
import { thresholdOf } from './what.ts';

const hourMs = 3_600_000;
/** How it was before. */
const beforeMs = 600_000;
/** Where less was measured the picture begins with it. */
const leadMs = 30_000;
const leastMs = 120_000;
const mostName = 60;

/** From when on an incident's samples are to be drawn: the last hour, or all of it and a bit before. */
export const chartFrom = ({ breachedAt }: Pick<Incident, 'breachedAt'>, now: Date): Date =>
  new Date(Math.min(now.getTime() - hourMs, breachedAt.getTime() - beforeMs));

export interface MeasuredIncident {
  readonly incident: Incident;
  readonly entries: readonly NumberedEntry[];
  /** Of its own value, ascending. */
  readonly samples: readonly Sample[];
  /** By the store's clock. */
  readonly now: Date;
}

/**
 * An incident's value over time with its threshold and what happened; undefined where there is no line to draw. What stands
 * in it are numbers, times and our own words: nothing from outside. Pure.
 */
export function drawIncidentChart(
  measured: MeasuredIncident,
  scene: IncidentScene,
): DescribedChart | undefined {
  const { incident, samples, now } = measured;
  const watch = watchOf(scene, incident);
  const [first] = samples;
  if (watch === undefined || watch === 'blind' || first === undefined || samples.length < 2) return undefined;
  const t = chartText[scene.locale];
  const earliest = Math.max(chartFrom(incident, now).getTime(), first.at.getTime() - leadMs);
  const from = new Date(Math.min(earliest, now.getTime() - leastMs));
  const share = watch === 'stale_share' || watch === 'utilization' ? 100 : 1;
  const value: ChartLine = {
    ...{ label: t.values[watch], mark: 'value', ...(share === 100 ? { unit: '%' as const } : {}) },
    samples: samples.map((sample) => ({ at: sample.at, value: sample.value * share })),
  };
  const { expected } = rootFacts(incident);
  if (watch === 'workers' && expected === undefined) return undefined;
  const threshold =
    watch === 'utilization' ? 1 : watch === 'workers' ? undefined : thresholdOf(incident, scene);
  const chart: Chart = {
    title: t.of(t.values[watch], incident.rule, incident.queue && capText(incident.queue, mostName)),
    lines:
      watch === 'workers' && expected !== undefined
        ? [
            { ...value, label: t.alive, mark: 'alive' },
            {
              label: t.expected,
              mark: 'expected',
              samples: [from, now].map((at) => ({ at, value: expected })),
            },
          ]
        : [value],
    ...(threshold === undefined ? {} : { threshold: threshold * share }),
    events: eventsOf(measured, scene),
    ...{ from, until: now, zone: scene.world.app.description.timezone },
  };
  return { chart, words: describeChart(chart, scene.locale), caption: captionOf(chart, scene.locale) };
}

function eventsOf({ incident, entries }: MeasuredIncident, { locale }: IncidentScene): readonly ChartEvent[] {
  const { kinds } = chartText[locale];
  const of = (kind: ChartEventKind, at: Date): ChartEvent => ({
    at,
    label: kinds[kind],
    mark: chartMarks[kind],
  });
  return [
    of('fired', incident.firedAt),
    ...entries.flatMap(({ kind, at, facts }): readonly ChartEvent[] => {
      if (kind === 'rose') return [of('rose', at)];
      if (kind === 'acknowledged') return [of('ack', at)];
      if (kind === 'silenced') return [of('silence', at)];
      const { verb, request, phase } = facts;
      if (kind !== 'operation' || phase !== 'began' || typeof verb !== 'string') return [];
      const name = `${capText(verb, 16)}${typeof request === 'number' ? ` #${request}` : ''}`;
      return [{ at, label: name, mark: name }];
    }),
    ...(incident.resolvedAt === undefined ? [] : [of('ok', incident.resolvedAt)]),
  ];
}
