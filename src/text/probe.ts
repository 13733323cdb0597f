import type { ProbedQueue, ProbeMetric, ProbeReport, ProbeViolation } from '../alerts/probe.ts';
import { probeMetrics } from '../alerts/probe.ts';
import type { Locale } from '../core/people.ts';

/** What `probe` says on a terminal. Seconds are written as they are, since machines read along. */
const en = {
  metrics: {
    pending: 'pending',
    failed: 'failed',
    oldest: 'oldest (s)',
    timeouts: 'timeouts',
  } satisfies Record<ProbeMetric, string>,
  of: (value: string, threshold: string): string => `${value} of ${threshold}`,
  noLevels: 'no levels',
  queue: (queue: ProbedQueue): string => queueLine(queue, en),
  violation: ({ app, queue, metric, value, threshold }: ProbeViolation): string =>
    `Breached: ${app} ${queue}: ${en.metrics[metric]} is ${value}, above ${threshold}.`,
  unreadable: (app: string, queue: string, metric: ProbeMetric): string =>
    `Not known: ${app} ${queue}: ${en.metrics[metric]} could not be read.`,
  /** Only an age is ever so. */
  immeasurable: (app: string, queue: string, metric: ProbeMetric): string =>
    `Not known: ${app} ${queue}: ${en.metrics[metric]} can't be measured, because jobs in Redis say when they were made only from Laravel 12.11 on. Take max_oldest out of the queue's slo, or upgrade.`,
  unknownQueue: (queue: string): string => `No app has a queue "${queue}".`,
  verdict: ({ pass, violations, queues }: ProbeReport): string => {
    if (pass) return `Pass: ${queues.length} queues.`;
    if (queues.length === 0) return 'No pass: no queue is described, so nothing was looked at.';
    const unread = queues.filter(({ unreadable }) => unreadable.length > 0).length;
    return `No pass: ${violations.length} breached, ${unread} queues not known.`;
  },
};

const zh: typeof en = {
  metrics: { pending: '待处理', failed: '失败', oldest: '最久等待（秒）', timeouts: '超时失败' },
  of: (value, threshold) => `${value}（上限 ${threshold}）`,
  noLevels: '未配置服务水平',
  queue: (queue) => queueLine(queue, zh),
  violation: ({ app, queue, metric, value, threshold }) =>
    `超出上限：${app} ${queue}：${zh.metrics[metric]}为 ${value}，上限 ${threshold}。`,
  unreadable: (app, queue, metric) => `未知：${app} ${queue}：无法读取${zh.metrics[metric]}。`,
  immeasurable: (app, queue, metric) =>
    `未知：${app} ${queue}：无法测量${zh.metrics[metric]}，因为 Laravel 12.11 起 Redis 中的任务才记录创建时间。请从该队列的 slo 中去掉 max_oldest，或升级 Laravel。`,
  unknownQueue: (queue) => `没有应用定义了队列“${queue}”。`,
  verdict: ({ pass, violations, queues }) => {
    if (pass) return `通过：共 ${queues.length} 个队列。`;
    if (queues.length === 0) return '未通过：没有定义任何队列，因此什么都没有查看。';
    const unread = queues.filter(({ unreadable }) => unreadable.length > 0).length;
    return `未通过：${violations.length} 项超出上限，${unread} 个队列情况未知。`;
  },
};

export const probeText: Readonly<Record<Locale, typeof en>> = { en, 'zh-CN': zh };

function queueLine({ app, queue, values, thresholds }: ProbedQueue, t: typeof en): string {
  const said = probeMetrics.flatMap((metric) => {
    const [value, threshold] = [values[metric], thresholds[metric]];
    if (value === null && threshold === null) return [];
    const number = value === null ? '?' : String(value);
    return [`${t.metrics[metric]} ${threshold === null ? number : t.of(number, String(threshold))}`];
  });
  const hasLevels = probeMetrics.some((metric) => thresholds[metric] !== null);
  return `${app} ${queue}: ${[...said, ...(hasLevels ? [] : [t.noLevels])].join(', ')}`;
}
