import type { Locale } from '../core/people.ts';
import { code, type Rich, rich } from '../core/rich.ts';
import type { OnceEnd } from '../operations/once-settle.ts';
import { duration, number as plainNumber, plural } from './format.ts';

/** What a card's heading is about. */
interface About {
  readonly number: number;
  readonly queue: string;
  /** Short; empty where nobody knows which job it was. */
  readonly job: string;
  readonly failedAs: number | undefined;
  /** Jobs that moved, where it is not clear which one was run here. */
  readonly moved: number;
}

type Headings = { readonly [End in OnceEnd]: (about: About) => Rich };

const en = {
  running: ({ number, queue }: About): Rich => rich`#${number} Running one job of ${code(queue)}`,
  unknown: ({ number, queue }: About): Rich =>
    rich`#${number} One job of ${code(queue)}: what became of it is not known yet`,
  unknownHelp:
    'Contact was lost, or the data could not be read. No second job is run; it is looked at again until the data tells.',
  headings: {
    done: ({ number, queue, job }) =>
      rich`#${number} ${code(job)} of ${code(queue)} is done, its business row is good`,
    left: ({ number, queue, job }) => rich`#${number} ${code(job)} of ${code(queue)} ended without failing`,
    'ended-quietly': ({ number, queue, job }) =>
      rich`#${number} ${code(job)} of ${code(queue)} ended without failing, but its business row is not good`,
    failed: ({ number, queue, job, failedAs }) =>
      rich`#${number} ${code(job)} of ${code(queue)} failed${failedAs === undefined ? '' : `, as ${failedAs}`}`,
    released: ({ number, queue, job }) =>
      rich`#${number} ${code(job)} of ${code(queue)} was run and put back onto its queue`,
    held: ({ number, queue, job }) =>
      rich`#${number} ${code(job)} of ${code(queue)} was begun, and its end was not seen`,
    'said-done': ({ number, queue, job }) =>
      rich`#${number} ${code(job)} of ${code(queue)}: the worker says it is done`,
    'said-failed': ({ number, queue, job }) =>
      rich`#${number} ${code(job)} of ${code(queue)}: the worker says it failed`,
    'said-began': ({ number, queue, job }) =>
      rich`#${number} ${code(job)} of ${code(queue)}: the worker says it began it`,
    nothing: ({ number, queue }) => rich`#${number} No job of ${code(queue)} was run: none was left to take`,
    unclear: ({ number, queue, moved }) =>
      rich`#${number} One job of ${code(queue)}: ${plural(moved, 'job')} moved meanwhile, and it is not clear which one was run here`,
    'not-started': ({ number, queue }) => rich`#${number} No job of ${code(queue)} was run`,
  } satisfies Headings as Headings,
  help: {
    released: 'It has tries left, or gave itself back. A worker takes it again when it is due.',
    held: 'The worker was killed, or reached its limit. Another worker takes the job when retry_after is over.',
    said: 'It was not among the next jobs before, so the data can not tell more.',
    nothing: 'Another worker was faster.',
    unclear: 'Other workers took jobs at the same time, and this one named none.',
    unsure: 'Contact was lost: this is the one job that moved, and another worker may have run it.',
    'not-started': 'Nothing was run. Ask again when the cause is gone.',
  },
  why: (text: string): Rich => rich`Artisan or its host said: ${code(text)}`,
  by: 'Asked by',
  took: 'Took',
  milliseconds: (value: number): string =>
    value < 1_000 ? `${plainNumber(value)} ms` : `${(value / 1_000).toFixed(1)} s`,
  limits: 'As its workers',
  limitsOf: (tries: number, timeoutSeconds: number, limitSeconds: number, user: string | undefined): string =>
    `${plural(tries, 'try', 'tries')}, timeout ${duration(timeoutSeconds, 'en')}, ended by the host after ${duration(limitSeconds, 'en')}${user === undefined ? '' : `, as ${user}`}`,
  assumed: "Its workers' command line could not be read, so these are Laravel's own limits.",
  costly: 'Running one of its jobs twice is costly.',
  everything: (number: number) => `Everything about it: /queue audit #${number}`,
  button: 'Run one',
  confirm: {
    title: 'Run one job?',
    text: 'It does what the job does, now. On this queue a job that runs twice costs something (money, a mail).',
    yes: 'Run one',
    no: 'Leave it',
  },
};

