import type { Locale } from '../core/people.ts';
import { bold, code, person, type Rich, rich, type Span } from '../core/rich.ts';
import { duration } from './format.ts';

/** Until when, as it stands in a sentence. */
type Until = Span | undefined;

const en = {
  pausing: (number: number, queue: string): Rich => rich`#${number} Pausing ${code(queue)}`,
  paused: (number: number, queue: string, until: Until): Rich =>
    rich`#${number} ${code(queue)} is paused${until === undefined ? '' : rich` until ${until}`}`,
  wasResumed: (number: number, queue: string, by: string | undefined, request: number): Rich =>
    rich`#${number} ${code(queue)} was paused; ${by === undefined ? 'it was' : rich`${person(by)} has`} resumed it (#${request})`,
  wasDue: (number: number, queue: string, request: number): Rich =>
    rich`#${number} ${code(queue)} was paused; its time is over and it is resumed (#${request})`,
  wasReplaced: (number: number, queue: string, request: number): Rich =>
    rich`#${number} ${code(queue)} was paused; #${request} has paused it anew`,
  lapsed: (number: number, queue: string): Rich => rich`#${number} ${code(queue)} was paused, and is no more`,
  notPaused: (number: number, queue: string): Rich => rich`#${number} ${code(queue)} was not paused`,
  unknown: (number: number, queue: string): Rich =>
    rich`#${number} ${code(queue)}: whether it is paused is not known yet`,
  unknownHelp:
    'Contact was lost, or the cache could not be read. It is looked at again until the data tells.',
  resuming: (number: number, queue: string): Rich => rich`#${number} Resuming ${code(queue)}`,
  resumed: (number: number, queue: string): Rich => rich`#${number} ${code(queue)} is resumed`,
  resumedDue: (number: number, queue: string, pause: number): Rich =>
    rich`#${number} ${code(queue)} is resumed: the time of pause #${pause} is over`,
  handed: (number: number, queue: string, run: number): Rich =>
    rich`#${number} ${code(queue)} is resumed as soon as #${run} lets go of it`,
  handedHelp: (run: number): Rich =>
    rich`#${run} keeps workers away while it pushes jobs, so that none that fails at once is lost. It lets them come back by itself, within about a minute. ${bold('Stop')} on its card ends it.`,
  notResumed: (number: number, queue: string): Rich => rich`#${number} ${code(queue)} is still paused`,
  notResumedDue: 'Its time is over. It is tried again by itself; a person can resume it, too.',
  takenBack:
    rich`Artisan says that it paused it, but the pause is not where the configuration says the application's cache is, so it was taken back. Check ${code('cache')} (redis_database and prefix) in the configuration.` as Rich,
  why: (text: string): Rich => rich`Artisan or its host said: ${code(text)}`,
  effect: 'Workers take no new job of this queue. What they are running goes on to its end.',
  cacheClear: 'artisan cache:clear would lift it, too.',
  back: 'Workers take jobs of this queue again.',
  by: 'Paused by',
  askedBy: 'Asked by',
  resumedBy: 'Resumed by',
  wasPausedBy: 'Was paused by',
  notByUs: 'not by Queuekeeper',
  itself: 'Queuekeeper, as asked',
  lasts: 'For',
  forever: 'until somebody resumes it',
  forSeconds: (seconds: number): string => `${duration(seconds, 'en')}, then it resumes by itself`,
  pauseButton: 'Pause',
  resumeButton: 'Resume',
  everything: (number: number) => `Everything about it: /queue audit #${number}`,
  /** A line of `status` for each queue that workers find paused. */
  stands: {
    person: (queue: string, by: string, request: number, until: Until, reason: string | null): Rich =>
      rich`${bold(queue)} is paused by ${person(by)} (#${request})${until === undefined ? ', until somebody resumes it' : rich`, until ${until}`}${reason === null ? '.' : `: ${reason}`}`,
    run: (queue: string, request: number): Rich =>
      rich`${bold(queue)} is paused by #${request} while it pushes jobs, for at most a minute.`,
    stranger: (queue: string): Rich => rich`${bold(queue)} is paused, not by Queuekeeper.`,
    lapsed: (queue: string, request: number): Rich =>
      rich`${bold(queue)} is not paused any more, though #${request} paused it: it was lifted past Queuekeeper.`,
  },
};

