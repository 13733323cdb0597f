import type { Chart, ChartEvent, ChartLine, Sample } from '../core/chart.ts';

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
/** Slack shows it some 400 pixels wide: what is drawn wider can't be read there. */
const size = { width: 480, scale: 3, left: 52, right: 50, bottom: 32 } as const;
/** Of the plot: alone, and of each panel where there are several. */
const heights = { alone: 160, panel: 78, between: 32 } as const;
/** Without a value for so many usual steps there is a gap. */
const gapSteps = 3;
const mostEvents = 12;
/** Enough for any picture of this width. */
const mostPoints = 720;
/** Of a mark's text. */
const letter = { width: 7, height: 15 } as const;
const mostMark = 24;

interface Panel {
  readonly lines: readonly ChartLine[];
  readonly top: number;
  readonly height: number;
  readonly unit: Unit;
}

/** A chart as the library wants it. Only numbers, times and short Latin labels are drawn: there is one font. Pure. */
export function drawingOf(chart: Chart): Drawing {
  const shift = zoneShift(chart.zone ?? 'UTC');
  const x = (at: Date): number => at.getTime() + shift(at);
  const marks = marksOf(chart);
  const hasLegend = chart.apart !== true && chart.lines.length > 1;
  const rows = Math.max(0, ...marks.map(({ row }) => row + 1));
  const panels = panelsOf(chart, (hasLegend ? 40 : 18) + rows * letter.height);
  const last = panels.at(-1);
  return {
    ...{ width: size.width, scale: size.scale },
    height: (last === undefined ? 0 : last.top + last.height) + size.bottom,
    option: {
      ...{ animation: false, useUTC: true, backgroundColor: colours.paper, color: colours.lines },
      textStyle: { fontFamily: 'DejaVu Sans', color: colours.ink },
      ...(hasLegend ? { legend: { top: 4, left: size.left - 6, textStyle: { color: colours.ink } } } : {}),
      grid: panels.map(({ top, height }) => ({ left: size.left, right: size.right, top, height })),
      xAxis: panels.map((panel, index) => ({
        ...{ type: 'time', gridIndex: index, min: x(chart.from), max: x(chart.until) },
        axisLabel: {
          ...{ color: colours.quiet, hideOverlap: true, formatter: timeFormat(chart) },
          show: panel === last,
        },
        axisLine: { lineStyle: { color: colours.quiet } },
        axisTick: { show: panel === last },
      })),
      yAxis: panels.map(({ lines, unit }, index) => ({
        ...{
          type: 'value',
          gridIndex: index,
          min: 0,
          max: highestOf(lines, thresholdOf(chart, index), unit),
        },
        ...(chart.apart === true ? { name: nameOf(lines), nameTextStyle: nameStyle } : {}),
        ...{ minInterval: unit.sign === '' ? 1 : 0, splitNumber: chart.apart === true ? 3 : 5 },
        axisLabel: { color: colours.quiet, formatter: `{value}${unit.sign}`, hideOverlap: true },
        splitLine: { lineStyle: { color: colours.grid } },
      })),
      series: panels.flatMap(({ lines, unit }, panel) =>
        lines.map(({ label, mark, samples }, index) => ({
          ...{
            type: 'line',
            name: latin(mark ?? label),
            showSymbol: samples.length < 2,
            connectNulls: false,
          },
          ...{ xAxisIndex: panel, yAxisIndex: panel, symbol: 'circle', symbolSize: 5 },
          lineStyle: { width: 2 },
          ...(hasLegend ? {} : { areaStyle: { opacity: 0.12 } }),
          data: withGaps(samples).map(([at, value]) => [x(at), value === null ? null : value / unit.one]),
          ...(index === 0 ? { markLine: linesAcross(thresholdOf(chart, panel), unit, marks, panel, x) } : {}),
        })),
      ),
    },
  };
}

const nameStyle = { align: 'left', color: colours.ink, padding: [0, 0, 0, -size.left + 14] } as const;

function panelsOf({ lines, apart }: Chart, top: number): readonly Panel[] {
  if (apart !== true) return [{ lines, top, height: heights.alone, unit: unitOf(lines) }];
  return lines.map((line, index) => ({
    ...{ lines: [line], unit: unitOf([line]), height: heights.panel },
    top: top + 14 + index * (heights.panel + heights.between),
  }));
}

