import type { Locale } from '../core/people.ts';
import { capText } from '../core/strip.ts';
import type { Findings } from '../runbook/facts.ts';
import type { Bound } from '../runbook/predicate.ts';
import type { VerdictKey } from '../runbook/verdict-rules.ts';
import { duration, number, plural } from './format.ts';

/** `cause`: what it most likely is, without an end mark. `next`: what speaks for it, and what to do; whole sentences. */
export interface VerdictText {
  readonly cause: string;
  readonly next: string;
}

type Say = (found: Facts) => VerdictText;

/** Findings of which those are filled in that nobody knows; the rules see to it that what is said was seen. */
interface Facts {
  readonly workers: NonNullable<Findings['workers']> | undefined;
  readonly backlog: NonNullable<Findings['backlog']> | undefined;
  readonly failures: NonNullable<Findings['failures']> | undefined;
  readonly rows: Bound['rows'];
  readonly log: Bound['log'];
  readonly condition: Findings['condition'];
  readonly overall: Findings['overall'];
}

const n = (value: number | undefined): string => (value === undefined ? '?' : number(value));
/** What was counted; `isAtLeast` where only so far. */
type Counted = { readonly isAtLeast: boolean } | undefined;

/** `1,000+` where not all was counted. */
const atLeast = (value: number | undefined, of: Counted): string =>
  value === undefined ? '?' : `${number(value)}${of?.isAtLeast === true ? '+' : ''}`;

/** `1,000+ jobs`, `1 job`. */
const several = (count: number | undefined, of: Counted, noun: string): string =>
  of?.isAtLeast === true ? `${atLeast(count, of)} ${noun}s` : plural(count ?? 0, noun);

/** Of what an exception or a row says, so much fits into a heading. */
const mostSaid = 160;

/** A word that nobody knows. */
const w = (word: string | undefined): string => word ?? '?';

const age = (seconds: number | undefined): string => (seconds === undefined ? '?' : duration(seconds, 'en'));

/** `240 jobs wait, the oldest for 14 min`. */
function waiting({ backlog }: Facts): string {
  const { due, oldestSeconds, isAtLeast = false } = backlog ?? {};
  if (due === undefined) return 'how many jobs wait could not be seen';
  if (due === 0) return 'no job waits';
  const oldest =
    oldestSeconds === undefined || oldestSeconds < 1 ? '' : `, the oldest for ${age(oldestSeconds)}`;
  return `${several(due, backlog, 'job')} ${due === 1 && !isAtLeast ? 'waits' : 'wait'}${oldest}`;
}

const sentence = (clause: string): string => `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`;

const exception = ({ failures }: Facts): string =>
  failures === undefined ? '?' : `${failures.topException}: ${capText(failures.topMessage, mostSaid)}`;

/** When the most frequent failure was seen first and last; once where that reads the same. */
function firstAndLast({ failures }: Facts): string {
  const [first, last] = [age(failures?.topFirstSeconds), age(failures?.topLastSeconds)];
  return first === last ? `${first} ago` : `the first ${first} ago, the last ${last} ago`;
}