const zh: typeof en = {
  running: ({ number, queue }) => rich`#${number} 正在执行 ${code(queue)} 的一个任务`,
  unknown: ({ number, queue }) => rich`#${number} ${code(queue)} 的一个任务：结果尚不确定`,
  unknownHelp: '连接中断，或暂时无法读取数据。不会再执行第二个任务；会持续查看，直到数据给出答案。',
  headings: {
    done: ({ number, queue, job }) => rich`#${number} ${code(queue)} 的 ${code(job)} 已完成，业务记录正常`,
    left: ({ number, queue, job }) => rich`#${number} ${code(queue)} 的 ${code(job)} 已结束，没有失败`,
    'ended-quietly': ({ number, queue, job }) =>
      rich`#${number} ${code(queue)} 的 ${code(job)} 已结束且没有失败，但业务记录不正常`,
    failed: ({ number, queue, job, failedAs }) =>
      rich`#${number} ${code(queue)} 的 ${code(job)} 失败${failedAs === undefined ? '' : `，编号 ${failedAs}`}`,
    released: ({ number, queue, job }) => rich`#${number} ${code(queue)} 的 ${code(job)} 执行后被放回队列`,
    held: ({ number, queue, job }) =>
      rich`#${number} ${code(queue)} 的 ${code(job)} 已开始执行，但没有看到它结束`,
    'said-done': ({ number, queue, job }) => rich`#${number} ${code(queue)} 的 ${code(job)}：worker 称已完成`,
    'said-failed': ({ number, queue, job }) =>
      rich`#${number} ${code(queue)} 的 ${code(job)}：worker 称已失败`,
    'said-began': ({ number, queue, job }) =>
      rich`#${number} ${code(queue)} 的 ${code(job)}：worker 称已开始`,
    nothing: ({ number, queue }) => rich`#${number} 没有执行 ${code(queue)} 的任务：已无任务可取`,
    unclear: ({ number, queue, moved }) =>
      rich`#${number} ${code(queue)} 的一个任务：期间有 ${moved} 个任务发生变化，无法确定此处执行的是哪一个`,
    'not-started': ({ number, queue }) => rich`#${number} 没有执行 ${code(queue)} 的任务`,
  },
  help: {
    released: '它还有剩余次数，或自行放回了队列；到期后 worker 会再次执行。',
    held: 'worker 被终止，或到达时限。retry_after 过后会由其他 worker 再次执行。',
    said: '执行前它不在最前面的任务之中，数据无法进一步说明。',
    nothing: '已被其他 worker 取走。',
    unclear: '其他 worker 同时在取任务，而这个 worker 没有说明是哪一个。',
    unsure: '连接曾中断：只有这个任务发生了变化，也可能是其他 worker 执行的。',
    'not-started': '没有执行任何任务。排除原因后请重新发起。',
  },
  why: (text) => rich`artisan 或主机返回：${code(text)}`,
  by: '发起人',
  took: '耗时',
  milliseconds: (value) =>
    value < 1_000 ? `${plainNumber(value)} 毫秒` : `${(value / 1_000).toFixed(1)} 秒`,
  limits: '同其 worker',
  limitsOf: (tries, timeoutSeconds, limitSeconds, user) =>
    `最多 ${tries} 次，timeout ${duration(timeoutSeconds, 'zh-CN')}，主机在 ${duration(limitSeconds, 'zh-CN')}后终止${user === undefined ? '' : `，用户 ${user}`}`,
  assumed: '无法读取其 worker 的命令行，因此使用 Laravel 自身的默认限制。',
  costly: '此队列的任务重复执行代价高。',
  everything: (number) => `全部记录：/queue audit #${number}`,
  button: '执行一个',
  confirm: {
    title: '执行一个任务？',
    text: '任务会立即真正执行。在此队列上，任务重复执行会带来代价（款项、邮件等）。',
    yes: '执行一个',
    no: '取消',
  },
};

export const onceText: Record<Locale, typeof en> = { en, 'zh-CN': zh };
