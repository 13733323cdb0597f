import { formatDate } from '../mrkdwn/date.ts';

const style = (now: number) => ({ locale: 'en-US', zone: undefined, now });

export const secondsOf = (ts: string): number => Number(ts);

/** `2:05 PM` */
export const clockTime = (ts: string): string => formatDate(secondsOf(ts), '{time}', style(0)) ?? '';

/** The same without AM or PM, for the narrow place beside a message. */
export const shortTime = (ts: string): string => clockTime(ts).replace(/\s?[AP]M$/, '');

/** In full, for who points at the time. */
export const fullTime = (ts: string): string =>
  formatDate(secondsOf(ts), '{date_long} {time_secs}', style(0)) ?? '';

/** `Today`, `Yesterday`, or the date. */
export function dayName(ts: string, now: number): string {
  const name = formatDate(secondsOf(ts), '{date_long_pretty}', style(now)) ?? '';
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}

export const isSameDay = (one: string, other: string): boolean =>
  new Date(secondsOf(one) * 1000).toDateString() === new Date(secondsOf(other) * 1000).toDateString();

export const agoOf = (ts: string, now: number): string =>
  formatDate(secondsOf(ts), '{ago}', style(now)) ?? '';
