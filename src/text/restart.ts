import type { Locale } from '../core/people.ts';
import { bold, code, person, type Rich, rich } from '../core/rich.ts';
import type { AnnouncedGroup } from '../operations/ports.ts';
import type { Why } from '../operations/restart/member.ts';
import { duration } from './format.ts';

/** A group of which Supervisor says that its configuration has changed. */
interface Announced {
  readonly group: string;
  readonly host: string;
  readonly what: AnnouncedGroup['what'];
  readonly ours: boolean;
}

type OfEach = Readonly<Record<AnnouncedGroup['what'], string>>;

const willUpdateEn: OfEach = {
  available: 'new, will be added and started',
  changed: 'changed, all of it stops and starts again',
  disappeared: 'gone from the configuration, will be stopped and removed',
};
const updatedEn: OfEach = {
  available: 'new, was added and started',
  changed: 'changed, all of it was stopped and started again',
  disappeared: 'gone from the configuration, was stopped and removed',
};
const willUpdateZh: OfEach = {
  available: '新增，将加入并启动',
  changed: '有变化，整组会停止后重新启动',
  disappeared: '已从配置中消失，将停止并移除',
};
const updatedZh: OfEach = {
  available: '新增，已加入并启动',
  changed: '有变化，整组已停止并重新启动',
  disappeared: '已从配置中消失，已停止并移除',
};

const en = {
  ofQueues: (queues: readonly string[]) => `the workers of ${queues.join(', ')}`,
  ofAll: (app: string) => `all workers of ${app}`,
  executing: (number: number, what: string, well: number, of: number): Rich =>
    rich`#${number} Restarting ${what}: ${well} of ${of} new`,
  asking: (number: number): Rich =>
    rich`#${number} Release: Supervisor’s configuration has changed. Nothing was restarted yet`,
  rereading: (number: number): Rich => rich`#${number} Release: reading Supervisor’s configuration again`,
  updating: (number: number): Rich => rich`#${number} Release: updating Supervisor’s groups`,
  unknown: (number: number, what: string): Rich =>
    rich`#${number} Restart of ${what}: what it did is not known yet`,
  succeeded: (number: number, what: string, of: number): Rich =>
    rich`#${number} Restarted ${what}: ${of} of ${of} run with a new pid`,
  partial: (number: number, what: string, well: number, of: number): Rich =>
    rich`#${number} Restarted only ${well} of ${of} of ${what}`,
  failed: (number: number, what: string): Rich => rich`#${number} Restart failed: ${what}`,
  notStarted: (number: number, what: string): Rich => rich`#${number} Not restarted: ${what}`,
  unknownHelp:
    'A host could not be asked. Nothing is restarted again; it is looked at until Supervisor tells.',
  requester: 'Asked by',
  by: (userId: string): Rich => [person(userId)],
  queues: 'Queues',
  several: (group: string, queues: readonly string[]) => `${group} takes jobs of ${queues.join(', ')}`,
  group: (group: string, queues: readonly string[]): Rich => rich`${bold(group)} (${queues.join(', ')})`,
  alone: (group: string) =>
    `${group} has one process: from its stop until it is back nobody takes these jobs.`,
  none: (group: string) => `Nobody of ${group} was running, so all of it is started at once.`,
  killsJobs: (group: string, stopWait: number, job: number) =>
    `Supervisor kills ${group} ${duration(stopWait, 'en')} after it is told to stop, and a job may take ${job === 0 ? 'any time' : duration(job, 'en')}: what is killed runs again after retry_after. stopwaitsecs should be longer.`,
  member: (name: string, host: string, text: Rich): Rich => rich`${code(name)} @ ${host}: ${text}`,
  phases: {
    waiting: (pid: number | null) => (pid === null ? 'waits for its turn' : `pid ${pid}, waits for its turn`),
    stopping: (seconds: number, most: number | null) =>
      `finishes its job, for ${duration(seconds, 'en')} now${most === null ? '' : ` (killed after ${duration(most, 'en')})`}`,
    restarting: 'is being restarted',
    new: (pid: number | null, newPid: number | null) => `pid ${pid} → ${newPid}`,
    started: (newPid: number | null) => `started, pid ${newPid}`,
    startedByHand: (newPid: number | null) => `was stopped by somebody; started, pid ${newPid}`,
    old: (pid: number | null) => `still pid ${pid}`,
    down: (state: string) => `does not run (${state})`,
    gone: 'is not listed by Supervisor',
    removed: 'was removed by the update',
    unknown: 'unknown',
  },
  why: {
    'host-away': 'its host could not be asked',
    'long-job': 'it is still busy with its job',
    refused: 'the host did not start the command',
    unchanged: 'Supervisor did not restart it',
    'after-down': 'left as it is, since one before it did not come back and the queue keeps what works',
    stopped: 'left as it is, since Stop was pressed',
    'cut-off': 'left as it is, since the run was cut off in between',
    'not-reached': 'left as it is',
  } satisfies Record<Why, string>,
  killed: (stopWait: number) =>
    `its job was still running after ${duration(stopWait, 'en')} and was killed; it runs again after retry_after`,
  doneBy: { others: 'restarted by somebody else meanwhile', update: 'by the update' },
  announced: (isDone: boolean): string =>
    isDone ? 'Updated, as Supervisor announced:' : 'Supervisor announces:',
  announcement: ({ group, host, what, ours }: Announced, isDone: boolean): Rich =>
    rich`${code(group)} @ ${host}: ${(isDone ? updatedEn : willUpdateEn)[what]}${ours ? '' : rich` (${bold('not one of ours')})`}`,
  goesOn:
    'Continue updates exactly these and then restarts every group of this application. An operator decides.',
  ends: {
    stopped: 'Stop was pressed.',
    unanswered: 'Nobody pressed Continue within 30 minutes. Supervisor’s groups are as they were.',
    'reread-failed':
      'Supervisor could not read its configuration again, so nothing was updated or restarted:',
    'update-failed': 'The update did not do what was announced, so nothing more was restarted:',
  },
  quiet: 'Supervisor’s configuration is what runs; there was nothing to update.',
  restart: 'Restart',
  environment: (app: string, environment: string) => `${app}, ${environment}`,
  everything: (number: number) => `Everything about it: /queue audit #${number}`,
};

