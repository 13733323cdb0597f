import type { Locale } from '../core/people.ts';
import { duration, number, plural } from './format.ts';

const en = {
  none: (where: string) => `${where}: no worker holds a job now`,
  some: (where: string, jobs: number, overdue: number) =>
    `${where}: ${plural(jobs, 'job')} running${overdue === 0 ? '' : `, ${number(overdue)} past the limit`}`,
  everywhere: 'All queues',
  columns: { queue: 'Queue', job: 'Job', held: 'Since', tries: 'Attempt', note: '' },
  orphaned: (retryAfter: number) =>
    `past retry_after (${duration(retryAfter, 'en')}): its worker likely died; the next free worker takes it again`,
  tooLong: (timeout: number) => `past its timeout (${duration(timeout, 'en')})`,
  first: (limit: number) => `The first ${limit} of each store are shown.`,
};

const zh: typeof en = {
  none: (where) => `${where}：目前没有任务在执行`,
  some: (where, jobs, overdue) =>
    `${where}：${number(jobs)} 个任务在执行${overdue === 0 ? '' : `，其中 ${number(overdue)} 个超时`}`,
  everywhere: '全部队列',
  columns: { queue: '队列', job: '任务', held: '已执行', tries: '第几次', note: '' },
  orphaned: (retryAfter) =>
    `超过 retry_after（${duration(retryAfter, 'zh-CN')}）：worker 可能已退出，会被下一个空闲 worker 重新取走`,
  tooLong: (timeout) => `超过自身 timeout（${duration(timeout, 'zh-CN')}）`,
  first: (limit) => `每个存储只显示前 ${limit} 个。`,
};

export const runningText: Record<Locale, typeof en> = { en, 'zh-CN': zh };