const en: Record<VerdictKey, Say> = {
  'nothing-seen': () => ({
    cause: 'nothing could be looked at, so nothing can be said',
    next: 'Ask again when what is named below answers.',
  }),
  maintenance: (f) => ({
    cause: 'the application is in maintenance mode',
    next: `Its workers run and take nothing; ${waiting(f)}. When the work on it is done, end it on its host: php artisan up.`,
  }),
  'paused-and-due': (f) => ({
    cause: 'the queue is paused',
    next: `${sentence(waiting(f))} Resume it when what it was paused for is over.`,
  }),
  paused: () => ({
    cause: 'the queue is paused; nothing waits yet',
    next: 'Resume it when what it was paused for is over.',
  }),
  dying: (f) => ({
    cause: `no worker of ${w(f.workers?.group)} stays alive: each dies again when it is started`,
    next: `Supervisor says: ${f.workers?.reason || 'nothing'}. ${sentence(waiting(f))} Read the group's log first; a restart would die the same way.`,
  }),
  exited: (f) => ({
    cause: `the workers of ${w(f.workers?.group)} ended and were not started again`,
    next: `${sentence(waiting(f))} Restart them, and set autorestart=true in Supervisor's configuration, or they stay away after the next --max-time or release too.`,
  }),
  stopped: (f) => ({
    cause: `the workers of ${w(f.workers?.group)} were stopped by hand`,
    next: `${sentence(waiting(f))} If nobody needs them stopped any more, restart them.`,
  }),
  'stopped-nothing-due': (f) => ({
    cause: `the workers of ${w(f.workers?.group)} were stopped by hand`,
    next: `${sentence(waiting(f))} If nobody needs them stopped any more, restart them before work comes in.`,
  }),
  'no-workers-and-due': (f) => ({
    cause: 'no worker is alive while work is due',
    next: `0 of ${n(f.workers?.expected)} workers of ${w(f.workers?.group)} are alive; ${waiting(f)}. Restart them.`,
  }),
  'no-workers': (f) => ({
    cause: 'no worker is alive',
    next: `0 of ${n(f.workers?.expected)} workers of ${w(f.workers?.group)} are alive; ${waiting(f)}. Restart them before work comes in.`,
  }),
  starting: (f) => ({
    cause: `the workers of ${w(f.workers?.group)} are only just starting`,
    next: `${sentence(waiting(f))} Ask again in ten seconds. If they are still starting then, they die as soon as they run: read the group's log.`,
  }),
  'queue-not-served': (f) => ({
    cause: `the workers of ${w(f.workers?.group)} do not take jobs of this queue`,
    next: `Their command line says --queue=${w(f.workers?.takes)}; ${waiting(f)}. Mend it in Supervisor's configuration, then restart the group.`,
  }),
  'other-connection': (f) => ({
    cause: `the workers of ${w(f.workers?.group)} look at another connection`,
    next: `Their command line says ${f.workers?.connection ?? 'nothing, so they use the default connection'}, the queue's jobs are on ${w(f.workers?.expectedConnection)}; ${waiting(f)}. Mend it in Supervisor's configuration, then restart the group.`,
  }),
  killed: (f) => ({
    cause: `${several(f.backlog?.stuck, f.backlog, 'job')} lost the worker that ran ${f.backlog?.stuck === 1 ? 'it' : 'them'}: it was killed`,
    next: `Held for ${age(f.backlog?.longestHeldSeconds)}, longer than any worker has lived (${age(f.workers?.oldestSeconds)}) and past retry_after (${age(f.backlog?.retryAfterSeconds)}). The next free worker takes it again: look whether half of it was done, and whether its business row is stuck.`,
  }),
  'taken-twice': (f) => ({
    cause: `${several(f.backlog?.stuck, f.backlog, 'job')} may be run twice: ${f.backlog?.stuck === 1 ? 'it is' : 'they are'} held past retry_after`,
    next: `The workers let a job run for ${age(f.workers?.timeoutSeconds)} (--timeout), but after ${age(f.workers?.timeoutRetryAfterSeconds)} (retry_after) it is handed to another one. Either a job is too slow or its worker was killed; set --timeout below retry_after.`,
  }),
  stuck: (f) => ({
    cause: `${several(f.backlog?.stuck, f.backlog, 'job')} held past retry_after: killed or too slow`,
    next: `The longest is held for ${age(f.backlog?.longestHeldSeconds)}, retry_after is ${age(f.backlog?.retryAfterSeconds)}. Any free worker takes it again, so it may run twice. Look at what runs, and compare the job's timeout with retry_after.`,
  }),
  idle: (f) => ({
    cause: 'workers are alive but take nothing from this queue',
    next: `${n(f.workers?.alive)} alive, none holds a job, and the first job did not move between two looks; ${waiting(f)}. It is neither paused nor in maintenance, so they most likely look at another connection or queue list, or they hang: compare their command line, then restart.`,
  }),
  'idle-maybe-paused': (f) => ({
    cause: 'workers are alive but take nothing from this queue',
    next: `${n(f.workers?.alive)} alive, none holds a job, and the first job did not move between two looks; ${waiting(f)}. Whether the queue is paused could not be seen: it is paused, or its workers look at another connection or queue list.`,
  }),
  'busy-elsewhere': (f) => ({
    cause: 'its workers are busy with the other queues of their list',
    next: `${sentence(waiting(f))} The group ${w(f.workers?.group)} serves several queues, first ones first: give this one workers of its own, or look at what runs so long.`,
  }),
  'store-away': (f) => ({
    cause: 'what holds its jobs can not be reached from here',
    next: `If the application can not reach it either, nothing is taken and nothing is recorded${f.workers?.alive === undefined ? '' : `; ${plural(f.workers.alive, 'worker')} ${f.workers.alive === 1 ? 'is' : 'are'} alive`}. See to that first, then ask again.`,
  }),
  'waits-unseen-workers': (f) => ({
    cause: 'nobody takes the work, and the workers could not be seen',
    next: `${sentence(waiting(f))} The first job did not move between two looks. Most likely no worker is alive; look at them on their host.`,
  }),
  'some-dying': (f) => ({
    cause: `${n(f.workers?.dying)} of ${n(f.workers?.expected)} workers of ${w(f.workers?.group)} ${f.workers?.dying === 1 ? 'dies' : 'die'} again and again`,
    next: `Supervisor says: ${f.workers?.reason || 'nothing'}. ${n(f.workers?.alive)} still ${f.workers?.alive === 1 ? 'works' : 'work'}. Read the group's log.`,
  }),
  'old-code-and-failures': (f) => ({
    cause: 'the workers still run the code from before the last release, and jobs fail',
    next: `${w(f.workers?.changedFile)} of the release changed ${age(f.workers?.changedSeconds)} ago, after they had started; what fails most: ${exception(f)}. Restart them, then see whether jobs go on failing.`,
  }),
  'time-limits': (f) => ({
    cause: `jobs of ${w(f.failures?.topClass)} run into their time limit or lose their worker`,
    next: `${exception(f)}: ${atLeast(f.failures?.topCount, f.failures)} of ${atLeast(f.failures?.recent, f.failures)} failures in the last ${age(f.failures?.withinSeconds)}. Find out what became slow, and compare timeout and retry_after, before any retry.`,
  }),
  'one-exception': (f) => ({
    cause: `${w(f.failures?.topClass)} fails with one exception: ${exception(f)}`,
    next: `${atLeast(f.failures?.topCount, f.failures)} of ${atLeast(f.failures?.recent, f.failures)} failures in the last ${age(f.failures?.withinSeconds)}, ${firstAndLast(f)}. Mend that; retry only when it is mended.`,
  }),
  'main-exception': (f) => ({
    cause: `most failures are one exception: ${exception(f)}`,
    next: `${atLeast(f.failures?.topCount, f.failures)} of ${atLeast(f.failures?.recent, f.failures)} failures in the last ${age(f.failures?.withinSeconds)}, the first ${age(f.failures?.topFirstSeconds)} ago. Begin there; retry only when it is mended.`,
  }),
  'many-exceptions': (f) => ({
    cause: `${atLeast(f.failures?.recent, f.failures)} failures of ${atLeast(f.failures?.exceptions, f.failures)} different exceptions: no single cause`,
    next: `In the last ${age(f.failures?.withinSeconds)}; the most frequent is ${exception(f)} (${atLeast(f.failures?.topCount, f.failures)}). Look at what they share: a release, a database, a provider.`,
  }),
  'orphaned-rows': (f) => ({
    cause: `${several(f.rows?.orphaned, f.rows, 'row')} of ${w(f.rows?.table)} ${f.rows?.orphaned === 1 ? 'says' : 'say'} ${f.rows?.inWorkValue ?? 'running'} and nobody works on ${f.rows?.orphaned === 1 ? 'it' : 'them'}`,
    next: `Unchanged for ${age(f.rows?.updatedSeconds ?? f.rows?.inWorkOldestSeconds)}; workers hold ${n((f.backlog?.reserved ?? 0) + (f.backlog?.stuck ?? 0))} jobs. Their job was killed in the middle. A retry does not heal it, since a job claims only rows that wait: set them back in the application first, then retry.`,
  }),
  'too-few-workers': (f) => ({
    cause: 'more work comes in than the workers can do',
    next: `${f.workers?.alive === 1 ? 'Its only worker holds' : `All ${n(f.workers?.alive)} hold`} a job and ${waiting(f)}. Look whether what runs is slower than usual; if not, raise numprocs.`,
  }),
  'rows-one-error': (f) => ({
    cause: `${atLeast(f.rows?.errorCount, f.rows)} of ${atLeast(f.rows?.total, f.rows)} rows of ${w(f.rows?.table)} say ${capText(w(f.rows?.error), mostSaid)}`,
    next: `${f.rows?.updatedSeconds === undefined && f.rows?.newestSeconds === undefined ? '' : `The last ${age(f.rows.updatedSeconds ?? f.rows.newestSeconds)} ago. `}That is what to mend (step ${n(f.rows?.step)} shows the rows); a retry before it fails the same way.`,
  }),
  'rows-without-job': (f) => ({
    cause: `${several(f.rows?.waiting, f.rows, 'row')} of ${w(f.rows?.table)} wait (${w(f.rows?.waitingValue)}) and no job is there for them`,
    next: `The oldest for ${age(f.rows?.waitingOldestSeconds)}; the queue is empty and no worker holds a job. Their job was never dispatched, or ended without having done its work: dispatch it again in the application.`,
  }),
  'rows-found': (f) => ({
    cause: `${atLeast(f.rows?.total, f.rows)} ${f.rows?.total === 1 ? 'row' : 'rows'} of ${w(f.rows?.table)} ${f.rows?.total === 1 ? 'is as it' : 'are as they'} should not be`,
    next: `Step ${n(f.rows?.step)} of the runbook found ${f.rows?.total === 1 ? 'it' : 'them'}; nothing else explains ${f.rows?.total === 1 ? 'it. Look at it.' : 'them. Look at them.'}`,
  }),
  'log-without-failures': (f) => ({
    cause: `the log says ${w(f.log?.match)} and no job counts as failed`,
    next: `${atLeast(f.log?.matches, f.log)} times in the last ${age(f.log?.withinSeconds)}, and failed_jobs has nothing of it: the job catches its error and ends well, so there is nothing to retry. Look at its business rows and at the log.`,
  }),
  'some-missing': (f) => ({
    cause: `${n(f.workers?.alive)} of ${n(f.workers?.expected)} workers of ${w(f.workers?.group)} ${f.workers?.alive === 1 ? 'is' : 'are'} alive`,
    next: `${sentence(waiting(f))} Look at why the others are not.`,
  }),
  'old-code': (f) => ({
    cause: 'the workers still run the code from before the last release',
    next: `${w(f.workers?.changedFile)} of the release changed ${age(f.workers?.changedSeconds)} ago, after they had started. Restart them.`,
  }),
  'waiting-long': (f) => ({
    cause: 'work waits for long',
    next: `${sentence(waiting(f))} ${plural(f.workers?.alive ?? 0, 'worker')} alive, and jobs are taken. Look whether what runs is slower than usual.`,
  }),
  'step-stands-out': () => ({
    cause: 'something stands out below, and no known cause fits it',
    next: 'Look at the marked steps.',
  }),
  'timeout-trap': (f) => ({
    cause: 'the workers may run a job for longer than retry_after',
    next: `--timeout is ${age(f.workers?.timeoutSeconds)}, retry_after ${age(f.workers?.timeoutRetryAfterSeconds)}: a job in between is run twice.`,
  }),
  'stays-exited-trap': () => ({
    cause: 'workers that end are not started again',
    next: 'autorestart is not true: after --max-time or a release they stay EXITED.',
  }),
  'failed-earlier': (f) => ({
    cause: 'it is well now, but jobs failed earlier',
    next: `Nothing failed in the last ${age(f.failures?.withinSeconds)}; ${plural(f.failures?.earlier ?? 0, 'failure')} from before ${f.failures?.earlier === 1 ? 'is' : 'are'} still there, the last of ${age(f.failures?.earlierSeconds)} ago. Retry or forget what is no longer needed.`,
  }),
  'working-off': (f) => ({
    cause: 'it is working',
    next: `${sentence(waiting(f))} Nothing stands out.`,
  }),
  'only-delayed': (f) => ({
    cause: `nothing is due: ${several(f.backlog?.delayed, f.backlog, 'job')} ${f.backlog?.delayed === 1 ? 'is' : 'are'} delayed`,
    next: `${f.backlog?.nextDueSeconds === undefined ? '' : `The next one is due in ${age(f.backlog.nextDueSeconds)}. `}Nothing has to be done.`,
  }),
  'all-fine': (f) => ({
    cause: 'all is well',
    next: `All ${n(f.overall.steps)} looks are fine. Nothing has to be done.`,
  }),
  'nothing-stands-out': () => ({
    cause: 'nothing stands out in what could be looked at',
    next: 'That is no all-clear: what is named below was not looked at.',
  }),
};

