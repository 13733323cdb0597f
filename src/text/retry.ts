import type { Locale } from '../core/people.ts';
import type { TargetState } from '../core/request.ts';
import { bold, code, person, type Rich, rich } from '../core/rich.ts';
import { duration, plural } from './format.ts';

type Verb = 'retry' | 'forget';

const en = {
  what: (jobs: number, single: { readonly id: number; readonly jobClass: string } | undefined): Rich =>
    single === undefined
      ? plural(jobs, 'failed job')
      : rich`job ${String(single.id)} (${code(single.jobClass)})`,
  executing: (number: number, verb: Verb, what: Rich): Rich =>
    rich`#${number} ${verb === 'retry' ? 'Retrying' : 'Forgetting'} ${what}`,
  unknown: (number: number, verb: Verb, what: Rich): Rich =>
    rich`#${number} ${verb === 'retry' ? 'Retry' : 'Forget'} of ${what}: what it did is not known yet`,
  unknownHelp:
    'Contact was lost, or the data could not be read. Nothing is run again; it is looked at again until the data tells.',
  ended: (number: number, verb: Verb, what: Rich, summary: string): Rich =>
    rich`#${number} ${verb === 'retry' ? 'Retried' : 'Forgot'} ${what}: ${summary}`,
  nothing: (number: number, verb: Verb, what: Rich): Rich =>
    rich`#${number} ${what} ${verb === 'retry' ? 'not retried' : 'not forgotten'}`,
  notStarted: 'Nothing was done: artisan did not start, or nothing moved. Ask again when the cause is gone.',
  failed: 'Artisan ran, and no row of failed_jobs changed.',
  why: (text: string): Rich => rich`The host said: ${code(text)}`,
  requester: 'Asked by',
  by: (userId: string): Rich => [person(userId)],
  limits: 'Limits',
  limitsOf: (queue: string, retryAfter: number, timeout: number | undefined) =>
    `${queue}: retry_after ${duration(retryAfter, 'en')}, timeout ${timeout === undefined ? "the worker's" : duration(timeout, 'en')}`,
  trap: 'timeout above retry_after: may run twice',
  costly: 'May run twice: this queue is marked costly.',
  batchCancelled: (ids: readonly number[]) =>
    `The batch of ${ids.join(', ')} was cancelled: it will end at once and do nothing.`,
  line: (id: number, jobClass: string, queue: string, state: Rich): Rich =>
    rich`${bold(`#${id}`)} ${code(jobClass)} on ${queue}: ${state}`,
  states: {
    frozen: 'about to be sent',
    pushed: 'pushed back onto its queue',
    unconfirmed:
      'gone from failed_jobs, and artisan did not confirm it: pushed, or removed by someone else; it is archived',
    gone_before: 'was gone before artisan ran',
    forgotten: 'forgotten; it is archived',
    present: 'still in failed_jobs, nothing was done to it',
    stuck: 'artisan could not read its payload; still in failed_jobs',
    double_risk:
      'still in failed_jobs, but it may have been pushed: Queuekeeper will not retry it again unasked',
    done: 'done, its business row is good',
    left: 'left the queue without failing',
    ended_quietly: 'ended without failing, but its business row is not good',
    failed_again: 'failed again',
    waiting: 'still waiting in its queue',
    vanished: 'left the queue and is in no table',
    restored: 'back in failed_jobs, as it was',
    not_restored: 'left out: its uuid exists again, is queued now, or its row was restored before',
  } satisfies Record<TargetState, string>,
  failedAgain: (id: number): Rich => rich`failed again, as ${bold(`#${id}`)}`,
  counts: {
    frozen: (n: number) => `${n} not sent yet`,
    pushed: (n: number) => `${n} pushed`,
    unconfirmed: (n: number) => `${n} unconfirmed`,
    gone_before: (n: number) => `${n} gone before`,
    forgotten: (n: number) => `${n} forgotten`,
    present: (n: number) => `${n} not touched`,
    stuck: (n: number) => `${n} unreadable`,
    double_risk: (n: number) => `${n} at double risk`,
    done: (n: number) => `${n} done`,
    left: (n: number) => `${n} left the queue`,
    ended_quietly: (n: number) => `${n} ended, row not good`,
    failed_again: (n: number) => `${n} failed again`,
    waiting: (n: number) => `${n} still waiting`,
    vanished: (n: number) => `${n} vanished`,
    restored: (n: number) => `${n} restored`,
    not_restored: (n: number) => `${n} left out`,
  } satisfies Record<TargetState, (n: number) => string>,
  partial: 'Not every job can be accounted for:',
  following: 'Watching what becomes of it, for up to a minute.',
  environment: (app: string, environment: string) => `${app}, ${environment}`,
  archived: (number: number) => `Archived first. Everything about it: /queue audit #${number}`,
  more: (rest: number) => `and ${plural(rest, 'more job')}`,
};

