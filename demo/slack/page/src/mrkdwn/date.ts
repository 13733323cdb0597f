/** How a person's dates are written. */
export interface DateStyle {
  readonly locale: string;
  /** IANA name; undefined: this browser's. */
  readonly zone: string | undefined;
  readonly now: number;
}

const day = 86_400_000;

/** A date in Slack's words: https://docs.slack.dev/messaging/formatting-message-text#date-formatting. Undefined: no such date. */
export function formatDate(seconds: number, format: string, style: DateStyle): string | undefined {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return undefined;
  return format.replace(/\{([a-z_]+)\}/g, (whole, name: string) => writers[name]?.(date, style) ?? whole);
}

type Write = (date: Date, style: DateStyle) => string;

const written =
  (options: Intl.DateTimeFormatOptions): Write =>
  (date, { locale, zone }) =>
    new Intl.DateTimeFormat(locale, { ...options, ...(zone === undefined ? {} : { timeZone: zone }) }).format(
      date,
    );

const full = written({ year: 'numeric', month: 'long', day: 'numeric' });
const short = written({ year: 'numeric', month: 'short', day: 'numeric' });
const long = written({ weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' });

/** Today, yesterday and tomorrow by name. */
const pretty =
  (otherwise: Write): Write =>
  (date, style) =>
    relativeDay(date, style) ?? otherwise(date, style);

const writers: Readonly<Record<string, Write>> = {
  date_num: (date, style) =>
    written({ year: 'numeric', month: '2-digit', day: '2-digit' })(date, { ...style, locale: 'sv-SE' }),
  date_slash: (date, style) =>
    written({ year: 'numeric', month: '2-digit', day: '2-digit' })(date, { ...style, locale: 'en-US' }),
  date: full,
  date_full: full,
  date_short: short,
  date_long: long,
  date_long_full: long,
  date_pretty: pretty(full),
  date_short_pretty: pretty(short),
  date_long_pretty: pretty(long),
  day_divider_pretty: pretty(long),
  time: written({ hour: 'numeric', minute: '2-digit' }),
  time_secs: written({ hour: 'numeric', minute: '2-digit', second: '2-digit' }),
  ago: (date, { locale, now }) => ago(date.getTime() - now, locale),
};

function relativeDay(date: Date, style: DateStyle): string | undefined {
  const days = (dayNumber(date, style) - dayNumber(new Date(style.now), style)) / day;
  if (Math.abs(days) > 1) return undefined;
  return new Intl.RelativeTimeFormat(style.locale, { numeric: 'auto' }).format(days, 'day');
}

/** Midnight of the date's own calendar day, as if it were in UTC. */
const dayNumber = (date: Date, style: DateStyle): number =>
  Date.parse(`${writers['date_num']?.(date, style)}T00:00:00Z`);

const steps = [
  ['year', 365 * day],
  ['month', 30 * day],
  ['day', day],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

function ago(milliseconds: number, locale: string): string {
  const words = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  for (const [unit, length] of steps) {
    if (Math.abs(milliseconds) >= length) return words.format(Math.trunc(milliseconds / length), unit);
  }
  return words.format(0, 'second');
}