const thresholdOf = ({ threshold }: Chart, panel: number): number | undefined =>
  panel === 0 ? threshold : undefined;

interface Unit {
  /** What is written behind a value. */
  readonly sign: string;
  /** How much of the chart's own unit it is. */
  readonly one: number;
}

const ages: readonly (Unit & { readonly from: number })[] = [
  { sign: ' d', one: 86_400, from: 3 * 86_400 },
  { sign: ' h', one: 3_600, from: 3 * 3_600 },
  { sign: ' min', one: 60, from: 180 },
];

/** Ages are written in the unit that the highest of them asks for. */
function unitOf(lines: readonly ChartLine[]): Unit {
  const [first] = lines;
  if (first?.unit === '%') return { sign: ' %', one: 1 };
  if (first?.unit !== 's') return { sign: '', one: 1 };
  return ages.find(({ from }) => highest(lines) >= from) ?? { sign: ' s', one: 1 };
}

/** What a panel of its own is of: `oldest`, `pending`. */
const nameOf = ([line]: readonly ChartLine[]): string =>
  line === undefined ? '' : latin(line.mark ?? line.label);

interface Mark {
  readonly at: Date;
  readonly text: string;
  /** Labels that would cover each other stand in rows, the lowest first. */
  readonly row: number;
}

function marksOf({ events, from, until }: Chart): readonly Mark[] {
  const plot = size.width - size.left - size.right;
  const span = Math.max(1, until.getTime() - from.getTime());
  const ends: number[] = [];
  return events
    .filter(({ at }) => at >= from && at <= until)
    .sort((a, b) => a.at.getTime() - b.at.getTime())
    .slice(-mostEvents)
    .map(({ at, label, mark }: ChartEvent) => {
      const text = latin(mark ?? label);
      const middle = ((at.getTime() - from.getTime()) / span) * plot;
      const half = (text.length * letter.width) / 2 + 4;
      const free = ends.findIndex((end) => end <= middle - half);
      const row = free === -1 ? ends.length : free;
      ends[row] = middle + half;
      return { at, text, row };
    });
}

/** The threshold across, and what was done as upright lines; their texts stand over the first panel. */
const linesAcross = (
  threshold: number | undefined,
  unit: Unit,
  marks: readonly Mark[],
  panel: number,
  x: (at: Date) => number,
): object => ({
  ...{ symbol: 'none', silent: true, animation: false },
  data: [
    ...(threshold === undefined
      ? []
      : [
          {
            yAxis: threshold / unit.one,
            lineStyle: { color: colours.threshold, type: 'dashed', width: 1.5 },
            label: {
              ...{ color: colours.threshold, position: 'end' },
              formatter: `${Math.round((threshold / unit.one) * 100) / 100}${unit.sign}`,
            },
          },
        ]),
    ...marks.map(({ at, text, row }) => ({
      xAxis: x(at),
      lineStyle: { color: colours.event, type: 'solid', width: 1 },
      label: {
        ...{ show: panel === 0, color: colours.event, formatter: text, position: 'end' },
        distance: 4 + row * letter.height,
      },
    })),
  ],
});

const highest = (lines: readonly ChartLine[]): number =>
  lines.reduce((most, { samples }) => samples.reduce((high, { value }) => Math.max(high, value), most), 0);

/** The threshold is to be seen even where the values stay far below it. */
function highestOf(
  lines: readonly ChartLine[],
  threshold: number | undefined,
  { one }: Unit,
): number | undefined {
  const most = highest(lines);
  if (threshold === undefined || most > threshold * 1.05) return most === 0 ? 1 : undefined;
  return threshold === 0 ? 1 : (threshold * 1.2) / one;
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
const secondsBelowMs = 600_000;

function timeFormat({ from, until }: Chart): string {
  const span = until.getTime() - from.getTime();
  if (span < secondsBelowMs) return '{HH}:{mm}:{ss}';
  return span > 2 * dayMs ? '{MM}-{dd} {HH}:{mm}' : '{HH}:{mm}';
}

/** The font has no other letters; signs that mean something to the library are no letters either. */
const latin = (text: string): string => text.replaceAll(/[^A-Za-z0-9 #:.,+/_-]/g, '').slice(0, mostMark);

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
