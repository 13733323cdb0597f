import type { Chart, ChartLine, Sample } from '../core/chart.ts';
import type { Locale } from '../core/people.ts';
import { capText, strip } from '../core/strip.ts';
import { number as digits, duration } from './format.ts';

const rounded = (value: number): string => digits(Math.round(value * 100) / 100);

interface LineWords {
  readonly label: string;
  readonly first: string;
  readonly last: string;
  readonly highest: string;
  readonly highestAt: string;
}

interface CaptionWords {
  readonly title: string;
  readonly from: string;
  readonly until: string;
  readonly zone: string;
  /** Left out: there is none. */
  readonly threshold?: string;
  /** What stands at the upright lines, and what it means. */
  readonly marks: readonly (readonly [mark: string, label: string])[];
}

/** What happened, as it is called in words; the picture has the Latin words of `chartMarks`. */
export type ChartEventKind = 'fired' | 'rose' | 'ack' | 'silence' | 'ok';

/** Short, and the same in every language: verbs of `/queue` and words of a rule's states. */
export const chartMarks: Readonly<Record<ChartEventKind, string>> = {
  ...{ fired: 'fired', rose: 'critical', ack: 'ack', silence: 'silence', ok: 'ok' },
};

const en = {
  whole: (title: string, from: string, until: string, zone: string) =>
    `${title}, ${from} to ${until} (${zone}).`,
  line: ({ label, first, last, highest, highestAt }: LineWords): string =>
    ` ${label}: from ${first} to ${last}, highest ${highest} at ${highestAt}.`,
  empty: (label: string): string => ` ${label}: nothing was measured.`,
  threshold: (threshold: string): string => ` Threshold ${threshold}.`,
  events: (events: readonly string[]): string => ` Marked: ${events.join(', ')}.`,
  caption: ({ title, from, until, zone, threshold }: CaptionWords): string =>
    `${title}, ${from} to ${until} (${zone})${threshold === undefined ? '' : `. Dashed: threshold ${threshold}`}`,
  kinds: {
    ...{ fired: 'fired', rose: 'became critical', ack: 'acknowledged', silence: 'silenced', ok: 'resolved' },
  } as Readonly<Record<ChartEventKind, string>>,
  /** What a rule's value is. */
  values: {
    ...{ failed_jobs: 'Failed jobs', backlog: 'Waiting jobs', stale_share: 'Share of stuck rows' },
    ...{ surge: 'Rows in one window', utilization: 'Service level used', workers: 'Workers' },
  },
  of: (value: string, rule: string, queue: string | undefined): string =>
    `${value} (${queue === undefined ? rule : `${rule}, ${queue}`})`,
  alive: 'Alive',
  expected: 'Expected',
  trend: (queue: string): string => `Pending, failed and oldest of ${queue}`,
};

const zh: typeof en = {
  whole: (title, from, until, zone) => `${title}，${from} 至 ${until}（${zone}）。`,
  line: ({ label, first, last, highest, highestAt }) =>
    `${label}：从 ${first} 到 ${last}，最高 ${highest}（${highestAt}）。`,
  empty: (label) => `${label}：没有测量值。`,
  threshold: (threshold) => `阈值 ${threshold}。`,
  events: (events) => `标记：${events.join('，')}。`,
  caption: ({ title, from, until, zone, threshold, marks }) =>
    [
      `${title}，${from} 至 ${until}（${zone}）`,
      ...(threshold === undefined ? [] : [`虚线：阈值 ${threshold}`]),
      ...(marks.length === 0 ? [] : [`竖线：${marks.map(([mark, label]) => `${mark} ${label}`).join('、')}`]),
    ].join('。'),
  kinds: { fired: '触发', rose: '升为严重', ack: '确认', silence: '静默', ok: '恢复' },
  values: {
    ...{ failed_jobs: '失败任务', backlog: '等待任务', stale_share: '卡住的行的占比' },
    ...{ surge: '一个窗口内的行数', utilization: '服务水平用量', workers: 'worker 数' },
  },
  of: (value, rule, queue) => `${value}（${queue === undefined ? rule : `${rule}，${queue}`}）`,
  alive: '存活',
  expected: '应有',
  trend: (queue) => `${queue} 的等待、失败和最久等待`,
};

export const chartText: Record<Locale, typeof en> = { en, 'zh-CN': zh };

/** Slack takes 2,000 characters of each. */
const most = { words: 1_500, caption: 400 } as const;

/** What the picture shows, in words: for those who can't see it. */
export function describeChart(chart: Chart, locale: Locale): string {
  const t = chartText[locale];
  const face = faceOf(chart);
  const events = chart.events.map(({ at, label }) => `${label} ${face(at)}`);
  const said = [
    t.whole(chart.title, face(chart.from), face(chart.until), chart.zone ?? 'UTC'),
    ...chart.lines.map((line) => lineWords(line, face, locale)),
    ...(chart.threshold === undefined ? [] : [t.threshold(thresholdWords(chart, chart.threshold, locale))]),
    ...(events.length === 0 ? [] : [t.events(events)]),
  ].join('');
  return capText(strip(said), most.words);
}

/** The line above the picture: what it is, until when it goes, and what is not said in it. */
export function captionOf(chart: Chart, locale: Locale): string {
  const { title, threshold, zone = 'UTC', from, until } = chart;
  const face = faceOf(chart);
  // What happened twice is explained once.
  const marks = new Map(
    chart.events.flatMap(({ mark, label }) => (mark === undefined || mark === label ? [] : [[mark, label]])),
  );
  const said = chartText[locale].caption({
    ...{ title, from: face(from), until: untilFace(face(from), face(until)), zone, marks: [...marks] },
    ...(threshold === undefined ? {} : { threshold: thresholdWords(chart, threshold, locale) }),
  });
  return capText(strip(said), most.caption);
}

/** A value in its line's unit: `12`, `8.5 %`, `14 min`. */
function valueWords(value: number, unit: ChartLine['unit'], locale: Locale): string {
  if (unit === 's') return duration(value, locale);
  return unit === '%' ? `${rounded(value)} %` : rounded(value);
}

const thresholdWords = ({ lines }: Chart, threshold: number, locale: Locale): string =>
  valueWords(threshold, lines[0]?.unit, locale);

/** `11-25 14:03` in the chart's zone. */
function faceOf({ zone = 'UTC' }: Chart): (at: Date) => string {
  const clock = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone: zone, month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' },
    hourCycle: 'h23',
  });
  return (at) => {
    const parts = new Map(clock.formatToParts(at).map(({ type, value }) => [type, value]));
    return `${parts.get('month')}-${parts.get('day')} ${parts.get('hour')}:${parts.get('minute')}`;
  };
}

/** Of the same day the time alone. */
const untilFace = (from: string, until: string): string =>
  from.slice(0, 5) === until.slice(0, 5) ? until.slice(6) : until;

function lineWords({ label, samples, unit }: ChartLine, face: (at: Date) => string, locale: Locale): string {
  const t = chartText[locale];
  const [first] = samples;
  const last = samples.at(-1);
  if (first === undefined || last === undefined) return t.empty(label);
  const highest = samples.reduce(
    (high: Sample, sample) => (sample.value > high.value ? sample : high),
    first,
  );
  const words = (value: number): string => valueWords(value, unit, locale);
  return t.line({
    ...{ label, first: words(first.value), last: words(last.value) },
    ...{ highest: words(highest.value), highestAt: face(highest.at) },
  });
}
