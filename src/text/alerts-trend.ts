import type { Trend } from '../alerts/trend-series.ts';
import type { Locale } from '../core/people.ts';
import type { Rich, Span } from '../core/rich.ts';
import { code, rich } from '../core/rich.ts';
import { duration, number } from './format.ts';

const en = {
  heading: (queue: string, seconds: number): Rich =>
    rich`${code(queue)} over the last ${duration(seconds, 'en')}`,
  nothing: (queue: string, seconds: number): Rich =>
    rich`Nothing was measured of ${code(queue)} in the last ${duration(seconds, 'en')}`,
  nothingAdvice:
    'Values are taken at each tick of the alert rules; there are none while no rule is configured.',
  columns: ['', 'Now', 'An hour ago', 'Highest', 'Lowest', 'Per minute'] as readonly string[],
  names: { pending: 'Pending', failed: 'Failed', oldest: 'Oldest' } as Readonly<Record<Trend, string>>,
  measured: (at: Span): Rich => rich`Measured last: ${at}`,
  stale: (at: Span): Rich => rich`Nothing was measured since ${at}: “now” is as old as that`,
  thinned: 'What is older than a day is kept as the highest value of five minutes.',
  missing: (names: readonly string[]): string => `Not measured: ${names.join(', ').toLowerCase()}.`,
  environment: (app: string, environment: string) => `${app}, ${environment}`,
  buttons: { diagnose: 'Diagnose', status: 'Status' },
};

const zh: typeof en = {
  heading: (queue, seconds) => rich`${code(queue)} 最近 ${duration(seconds, 'zh-CN')}的变化`,
  nothing: (queue, seconds) => rich`最近 ${duration(seconds, 'zh-CN')}内没有 ${code(queue)} 的测量值`,
  nothingAdvice: '数值在告警规则每次评估时记录；没有配置规则时不记录。',
  columns: ['', '当前', '一小时前', '最高', '最低', '每分钟'],
  names: { pending: '等待', failed: '失败', oldest: '最久等待' },
  measured: (at) => rich`最近一次测量：${at}`,
  stale: (at) => rich`自 ${at} 起没有新的测量值，“当前”为当时的数值`,
  thinned: '一天以前的数据按每五分钟的最高值保存。',
  missing: (names) => `没有测量值：${names.join('、')}。`,
  environment: (app, environment) => `${app}，${environment}`,
  buttons: { diagnose: '诊断', status: '状态' },
};

export const trendText: Record<Locale, typeof en> = { en, 'zh-CN': zh };

/** A value of a trend: an age in words, a count as it is. */
export function trendValue(trend: Trend, value: number | undefined, locale: Locale): string {
  if (value === undefined) return '–';
  return trend === 'oldest' ? duration(value, locale) : number(Math.round(value));
}

/** `+4`, `−0.3`, `0`: net change; of an age in seconds. */
export function trendPace(trend: Trend, perMinute: number | undefined): string {
  if (perMinute === undefined) return '–';
  const rounded = Math.round(perMinute * 10) / 10;
  const sign = rounded > 0 ? '+' : rounded < 0 ? '−' : '';
  return `${sign}${number(Math.abs(rounded))}${trend === 'oldest' ? ' s' : ''}`;
}
