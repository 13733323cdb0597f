import type { Locale } from '../core/people.ts';
import type { WorkerProcess } from '../operations/ports.ts';

const en = {
  alive: (alive: number, expected: number) => `${alive} of ${expected} workers alive`,
  unknown: 'Some workers could not be seen',
  none: 'No workers are configured here',
  columns: { process: 'Process', host: 'Host', state: 'State', pid: 'Pid', uptime: 'Up for', note: '' },
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
};

const zh: typeof en = {
  alive: (alive, expected) => `worker 存活 ${alive}/${expected}`,
  unknown: '部分 worker 无法查看',
  none: '这里没有配置 worker',
  columns: { process: '进程', host: '主机', state: '状态', pid: 'Pid', uptime: '已运行', note: '' },
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
};

export const workersText: Record<Locale, typeof en> = { en, 'zh-CN': zh };