const span = (seconds: number | undefined): string =>
  seconds === undefined ? '?' : duration(seconds, 'zh-CN');

function piled({ backlog }: Facts): string {
  const { due, oldestSeconds } = backlog ?? {};
  if (due === undefined) return '等待的任务数无法查看';
  if (due === 0) return '目前没有任务在等待';
  return `有 ${atLeast(due, backlog)} 个任务在等待${oldestSeconds === undefined || oldestSeconds < 1 ? '' : `，最久已等 ${span(oldestSeconds)}`}`;
}

const thrown = ({ failures }: Facts): string =>
  failures === undefined ? '?' : `${failures.topException}：${capText(failures.topMessage, mostSaid)}`;

function firstAndLastZh({ failures }: Facts): string {
  const [first, last] = [span(failures?.topFirstSeconds), span(failures?.topLastSeconds)];
  return first === last ? `在 ${first}前` : `首次在 ${first}前，最近一次在 ${last}前`;
}

const zh: Record<VerdictKey, Say> = {
  'nothing-seen': () => ({
    cause: '什么都没能查看，无法下结论',
    next: '等下面列出的部分恢复响应后再试。',
  }),
  maintenance: (f) => ({
    cause: '应用处于维护模式',
    next: `worker 在运行，但不取任务；${piled(f)}。维护结束后，在主机上执行 php artisan up。`,
  }),
  'paused-and-due': (f) => ({
    cause: '队列已暂停',
    next: `${piled(f)}。暂停的原因消除后，请恢复队列。`,
  }),
  paused: () => ({ cause: '队列已暂停，目前没有任务在等待', next: '暂停的原因消除后，请恢复队列。' }),
  dying: (f) => ({
    cause: `${w(f.workers?.group)} 的 worker 一启动就退出，没有一个能存活`,
    next: `Supervisor 的说明：${f.workers?.reason || '无'}。${piled(f)}。请先看该组的日志；直接重启结果也一样。`,
  }),
  exited: (f) => ({
    cause: `${w(f.workers?.group)} 的 worker 已退出，且没有被重新拉起`,
    next: `${piled(f)}。请重启，并在 Supervisor 配置中设置 autorestart=true，否则下次到达 --max-time 或发布后还会这样。`,
  }),
  stopped: (f) => ({
    cause: `${w(f.workers?.group)} 的 worker 被人手动停止`,
    next: `${piled(f)}。确认已无需保持停止后，请重启。`,
  }),
  'stopped-nothing-due': (f) => ({
    cause: `${w(f.workers?.group)} 的 worker 被人手动停止`,
    next: `${piled(f)}。确认已无需保持停止后，请在有任务进来之前重启。`,
  }),
  'no-workers-and-due': (f) => ({
    cause: '没有存活的 worker，而任务在等待',
    next: `${w(f.workers?.group)} 的 worker 存活 0/${n(f.workers?.expected)}；${piled(f)}。请重启。`,
  }),
  'no-workers': (f) => ({
    cause: '没有存活的 worker',
    next: `${w(f.workers?.group)} 的 worker 存活 0/${n(f.workers?.expected)}；${piled(f)}。请在有任务进来之前重启。`,
  }),
  starting: (f) => ({
    cause: `${w(f.workers?.group)} 的 worker 刚刚启动`,
    next: `${piled(f)}。请过十秒再诊断；如果那时仍在启动，就是一启动就退出，请看该组的日志。`,
  }),
  'queue-not-served': (f) => ({
    cause: `${w(f.workers?.group)} 的 worker 不处理这个队列`,
    next: `其命令行为 --queue=${w(f.workers?.takes)}；${piled(f)}。请修正 Supervisor 配置，然后重启该组。`,
  }),
  'other-connection': (f) => ({
    cause: `${w(f.workers?.group)} 的 worker 监听的是另一个连接`,
    next: `其命令行写的是 ${f.workers?.connection ?? '（未写，即默认连接）'}，而任务在 ${w(f.workers?.expectedConnection)} 上；${piled(f)}。请修正 Supervisor 配置，然后重启该组。`,
  }),
  killed: (f) => ({
    cause: `${atLeast(f.backlog?.stuck, f.backlog)} 个任务的 worker 在执行途中被杀`,
    next: `已被占用 ${span(f.backlog?.longestHeldSeconds)}，比任何一个 worker 的运行时间（${span(f.workers?.oldestSeconds)}）都长，也超过了 retry_after（${span(f.backlog?.retryAfterSeconds)}）。下一个空闲的 worker 会重新取走它：请确认它是否已做了一半，业务记录是否卡住。`,
  }),
  'taken-twice': (f) => ({
    cause: `${atLeast(f.backlog?.stuck, f.backlog)} 个任务占用超过 retry_after，可能被重复执行`,
    next: `worker 允许任务运行 ${span(f.workers?.timeoutSeconds)}（--timeout），但超过 ${span(f.workers?.timeoutRetryAfterSeconds)}（retry_after）就会交给另一个 worker。任务太慢，或其 worker 已被杀；请把 --timeout 设得小于 retry_after。`,
  }),
  stuck: (f) => ({
    cause: `${atLeast(f.backlog?.stuck, f.backlog)} 个任务占用超过 retry_after：worker 被杀，或任务太慢`,
    next: `最久已占用 ${span(f.backlog?.longestHeldSeconds)}，retry_after 为 ${span(f.backlog?.retryAfterSeconds)}。任何空闲的 worker 都会重新取走它，可能重复执行。请查看执行中的任务，并比较任务的 timeout 与 retry_after。`,
  }),
  idle: (f) => ({
    cause: 'worker 存活，但不从这个队列取任务',
    next: `存活 ${n(f.workers?.alive)} 个，没有一个占用任务，两次查看之间队首任务没有变化；${piled(f)}。队列未暂停，应用也不在维护模式，多半是 worker 监听了别的连接或队列列表，或已卡死：请核对其命令行，然后重启。`,
  }),
  'idle-maybe-paused': (f) => ({
    cause: 'worker 存活，但不从这个队列取任务',
    next: `存活 ${n(f.workers?.alive)} 个，没有一个占用任务，两次查看之间队首任务没有变化；${piled(f)}。无法查看队列是否暂停：要么已暂停，要么 worker 监听了别的连接或队列列表。`,
  }),
  'busy-elsewhere': (f) => ({
    cause: '它的 worker 正忙于同一列表中的其他队列',
    next: `${piled(f)}。${w(f.workers?.group)} 同时处理多个队列，排在前面的优先：请为它单独配置 worker，或查看是什么执行了这么久。`,
  }),
  'store-away': (f) => ({
    cause: '存放任务的地方从这里连不上',
    next: `如果应用也连不上，就既取不到任务，也记录不了失败${f.workers?.alive === undefined ? '' : `；worker 存活 ${n(f.workers.alive)} 个`}。请先处理它，再重新诊断。`,
  }),
  'waits-unseen-workers': (f) => ({
    cause: '没有人取任务，而 worker 无法查看',
    next: `${piled(f)}。两次查看之间队首任务没有变化，多半没有存活的 worker；请到其主机上查看。`,
  }),
  'some-dying': (f) => ({
    cause: `${w(f.workers?.group)} 的 ${n(f.workers?.expected)} 个 worker 中有 ${n(f.workers?.dying)} 个反复退出`,
    next: `Supervisor 的说明：${f.workers?.reason || '无'}。还有 ${n(f.workers?.alive)} 个在工作。请看该组的日志。`,
  }),
  'old-code-and-failures': (f) => ({
    cause: 'worker 还在运行上次发布之前的代码，且有任务失败',
    next: `发布文件 ${w(f.workers?.changedFile)} 于 ${span(f.workers?.changedSeconds)}前变更，晚于 worker 启动；最多的异常：${thrown(f)}。请重启，再看是否继续失败。`,
  }),
  'time-limits': (f) => ({
    cause: `${w(f.failures?.topClass)} 任务超时，或其 worker 被杀`,
    next: `${thrown(f)}：最近 ${span(f.failures?.withinSeconds)}共 ${atLeast(f.failures?.recent, f.failures)} 个失败，其中 ${atLeast(f.failures?.topCount, f.failures)} 个是它。重试之前，请先查明什么变慢了，并比较 timeout 与 retry_after。`,
  }),
  'one-exception': (f) => ({
    cause: `${w(f.failures?.topClass)} 因同一个异常失败：${thrown(f)}`,
    next: `最近 ${span(f.failures?.withinSeconds)}共 ${atLeast(f.failures?.recent, f.failures)} 个失败，其中 ${atLeast(f.failures?.topCount, f.failures)} 个是它，${firstAndLastZh(f)}。请先修复，修复后再重试。`,
  }),
  'main-exception': (f) => ({
    cause: `多数失败是同一个异常：${thrown(f)}`,
    next: `最近 ${span(f.failures?.withinSeconds)}共 ${atLeast(f.failures?.recent, f.failures)} 个失败，其中 ${atLeast(f.failures?.topCount, f.failures)} 个是它，首次在 ${span(f.failures?.topFirstSeconds)}前。请从它入手，修复后再重试。`,
  }),
  'many-exceptions': (f) => ({
    cause: `${atLeast(f.failures?.recent, f.failures)} 个失败分属 ${atLeast(f.failures?.exceptions, f.failures)} 种异常：没有单一原因`,
    next: `最近 ${span(f.failures?.withinSeconds)}内；最多的是 ${thrown(f)}（${atLeast(f.failures?.topCount, f.failures)} 个）。请找它们的共同点：某次发布、数据库、外部服务。`,
  }),
  'orphaned-rows': (f) => ({
    cause: `${w(f.rows?.table)} 有 ${atLeast(f.rows?.orphaned, f.rows)} 行状态为 ${f.rows?.inWorkValue ?? 'running'}，却没有人在处理`,
    next: `已 ${span(f.rows?.updatedSeconds ?? f.rows?.inWorkOldestSeconds)}没有变化；worker 占用的任务为 ${n((f.backlog?.reserved ?? 0) + (f.backlog?.stuck ?? 0))} 个。处理它们的任务中途被杀。重试无济于事，因为任务只认领等待中的行：请先在应用中把状态改回，再重试。`,
  }),
  'too-few-workers': (f) => ({
    cause: '任务进来的速度超过 worker 的处理能力',
    next: `${f.workers?.alive === 1 ? '唯一存活的 worker 占用着任务' : `存活的 ${n(f.workers?.alive)} 个 worker 都占用着任务`}，${piled(f)}。请看执行中的任务是否比平时慢；如果不是，请增加 numprocs。`,
  }),
  'rows-one-error': (f) => ({
    cause: `${w(f.rows?.table)} 的 ${atLeast(f.rows?.total, f.rows)} 行中有 ${atLeast(f.rows?.errorCount, f.rows)} 行为 ${capText(w(f.rows?.error), mostSaid)}`,
    next: `${f.rows?.updatedSeconds === undefined && f.rows?.newestSeconds === undefined ? '' : `最近一次在 ${span(f.rows.updatedSeconds ?? f.rows.newestSeconds)}前。`}需要修复的就是它（第 ${n(f.rows?.step)} 步可看到这些行）；在此之前重试，结果也一样。`,
  }),
  'rows-without-job': (f) => ({
    cause: `${w(f.rows?.table)} 有 ${atLeast(f.rows?.waiting, f.rows)} 行在等待（${w(f.rows?.waitingValue)}），却没有对应的任务`,
    next: `最久已等 ${span(f.rows?.waitingOldestSeconds)}；队列为空，也没有 worker 占用任务。任务没有派发过，或没做完就结束了：请在应用中重新派发。`,
  }),
  'rows-found': (f) => ({
    cause: `${w(f.rows?.table)} 有 ${atLeast(f.rows?.total, f.rows)} 行不正常`,
    next: `由排查手册第 ${n(f.rows?.step)} 步发现，其他步骤无法解释。请查看这些行。`,
  }),
  'log-without-failures': (f) => ({
    cause: `日志中出现 ${w(f.log?.match)}，却没有任务被记为失败`,
    next: `最近 ${span(f.log?.withinSeconds)}出现 ${atLeast(f.log?.matches, f.log)} 次，failed_jobs 中却没有：任务自己捕获了错误并正常结束，所以没有可重试的。请看业务记录和日志。`,
  }),
  'some-missing': (f) => ({
    cause: `${w(f.workers?.group)} 的 worker 存活 ${n(f.workers?.alive)}/${n(f.workers?.expected)}`,
    next: `${piled(f)}。请查看其余的为何没有运行。`,
  }),
  'old-code': (f) => ({
    cause: 'worker 还在运行上次发布之前的代码',
    next: `发布文件 ${w(f.workers?.changedFile)} 于 ${span(f.workers?.changedSeconds)}前变更，晚于 worker 启动。请重启。`,
  }),
  'waiting-long': (f) => ({
    cause: '任务等待过久',
    next: `${piled(f)}。worker 存活 ${n(f.workers?.alive)} 个，也在取任务。请看执行中的任务是否比平时慢。`,
  }),
  'step-stands-out': () => ({
    cause: '下面有异常，但不符合任何已知原因',
    next: '请查看带标记的步骤。',
  }),
  'timeout-trap': (f) => ({
    cause: 'worker 允许任务运行得比 retry_after 更久',
    next: `--timeout 为 ${span(f.workers?.timeoutSeconds)}，retry_after 为 ${span(f.workers?.timeoutRetryAfterSeconds)}：运行时间介于两者之间的任务会被执行两次。`,
  }),
  'stays-exited-trap': () => ({
    cause: '退出的 worker 不会被重新拉起',
    next: 'autorestart 不是 true：到达 --max-time 或发布之后，会停在 EXITED。',
  }),
  'failed-earlier': (f) => ({
    cause: '现在正常，但之前有任务失败',
    next: `最近 ${span(f.failures?.withinSeconds)}没有失败；更早的失败还有 ${n(f.failures?.earlier)} 个，最近一个在 ${span(f.failures?.earlierSeconds)}前。请重试，或清除不再需要的记录。`,
  }),
  'working-off': (f) => ({ cause: '正在正常处理', next: `${piled(f)}。没有发现异常。` }),
  'only-delayed': (f) => ({
    cause: `目前没有到期的任务，延迟的有 ${atLeast(f.backlog?.delayed, f.backlog)} 个`,
    next: `${f.backlog?.nextDueSeconds === undefined ? '' : `下一个在 ${span(f.backlog.nextDueSeconds)}后到期。`}无需处理。`,
  }),
  'all-fine': (f) => ({ cause: '一切正常', next: `${n(f.overall.steps)} 项检查均正常，无需处理。` }),
  'nothing-stands-out': () => ({
    cause: '能查看的部分没有发现异常',
    next: '这不等于一切正常：下面列出的部分没有查看到。',
  }),
};

export const verdictText: Record<Locale, Record<VerdictKey, Say>> = { en, 'zh-CN': zh };
