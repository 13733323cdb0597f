import type { Locale } from '../core/people.ts';
import { bold, code, joinRich, person, type Rich, rich, type Span } from '../core/rich.ts';
import { number as digits, plural } from './format.ts';
import { partsText } from './parts.ts';

interface Use {
  readonly number: number;
  readonly by: string;
  readonly count: number;
}

const people = (ids: readonly string[], separator: string): Rich =>
  joinRich(
    ids.map((id) => [person(id)]),
    separator,
  );

const en = {
  expires: (number: number, until: Span): Rich =>
    rich`${bold(`#${number}`)} still needs another person's approval, until ${until}`,
  asking: (requester: string, number: number, words: string, counts: string): Rich =>
    rich`${person(requester)}, your request ${bold(`#${number}`)} (${code(words)}) waits for an answer, since its first jobs did not go well: ${counts}`,
  askingAdvice: 'Continue or Stop on its card. Without an answer it ends in 30 minutes.',
  outcome: (requester: string, number: number, words: string, outcome: Rich): Rich =>
    rich`${person(requester)}, your request ${bold(`#${number}`)} (${code(words)}): ${outcome}`,
  /** Below an outcome whose jobs are still on their way. */
  watched: 'Whether the jobs do well is not known yet. The card shows it, and you are told when it is.',
  /** To the requester alone, when nothing is watched any more. */
  became: (requester: string, number: number, words: string, counts: string): Rich =>
    rich`${person(requester)}, what became of your request ${bold(`#${number}`)} (${code(words)}): ${counts}`,
  failedAgain: rich`What failed again is there under new numbers: ${code('/queue failed')}`,
  vanished: (number: number): Rich =>
    rich`What vanished is in the archive: ${code(`/queue restore #${number}`)} brings it back.`,
  stillWaiting: 'What still waits is not watched any more; it runs when a worker takes it.',
  used: (signer: string, preapproval: number, { number, by, count }: Use): Rich =>
    rich`${person(signer)}, your preapproval ${bold(`#${preapproval}`)} was used by ${person(by)} for ${bold(`#${number}`)}: ${plural(count, 'job')}`,
  usedOf: (used: number, most: number) => `${digits(used)} of ${plural(most, 'job')} are used now.`,
  pageFailed: (number: number, part: string, why: string): Rich =>
    rich`Nobody was paged about ${bold(`#${number}`)}: ${part} ${why}`,
  pageFailedAdvice: 'It is tried again while the request waits. Meanwhile call another person yourself.',
  roster: (group: string): Rich => rich`The members of ${code(group)} have changed`,
  joined: (ids: readonly string[], all: number, votes: boolean): Rich =>
    rich`Joined: ${people(ids, ', ')}${all > ids.length ? ` and ${all - ids.length} more` : ''}.${votes ? ' Votes through this group count 24 h after that.' : ''}`,
  left: (ids: readonly string[], all: number): Rich =>
    rich`Left: ${people(ids, ', ')}${all > ids.length ? ` and ${all - ids.length} more` : ''}.`,
};

const zh: typeof en = {
  expires: (number, until) => rich`${bold(`#${number}`)} 仍需要另一人批准，截止 ${until}`,
  asking: (requester, number, words, counts) =>
    rich`${person(requester)}，你的请求 ${bold(`#${number}`)}（${code(words)}）先试的任务结果不佳，正在等待决定：${counts}`,
  askingAdvice: '请在卡片上选择继续或停止。30 分钟内无人答复将自动结束。',
  outcome: (requester, number, words, outcome) =>
    rich`${person(requester)}，你的请求 ${bold(`#${number}`)}（${code(words)}）：${outcome}`,
  watched: '任务的结果还不知道。卡片会持续显示，有结果后会再通知你。',
  became: (requester, number, words, counts) =>
    rich`${person(requester)}，你的请求 ${bold(`#${number}`)}（${code(words)}）的最终结果：${counts}`,
  failedAgain: rich`再次失败的任务有了新编号，见 ${code('/queue failed')}`,
  vanished: (number) => rich`消失的任务已归档，可用 ${code(`/queue restore #${number}`)} 恢复。`,
  stillWaiting: '仍在等待的任务不再跟踪，有 worker 取走时会执行。',
  used: (signer, preapproval, { number, by, count }) =>
    rich`${person(signer)}，你的预先批准 ${bold(`#${preapproval}`)} 被 ${person(by)} 用于 ${bold(`#${number}`)}：${digits(count)} 个任务`,
  usedOf: (used, most) => `目前已用 ${digits(used)} / ${digits(most)} 个任务。`,
  pageFailed: (number, part, why) =>
    rich`${bold(`#${number}`)} 的呼叫未送达：${partsText['zh-CN'].says(part, why)}`,
  pageFailedAdvice: '请求等待期间会再次尝试。在此之前请自行联系另一位同事。',
  roster: (group) => rich`${code(group)} 的成员有变化`,
  joined: (ids, all, votes) =>
    rich`新加入：${people(ids, '、')}${all > ids.length ? ` 等 ${all} 人` : ''}。${votes ? '24 小时后，其通过此用户组的投票才生效。' : ''}`,
  left: (ids, all) => rich`已离开：${people(ids, '、')}${all > ids.length ? ` 等 ${all} 人` : ''}。`,
};

export const noticeText: Record<Locale, typeof en> = { en, 'zh-CN': zh };