const zh: typeof en = {
  ofQueues: (queues) => `${queues.join('、')} 的 worker`,
  ofAll: (app) => `${app} 的全部 worker`,
  executing: (number, what, well, of) => rich`#${number} 正在重启 ${what}：${of} 个中已有 ${well} 个换新`,
  asking: (number) => rich`#${number} 发布：Supervisor 的配置有变化，尚未重启任何进程`,
  rereading: (number) => rich`#${number} 发布：正在重新读取 Supervisor 的配置`,
  updating: (number) => rich`#${number} 发布：正在更新 Supervisor 的进程组`,
  unknown: (number, what) => rich`#${number} 重启 ${what}：结果暂不清楚`,
  succeeded: (number, what, of) => rich`#${number} 已重启 ${what}：${of}/${of} 个以新 pid 运行`,
  partial: (number, what, well, of) => rich`#${number} ${what}只重启了 ${well}/${of} 个`,
  failed: (number, what) => rich`#${number} 重启失败：${what}`,
  notStarted: (number, what) => rich`#${number} 未重启：${what}`,
  unknownHelp: '有主机无法查询。不会再次重启任何进程，会一直查看直到 Supervisor 给出结果。',
  requester: '发起人',
  by: (userId) => [person(userId)],
  queues: '队列',
  several: (group, queues) => `${group} 同时负责 ${queues.join('、')}`,
  group: (group, queues) => rich`${bold(group)}（${queues.join('、')}）`,
  alone: (group) => `${group} 只有一个进程：从停止到重新运行之间，没有 worker 处理这些任务。`,
  none: (group) => `${group} 没有进程在运行，因此全部立即启动。`,
  killsJobs: (group, stopWait, job) =>
    `Supervisor 在通知 ${group} 停止 ${duration(stopWait, 'zh-CN')}后会强制结束它，而任务${job === 0 ? '没有时限' : `最长可运行 ${duration(job, 'zh-CN')}`}：被强制结束的任务会在 retry_after 之后再次执行。请调大 stopwaitsecs。`,
  member: (name, host, text) => rich`${code(name)} @ ${host}：${text}`,
  phases: {
    waiting: (pid) => (pid === null ? '等待轮到它' : `pid ${pid}，等待轮到它`),
    stopping: (seconds, most) =>
      `正在做完手上的任务，已 ${duration(seconds, 'zh-CN')}${most === null ? '' : `（超过 ${duration(most, 'zh-CN')}会被强制结束）`}`,
    restarting: '正在重启',
    new: (pid, newPid) => `pid ${pid} → ${newPid}`,
    started: (newPid) => `已启动，pid ${newPid}`,
    startedByHand: (newPid) => `此前被人停止；已启动，pid ${newPid}`,
    old: (pid) => `仍是 pid ${pid}`,
    down: (state) => `没有在运行（${state}）`,
    gone: 'Supervisor 中没有它',
    removed: '已在更新中移除',
    unknown: '未知',
  },
  why: {
    'host-away': '主机无法查询',
    'long-job': '任务还没有做完',
    refused: '主机没有执行该命令',
    unchanged: 'Supervisor 没有重启它',
    'after-down': '保持原样，因为前一个没有恢复运行，要给队列留下可用的 worker',
    stopped: '保持原样，因为有人按了停止',
    'cut-off': '保持原样，因为执行中途被中断',
    'not-reached': '保持原样',
  },
  killed: (stopWait) =>
    `任务在 ${duration(stopWait, 'zh-CN')}后仍未结束，已被强制结束；它会在 retry_after 之后再次执行`,
  doneBy: { others: '期间已被他人重启', update: '由更新完成' },
  announced: (isDone) => (isDone ? '已按 Supervisor 的报告更新：' : 'Supervisor 报告：'),
  announcement: ({ group, host, what, ours }, isDone) =>
    rich`${code(group)} @ ${host}：${(isDone ? updatedZh : willUpdateZh)[what]}${ours ? '' : rich`（${bold('不属于本应用')}）`}`,
  goesOn: '按“继续”只更新以上这些，然后重启本应用的每个进程组。由操作员决定。',
  ends: {
    stopped: '有人按了停止。',
    unanswered: '30 分钟内没有人按“继续”。Supervisor 的进程组保持原样。',
    'reread-failed': 'Supervisor 未能重新读取配置，因此没有更新或重启任何进程：',
    'update-failed': '更新没有达到所报告的结果，因此没有继续重启：',
  },
  quiet: 'Supervisor 的配置与正在运行的一致，无需更新。',
  restart: '重启',
  environment: (app, environment) => `${app}，${environment}`,
  everything: (number) => `全部记录：/queue audit #${number}`,
};

export const restartText: Record<Locale, typeof en> = { en, 'zh-CN': zh };
export type ReleaseEnd = keyof typeof en.ends;
