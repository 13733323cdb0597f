import type { Locale } from '../core/people.ts';
import type { MissingPart, MissingReason } from '../core/reading.ts';
import { partsText, zhPartSays } from './parts.ts';

const en = {
  backlog: 'nobody can say how much waits',
  workers: 'nobody can say which workers live',
  'failed-jobs': 'the failed jobs can not be read',
  'no-samples': 'nothing was measured yet',
  measuring: 'measuring itself went wrong',
  other: (what: string) => `${what} can not be read`,
  also: '; ',
};

const zh: typeof en = {
  backlog: '无法得知有多少任务在等待',
  workers: '无法得知哪些 worker 存活',
  'failed-jobs': '读不到失败任务',
  'no-samples': '还没有测量值',
  measuring: '测量本身出错',
  other: (what) => `读不到 ${what}`,
  also: '；',
};

const texts: Record<Locale, typeof en> = { en, 'zh-CN': zh };
const short = ['backlog', 'workers', 'failed-jobs', 'no-samples', 'measuring'] as const;
const parts: readonly string[] = ['database', 'redis', 'host', 'log', 'store', 'slack', 'pager'];
const reasons: readonly string[] = [
  ...['timeout', 'unreachable', 'refused', 'failed', 'not-configured', 'busy'],
];

/** Why a rule could not be evaluated, in words. `why`: as evaluation keeps it, `redis fap: timeout`; several by `; `. */
export function unreadableWords(why: string, locale: Locale): string {
  const t = texts[locale];
  return why
    .split('; ')
    .map((one) => wordsOf(one, locale))
    .join(t.also);
}

function wordsOf(why: string, locale: Locale): string {
  const t = texts[locale];
  const known = short.find((name) => name === why);
  if (known !== undefined) return t[known];
  const [, part = '', name = '', reason = ''] = /^(\w+) (.+): ([\w-]+)$/.exec(why) ?? [];
  if (!parts.includes(part) || !reasons.includes(reason)) return t.other(why);
  // Both are checked above.
  const missing = { part, name, why: reason } as MissingPart & { readonly why: MissingReason };
  const said = partsText[locale];
  const [named, reasonSaid] = [said.part(missing), said.why(missing.why)];
  return locale === 'en' ? `${named} ${reasonSaid}` : zhPartSays(named, reasonSaid);
}
