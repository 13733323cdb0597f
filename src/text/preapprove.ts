import type { Locale } from '../core/people.ts';
import { code, type Rich, rich } from '../core/rich.ts';
import { number as digits, plural } from './format.ts';

const en = {
  signing: (number: number, what: Rich): Rich => rich`#${number} Signing a preapproval: retries ${what}`,
  notSigned: (number: number, what: Rich): Rich =>
    rich`#${number} Not signed, so nothing is preapproved: retries ${what}. Try again.`,
  signed: (number: number, what: Rich): Rich => rich`#${number} Preapproved: retries ${what}`,
  withdrawn: (number: number, what: Rich): Rich => rich`#${number} Preapproval withdrawn: retries ${what}`,
  ended: (number: number, what: Rich): Rich => rich`#${number} Preapproval over: retries ${what}`,
  usedUp: (number: number, what: Rich): Rich => rich`#${number} Preapproval used up: retries ${what}`,
  rule: rich`An operator’s ${code('/queue retry all')} that lies wholly inside it needs no other vote. Its signer can’t use it.` as Rich,
  anyJob: 'of any failed job',
  onQueue: (queue: string): Rich => rich`on ${code(queue)}`,
  ofClass: 'of class',
  withError: (error: string): Rich => rich`whose exception contains ${code(error)}`,
  comma: ', ',
  signer: 'Signed by',
  until: 'Until',
  used: 'Used',
  usedOf: (used: number, most: number) => `${digits(used)} of ${plural(most, 'job')}`,
  withdrawnBy: 'Withdrawn by',
  leftOut: 'Left out',
  costly: (queues: readonly string[]) =>
    `${queues.join(', ')}: where running twice is costly, nothing is preapproved`,
  withdraw: 'Withdraw',
  isWithdrawn: (number: number): Rich =>
    rich`Preapproval #${number} is withdrawn: it approves nothing any more.`,
  environment: (app: string, environment: string) => `${app}, ${environment}`,
  everything: (number: number) => `Everything about it: /queue audit #${number}`,
};

const zh: typeof en = {
  signing: (number, what) => rich`#${number} 正在签署预先批准，重试：${what}`,
  notSigned: (number, what) => rich`#${number} 未能签署，没有任何操作被预先批准。重试：${what}。请再试一次。`,
  signed: (number, what) => rich`#${number} 已预先批准重试：${what}`,
  withdrawn: (number, what) => rich`#${number} 预先批准已撤回，重试：${what}`,
  ended: (number, what) => rich`#${number} 预先批准已到期，重试：${what}`,
  usedUp: (number, what) => rich`#${number} 预先批准已用完，重试：${what}`,
  rule: rich`操作员的 ${code('/queue retry all')} 若完全在此范围内，无需再投票。签署人自己不能使用。`,
  anyJob: '任意失败任务',
  onQueue: (queue) => rich`队列 ${code(queue)}`,
  ofClass: '任务类',
  withError: (error) => rich`异常包含 ${code(error)}`,
  comma: '，',
  signer: '签署人',
  until: '截止',
  used: '已使用',
  usedOf: (used, most) => `${digits(used)} / ${digits(most)} 个任务`,
  withdrawnBy: '撤回人',
  leftOut: '不含',
  costly: (queues) => `${queues.join('、')}：重复执行代价高的队列不能预先批准`,
  withdraw: '撤回',
  isWithdrawn: (number) => rich`预先批准 #${number} 已撤回，不再有效。`,
  environment: (app, environment) => `${app}，${environment}`,
  everything: (number) => `全部记录：/queue audit #${number}`,
};

export const preapproveText: Record<Locale, typeof en> = { en, 'zh-CN': zh };
