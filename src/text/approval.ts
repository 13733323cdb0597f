import type { Locale } from '../core/people.ts';
import type { Reply } from '../core/reply.ts';
import type { ExecutionState, RequestState, RequestView } from '../core/request.ts';
import { bold, code, joinRich, person, type Rich, rich } from '../core/rich.ts';
import { number as digits, plural } from './format.ts';

type Heading = (number: number, what: Rich) => Rich;
type RunHeading = (number: number, what: Rich, summary: Rich | undefined) => Rich;

const named = (id: string): Rich => (id.startsWith('S') ? [{ group: id }] : [person(id)]);
const after = (mark: string, summary: Rich | undefined): Rich =>
  summary === undefined || summary.length === 0 ? '' : rich`${mark}${summary}`;

/** Why a request is void: plain data written by the claim, or by the store. */
function findWhy(decision: Readonly<Record<string, unknown>>): {
  readonly why: string;
  readonly ids: readonly number[];
} {
  const { why, ids } = decision;
  return { why: typeof why === 'string' ? why : '', ids: Array.isArray(ids) ? ids.map(Number) : [] };
}

const some = (ids: readonly number[], separator: string): string =>
  ids.length <= 10 ? ids.join(separator) : `${ids.slice(0, 10).join(separator)}…`;

const en = {
  labels: {
    approve: 'Approve',
    reject: 'Reject',
    withdraw: 'Withdraw',
    cancel: 'Cancel',
    stop: 'Stop',
    continue: 'Continue',
    'show-jobs': 'Show jobs',
    restore: 'Restore',
  },
  confirm: {
    approve: (count: number) => ({
      title: 'Approve this?',
      text: `It will run at once on ${plural(count, 'failed job')}, exactly those of the card.`,
      yes: 'Approve',
      no: 'Not yet',
    }),
  },
  headings: {
    pending: (number, what) => rich`#${number} needs another person's approval: ${what}`,
    approved: (number, what) => rich`#${number} approved, waiting for its turn: ${what}`,
    consumed: (number, what) => rich`#${number} ${what}`,
    rejected: (number, what) => rich`#${number} rejected: ${what}`,
    expired: (number, what) => rich`#${number} expired: ${what}`,
    cancelled: (number, what) => rich`#${number} cancelled: ${what}`,
    invalidated: (number, what) => rich`#${number} void: ${what}`,
  } satisfies Record<RequestState, Heading>,
  /** All of it is sent, and what becomes of the jobs is still watched. */
  followed: (number: number, what: Rich, summary?: Rich): Rich =>
    rich`#${number} sent: ${what}${after(' — ', summary)}`,
  /** All of it was sent, and none of the jobs did well. */
  ended: (number: number, what: Rich, summary?: Rich): Rich =>
    rich`#${number} ended: ${what}${after(' — ', summary)}`,
  running: {
    executing: (number, what, summary) => rich`#${number} running: ${what}${after(' — ', summary)}`,
    unknown: (number, what) => rich`#${number} what it did is not known yet: ${what}`,
    succeeded: (number, what, summary) => rich`#${number} done: ${what}${after(' — ', summary)}`,
    partial: (number, what, summary) => rich`#${number} partly done: ${what}${after(' — ', summary)}`,
    failed: (number, what, summary) => rich`#${number} failed: ${what}${after(' — ', summary)}`,
    not_started: (number, what) => rich`#${number} not started: ${what}`,
  } satisfies Record<ExecutionState, RunHeading>,
  states: {
    executing: undefined,
    succeeded: undefined,
    unknown:
      'Contact was lost, or the data could not be read. Nothing is run again; it is looked at again until the data tells.',
    partial: 'Not all of it was done, or not all of it can be accounted for; the rest is below.',
    failed: 'It ran, and nothing that it was about has changed.',
    not_started: 'Nothing was done. If it is still wanted, ask again when the cause is gone.',
  } satisfies Record<ExecutionState, string | undefined>,
  invalidated: (decision: Readonly<Record<string, unknown>>): Rich => {
    const { why, ids } = findWhy(decision);
    const said = reasonsEn[why];
    const which = ids.length === 0 ? '' : ` Changed: ${some(ids, ', ')}.`;
    return said === undefined
      ? rich`Nothing was done, since what it was about has changed (${code(why)}).${which} Ask again.`
      : `${said}${which} Nothing was done; ask again.`;
  },
  startsWhen: 'It starts as soon as nothing else changes this application and changes are not frozen.',
  expiredVotes: 'Nobody decided it in time. Nothing was done; ask again if it is still wanted.',
  expiredStart: 'It was approved and could not start in time. Nothing was done; ask again.',
  mayApprove: (ids: readonly string[]): Rich =>
    ids.length === 0
      ? 'Nobody else may approve it: no other approver is configured.'
      : rich`May approve: ${joinRich(ids.map(named), ' ')}`,
  facts: {
    requester: 'Asked by',
    set: 'Frozen',
    preapproval: 'In advance',
    votes: 'Votes',
    needs: 'Needs',
    until: 'Until',
    runBy: 'Starts by',
    rejected: 'Rejected by',
    cancelled: 'Cancelled by',
    stopped: 'Stopped by',
  },
  set: (count: number, digest: string): Rich => rich`${plural(count, 'failed job')}, digest ${code(digest)}`,
  preapproval: (number: number): Rich => rich`approved by preapproval #${number}`,
  needs: (have: number, quorum: number): Rich =>
    rich`${quorum} persons besides who asked; ${have === 0 ? 'none' : String(have)} so far`,
  vote: (userId: string, voided: boolean): Rich =>
    rich`approved by ${person(userId)}${voided ? ' (void: the right to vote was gone when it was to start)' : ''}`,
  environment: (app: string, environment: string) => `${app}, ${environment}`,
  everything: (number: number) => `Everything about it: /queue audit #${number}`,
  /** Of what a request removed. */
  allBack: (count: number): Rich =>
    `All that could be restored is back in failed_jobs: ${plural(count, 'failed job')}.`,
  asked: (number: number, channel: string): Rich =>
    rich`Asked as ${bold(`#${number}`)}. Its card is in ${{ channel }}.`,
  askedAtOnce: (number: number): Rich =>
    rich`Asked as ${bold(`#${number}`)}, and approved at once by a preapproval.`,
  askedHint: 'It runs once another person has approved it. You will be told what came of it.',
  openForm: 'Open the form',
  mentionHeading: (verb: string): Rich => rich`${code(verb)} is asked for in a form.`,
  mentionAdvice: 'The button opens it; a mention can not.',
  stopping: (number: number) => `#${number} stops before its next step. Its card shows what was done.`,
  continuing: (number: number) => `#${number} goes on.`,
  jobs: {
    heading: (number: number, count: number) => `#${number}: ${plural(count, 'job')}`,
    columns: ['Number', 'Job', 'Queue', 'State'] as readonly string[],
    range: (from: number, to: number, count: number) =>
      `${digits(from)}–${digits(to)} of ${digits(count)}, by number`,
    next: 'Next',
    none: 'There are no more.',
    /** Of a job that nothing was done to, while the request waits and when it ended without running. */
    undecided: 'waits with the request',
    untouched: 'nothing was done to it',
  },
};