const zh: typeof en = {
  pausing: (number, queue) => rich`#${number} 正在暂停 ${code(queue)}`,
  paused: (number, queue, until) =>
    rich`#${number} ${code(queue)} 已暂停${until === undefined ? '' : rich`，至 ${until}`}`,
  wasResumed: (number, queue, by, request) =>
    rich`#${number} ${code(queue)} 曾被暂停，${by === undefined ? '现已恢复' : rich`${person(by)} 已将其恢复`}（#${request}）`,
  wasDue: (number, queue, request) =>
    rich`#${number} ${code(queue)} 曾被暂停，时间已到，现已恢复（#${request}）`,
  wasReplaced: (number, queue, request) =>
    rich`#${number} ${code(queue)} 曾被暂停，已由 #${request} 重新暂停`,
  lapsed: (number, queue) => rich`#${number} ${code(queue)} 曾被暂停，现已不再暂停`,
  notPaused: (number, queue) => rich`#${number} ${code(queue)} 未能暂停`,
  unknown: (number, queue) => rich`#${number} ${code(queue)}：是否已暂停尚不确定`,
  unknownHelp: '连接中断，或暂时无法读取缓存。会持续查看，直到数据给出答案。',
  resuming: (number, queue) => rich`#${number} 正在恢复 ${code(queue)}`,
  resumed: (number, queue) => rich`#${number} ${code(queue)} 已恢复`,
  resumedDue: (number, queue, pause) => rich`#${number} ${code(queue)} 已恢复：#${pause} 的暂停时间已到`,
  handed: (number, queue, run) => rich`#${number} 待 #${run} 放开后，${code(queue)} 即恢复`,
  handedHelp: (run) =>
    rich`#${run} 在重新入队期间不让 worker 取任务，以免立即再次失败的任务丢失。它会在约一分钟内自行放开；其卡片上的${bold('停止')}可结束它。`,
  notResumed: (number, queue) => rich`#${number} ${code(queue)} 仍处于暂停状态`,
  notResumedDue: '暂停时间已到。会自动重试，也可由人手动恢复。',
  takenBack: rich`artisan 称已暂停，但配置所指的缓存中没有该暂停，因此已撤回。请检查配置中的 ${code('cache')}（redis_database 和 prefix）。`,
  why: (text) => rich`artisan 或主机返回：${code(text)}`,
  effect: 'worker 不再取此队列的新任务；正在执行的会执行完。',
  cacheClear: 'artisan cache:clear 也会解除暂停。',
  back: 'worker 已重新从此队列取任务。',
  by: '暂停人',
  askedBy: '发起人',
  resumedBy: '恢复人',
  wasPausedBy: '原暂停人',
  notByUs: '并非通过 Queuekeeper',
  itself: 'Queuekeeper，按约定自动',
  lasts: '时长',
  forever: '直到有人恢复',
  forSeconds: (seconds) => `${duration(seconds, 'zh-CN')}，到时自动恢复`,
  pauseButton: '暂停',
  resumeButton: '恢复',
  everything: (number) => `全部记录：/queue audit #${number}`,
  stands: {
    person: (queue, by, request, until, reason) =>
      rich`${bold(queue)} 已由 ${person(by)} 暂停（#${request}），${until === undefined ? '直到有人恢复' : rich`至 ${until}`}${reason === null ? '。' : `：${reason}`}`,
    run: (queue, request) => rich`${bold(queue)} 在 #${request} 重新入队期间暂停，最多一分钟。`,
    stranger: (queue) => rich`${bold(queue)} 已暂停，并非通过 Queuekeeper。`,
    lapsed: (queue, request) =>
      rich`${bold(queue)} 已不再暂停，但 #${request} 曾将其暂停：有人绕过 Queuekeeper 解除了。`,
  },
};

export const pauseText: Record<Locale, typeof en> = { en, 'zh-CN': zh };
