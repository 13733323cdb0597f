import type { Locale } from '../core/people.ts';
import { code, type Rich, rich } from '../core/rich.ts';
import type { WorkerCommand, WorkerProcess, WorkerTrap } from '../operations/ports.ts';
import { duration, plural } from './format.ts';

type Traps = {
  readonly [Kind in WorkerTrap['kind']]: (trap: Extract<WorkerTrap, { readonly kind: Kind }>) => Rich;
};

/** The sentence of a trap, by its kind. */
const saying =
  (traps: Traps) =>
  (trap: WorkerTrap): Rich =>
    (traps[trap.kind] as (trap: WorkerTrap) => Rich)(trap); // the key and the argument are of one kind

const trapsEn: Traps = {
  'timeout-over-retry-after': ({ connection, timeoutSeconds, retryAfterSeconds }) =>
    rich`Jobs may run twice: ${code(`--timeout=${timeoutSeconds}`)}${timeoutSeconds === 0 ? ' (no limit)' : ''} is not below retry_after of ${code(connection)} (${duration(retryAfterSeconds, 'en')}), after which a job is handed out again while it still runs.`,
  'queue-missing': ({ queue, takes }) =>
    rich`Nobody here takes jobs of ${code(queue.name)}: the workers are told ${code(`--queue=${takes.join(',')}`)}.`,
  'other-connection': ({ expected, connection, sameTable }) =>
    sameTable
      ? rich`They listen on ${code(connection)}, the configuration says ${code(expected)}: it is the same table, but pauses and retry_after are those of ${code(connection)}.`
      : rich`They listen on ${code(connection)}, the configuration says ${code(expected)}: jobs there are taken by nobody of this group.`,
  'stop-kills-jobs': ({ stopWaitSeconds, timeoutSeconds }) =>
    rich`A restart kills jobs: Supervisor waits ${duration(stopWaitSeconds, 'en')} (${code('stopwaitsecs')}), and a job may take ${timeoutSeconds === 0 ? 'any time' : duration(timeoutSeconds, 'en')}; what is killed runs again after retry_after.`,
  'stays-exited': ({ autorestart }) =>
    rich`After ${code('queue:restart')}, ${code('--max-time')} or ${code('--max-jobs')} a worker ends well and stays EXITED: ${code(`autorestart=${autorestart === 'never' ? 'false' : 'unexpected'}`)} should be ${code('true')}.`,
  backoff: () => 'Starts and dies again.',
  fatal: () => 'Supervisor gave up starting it.',
  exited: () => 'Ended, and was not started again.',
  stopped: () => 'Somebody stopped it.',
  'old-code': ({ startedSecondsAgo, changedSecondsAgo, file }) =>
    rich`They run the code of before the release: started ${duration(startedSecondsAgo, 'en')} ago, while ${code(file)} changed ${duration(changedSecondsAgo, 'en')} ago. A restart brings the new code.`,
};

const trapsZh: Traps = {
  'timeout-over-retry-after': ({ connection, timeoutSeconds, retryAfterSeconds }) =>
    rich`任务可能执行两次：${code(`--timeout=${timeoutSeconds}`)}${timeoutSeconds === 0 ? '（无时限）' : ''}不小于 ${code(connection)} 的 retry_after（${duration(retryAfterSeconds, 'zh-CN')}），任务还没做完就会被再次分发。`,
  'queue-missing': ({ queue, takes }) =>
    rich`这里没有进程处理 ${code(queue.name)} 的任务：worker 的参数是 ${code(`--queue=${takes.join(',')}`)}。`,
  'other-connection': ({ expected, connection, sameTable }) =>
    sameTable
      ? rich`worker 监听 ${code(connection)}，而配置是 ${code(expected)}：两者是同一张表，但暂停和 retry_after 按 ${code(connection)} 计算。`
      : rich`worker 监听 ${code(connection)}，而配置是 ${code(expected)}：那里的任务在本组无人处理。`,
  'stop-kills-jobs': ({ stopWaitSeconds, timeoutSeconds }) =>
    rich`重启会强制结束任务：Supervisor 只等 ${duration(stopWaitSeconds, 'zh-CN')}（${code('stopwaitsecs')}），而任务${timeoutSeconds === 0 ? '没有时限' : `最长可运行 ${duration(timeoutSeconds, 'zh-CN')}`}；被强制结束的任务会在 retry_after 之后再次执行。`,
  'stays-exited': ({ autorestart }) =>
    rich`${code('queue:restart')}、${code('--max-time')} 或 ${code('--max-jobs')} 之后 worker 正常退出，就会停在 EXITED：${code(`autorestart=${autorestart === 'never' ? 'false' : 'unexpected'}`)} 应改为 ${code('true')}。`,
  backoff: () => '反复启动又退出。',
  fatal: () => 'Supervisor 已放弃启动。',
  exited: () => '已退出且未被拉起。',
  stopped: () => '被人停止。',
  'old-code': ({ startedSecondsAgo, changedSecondsAgo, file }) =>
    rich`仍在运行发布前的代码：${duration(startedSecondsAgo, 'zh-CN')}前启动，而 ${code(file)} 在 ${duration(changedSecondsAgo, 'zh-CN')}前有变化。重启后才会使用新代码。`,
};

