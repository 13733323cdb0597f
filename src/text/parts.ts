import type { Locale } from '../core/people.ts';
import type { MissingPart, MissingReason } from '../core/reading.ts';
import { duration } from './format.ts';
import { punctuation } from './punctuation.ts';

/** Names of the parts of the world and what is wrong with them. */
const en = {
  part: (missing: MissingPart): string =>
    ({
      database: `the database of ${missing.name}`,
      redis: `Redis of ${missing.name}`,
      host: `host ${missing.name}`,
      log: `the log of ${missing.name}`,
      store: "Queuekeeper's own store",
      slack: 'Slack',
      pager:
        { pagerduty: 'PagerDuty', webhook: 'the webhook for pages' }[missing.name] ?? 'the paging service',
    })[missing.part],
  why: (reason: MissingReason): string =>
    ({
      timeout: 'did not answer in time',
      unreachable: 'can not be reached',
      refused: 'refused access',
      failed: 'answered with an error',
      busy: 'is busy',
      'not-configured': 'is not configured',
    })[reason],
  /** The two together. */
  says: (part: string, why: string): string => `${part} ${why}`,
  missing: (part: string, why: string, detail: string | undefined): string =>
    `Not looked at: ${en.says(part, why)}${detail === undefined ? '' : ` (${detail})`}.`,
  aged: (seconds: number): string => `Numbers marked ~ are ${duration(seconds, 'en')} old.`,
  capped: 'Numbers marked + are where counting stopped.',
};

const zh: typeof en = {
  part: (missing) =>
    ({
      database: `${missing.name} 的数据库`,
      redis: `${missing.name} 的 Redis`,
      host: `主机 ${missing.name}`,
      log: `${missing.name} 的日志`,
      store: 'Queuekeeper 自己的存储',
      slack: 'Slack',
      pager: { pagerduty: 'PagerDuty', webhook: '呼叫用的 webhook' }[missing.name] ?? '呼叫服务',
    })[missing.part],
  why: (reason) =>
    ({
      timeout: '未在时限内响应',
      unreachable: '无法连接',
      refused: '拒绝访问',
      failed: '返回了错误',
      busy: '正忙',
      'not-configured': '未配置',
    })[reason],
  // A space only beside a name in Latin letters.
  says: (part, why) => `${part}${/\w$/.test(part) ? ' ' : ''}${why}`,
  missing: (part, why, detail) =>
    `未能查看：${zh.says(part, why)}${detail === undefined ? '' : `（${detail}）`}。`,
  aged: (seconds) => `带 ~ 的数字是 ${duration(seconds, 'zh-CN')}前的。`,
  capped: '带 + 的数字是数到上限为止。',
};

export const partsText: Record<Locale, typeof en> = { en, 'zh-CN': zh };

/** In one line, as after a colon: what can't be read and why; the same part is named once. */
export function missingInShort(missing: readonly MissingPart[], locale: Locale): string {
  const t = partsText[locale];
  const said = missing.map((part) => t.says(t.part(part), t.why(part.why)));
  return [...new Set(said)].join(punctuation[locale].semicolon);
}

/** One sentence for each missing part; the same part is named once. */
export function missingNotes(missing: readonly MissingPart[], locale: Locale): readonly string[] {
  const t = partsText[locale];
  const sentences = missing.map((part) => t.missing(t.part(part), t.why(part.why), part.detail));
  return [...new Set(sentences)];
}
