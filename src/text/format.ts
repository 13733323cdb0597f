import type { Locale } from '../core/people.ts';
import type { Count } from '../core/reading.ts';
import { type Rich, rich, type Span } from '../core/rich.ts';

/** `12,345`; in Chinese the same, as dashboards there do. */
export const number = (value: number): string => new Intl.NumberFormat('en-US').format(value);

/** `42`, `10,000+`, `about 42`, `?`. What an aged number's age is stands in the notes. */
export function count(value: Count): string {
  switch (value.kind) {
    case 'exact':
      return number(value.value);
    case 'capped':
      return `${number(value.value)}+`;
    case 'aged':
      return `~${number(value.value)}`;
    case 'unknown':
      return '?';
  }
}

const steps = [
  { seconds: 86_400, en: 'd', zh: '天' },
  { seconds: 3600, en: 'h', zh: '小时' },
  { seconds: 60, en: 'min', zh: '分钟' },
  { seconds: 1, en: 's', zh: '秒' },
] as const;

/** `45 s`, `14 min`, `3 h 20 min`, `2 d 4 h`: at most two units, rounded down. Negative counts as zero. */
export function duration(totalSeconds: number, locale: Locale): string {
  const whole = Math.max(0, Math.floor(totalSeconds));
  const at = steps.findIndex((step) => whole >= step.seconds);
  const first = steps[at === -1 ? steps.length - 1 : at];
  if (first === undefined) return '0 s';
  const second = steps[at + 1];
  const unit = (step: (typeof steps)[number]): string => (locale === 'en' ? step.en : step.zh);
  const head = `${Math.floor(whole / first.seconds)} ${unit(first)}`;
  // Seconds beside minutes are noise once there are ten of them.
  if (second === undefined || (first.en === 'min' && whole >= 600)) return head;
  const rest = Math.floor((whole % first.seconds) / second.seconds);
  return rest === 0 ? head : `${head} ${rest} ${unit(second)}`;
}

/** An instant, in the reader's zone where Slack shows it, else in the application's. */
export const time = (instant: Date, zone: string): Span => ({ time: instant, zone });

/** From one instant to another; once where they read the same. `until`: the word between them. */
export const timeSpan = (from: Date, to: Date, until: string, zone: string): Rich =>
  Math.floor(from.getTime() / 1000) === Math.floor(to.getTime() / 1000)
    ? [time(from, zone)]
    : rich`${time(from, zone)} ${until} ${time(to, zone)}`;

/** `2 jobs`, `1 job`. */
export const plural = (value: number, one: string, many = `${one}s`): string =>
  `${number(value)} ${value === 1 ? one : many}`;
