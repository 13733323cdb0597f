import type { Locale } from '../core/people.ts';
import type { TargetState } from '../core/request.ts';
import { code, person, type Rich, rich, type Span } from '../core/rich.ts';
import type { DecodedPayload } from '../operations/ports.ts';
import { duration, number } from './format.ts';

const en = {
  heading: (id: number, jobClass: string, queue: string): Rich =>
    rich`Failed job #${id}: ${code(jobClass)} on ${queue}`,
  labels: {
    failedAt: 'Failed',
    exception: 'Exception',
    uuid: 'uuid',
    attempts: 'Attempts',
    limits: 'Limits',
    created: 'Created',
    kind: 'What it is',
    batch: 'Batch',
    chain: 'Then runs',
    business: 'Business row',
    earlier: 'Earlier',
    size: 'Size',
  },
  failedAt: (inZone: string, zone: string, instant: Span, age: string): Rich =>
    rich`${inZone} ${zone} (${instant}, ${age} ago)`,
  attempts: (attempts: number | undefined, most: number | undefined) =>
    `${attempts ?? '?'}${most === undefined ? '' : ` of ${most}`}`,
  limits: (timeout: number | undefined, retryAfter: number | undefined) =>
    [
      timeout === undefined ? "timeout: the worker's" : `timeout ${duration(timeout, 'en')}`,
      retryAfter === undefined ? '' : `retry_after ${duration(retryAfter, 'en')}`,
    ]
      .filter((part) => part !== '')
      .join(', '),
  trap: 'timeout above retry_after: a second worker may take the job while the first still runs it',
  kinds: {
    job: 'a job',
    listener: 'a queued listener',
    mailable: 'a queued mail',
    notification: 'a queued notification',
    closure: 'a queued closure',
    batch: 'a job of a batch',
    chain: 'a job of a chain',
    encrypted: 'an encrypted job: its properties can not be read here',
    raw: 'a raw payload (Queue::push with a name)',
    broken: 'broken: its payload is no readable JSON, so artisan can not retry it',
    'foreign-serializer': 'not JSON: written by another serializer or compressed',
  } satisfies Record<DecodedPayload['kind'], string>,
  batch: (id: string, cancelled: boolean | undefined) =>
    cancelled === true ? `${id}, cancelled: a retry would end at once and do nothing` : id,
  good: (table: string, key: string, shows: string) => `${table} ${key}: ${shows}, good`,
  notGood: (table: string, key: string, shows: string) => `${table} ${key}: ${shows}, not good`,
  noRow: (key: string) => `no row for ${key}`,
  earlier: (n: number, verb: string, userId: string, age: string, state: string): Rich =>
    rich`#${n} ${verb} by ${person(userId)}, ${age} ago: ${state}`,
  states: {
    frozen: 'nothing known yet',
    pushed: 'pushed back',
    unconfirmed: 'gone, unconfirmed',
    gone_before: 'was gone already',
    forgotten: 'forgotten',
    present: 'not touched',
    stuck: 'artisan could not read it',
    double_risk: 'may have been pushed twice',
    done: 'done',
    left: 'left the queue',
    ended_quietly: 'ended, its row is not good',
    failed_again: 'failed again',
    waiting: 'still waiting',
    vanished: 'vanished',
    restored: 'put back',
    not_restored: 'not put back',
  } satisfies Record<TargetState, string>,
  sharedUuid: (n: number) =>
    `${n} rows share this uuid: artisan would delete them all and push one, so Queuekeeper retries none of them.`,
  noUuid:
    'The row has no uuid: artisan would delete it without pushing it, so Queuekeeper does not retry it.',
  properties: 'Properties',
  trace: 'Trace',
  payload: 'Payload',
  size: (payload: number, exception: number) => `payload ${bytes(payload)}, exception ${bytes(exception)}`,
  redacted: 'Values that look secret are left out.',
};

const zh: typeof en = {
  heading: (id, jobClass, queue) => rich`失败任务 #${id}：${code(jobClass)}，队列 ${queue}`,
  labels: {
    failedAt: '失败时间',
    exception: '异常',
    uuid: 'uuid',
    attempts: '尝试次数',
    limits: '限制',
    created: '创建时间',
    kind: '类型',
    batch: '批次',
    chain: '后续任务',
    business: '业务记录',
    earlier: '处理记录',
    size: '大小',
  },
  failedAt: (inZone, zone, instant, age) => rich`${inZone} ${zone}（${instant}，${age}前）`,
  attempts: (attempts, most) => `${attempts ?? '?'}${most === undefined ? '' : ` / ${most}`}`,
  limits: (timeout, retryAfter) =>
    [
      timeout === undefined ? 'timeout：取 worker 的设置' : `timeout ${duration(timeout, 'zh-CN')}`,
      retryAfter === undefined ? '' : `retry_after ${duration(retryAfter, 'zh-CN')}`,
    ]
      .filter((part) => part !== '')
      .join('，'),
  trap: 'timeout 大于 retry_after：任务还在执行时可能被另一个 worker 再次取走',
  kinds: {
    job: '普通任务',
    listener: '队列监听器',
    mailable: '队列邮件',
    notification: '队列通知',
    closure: '队列闭包',
    batch: '批次中的任务',
    chain: '链式任务',
    encrypted: '加密任务：这里无法读取其属性',
    raw: '原始 payload（Queue::push 类名）',
    broken: '已损坏：payload 不是可读的 JSON，artisan 无法重试',
    'foreign-serializer': '不是 JSON：由其他序列化方式写入或被压缩',
  },
  batch: (id, cancelled) => (cancelled === true ? `${id}，已取消：重试会立即结束而不做任何事` : id),
  good: (table, key, shows) => `${table} ${key}：${shows}，正常`,
  notGood: (table, key, shows) => `${table} ${key}：${shows}，不正常`,
  noRow: (key) => `没有 ${key} 对应的记录`,
  earlier: (n, verb, userId, age, state) => rich`#${n} ${verb}，${person(userId)}，${age}前：${state}`,
  states: {
    frozen: '暂无结果',
    pushed: '已重新入队',
    unconfirmed: '记录已消失，未确认',
    gone_before: '之前已不存在',
    forgotten: '已删除',
    present: '未处理',
    stuck: 'artisan 无法读取',
    double_risk: '可能重复入队',
    done: '已完成',
    left: '已离开队列',
    ended_quietly: '已结束，但业务记录不正常',
    failed_again: '再次失败',
    waiting: '仍在等待',
    vanished: '已消失',
    restored: '已恢复',
    not_restored: '未恢复',
  },
  sharedUuid: (n) =>
    `有 ${n} 行使用相同的 uuid：artisan 会全部删除却只入队一个，因此 Queuekeeper 不会重试它们。`,
  noUuid: '这一行没有 uuid：artisan 会直接删除而不入队，因此 Queuekeeper 不会重试它。',
  properties: '属性',
  trace: '调用栈',
  payload: 'Payload',
  size: (payload, exception) => `payload ${bytes(payload)}，异常 ${bytes(exception)}`,
  redacted: '疑似敏感的值已隐去。',
};

export const showText: Record<Locale, typeof en> = { en, 'zh-CN': zh };

function bytes(n: number): string {
  if (n < 1024) return `${n} B`;
  return n < 1_048_576 ? `${number(Math.round(n / 1024))} KiB` : `${(n / 1_048_576).toFixed(1)} MiB`;
}
