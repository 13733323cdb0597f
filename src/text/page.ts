import type { Incident } from '../core/incident.ts';
import type { Locale } from '../core/people.ts';
import { redact } from '../core/redact.ts';
import type { RequestView } from '../core/request.ts';
import { number } from './format.ts';

const en = {
  where: (app: string, queue: string | undefined): string =>
    queue === undefined ? app : `${queue} (${app})`,
  value: (value: string, threshold: string | undefined): string =>
    threshold === undefined ? `, value ${value}` : `, value ${value}, threshold ${threshold}`,
  blind: (app: string, rules: string): string => `Alerts of ${app} can't be evaluated: ${rules}`,
  page: (id: string, rule: string, where: string, value: string): string =>
    `${id} ${rule}: ${where}${value}. Nobody has acknowledged it`,
  request: (id: string, words: string, requester: string, app: string): string =>
    `${id} ${words} (${app}) by ${requester} waits for another person's approval in Slack`,
};
const zh: typeof en = {
  where: (app, queue) => (queue === undefined ? app : `${queue}（${app}）`),
  value: (value, threshold) =>
    threshold === undefined ? `，当前值 ${value}` : `，当前值 ${value}，阈值 ${threshold}`,
  blind: (app, rules) => `${app} 的告警规则无法评估：${rules}`,
  page: (id, rule, where, value) => `${id} ${rule}：${where}${value}。尚无人认领`,
  request: (id, words, requester, app) =>
    `${id} ${words}（${app}，由 ${requester} 发起）等待另一人在 Slack 中批准`,
};
const texts: Record<Locale, typeof en> = { en, 'zh-CN': zh };

/** What a page says: one sentence without markup, understood by somebody who was asleep. */
export function pageSummary(
  { number: id, rule, app, queue, value, facts }: Incident,
  locale: Locale,
): string {
  const text = texts[locale];
  const { blindRule, threshold } = facts;
  if (facts['watch'] === 'blind') return text.blind(app, String(blindRule ?? rule));
  const short = (one: number): string => number(Math.round(one * 100) / 100);
  const measured =
    value === undefined
      ? ''
      : text.value(short(value), typeof threshold === 'number' ? short(threshold) : undefined);
  return text.page(`#${id}`, rule, text.where(app, queue), measured);
}

/** The same of a request that waits for another person. */
export const requestSummary = ({ number: id, words, requester, app }: RequestView, locale: Locale): string =>
  texts[locale].request(`#${id}`, redact(words), requester.name, app);
