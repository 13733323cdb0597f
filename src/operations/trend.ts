import { type Trend, trendSeries } from '../alerts/trend-series.ts';
import { summarize, type TrendSummary } from '../alerts/trend-summary.ts';
import { queueLabel } from '../core/app-description.ts';
import { sealRead } from '../core/operation.ts';
import type { Locale } from '../core/people.ts';
import { accept, type Judged, refuse } from '../core/refusal.ts';
import type { Reply } from '../core/reply.ts';
import type { Words } from '../core/words.ts';
import { trendPace, trendText, trendValue } from '../text/alerts-trend.ts';
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
}

/** What waits, has failed and is oldest in a queue, over time, in numbers. */
export const trend = sealRead<Input, World>({
  ...declared,
  typed: ['trend'],
  who: 'everybody',
  filters: ['since'],
  effect: 'read',
  parse,
  inThread: ({ plain }, { queue }) => (plain.length === 0 && queue !== undefined ? [queue] : []),
  target: ({ queue, seconds }) => `queue=${queueLabel(queue)} seconds=${seconds}`,
  async answer({ queue, seconds }, { world, locale }) {
    const { name } = world.app.description;
    const now = world.clock.now().getTime();
    const [from, look] = [now - seconds * 1_000, now - Math.max(seconds, leastLookSeconds) * 1_000];
    const read = await askStore(
      Promise.all(
        trends.map(async (one): Promise<Series> => {
          const all = await world.alerts.samples(trendSeries(one, name, queue), new Date(look));
          const within = all.filter(({ at }) => at.getTime() >= from);
          return { trend: one, summary: { ...summarize(all), ...extremes(summarize(within)) } };
        }),
      ),
    );
    if (!read.ok) return refuse({ code: 'part-missing', missing: [read.missing] });
    return accept(draw(read.value, { queue, seconds }, world, locale));
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

function row({ trend: one, summary }: Series, locale: Locale): readonly string[] {
  const { now, hourAgo, highest, lowest, perMinute } = summary;
  const values = [now, hourAgo, highest, lowest].map((sample) => trendValue(one, sample?.value, locale));
  return [trendText[locale].names[one], ...values, trendPace(one, perMinute)];
}
