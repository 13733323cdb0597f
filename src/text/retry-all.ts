import type { Locale } from '../core/people.ts';
import { bold, code, type Rich, rich } from '../core/rich.ts';
import { duration, number, plural } from './format.ts';

/** Why a row is left out; see `LeftOut` of the operation. */
type LeftOut =
  | 'uuid-missing'
  | 'uuid-doubled'
  | 'payload-undecodable'
  | 'double-risk'
  | 'connection-unknown'
  | 'batch-cancelled';
/** Why a run ended before all was done; written by the run, read by the card. */
export type RunEnd =
  | 'stopped'
  | 'frozen'
  | 'fruitless'
  | 'canary-failed'
  | 'canary-unanswered'
  | 'canary-silent'
  | 'failing'
  | 'slot'
  | 'cut-off'
  /** The same before anything was sent. */
  | 'cut-off-early';
/** What a run is at. */
export type Phase = 'pushing' | 'canary' | 'asking' | 'pacing' | 'slot' | 'uncertain';

const en = {
  verb: 'retry all',
  title: 'Retry failed jobs',
  submit: 'Ask',
  close: 'Close',
  looking: 'Looking at the failed jobs…',
  what: (count: number, where: string): Rich => `retry ${plural(count, 'failed job')}${where}`,
  on: (queue: string) => ` on ${queue}`,
  onSome: (queues: number) => ` on ${queues} queues`,
  ofFilter: (filter: string): Rich => rich`Retry all: ${code(filter)}`,
  wouldRetry: (count: number): Rich =>
    rich`${bold(plural(count, 'failed job'))} would be pushed back onto their queues, oldest first. What fails from now on is not among them.`,
  incomplete: (looked: number, highest: number): Rich =>
    `The time for looking was over after ${plural(looked, 'failure')}: only those up to #${highest} are meant. Narrow the filter, or ask again for the rest afterwards.`,
  queues: 'Queues',
  queueLine: (queue: string, count: number, retryAfter: number, timeout: number | undefined) =>
    `${queue}: ${number(count)}, retry_after ${duration(retryAfter, 'en')}, timeout ${timeout === undefined ? "the worker's" : duration(timeout, 'en')}`,
  trap: 'timeout above retry_after: may run twice',
  costly: 'may run twice, and this queue is marked costly',
  classes: 'Classes',
  exceptions: 'Exceptions',
  countLine: (name: string, count: number) => `${number(count)} × ${name}`,
  failed: 'Failed',
  between: 'until',
  leftOut: 'Left out',
  leftOutLine: {
    'uuid-missing': (n: number) => `${number(n)} without a uuid: artisan would destroy others with them`,
    'uuid-doubled': (n: number) => `${number(n)} whose uuid another row has too`,
    'payload-undecodable': (n: number) => `${number(n)} whose payload can't be read`,
    'double-risk': (n: number) => `${number(n)} that may have been pushed before (double risk)`,
    'connection-unknown': (n: number) => `${number(n)} of a connection that is not configured`,
    'batch-cancelled': (n: number) => `${number(n)} of a cancelled batch: they would end at once`,
  } satisfies Record<LeftOut, (n: number) => string>,
  encrypted: (n: number) =>
    `${number(n)} are encrypted: what they are about can't be seen, and another APP_KEY makes them unreadable.`,
  reason: 'Reason',
  reasonHint: 'Shown on the card and kept in the audit log.',
  first: 'Canary: so many first',
  firstHint:
    'Their outcomes are awaited; at most 20 % may fail again. Empty: none (always some on costly queues).',
  pace: 'Pace: at most so many of them waiting at a time',
  paceHint: 'New work is then not behind all of them. Empty: as fast as it goes.',
  causeFixed: 'The root cause is fixed.',
  twiceHarmless: 'Running these jobs twice does no harm.',
  riskTaken: (id: number) => `Retry #${id} too, though it may have been pushed already and would run twice.`,
  errors: {
    reason: 'Say why.',
    tick: 'Must be ticked.',
    number: (least: number, most: number) => `A whole number from ${number(least)} to ${number(most)}.`,
    notLooked: 'The failed jobs were still being looked at. Ask again.',
  },
  canary: 'Canary',
  canaryOf: (n: number) => `${number(n)} first`,
  paceLabel: 'Pace',
  paceOf: (n: number) => `at most ${number(n)} waiting`,
  // While it runs
  progress: (done: number, of: number): Rich => `${number(done)} of ${number(of)}`,
  phases: {
    pushing: undefined,
    canary: 'The first ones are out; waiting for what becomes of them.',
    asking:
      'More than 20 % of the first ones did not go well. Continue, or Stop; without an answer it ends in 30 minutes.',
    pacing: 'Waiting until fewer of them wait in their queues.',
    slot: 'Waiting until another change of this application is through.',
    uncertain: 'The end of a call was not seen; its jobs wait until nothing of it can live any more.',
  } satisfies Record<Phase, string | undefined>,
  rate: (perSecond: number, leftSeconds: number | undefined): Rich =>
    `${perSecond < 10 ? perSecond.toFixed(1) : number(Math.round(perSecond))} a second${leftSeconds === undefined ? '' : `, about ${duration(leftSeconds, 'en')} left`}`,
  rateLabel: 'Rate',
  canaryResult: (well: number, of: number, again: number): Rich =>
    `${number(well)} of ${number(of)} well${again > 0 ? `, ${number(again)} not` : ''}`,
  unserved: (queues: readonly string[]): Rich =>
    rich`Nobody works on ${queues.join(', ')} at the moment: what is pushed there only waits. ${code('/queue workers')} says why.`,
  pausedNow: (queues: readonly string[]): Rich =>
    rich`Paused while jobs are pushed, so that none fails again before its old row is gone: ${queues.join(', ')}`,
  // Afterwards
  ends: {
    stopped: 'It was stopped.',
    frozen: 'Changes were frozen, so it stopped.',
    fruitless: 'Two calls in a row ended without pushing anything, so it stopped.',
    'canary-failed': 'The first ones failed again, and it was stopped.',
    'canary-unanswered': 'The first ones failed again, and nobody said whether to go on.',
    'canary-silent': 'Nothing became of the first ones in 30 minutes. Are workers running?',
    failing: 'More than 20 % failed again, so it stopped by itself.',
    slot: 'Another change of this application held the way for too long.',
    'cut-off': 'It was cut off in between, and nothing more was run.',
    'cut-off-early': 'It was cut off before the first job was sent, so nothing was run.',
  } satisfies Record<RunEnd, string>,
  why: (text: string): Rich => rich`The host said: ${code(text)}`,
  leftPaused: (queues: readonly string[]): Rich =>
    rich`Still paused, since the host could not be reached: ${queues.join(', ')}. Resume with ${code('php artisan queue:resume CONNECTION:QUEUE')}.`,
  counts: 'Requested',
  countsLine: (requested: number, acted: number, skipped: number): Rich =>
    `${number(requested)} requested, ${number(acted)} acted on, ${number(skipped)} skipped`,
  effect: {
    removed: (n: number) => `${number(n)} removed by someone else before`,
    unconfirmed: (n: number) =>
      `${number(n)} gone without artisan's word: pushed, or removed by someone else; archived`,
    double_risk: (n: number) =>
      `${number(n)} may have been pushed though still failed (double risk): never retried again unasked`,
    stuck: (n: number) => `${number(n)} that artisan could not read`,
    present: (n: number) => `${number(n)} still in failed_jobs, untouched`,
    newSince: (n: number, capped: boolean) =>
      `${number(n)}${capped ? '+' : ''} new failures since it was asked`,
  },
  rest: 'Rest',
  became: 'Became of them',
  outcome: {
    done: (n: number) => `${number(n)} done`,
    left: (n: number) => `${number(n)} left the queue`,
    waiting: (n: number) => `${number(n)} still waiting`,
    pushed: (n: number) => `${number(n)} on their way`,
    failed_again: (n: number) => `${number(n)} failed again`,
    ended_quietly: (n: number) => `${number(n)} ended, business row not good`,
    vanished: (n: number) => `${number(n)} vanished: in no queue and no table`,
  },
  again: 'Failed again',
  following: 'What becomes of them is watched for up to an hour.',
  next: {
    askAgain: 'What is still there can be asked for again when the cause is gone.',
    restore: 'What vanished or was not confirmed can be restored.',
    failedAgain: 'They are in failed_jobs under new numbers.',
  },
  noPause:
    'Workers could not be paused meanwhile: a job that failed again at once may be among the vanished.',
};

