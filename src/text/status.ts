import type { Locale } from '../core/people.ts';
import { countValue } from '../core/reading.ts';
import type { JudgedQueue, SloUse } from '../operations/judge-queue.ts';
import type { WorkerGroup } from '../operations/ports.ts';
import { count, duration, number, plural } from './format.ts';

const en = {
  columns: {
    queue: 'Queue',
    pending: 'Waiting',
    delayed: 'Later',
    reserved: 'Running',
    stuck: 'Stuck',
    oldest: 'Oldest',
    failed: 'Failed',
    workers: 'Workers',
  },
  allFine: (app: string, queues: number) => `${app}: all ${queues} queues are moving`,
  nothing: (app: string) => `${app}: no queues are configured`,
  judged: (queue: JudgedQueue) => `${queue.sizes.name}: ${points(queue, 'en').join(', ')}`,
  more: (rest: number) => `, and ${rest} more to look at`,
  unseen: (queues: number, of: number, missing: string) =>
    `${queues} of ${plural(of, 'queue')} could not be seen whole: ${missing}`,
  waiting: (n: string) => `${n} waiting`,
  stuck: (n: string) => `${n} stuck`,
  oldest: (age: string) => `oldest ${age}`,
  failed: (n: string) => `${n} failed`,
  workers: (alive: number, expected: number | undefined) =>
    expected === undefined ? `${alive} workers` : `${alive} of ${expected} workers`,
  workersUnknown: 'workers unknown',
  paused: 'paused',
  unread: 'could not be looked at',
  failuresUnread: 'failures unknown',
  notConfigured: 'not in the configuration',
  overSlo: 'past its service level',
  nearSlo: 'near its service level',
  fine: 'fine',
  unknownAge: 'unknown',
  environment: (app: string, environment: string) => `${app}, ${environment}`,
  maintenance: 'The application is in maintenance mode: workers run and take nothing.',
  pausedQueues: (queues: readonly string[]) => `Paused: ${queues.join(', ')}.`,
  conditionUnknown: 'Whether it is in maintenance mode or paused could not be found out.',
  unconfigured: (queues: readonly string[]) =>
    `${queues.join(', ')}: nobody configured ${queues.length === 1 ? 'this queue' : 'these queues'}, but there are jobs or failures.`,
  stranger: (queue: string, meant: readonly string[]) =>
    `Nobody configured ${queue}, so nothing is known of its workers, runbook or service level.${meant.length === 0 ? '' : ` The configuration has ${meant.join(', ')}.`}`,
  workersLabel: 'Workers',
  connection: 'Connection',
  retryAfter: (seconds: number) => `retry_after ${duration(seconds, 'en')}`,
  slo: 'Service level',
  sloUse: (use: SloUse) =>
    `${{ pending: 'waiting', failed: 'failed', oldest: 'oldest' }[use.metric]} ${sloValue(use, 'en')}${use.value > use.max ? ' (over)' : ''}`,
  failuresTitle: 'Failures',
  failuresOf: (n: string) => `Failures by class and exception, of ${n}:`,
  noFailures: 'No failures.',
  nextTitle: 'Next:',
  nextJob: (jobClass: string, age: string) => `${jobClass}, due ${age} ago`,
  nextJobNoAge: (jobClass: string) => jobClass,
  costly: 'Running one of its jobs twice is costly.',
  buttons: {
    diagnose: 'Diagnose',
    failed: 'Failed',
    running: 'Running',
    workers: 'Workers',
    status: 'All queues',
  },
};