const reasonsEn: Readonly<Record<string, string>> = {
  data: 'Rows were changed in place after they were frozen.',
  digest: 'What is there now is not what was frozen.',
  quorum: 'Who voted had lost the right to, and too few votes were left.',
  requester: 'Who asked had lost the right to.',
  policy: 'The configuration of people, approvals or applications has changed since it was asked.',
  host: "The application's host has changed since it was asked.",
  app: 'The application is not configured any more.',
};

const zh: typeof en = {
  labels: {
    approve: '批准',
    reject: '驳回',
    withdraw: '撤回投票',
    cancel: '取消',
    stop: '停止',
    continue: '继续',
    'show-jobs': '查看任务',
    restore: '恢复',
  },
  confirm: {
    approve: (count) => ({
      title: '确认批准？',
      text: `批准后会立即对卡片上冻结的 ${digits(count)} 个失败任务执行。`,
      yes: '批准',
      no: '再看看',
    }),
  },
  headings: {
    pending: (number, what) => rich`#${number} 需要另一人批准：${what}`,
    approved: (number, what) => rich`#${number} 已批准，等待执行：${what}`,
    consumed: (number, what) => rich`#${number} ${what}`,
    rejected: (number, what) => rich`#${number} 已驳回：${what}`,
    expired: (number, what) => rich`#${number} 已过期：${what}`,
    cancelled: (number, what) => rich`#${number} 已取消：${what}`,
    invalidated: (number, what) => rich`#${number} 已失效：${what}`,
  },
  followed: (number, what, summary) => rich`#${number} 已发送：${what}${after('，', summary)}`,
  ended: (number, what, summary) => rich`#${number} 已结束：${what}${after('，', summary)}`,
  running: {
    executing: (number, what, summary) => rich`#${number} 执行中：${what}${after('，', summary)}`,
    unknown: (number, what) => rich`#${number} 结果尚不确定：${what}`,
    succeeded: (number, what, summary) => rich`#${number} 已完成：${what}${after('，', summary)}`,
    partial: (number, what, summary) => rich`#${number} 部分完成：${what}${after('，', summary)}`,
    failed: (number, what, summary) => rich`#${number} 失败：${what}${after('，', summary)}`,
    not_started: (number, what) => rich`#${number} 未执行：${what}`,
  },
  states: {
    executing: undefined,
    succeeded: undefined,
    unknown: '连接中断，或暂时无法读取数据。不会重复执行；会持续查看，直到数据给出答案。',
    partial: '没有全部完成，或有部分无法确认；详情见下。',
    failed: '已执行，但所涉及的内容没有任何变化。',
    not_started: '没有执行任何操作。如仍需要，请在排除原因后重新申请。',
  },
  invalidated: (decision) => {
    const { why, ids } = findWhy(decision);
    const said = reasonsZh[why];
    const which = ids.length === 0 ? '' : `有变化的：${some(ids, '、')}。`;
    return said === undefined
      ? rich`所涉及的内容已变化（${code(why)}），没有执行任何操作。${which}请重新申请。`
      : `${said}${which}没有执行任何操作，请重新申请。`;
  },
  startsWhen: '应用没有其他变更在执行、且未被冻结时，会立即开始。',
  expiredVotes: '没有人在期限内作出决定。没有执行任何操作；如仍需要，请重新申请。',
  expiredStart: '已获批准，但未能在期限内开始。没有执行任何操作，请重新申请。',
  mayApprove: (ids) =>
    ids.length === 0
      ? '没有其他人可以批准：未配置其他审批人。'
      : rich`可以批准的人：${joinRich(ids.map(named), ' ')}`,
  facts: {
    requester: '发起人',
    set: '已冻结',
    preapproval: '预先批准',
    votes: '投票',
    needs: '需要',
    until: '截止',
    runBy: '最晚开始',
    rejected: '驳回人',
    cancelled: '取消人',
    stopped: '停止人',
  },
  set: (count, digest) => rich`${digits(count)} 个失败任务，摘要 ${code(digest)}`,
  preapproval: (number) => rich`由预先批准 #${number} 批准`,
  needs: (have, quorum) => rich`发起人之外的 ${quorum} 人；目前 ${have} 人`,
  vote: (userId, voided) => rich`${person(userId)} 批准${voided ? '（无效：开始执行时已没有投票权）' : ''}`,
  environment: (app, environment) => `${app}，${environment}`,
  everything: (number) => `全部记录：/queue audit #${number}`,
  allBack: (count) => `可恢复的 ${digits(count)} 个失败任务已全部恢复到 failed_jobs。`,
  asked: (number, channel) => rich`已提交，编号 ${bold(`#${number}`)}。卡片在 ${{ channel }}。`,
  askedAtOnce: (number) => rich`已提交，编号 ${bold(`#${number}`)}，并由预先批准立即通过。`,
  askedHint: '另一人批准后执行。结果会通知你。',
  openForm: '打开表单',
  mentionHeading: (verb) => rich`${code(verb)} 需要填写表单。`,
  mentionAdvice: '请点按钮打开；提及机器人无法直接打开表单。',
  stopping: (number) => `#${number} 会在下一步之前停止。已完成的部分见卡片。`,
  continuing: (number) => `#${number} 继续执行。`,
  jobs: {
    heading: (number, count) => `#${number}：${digits(count)} 个任务`,
    columns: ['编号', '任务', '队列', '状态'],
    range: (from, to, count) => `第 ${digits(from)}–${digits(to)} 个，共 ${digits(count)} 个，按编号排序`,
    next: '下一页',
    none: '没有更多了。',
    undecided: '随请求等待批准',
    untouched: '未对它做任何操作',
  },
};

