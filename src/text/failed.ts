import type { Locale } from '../core/people.ts';
import { code, type Rich, rich } from '../core/rich.ts';
import { duration, plural } from './format.ts';

const en = {
  none: (where: string) => `${where}: no failed jobs`,
  noneLike: (where: string) => `${where}: no failed job is like that`,
  some: (where: string, total: string, filtered: boolean) =>
    filtered ? `${where}: failed jobs like that` : `${where}: ${total} failed jobs`,
  everywhere: 'All queues',
  groupsOf: (of: string) => `By class and exception, of ${of}:`,
  line: (id: number, jobClass: string, queue: string, age: string): Rich =>
    rich`${{ bold: `#${id}` }} ${code(jobClass)} on ${queue}, ${age} ago`,
  searchedAll: (n: string) => `Looked at all ${n} failures.`,
  searchedSome: (n: string) =>
    `Looked at the newest ${n} failures only, since the time for an answer was over.`,
  next: 'Next',
  diagnose: 'Diagnose',
  show: 'Show',
  retry: 'Retry',
  forget: 'Forget',
  twice: 'This queue is marked costly: a job that had done its work before it failed would do it twice.',
  confirmRetry: { title: 'Retry this job?', yes: 'Retry', no: 'Cancel' },
  confirmForget: {
    title: 'Forget this failure?',
    text: 'Its row leaves failed_jobs. It is archived first.',
    yes: 'Forget',
    no: 'Cancel',
  },
  groupsBuilding: 'Still counting: these are the groups of what was counted so far.',
};

const zh: typeof en = {
  none: (where) => `${where}：没有失败任务`,
  noneLike: (where) => `${where}：没有符合条件的失败任务`,
  some: (where, total, filtered) =>
    filtered ? `${where}：符合条件的失败任务` : `${where}：${total} 个失败任务`,
  everywhere: '全部队列',
  groupsOf: (of) => `按任务类和异常统计（共 ${of} 个）：`,
  line: (id, jobClass, queue, age) => rich`${{ bold: `#${id}` }} ${code(jobClass)}，队列 ${queue}，${age}前`,
  searchedAll: (n) => `已查看全部 ${n} 条失败记录。`,
  searchedSome: (n) => `时间有限，只查看了最新的 ${n} 条失败记录。`,
  next: '下一页',
  diagnose: '诊断',
  show: '查看',
  retry: '重试',
  forget: '删除',
  twice: '此队列标记为重复代价高：若任务失败前已完成部分工作，重试会再做一次。',
  confirmRetry: { title: '重试这个任务？', yes: '重试', no: '取消' },
  confirmForget: {
    title: '删除这条失败记录？',
    text: '该行会从 failed_jobs 移除，移除前会先归档。',
    yes: '删除',
    no: '取消',
  },
  groupsBuilding: '仍在统计：以下为目前已统计部分。',
};

export const failedText: Record<Locale, typeof en> = { en, 'zh-CN': zh };

/** `3 jobs` in the reader's language. */
export const jobs = (n: number, locale: Locale): string =>
  locale === 'en' ? plural(n, 'job') : `${n} 个任务`;

export const ago = (seconds: number, locale: Locale): string => duration(seconds, locale);
