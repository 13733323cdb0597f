import type { Locale } from '../core/people.ts';
import type { ExecutionState, RequestState } from '../core/request.ts';
import { bold, code, person, type Rich, rich, type Span } from '../core/rich.ts';
import { number as digits, plural } from './format.ts';

interface OpenLine {
  readonly number: number;
  readonly words: string;
  readonly by: string;
  readonly count: number;
  readonly state: Rich;
  readonly until: Span | undefined;
  readonly votes: { readonly have: number; readonly need: number } | undefined;
  readonly reason: string | null;
  /** The channel of its card. */
  readonly card: string;
}

interface PreapprovalLine {
  readonly number: number;
  readonly what: Rich;
  readonly by: Rich;
  readonly until: Span;
  readonly used: number;
  readonly most: number;
  readonly reason: string;
}

/** Who decided it, where somebody did. */
type StateText = (decidedBy: string | undefined) => Rich;

const en = {
  heading: (open: number, preapproved: number): string =>
    open + preapproved === 0
      ? 'Nothing waits for approval'
      : `${plural(open, 'open request')}${preapproved === 0 ? '' : `, ${plural(preapproved, 'preapproval')}`}`,
  open: 'Open',
  recent: 'Decided lately',
  preapproved: 'Approved in advance',
  openLine: ({ number, words, by, count, state, until, votes, reason, card }: OpenLine): Rich =>
    rich`${bold(`#${number}`)} ${code(words)}: ${state}\n${plural(count, 'job')}, asked by ${person(by)}${
      votes === undefined ? '' : `, ${votes.have} of ${plural(votes.need, 'vote')}`
    }${until === undefined ? '' : rich`, until ${until}`}, card in ${{ channel: card }}${reason === null ? '' : `\n“${reason}”`}`,
  recentLine: (number: number, words: string, by: string, at: Span, outcome: Rich): Rich =>
    rich`${bold(`#${number}`)} ${code(words)} by ${person(by)}, ${at}: ${outcome}`,
  preapprovalLine: ({ number, what, by, until, used, most, reason }: PreapprovalLine): Rich =>
    rich`${bold(`#${number}`)} retries ${what}: ${digits(used)} of ${plural(most, 'job')} used, until ${until}, signed by ${by}\n“${reason}”`,
  states: {
    pending: () => 'waits for votes',
    approved: () => 'approved, waits for its turn',
    consumed: () => 'running',
    rejected: (by) => (by === undefined ? 'rejected' : rich`rejected by ${person(by)}`),
    expired: () => 'expired',
    cancelled: (by) => (by === undefined ? 'cancelled' : rich`cancelled by ${person(by)}`),
    invalidated: () => 'void, since what it was about had changed',
  } satisfies Record<RequestState, StateText>,
  ends: {
    executing: 'running',
    unknown: 'what it did is not known yet',
    succeeded: 'done',
    partial: 'partly done',
    failed: 'failed, nothing changed',
    not_started: 'not started',
  } satisfies Record<ExecutionState, string>,
  /** Instead of `succeeded`, while what becomes of the jobs is still watched. */
  sent: 'sent',
  /** Instead of `succeeded`, where none of the jobs did well. */
  ended: 'ended',
  /** In place of "forgotten", the word of `forget`. */
  deleted: (count: number) => `${digits(count)} deleted`,
  environment: (app: string, environment: string) => `${app}, ${environment}`,
  votes: 'Votes are given by the buttons of the card alone.',
};

const zh: typeof en = {
  heading: (open, preapproved) =>
    open + preapproved === 0
      ? '没有等待审批的请求'
      : `${digits(open)} 个进行中的请求${preapproved === 0 ? '' : `，${digits(preapproved)} 个预先批准`}`,
  open: '进行中',
  recent: '最近已决定',
  preapproved: '预先批准',
  openLine: ({ number, words, by, count, state, until, votes, reason, card }) =>
    rich`${bold(`#${number}`)} ${code(words)}：${state}\n${digits(count)} 个任务，发起人 ${person(by)}${
      votes === undefined ? '' : `，${votes.have}/${votes.need} 票`
    }${until === undefined ? '' : rich`，截止 ${until}`}，卡片在 ${{ channel: card }}${reason === null ? '' : `\n“${reason}”`}`,
  recentLine: (number, words, by, at, outcome) =>
    rich`${bold(`#${number}`)} ${code(words)}，${person(by)}，${at}：${outcome}`,
  preapprovalLine: ({ number, what, by, until, used, most, reason }) =>
    rich`${bold(`#${number}`)} 重试：${what}。已用 ${digits(used)}/${digits(most)} 个，截止 ${until}，签署人 ${by}\n“${reason}”`,
  states: {
    pending: () => '等待投票',
    approved: () => '已批准，等待执行',
    consumed: () => '执行中',
    rejected: (by) => (by === undefined ? '已驳回' : rich`已被 ${person(by)} 驳回`),
    expired: () => '已过期',
    cancelled: (by) => (by === undefined ? '已取消' : rich`已被 ${person(by)} 取消`),
    invalidated: () => '已失效，因为所涉及的内容有变化',
  },
  ends: {
    executing: '执行中',
    unknown: '结果尚不确定',
    succeeded: '已完成',
    partial: '部分完成',
    failed: '失败，没有任何变化',
    not_started: '未执行',
  },
  sent: '已发送',
  ended: '已结束',
  deleted: (count) => `${digits(count)} 个已删除`,
  environment: (app, environment) => `${app}，${environment}`,
  votes: '只能用卡片上的按钮投票。',
};

export const approvalsText: Record<Locale, typeof en> = { en, 'zh-CN': zh };
