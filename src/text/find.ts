import type { Locale } from '../core/people.ts';
import { code, type Rich, rich } from '../core/rich.ts';
import { number } from './format.ts';

const en = {
  heading: (text: string, found: number): Rich =>
    found === 0 ? rich`Nothing found for ${code(text)}` : rich`${number(found)} found for ${code(text)}`,
  failures: 'Failed jobs',
  waiting: 'Waiting jobs',
  rows: 'Business rows',
  waitingLine: (jobClass: string, queue: string): Rich => rich`${code(jobClass)} in ${queue}`,
  rowLine: (table: string, key: string, shows: string): Rich => rich`${table} ${code(key)}: ${shows}`,
  searchedFailures: (n: string, complete: boolean) =>
    complete ? `Searched all ${n} failures.` : `Searched the newest ${n} failures, not the older ones.`,
  searchedWaiting: (n: string) => `Searched the newest ${n} waiting jobs; held and delayed ones were not.`,
  notEncrypted: 'Encrypted and compressed payloads can not be searched.',
};

const zh: typeof en = {
  heading: (text, found) =>
    found === 0 ? rich`没有找到 ${code(text)}` : rich`找到 ${number(found)} 条 ${code(text)}`,
  failures: '失败任务',
  waiting: '等待中的任务',
  rows: '业务记录',
  waitingLine: (jobClass, queue) => rich`${code(jobClass)}，队列 ${queue}`,
  rowLine: (table, key, shows) => rich`${table} ${code(key)}：${shows}`,
  searchedFailures: (n, complete) =>
    complete ? `已搜索全部 ${n} 条失败记录。` : `只搜索了最新的 ${n} 条失败记录，更早的没有搜索。`,
  searchedWaiting: (n) => `只搜索了最新的 ${n} 个等待任务；执行中和延迟的没有搜索。`,
  notEncrypted: '加密或压缩的 payload 无法搜索。',
};

export const findText: Record<Locale, typeof en> = { en, 'zh-CN': zh };