const reasonsZh: Readonly<Record<string, string>> = {
  data: '冻结之后有任务被改动。',
  digest: '现有内容与冻结时不一致。',
  quorum: '投票人已失去投票权，剩余票数不足。',
  requester: '发起人已失去权限。',
  policy: '申请之后，人员、审批或应用的配置已变更。',
  host: '申请之后，应用所在主机已变更。',
  app: '该应用已不在配置中。',
};

export const approvalText: Record<Locale, typeof en> = { en, 'zh-CN': zh };

/** In place of a form that a mention can't open: the button that does. */
export function sayOpenForm(verb: string, words: string, locale: Locale): Reply {
  const t = approvalText[locale];
  return {
    ...{ heading: t.mentionHeading(verb), mood: 'neutral' },
    parts: [
      { kind: 'text', text: t.mentionAdvice },
      { kind: 'buttons', buttons: [{ label: t.openForm, press: { kind: 'words', verb: 'ask', words } }] },
    ],
  };
}

/** To the requester: the request's number, and where its card is. */
export function sayAsked(view: RequestView, channel: string, locale: Locale): Reply {
  const t = approvalText[locale];
  const atOnce = view.state === 'approved' || view.state === 'consumed';
  return {
    heading: atOnce ? t.askedAtOnce(view.number) : t.asked(view.number, channel),
    mood: 'neutral',
    parts: atOnce ? [] : [{ kind: 'text', text: t.askedHint }],
  };
}