/** As it would be typed, shortened to what matters. */
const commandText = ({ connection, queues, timeoutSeconds, tries, maxTimeSeconds }: WorkerCommand): string =>
  [
    'queue:work',
    ...(connection === undefined ? [] : [connection]),
    ...(queues === undefined ? [] : [`--queue=${queues.join(',')}`]),
    `--timeout=${timeoutSeconds}`,
    ...(tries === undefined ? [] : [`--tries=${tries}`]),
    ...(maxTimeSeconds === undefined ? [] : [`--max-time=${maxTimeSeconds}`]),
  ].join(' ');

const en = {
  alive: (alive: number, expected: number) => `${alive} of ${expected} workers alive`,
  unknown: 'Some workers could not be seen',
  warned: (warnings: number) => `, ${plural(warnings, 'warning')}`,
  none: 'No workers are configured here',
  up: (time: string) => `up for ${time}`,
  group: (group: string, queues: readonly string[], alive: string) =>
    `${group}: ${alive} for ${queues.join(', ')}`,
  groupUnknown: (hosts: readonly string[]) => `unknown, since ${hosts.join(', ')} could not be asked`,
  ofExpected: (alive: number, expected: number | undefined) =>
    expected === undefined ? `${alive} alive` : `${alive} of ${expected} alive`,
  notes: {
    STOPPED: 'somebody stopped it',
    STARTING: '',
    RUNNING: '',
    BACKOFF: 'starts and dies again: read its log',
    STOPPING: '',
    EXITED: 'ended and was not started again: autorestart is not "true"',
    FATAL: 'Supervisor gave up starting it: read its log',
    UNKNOWN: '',
  } satisfies Record<WorkerProcess['state'], string>,
  restarts: (count: number, sinceSeconds: number) =>
    `${plural(count, 'restart')} seen in ${duration(sinceSeconds, 'en')}`,
  told: (command: WorkerCommand): Rich => rich`Told: ${code(commandText(command))}`,
  only: (processes: readonly string[]) => ` (${processes.join(', ')})`,
  trap: saying(trapsEn),
  commandUnread: (processes: readonly string[]) =>
    `Not known how they were started, so no warning can be given of their timeouts and queues: ${processes.join(', ')}.`,
  settingsUnread: (processes: readonly string[]) =>
    `Supervisor's configuration could not be read, so stopwaitsecs and autorestart are not known: ${processes.join(', ')}.`,
  restart: 'Restart',
  confirmRestart: {
    title: 'Restart these workers?',
    text: 'One after the other: each ends its job first. Jobs that wait stay where they are.',
    yes: 'Restart',
    no: 'Leave them',
  },
};

const zh: typeof en = {
  alive: (alive, expected) => `worker 存活 ${alive}/${expected}`,
  unknown: '部分 worker 无法查看',
  warned: (warnings) => `，${warnings} 条警告`,
  none: '这里没有配置 worker',
  up: (time) => `已运行 ${time}`,
  group: (group, queues, alive) => `${group}：${alive}，负责 ${queues.join('、')}`,
  groupUnknown: (hosts) => `未知（无法查询 ${hosts.join('、')}）`,
  ofExpected: (alive, expected) => (expected === undefined ? `${alive} 个存活` : `存活 ${alive}/${expected}`),
  notes: {
    STOPPED: '被人停止',
    STARTING: '',
    RUNNING: '',
    BACKOFF: '反复启动又退出，请查看日志',
    STOPPING: '',
    EXITED: '已退出且未被拉起：autorestart 不是 true',
    FATAL: 'Supervisor 已放弃启动，请查看日志',
    UNKNOWN: '',
  },
  restarts: (count, sinceSeconds) => `${duration(sinceSeconds, 'zh-CN')}内见到 ${count} 次重启`,
  told: (command) => rich`启动参数：${code(commandText(command))}`,
  only: (processes) => `（${processes.join('、')}）`,
  trap: saying(trapsZh),
  commandUnread: (processes) =>
    `不清楚以下进程的启动参数，因此无法就超时和队列给出警告：${processes.join('、')}。`,
  settingsUnread: (processes) =>
    `无法读取 Supervisor 的配置，因此不清楚以下进程的 stopwaitsecs 和 autorestart：${processes.join('、')}。`,
  restart: '重启',
  confirmRestart: {
    title: '重启这些 worker？',
    text: '逐个重启：每个都会先做完手上的任务。等待中的任务不受影响。',
    yes: '重启',
    no: '不重启',
  },
};

export const workersText: Record<Locale, typeof en> = { en, 'zh-CN': zh };