const zh: typeof en = {
  verb: 'retry all',
  title: '批量重试失败任务',
  submit: '发起',
  close: '关闭',
  looking: '正在查看失败任务…',
  what: (count, where) => `重试${where} ${number(count)} 个失败任务`,
  on: (queue) => ` ${queue} 上的`,
  onSome: (queues) => ` ${queues} 个队列上的`,
  ofFilter: (filter) => rich`批量重试：${code(filter)}`,
  wouldRetry: (count) =>
    rich`将按从旧到新的顺序，把 ${bold(`${number(count)} 个失败任务`)}重新放回队列。此后新失败的任务不包含在内。`,
  incomplete: (looked, highest) =>
    `时间有限，只查看了 ${number(looked)} 条失败记录：本次仅包含编号不大于 #${highest} 的任务。可缩小条件，或之后再为其余部分发起。`,
  queues: '队列',
  queueLine: (queue, count, retryAfter, timeout) =>
    `${queue}：${number(count)} 个，retry_after ${duration(retryAfter, 'zh-CN')}，timeout ${timeout === undefined ? '取 worker 的设置' : duration(timeout, 'zh-CN')}`,
  trap: 'timeout 大于 retry_after，可能执行两次',
  costly: '可能执行两次，且该队列标记为重复代价高',
  classes: '任务类',
  exceptions: '异常',
  countLine: (name, count) => `${number(count)} × ${name}`,
  failed: '失败时间',
  between: '至',
  leftOut: '不包含',
  leftOutLine: {
    'uuid-missing': (n) => `${number(n)} 个没有 uuid：artisan 会连带破坏其他记录`,
    'uuid-doubled': (n) => `${number(n)} 个与其他行共用 uuid`,
    'payload-undecodable': (n) => `${number(n)} 个 payload 无法读取`,
    'double-risk': (n) => `${number(n)} 个此前可能已经入队（可能重复）`,
    'connection-unknown': (n) => `${number(n)} 个所属连接未配置`,
    'batch-cancelled': (n) => `${number(n)} 个属于已取消的批次：会立即结束`,
  },
  encrypted: (n) => `${number(n)} 个已加密：无法看到内容；若 APP_KEY 已更换，artisan 将无法读取。`,
  reason: '原因',
  reasonHint: '显示在卡片上，并写入审计日志。',
  first: '先试数量（金丝雀）',
  firstHint: '先等待这些任务的结果，再次失败不得超过 20 %。留空：不先试（重复代价高的队列始终先试）。',
  pace: '节奏：同时最多等待的数量',
  paceHint: '这样新任务不会排在全部旧任务之后。留空：尽快完成。',
  causeFixed: '根本原因已修复。',
  twiceHarmless: '这些任务执行两次也无害。',
  riskTaken: (id) => `也重试 #${id}：它可能已经入队，会执行两次。`,
  errors: {
    reason: '请填写原因。',
    tick: '必须勾选。',
    number: (least, most) => `请填写 ${number(least)} 到 ${number(most)} 之间的整数。`,
    notLooked: '失败任务尚未查看完毕，请重新发起。',
  },
  canary: '先试',
  canaryOf: (n) => `先执行 ${number(n)} 个`,
  paceLabel: '节奏',
  paceOf: (n) => `同时最多等待 ${number(n)} 个`,
  progress: (done, of) => `${number(done)} / ${number(of)}`,
  phases: {
    pushing: undefined,
    canary: '先试的任务已入队，正在等待结果。',
    asking: '先试的任务超过 20 % 结果不佳。请选择继续或停止；30 分钟内无人答复将自动结束。',
    pacing: '正在等待队列中的任务减少。',
    slot: '正在等待该应用的另一项变更完成。',
    uncertain: '有一次调用未能看到结束；相关任务要等到它确定不再运行后才继续。',
  },
  rate: (perSecond, leftSeconds) =>
    `每秒 ${perSecond < 10 ? perSecond.toFixed(1) : number(Math.round(perSecond))} 个${leftSeconds === undefined ? '' : `，约剩 ${duration(leftSeconds, 'zh-CN')}`}`,
  rateLabel: '速度',
  canaryResult: (well, of, again) =>
    `${number(of)} 个中 ${number(well)} 个正常${again > 0 ? `，${number(again)} 个不正常` : ''}`,
  unserved: (queues) =>
    rich`${queues.join('、')} 目前没有存活的 worker：重新入队的任务只会等待。原因见 ${code('/queue workers')}。`,
  pausedNow: (queues) => rich`入队期间暂停队列，避免任务在旧记录删除前再次失败：${queues.join('、')}`,
  ends: {
    stopped: '已被停止。',
    frozen: '变更被冻结，因此停止。',
    fruitless: '连续两次调用都没有任何任务入队，因此停止。',
    'canary-failed': '先试的任务再次失败，已停止。',
    'canary-unanswered': '先试的任务再次失败，且无人决定是否继续。',
    'canary-silent': '先试的任务 30 分钟内没有任何结果。worker 是否在运行？',
    failing: '超过 20 % 的任务再次失败，已自动停止。',
    slot: '该应用的另一项变更占用过久。',
    'cut-off': '执行中途被中断，之后没有再执行。',
    'cut-off-early': '在第一个任务入队之前就被中断，没有执行任何任务。',
  },
  why: (text) => rich`主机返回：${code(text)}`,
  leftPaused: (queues) =>
    rich`无法连接主机，以下队列仍处于暂停：${queues.join('、')}。请执行 ${code('php artisan queue:resume CONNECTION:QUEUE')} 恢复。`,
  counts: '请求',
  countsLine: (requested, acted, skipped) =>
    `请求 ${number(requested)} 个，已处理 ${number(acted)} 个，跳过 ${number(skipped)} 个`,
  effect: {
    removed: (n) => `${number(n)} 个此前已被他人移除`,
    unconfirmed: (n) => `${number(n)} 个已不在，但 artisan 没有确认：可能已入队，也可能被他人移除；已归档`,
    double_risk: (n) => `${number(n)} 个仍在失败表中但可能已入队（可能重复）：未经要求不会再次重试`,
    stuck: (n) => `${number(n)} 个 artisan 无法读取`,
    present: (n) => `${number(n)} 个仍在 failed_jobs 中，未处理`,
    newSince: (n, capped) => `发起之后新增 ${number(n)}${capped ? '+' : ''} 个失败`,
  },
  rest: '其余',
  became: '后续结果',
  outcome: {
    done: (n) => `${number(n)} 个完成`,
    left: (n) => `${number(n)} 个已离开队列`,
    waiting: (n) => `${number(n)} 个仍在等待`,
    pushed: (n) => `${number(n)} 个处理中`,
    failed_again: (n) => `${number(n)} 个再次失败`,
    ended_quietly: (n) => `${number(n)} 个已结束但业务记录不正常`,
    vanished: (n) => `${number(n)} 个消失：不在队列也不在任何表中`,
  },
  again: '再次失败',
  following: '正在跟踪后续结果，最长一小时。',
  next: {
    askAgain: '仍在失败表中的任务，可在排除原因后重新发起。',
    restore: '消失或未确认的任务可以恢复。',
    failedAgain: '它们以新编号出现在 failed_jobs 中。',
  },
  noPause: '期间未能暂停 worker：立即再次失败的任务可能在“消失”之列。',
};

export const retryAllText: Record<Locale, typeof en> = { en, 'zh-CN': zh };

export const isRunEnd = (value: unknown): value is RunEnd => typeof value === 'string' && value in en.ends;
