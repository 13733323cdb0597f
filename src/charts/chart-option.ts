import type { Sample } from '../alerts/judgement.ts';
import type { Chart } from '../alerts/ports.ts';

/** What the drawing process is told: the library's own words, as plain data. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  /** Pixels for each unit of width. */
  readonly scale: number;
  readonly option: object;
}

/** Opaque and calm, so that it reads the same in a light and in a dark Slack. */
const colours = {
  ...{ paper: '#f7f8fa', ink: '#1d2530', quiet: '#5b6775', grid: '#dde1e7' },
  ...{ threshold: '#c0392b', event: '#7a5ca8' },
  lines: ['#1f6fb5', '#c77700', '#2e8b57', '#8e44ad'],
} as const;
const size = { width: 720, height: 280, scale: 2 } as const;
/** Without a value for so many usual steps there is a gap. */
const gapSteps = 3;
const mostEvents = 12;
/** Enough for any picture of this width. */
const mostPoints = 720;

/** A chart as the library wants it. Only numbers, times and short Latin labels are drawn: there is one font. Pure. */
export function drawingOf(chart: Chart): Drawing {
  const zone = chart.zone ?? 'UTC';
  const shift = zoneShift(zone);
  const x = (at: Date): number => at.getTime() + shift(at);
  const hasLegend = chart.lines.length > 1;
  return {
    ...size,
    option: {
      ...{ animation: false, useUTC: true, backgroundColor: colours.paper, color: colours.lines },
      textStyle: { fontFamily: 'DejaVu Sans', color: colours.ink },
      grid: { left: 64, right: 72, top: hasLegend ? 56 : 34, bottom: 34 },
      ...(hasLegend ? { legend: { top: 4, left: 60, textStyle: { color: colours.ink } } } : {}),
      xAxis: {
        ...{ type: 'time', min: x(chart.from), max: x(chart.until) },
        axisLabel: { color: colours.quiet, hideOverlap: true, formatter: timeFormat(chart) },
        axisLine: { lineStyle: { color: colours.quiet } },
      },
      yAxis: {
        ...{ type: 'value', min: 0, max: highestOf(chart) },
        axisLabel: { color: colours.quiet },
        splitLine: { lineStyle: { color: colours.grid } },
      },
      series: chart.lines.map(({ label, samples }, index) => ({
        ...{ type: 'line', name: latin(label), showSymbol: false, connectNulls: false },
        lineStyle: { width: 2 },
        ...(hasLegend ? {} : { areaStyle: { opacity: 0.12 } }),
        data: withGaps(samples).map(([at, value]) => [at.getTime() + shift(at), value]),
        ...(index === 0 ? { markLine: marks(chart, x) } : {}),
      })),
    },
  };
}

/** The threshold across, and what was done as upright lines. */
const marks = (chart: Chart, x: (at: Date) => number): object => ({
  ...{ symbol: 'none', silent: true, animation: false },
  data: [
    ...(chart.threshold === undefined
      ? []
      : [
          {
            yAxis: chart.threshold,
            lineStyle: { color: colours.threshold, type: 'dashed', width: 1.5 },
            label: { color: colours.threshold, formatter: String(chart.threshold), position: 'end' },
          },
        ]),
    ...chart.events
      .filter(({ at }) => at >= chart.from && at <= chart.until)
      .slice(-mostEvents)
      .map(({ at, label }) => ({
        xAxis: x(at),
        lineStyle: { color: colours.event, type: 'solid', width: 1 },
        label: { color: colours.event, formatter: latin(label), position: 'end' },
      })),
  ],
});

/** The threshold is to be seen even where the values stay far below it. */
function highestOf({ lines, threshold }: Chart): number | undefined {
  const highest = lines.reduce(
    (most, { samples }) => samples.reduce((high, { value }) => Math.max(high, value), most),
    0,
  );
  if (threshold === undefined || highest > threshold * 1.05) return highest === 0 ? 1 : undefined;
  return threshold === 0 ? 1 : threshold * 1.2;
}

type Point = readonly [at: Date, value: number | null];

/** In order, thinned to what a picture can show (each stretch's highest value stays), with an empty point in each gap. */
export function withGaps(samples: readonly Sample[]): readonly Point[] {
  const known = samples.filter(({ value }) => Number.isFinite(value));
  const sorted = thinned([...known].sort((a, b) => a.at.getTime() - b.at.getTime()));
  const steps = sorted.slice(1).map(({ at }, index) => at.getTime() - (sorted[index]?.at ?? at).getTime());
  const usual = [...steps].sort((a, b) => a - b)[steps.length >> 1] ?? 0;
  return sorted.flatMap(({ at, value }, index): readonly Point[] => {
    const step = index === 0 ? 0 : (steps[index - 1] ?? 0);
    return step > usual * gapSteps
      ? [
          [new Date(at.getTime() - step / 2), null],
          [at, value],
        ]
      : [[at, value]];
  });
}

function thinned(samples: readonly Sample[]): readonly Sample[] {
  const every = Math.ceil(samples.length / mostPoints);
  if (every <= 1) return samples;
  const kept: Sample[] = [];
  for (let from = 0; from < samples.length; from += every) {
    const stretch = samples.slice(from, from + every);
    kept.push(stretch.reduce((high, sample) => (sample.value > high.value ? sample : high)));
  }
  return kept;
}

const dayMs = 86_400_000;
const timeFormat = ({ from, until }: Chart): string =>
  until.getTime() - from.getTime() > 2 * dayMs ? '{MM}-{dd} {HH}:{mm}' : '{HH}:{mm}';

/** The font has no others. */
const latin = (text: string): string => text.replaceAll(/[^\x20-\x7e]/g, '').slice(0, 24);

/** What is to be added to an instant so that its UTC face reads as the zone's wall clock. */
function zoneShift(zone: string): (at: Date) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit' },
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit' },
  });
  return (at) => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0;
    const face = Date.UTC(
      ...([part('year'), part('month') - 1, part('day')] as const),
      ...([part('hour'), part('minute'), part('second')] as const),
    );
    return face - Math.floor(at.getTime() / 1_000) * 1_000;
  };
}