const zh: typeof en = {
  what: (jobs, single) =>
    single === undefined ? `${jobs} 个失败任务` : rich`任务 ${String(single.id)}（${code(single.jobClass)}）`,
  executing: (number, verb, what) => rich`#${number} 正在${verb === 'retry' ? '重试' : '删除'}${what}`,
  unknown: (number, verb, what) =>
    rich`#${number} ${verb === 'retry' ? '重试' : '删除'}${what}：结果尚不确定`,
  unknownHelp: '连接中断，或暂时无法读取数据。不会重复执行；会持续查看，直到数据给出答案。',
  ended: (number, verb, what, summary) =>
    rich`#${number} 已${verb === 'retry' ? '重试' : '删除'}${what}：${summary}`,
  nothing: (number, verb, what) => rich`#${number} ${what}${verb === 'retry' ? '未被重试' : '未被删除'}`,
  notStarted: '没有执行任何操作：artisan 未启动，或没有任何变化。排除原因后请重新发起。',
  failed: 'artisan 已运行，但 failed_jobs 没有任何行发生变化。',
  why: (text) => rich`主机返回：${code(text)}`,
  requester: '发起人',
  by: (userId) => [person(userId)],
  limits: '限制',
  limitsOf: (queue, retryAfter, timeout) =>
    `${queue}：retry_after ${duration(retryAfter, 'zh-CN')}，timeout ${timeout === undefined ? '取 worker 的设置' : duration(timeout, 'zh-CN')}`,
  trap: 'timeout 大于 retry_after，可能执行两次',
  costly: '可能执行两次：此队列标记为重复代价高。',
  batchCancelled: (ids) => `${ids.join('、')} 所在的批次已取消：任务会立即结束而不做任何事。`,
  line: (id, jobClass, queue, state) => rich`${bold(`#${id}`)} ${code(jobClass)}，队列 ${queue}：${state}`,
  states: {
    frozen: '即将发送',
    pushed: '已重新入队',
    unconfirmed: '已不在 failed_jobs 中，但 artisan 没有确认：可能已入队，也可能被他人移除；已归档',
    gone_before: '在 artisan 运行前就已不存在',
    forgotten: '已删除；已归档',
    present: '仍在 failed_jobs 中，未做任何处理',
    stuck: 'artisan 无法读取其 payload；仍在 failed_jobs 中',
    double_risk: '仍在 failed_jobs 中，但可能已经入队：未经明确要求，Queuekeeper 不会再次重试',
    done: '已完成，业务记录正常',
    left: '已离开队列，没有失败',
    ended_quietly: '已结束且没有失败，但业务记录不正常',
    failed_again: '再次失败',
    waiting: '仍在队列中等待',
    vanished: '已离开队列，且不在任何表中',
    restored: '已原样恢复到 failed_jobs',
    not_restored: '未恢复：相同 uuid 已存在、正在队列中，或该行已恢复过',
  },
  failedAgain: (id) => rich`再次失败，新编号 ${bold(`#${id}`)}`,
  counts: {
    frozen: (n) => `${n} 个未发送`,
    pushed: (n) => `${n} 个已入队`,
    unconfirmed: (n) => `${n} 个未确认`,
    gone_before: (n) => `${n} 个之前已不存在`,
    forgotten: (n) => `${n} 个已删除`,
    present: (n) => `${n} 个未处理`,
    stuck: (n) => `${n} 个无法读取`,
    double_risk: (n) => `${n} 个可能重复`,
    done: (n) => `${n} 个完成`,
    left: (n) => `${n} 个已离开队列`,
    ended_quietly: (n) => `${n} 个已结束但业务记录不正常`,
    failed_again: (n) => `${n} 个再次失败`,
    waiting: (n) => `${n} 个仍在等待`,
    vanished: (n) => `${n} 个消失`,
    restored: (n) => `${n} 个已恢复`,
    not_restored: (n) => `${n} 个未恢复`,
  },
  partial: '有任务无法确认结果：',
  following: '正在跟踪后续结果，最长一分钟。',
  environment: (app, environment) => `${app}，${environment}`,
  archived: (number) => `已先归档。全部记录：/queue audit #${number}`,
  more: (rest) => `另有 ${rest} 个任务`,
};

export const retryText: Record<Locale, typeof en> = { en, 'zh-CN': zh };
