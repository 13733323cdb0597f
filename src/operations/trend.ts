import { type Trend, trendSeries } from '../alerts/trend-series.ts';
import { summarize, type TrendSummary } from '../alerts/trend-summary.ts';
import { queueLabel } from '../core/app-description.ts';
import type { Chart, Sample } from '../core/chart.ts';
import { sealLive } from '../core/operation.ts';
import type { Locale } from '../core/people.ts';
import { accept, type Judged, refuse } from '../core/refusal.ts';
import type { Reply, ReplyPart } from '../core/reply.ts';
import { capText } from '../core/strip.ts';
import type { Words } from '../core/words.ts';
import { trendPace, trendText, trendValue } from '../text/alerts-trend.ts';
import { captionOf, chartText, describeChart } from '../text/charts.ts';
import { time } from '../text/format.ts';
import { atMost, optionalDuration, parseQueue } from './arguments.ts';
import { askStore } from './ask-store.ts';
import type { QueueName } from './ports.ts';
import type { World } from './world.ts';

const declared = { verb: 'trend', usage: 'QUEUE [since=]' } as const;
const trends: readonly Trend[] = ['pending', 'failed', 'oldest'];
const usualSeconds = 3_600;
/** So long samples are kept. */
const longestSeconds = 30 * 86_400;
const dayMs = 86_400_000;
const mostName = 60;
/** A picture begins so long before its first value, and shows at least so much. */
const leadMs = 30_000;
const leastShownMs = 120_000;
/** Four ticks without a value: evaluation is behind, or down. */
const staleMs = 120_000;
/** What "an hour ago" is looked for in, also in a shorter window. */
const leastLookSeconds = 3_900;

interface Input {
  readonly queue: QueueName;
  readonly seconds: number;
}

interface Series {
  readonly trend: Trend;
  readonly summary: TrendSummary;
  /** Of the window alone. */
  readonly samples: readonly Sample[];
}

/**
 * What waits, has failed and is oldest in a queue, over time, in numbers and as a picture: for all to see, since Slack shows
 * no file to one person alone.
 */
export const trend = sealLive<Input, World>({
  ...declared,
  typed: ['trend'],
  who: 'everybody',
  filters: ['since'],
  effect: 'read',
  parse,
  inThread: ({ plain }, { queue }) => (plain.length === 0 && queue !== undefined ? [queue] : []),
  target: ({ queue, seconds }) => `queue=${queueLabel(queue)} seconds=${seconds}`,
  async watch({ queue, seconds }, { world }) {
    const { name } = world.app.description;
    const now = world.clock.now().getTime();
    const [from, look] = [now - seconds * 1_000, now - Math.max(seconds, leastLookSeconds) * 1_000];
    const read = await askStore(
      Promise.all(
        trends.map(async (one): Promise<Series> => {
          const all = await world.alerts.samples(trendSeries(one, name, queue), new Date(look));
          const within = all.filter(({ at }) => at.getTime() >= from);
          const summary = { ...summarize(all), ...extremes(summarize(within)) };
          return { trend: one, summary, samples: within };
        }),
      ),
    );
    if (!read.ok) return refuse({ code: 'part-missing', missing: [read.missing] });
    return accept((locale) => draw(read.value, { queue, seconds }, world, locale));
  },
});

const extremes = ({
  now,
  highest,
  lowest,
}: TrendSummary): Pick<TrendSummary, 'now' | 'highest' | 'lowest'> => ({
  ...{ now, highest, lowest },
});

function parse(words: Words, world: World): Judged<Input> {
  const [typed] = words.plain;
  if (typed === undefined) return refuse({ code: 'missing-argument', ...declared });
  const fits = atMost(words, 1, declared);
  if (!fits.ok) return fits;
  const queue = parseQueue(typed, world);
  if (!queue.ok) return queue;
  const since = optionalDuration(words, 'since');
  if (!since.ok) return since;
  const seconds = since.value ?? usualSeconds;
  return seconds > longestSeconds
    ? refuse({ code: 'trend-too-long', typed: words.filters.get('since') ?? '' })
    : accept({ queue: queue.value, seconds });
}

function draw(series: readonly Series[], { queue, seconds }: Input, world: World, locale: Locale): Reply {
  const t = trendText[locale];
  const { name, environment, timezone } = world.app.description;
  const known = series.filter(({ summary }) => summary.now !== undefined);
  const lastMs = Math.max(0, ...known.map(({ summary }) => summary.now?.at.getTime() ?? 0));
  const label = queueLabel(queue);
  const buttons = (['diagnose', 'status'] as const).map((verb) => ({
    label: t.buttons[verb],
    press: { kind: 'words', verb, words: `${verb} ${label} app=${name}` } as const,
  }));
  if (known.length === 0) {
    return {
      heading: t.nothing(label, seconds),
      mood: 'warning',
      parts: [
        { kind: 'text', text: t.nothingAdvice },
        { kind: 'buttons', buttons },
      ],
      notes: [t.environment(name, environment)],
    };
  }
  const at = time(new Date(lastMs), timezone);
  const isStale = world.clock.now().getTime() - lastMs > staleMs;
  const unknown = series.filter(({ summary }) => summary.now === undefined).map((one) => t.names[one.trend]);
  return {
    heading: t.heading(label, seconds),
    mood: isStale ? 'warning' : 'neutral',
    parts: [
      ...chartPart(known, { queue, seconds }, world, locale),
      {
        kind: 'table',
        columns: t.columns.map((column, index) => ({
          label: column,
          ...(index === 0 ? {} : { align: 'right' as const }),
        })),
        rows: known.map((one) => row(one, locale)),
      },
      { kind: 'buttons', buttons },
    ],
    notes: [
      t.environment(name, environment),
      isStale ? t.stale(at) : t.measured(at),
      ...(unknown.length === 0 ? [] : [t.missing(unknown)]),
      ...(seconds * 1_000 > dayMs ? [t.thinned] : []),
    ],
  };
}

/** Of the window; where less was measured, of that. */
function beginOf(drawn: readonly Series[], until: Date, seconds: number): Date {
  const first = Math.min(
    ...drawn.flatMap(({ samples }) => samples.slice(0, 1).map(({ at }) => at.getTime())),
  );
  const shown = Math.max(until.getTime() - first + leadMs, leastShownMs);
  return new Date(until.getTime() - Math.min(seconds * 1_000, shown));
}

/** From one value no line can be drawn. */
function chartPart(
  series: readonly Series[],
  { queue, seconds }: Input,
  world: World,
  locale: Locale,
): readonly ReplyPart[] {
  const drawn = series.filter(({ samples }) => samples.length > 1);
  if (drawn.length === 0) return [];
  const until = world.clock.now();
  const chart: Chart = {
    title: chartText[locale].trend(capText(queueLabel(queue), mostName)),
    lines: drawn.map(({ trend: one, samples }) => ({
      ...{ label: trendText[locale].names[one], mark: one, samples },
      ...(one === 'oldest' ? { unit: 's' as const } : {}),
    })),
    ...{ events: [], apart: true, zone: world.app.description.timezone },
    ...{ from: beginOf(drawn, until, seconds), until },
  };
  return [{ kind: 'chart', chart, words: describeChart(chart, locale), caption: captionOf(chart, locale) }];
}

function row({ trend: one, summary }: Series, locale: Locale): readonly string[] {
  const { now, hourAgo, highest, lowest, perMinute } = summary;
  const values = [now, hourAgo, highest, lowest].map((sample) => trendValue(one, sample?.value, locale));
  return [trendText[locale].names[one], ...values, trendPace(one, perMinute)];
}
