import type { Sample } from '../alerts/judgement.ts';
import type { Chart } from '../alerts/ports.ts';
import type { Locale } from '../core/people.ts';
import { capText } from '../core/strip.ts';
import { number as digits } from './format.ts';

const figure = (value: number): string => digits(Math.round(value * 100) / 100);

interface LineWords {
  readonly label: string;
  readonly first: number;
  readonly last: number;
  readonly highest: number;
  readonly highestAt: string;
}

const en = {
  whole: (title: string, from: string, until: string, zone: string) =>
    `${title}, ${from} to ${until} (${zone}).`,
  line: ({ label, first, last, highest, highestAt }: LineWords): string =>
    ` ${label}: from ${figure(first)} to ${figure(last)}, highest ${figure(highest)} at ${highestAt}.`,
  empty: (label: string): string => ` ${label}: nothing was measured.`,
  threshold: (threshold: number): string => ` Threshold ${figure(threshold)}.`,
  events: (events: readonly string[]): string => ` Marked: ${events.join(', ')}.`,
};

const zh: typeof en = {
  whole: (title, from, until, zone) => `${title}，${from} 至 ${until}（${zone}）。`,
  line: ({ label, first, last, highest, highestAt }) =>
    `${label}：从 ${figure(first)} 到 ${figure(last)}，最高 ${figure(highest)}（${highestAt}）。`,
  empty: (label) => `${label}：没有测量值。`,
  threshold: (threshold) => `阈值 ${figure(threshold)}。`,
  events: (events) => `标记：${events.join('，')}。`,
};

export const chartText: Record<Locale, typeof en> = { en, 'zh-CN': zh };

/** Slack takes 2,000 characters. */
const most = 1_500;

/** What the picture shows, in words: for those who can't see it. */
export function describeChart(chart: Chart, locale: Locale): string {
  const t = chartText[locale];
  const zone = chart.zone ?? 'UTC';
  const clock = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone: zone, month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' },
    hourCycle: 'h23',
  });
  const face = (at: Date): string => {
    const parts = new Map(clock.formatToParts(at).map(({ type, value }) => [type, value]));
    return `${parts.get('month')}-${parts.get('day')} ${parts.get('hour')}:${parts.get('minute')}`;
  };
  const events = chart.events.map(({ at, label }) => `${label} ${face(at)}`);
  const said = [
    t.whole(chart.title, face(chart.from), face(chart.until), zone),
    ...chart.lines.map(({ label, samples }) => lineWords(label, samples, face, t)),
    ...(chart.threshold === undefined ? [] : [t.threshold(chart.threshold)]),
    ...(events.length === 0 ? [] : [t.events(events)]),
  ].join('');
  return capText(said, most);
}

function lineWords(
  label: string,
  samples: readonly Sample[],
  face: (at: Date) => string,
  t: typeof en,
): string {
  const [first] = samples;
  const last = samples.at(-1);
  if (first === undefined || last === undefined) return t.empty(label);
  const highest = samples.reduce((high, sample) => (sample.value > high.value ? sample : high), first);
  return t.line({
    ...{ label, first: first.value, last: last.value },
    ...{ highest: highest.value, highestAt: face(highest.at) },
  });
}