const zh: typeof en = {
  columns: {
    queue: '队列',
    pending: '等待',
    delayed: '延迟',
    reserved: '执行中',
    stuck: '卡住',
    oldest: '最久',
    failed: '失败',
    workers: 'Worker',
  },
  allFine: (app, queues) => `${app}：${queues} 个队列均正常`,
  nothing: (app) => `${app}：没有配置队列`,
  judged: (queue) => `${queue.sizes.name}：${points(queue, 'zh-CN').join('，')}`,
  more: (rest) => `；另有 ${rest} 个队列需要关注`,
  unseen: (queues, of, missing) => `${of} 个队列中有 ${queues} 个没能看全：${missing}`,
  waiting: (n) => `${n} 个等待`,
  stuck: (n) => `${n} 个卡住`,
  oldest: (age) => `最久已等 ${age}`,
  failed: (n) => `${n} 个失败`,
  workers: (alive, expected) =>
    expected === undefined ? `${alive} 个 worker` : `worker 存活 ${alive}/${expected}`,
  workersUnknown: 'worker 状态未知',
  paused: '已暂停',
  unread: '无法查看',
  failuresUnread: '失败数未知',
  notConfigured: '未在配置中',
  overSlo: '超出服务水平',
  nearSlo: '接近服务水平上限',
  fine: '正常',
  unknownAge: '未知',
  environment: (app, environment) => `${app}，${environment}`,
  maintenance: '应用处于维护模式：worker 在运行，但不取任务。',
  pausedQueues: (queues) => `已暂停：${queues.join('、')}。`,
  conditionUnknown: '无法得知是否处于维护模式或已暂停。',
  unconfigured: (queues) => `${queues.join('、')}：不在配置中，但有任务或失败记录。`,
  stranger: (queue, meant) =>
    `${queue} 不在配置中，因此没有 worker、排查手册和服务水平的信息。${meant.length === 0 ? '' : `配置中有 ${meant.join('、')}。`}`,
  workersLabel: 'Worker',
  connection: '连接',
  retryAfter: (seconds) => `retry_after ${duration(seconds, 'zh-CN')}`,
  slo: '服务水平',
  sloUse: (use) =>
    `${{ pending: '等待', failed: '失败', oldest: '最久' }[use.metric]} ${sloValue(use, 'zh-CN')}${use.value > use.max ? '（超出）' : ''}`,
  failuresTitle: '失败',
  failuresOf: (n) => `按任务类和异常统计的失败（共 ${n} 个）：`,
  noFailures: '没有失败任务。',
  nextTitle: '接下来：',
  nextJob: (jobClass, age) => `${jobClass}，已到期 ${age}`,
  nextJobNoAge: (jobClass) => jobClass,
  costly: '此队列的任务重复执行代价高。',
  buttons: { diagnose: '诊断', failed: '失败任务', running: '执行中', workers: 'Worker', status: '全部队列' },
};

export const statusText: Record<Locale, typeof en> = { en, 'zh-CN': zh };

function sloValue(use: SloUse, locale: Locale): string {
  const show = (value: number): string => (use.metric === 'oldest' ? duration(value, locale) : number(value));
  return `${show(use.value)} / ${show(use.max)}`;
}

/** What there is to say of a queue, most telling first: "240 waiting, oldest 14 min, 0 of 2 workers". */
function points(queue: JudgedQueue, locale: Locale): readonly string[] {
  const t = statusText[locale];
  const { sizes, workers, findings } = queue;
  const has = (value: number | undefined): boolean => value !== undefined && value > 0;
  const said = [
    findings.includes('unread') ? t.unread : '',
    has(countValue(sizes.pending)) ? t.waiting(count(sizes.pending)) : '',
    has(countValue(sizes.stuck)) ? t.stuck(count(sizes.stuck)) : '',
    has(countValue(sizes.pending)) && sizes.oldestSeconds !== undefined
      ? t.oldest(duration(sizes.oldestSeconds, locale))
      : '',
    findings.includes('failures') ? t.failed(count(sizes.failed)) : '',
    findings.includes('failures-unread') ? t.failuresUnread : '',
    workersPoint(workers, findings.includes('workers-unread'), locale),
    queue.paused ? t.paused : '',
    findings.includes('not-configured') ? t.notConfigured : '',
    findings.includes('over-slo') ? t.overSlo : findings.includes('near-slo') ? t.nearSlo : '',
  ].filter((point) => point !== '');
  return said.length === 0 ? [t.fine] : said;
}

/** `0 of 2`; `?` where a host could not be asked; `–` where nobody configured workers. */
export function workersCell(workers: WorkerGroup | undefined, configured: boolean): string {
  if (workers === undefined) return configured ? '?' : '–';
  if (workers.alive === undefined) return '?';
  return workers.expected === undefined ? String(workers.alive) : `${workers.alive}/${workers.expected}`;
}

function workersPoint(workers: WorkerGroup | undefined, unread: boolean, locale: Locale): string {
  const t = statusText[locale];
  if (unread) return t.workersUnknown;
  return workers?.alive === undefined ? '' : t.workers(workers.alive, workers.expected);
}
