import type { Locale } from '../core/people.ts';
import type { MissingPart, MissingReason } from '../core/reading.ts';
import { partsText } from './parts.ts';

const en = {
  backlog: 'nobody can say how much waits',
  workers: 'nobody can say which workers live',
  'failed-jobs': 'the failed jobs can not be read',
  'no-samples': 'nothing was measured yet',
  measuring: 'measuring itself went wrong',
  levels: {
    pending: 'how many jobs wait',
    failed: 'how many failed',
    oldest: 'how long the oldest waits',
    timeouts: 'how many ran into a time limit',
  },
  unreadLevels: (levels: readonly string[]) => `${wordList(levels)} can not be read`,
  other: (what: string) => `${what} can not be read`,
  also: '; ',
};

const wordList = (words: readonly string[]): string =>
  new Intl.ListFormat('en-GB', { type: 'conjunction' }).format(words);

const zh: typeof en = {
  backlog: '无法得知有多少任务在等待',
  workers: '无法得知哪些 worker 存活',
  'failed-jobs': '读不到失败任务',
  'no-samples': '还没有测量值',
  measuring: '测量本身出错',
  levels: { pending: '等待的任务数', failed: '失败任务数', oldest: '最久等待时间', timeouts: '超时失败数' },
  unreadLevels: (levels) => `读不到${levels.join('、')}`,
  other: (what) => `读不到 ${what}`,
  also: '；',
};

const texts: Record<Locale, typeof en> = { en, 'zh-CN': zh };
const short = ['backlog', 'workers', 'failed-jobs', 'no-samples', 'measuring'] as const;
const levelNames = ['pending', 'failed', 'oldest', 'timeouts'] as const;
const parts: readonly string[] = ['database', 'redis', 'host', 'log', 'store', 'slack', 'pager'];
const reasons: readonly string[] = [
  ...['timeout', 'unreachable', 'refused', 'failed', 'not-configured', 'busy'],
];

/**
 * Why a rule could not be evaluated, in words. `why`: as evaluation keeps it, `redis fap: timeout`, or the service levels
 * that could not be read, `pending, oldest`; several by `; `.
 */
export function unreadableWords(why: string, locale: Locale): string {
  const t = texts[locale];
  const all = why.split('; ');
  const unread = new Set(all.filter(areLevels).flatMap((one) => one.split(', ')));
  const levels = levelNames.filter((name) => unread.has(name)).map((name) => t.levels[name]);
  return [
    ...all.filter((one) => !areLevels(one)).map((one) => wordsOf(one, locale)),
    ...(levels.length === 0 ? [] : [t.unreadLevels(levels)]),
  ].join(t.also);
}

const areLevels = (why: string): boolean =>
  why.split(', ').every((one) => levelNames.some((name) => name === one));

function wordsOf(why: string, locale: Locale): string {
  const t = texts[locale];
  const known = short.find((name) => name === why);
  if (known !== undefined) return t[known];
  const [, part = '', name = '', reason = ''] = /^(\w+) (.+): ([\w-]+)$/.exec(why) ?? [];
  if (!parts.includes(part) || !reasons.includes(reason)) return t.other(why);
  // Both are checked above.
  const missing = { part, name, why: reason } as MissingPart & { readonly why: MissingReason };
  const said = partsText[locale];
  return said.says(said.part(missing), said.why(missing.why));
}
