import type { Severity } from '../core/alert-description.ts';
import type { Locale } from '../core/people.ts';
import { bold, code, joinRich, person, type Rich, rich, type Span } from '../core/rich.ts';
import { number as digits, duration, plural } from './format.ts';
import { unreadableWords } from './unreadable.ts';

/** `12`, `3.4`, `1,200`: at most one digit behind the point. */
const figure = (value: number): string => digits(Math.round(value * 10) / 10);
const percent = (share: number): string => `${figure(share * 100)} %`;
const signed = (value: number): string => `${value > 0 ? '+' : ''}${figure(value)}`;

/** `S…` is a group, all others are users. */
export const mention = (id: string): Span => (id.startsWith('S') ? { group: id } : person(id));

export type IncidentState = 'open' | 'acknowledged' | 'silenced' | 'flapping';

/** Service levels that are used up, or nearly: `12 of 10`. */
export interface LevelWords {
  readonly metric: 'pending' | 'failed' | 'oldest' | 'timeouts';
  readonly value: number;
  readonly max: number | undefined;
}

const en = {
  severity: (severity: Severity): string => ({ warning: 'Warning', critical: 'Critical' })[severity],
  state: (state: IncidentState): string =>
    ({ open: '', acknowledged: 'acknowledged', silenced: 'silenced', flapping: 'flapping' })[state],
  heading: (number: number, severity: string, state: string, what: Rich): Rich =>
    rich`${bold(`#${number}`)} ${severity}${state === '' ? '' : ` (${state})`}: ${what}`,
  resolved: (number: number, what: Rich, seconds: number): Rich =>
    rich`${bold(`#${number}`)} Resolved after ${duration(seconds, 'en')}. At worst: ${what}`,
  missed: (number: number, what: Rich): Rich =>
    rich`${bold(`#${number}`)} Fired and resolved while Slack could not be reached: ${what}`,

  failedJobs: (value: number): Rich => plural(value, 'failed job'),
  failedJobsOf: (value: number, queue: string): Rich =>
    rich`${plural(value, 'failed job')} of ${code(queue)}`,
  backlog: (value: number, queue: string, isWell: boolean): Rich =>
    rich`${plural(value, 'job')} ${value === 1 ? 'waits' : 'wait'} in ${code(queue)}${isWell ? '' : ' and do not become fewer'}`,
  stale: (rule: string, share: number | undefined, stale: number | undefined, eligible: number | undefined) =>
    rich`${code(rule)}: ${stale === undefined ? '' : `${digits(stale)}${eligible === undefined ? '' : ` of ${digits(eligible)}`} rows are stuck`}${share === undefined ? '' : ` (${percent(share)})`}`,
  surge: (rule: string, value: number, seconds: number | undefined): Rich =>
    rich`${code(rule)}: ${plural(value, 'row')} in ${seconds === undefined ? 'one window' : duration(seconds, 'en')}`,
  workers: (queue: string, due: number | undefined, restarting: number): Rich =>
    rich`no worker of ${code(queue)} ${restarting > 0 ? 'stays' : 'is'} alive${due === undefined ? '' : ` and ${plural(due, 'job')} ${due === 1 ? 'waits' : 'wait'}`}`,
  working: (queue: string, alive: number): Rich =>
    rich`${plural(alive, 'worker')} of ${code(queue)} ${alive === 1 ? 'is' : 'are'} alive`,
  levels: (queue: string, levels: readonly string[]): Rich =>
    rich`${code(queue)}: ${levels.length === 0 ? 'service level' : levels.join(', ')}`,
  levelsKept: (queue: string): Rich => rich`${code(queue)} keeps its service levels`,
  level: ({ metric, value, max }: LevelWords): string => {
    const limit = (show: (value: number) => string): string =>
      max === undefined ? '' : ` (limit ${show(max)})`;
    const seconds = (of: number): string => duration(of, 'en');
    return {
      pending: `${figure(value)} pending${limit(figure)}`,
      failed: `${figure(value)} failed${limit(figure)}`,
      oldest: `oldest ${seconds(value)}${limit(seconds)}`,
      timeouts: `${figure(value)} ${value === 1 ? 'timeout' : 'timeouts'}${limit(figure)}`,
    }[metric];
  },
  blind: (rule: string, why: string | undefined): Rich =>
    rich`${code(rule)} can not be evaluated${why === undefined ? '' : `: ${unreadableWords(why, 'en')}`}`,
  sighted: 'all rules can be evaluated again',
  other: (rule: string, value: number | undefined): Rich =>
    rich`${code(rule)}${value === undefined ? '' : `: ${figure(value)}`}`,

  blindMeans: 'Until it can be, nobody knows whether all is well. Other alerts stay as they were.',
  since: (since: Span): Rich => rich`Since ${since}.`,
  threshold: (threshold: string): string => `More than ${threshold} is too much. `,
  thresholdFrom: (threshold: string): string => `From ${threshold} on it is too much. `,
  criticalFrom: (threshold: string): string => `From ${threshold} on it is critical. `,
  valueOf: {
    ...{ number: figure, share: percent, utilization: percent },
    workers: (alive: number): string => `${figure(alive)} alive`,
    blind: (rules: number): string => plural(rules, 'rule'),
  },
  lasted: (fired: Span, resolved: Span): Rich => rich`Fired ${fired}, resolved ${resolved}.`,
  unwatched: (from: Span, until: Span): Rich => rich`Not watched from ${from} to ${until}.`,
  well: (since: Span): Rich => rich`Well since ${since}: it is over when that has lasted.`,

  labels: {
    ...{
      top: 'Most frequent',
      newest: 'Newest failure',
      workers: 'Workers',
      change: 'Change',
      oldest: 'Oldest waiting',
      usual: 'Usual',
    },
    ...{ traffic: 'All rows', acknowledged: 'Acknowledged', silenced: 'Silenced', runbook: 'Runbook' },
    ...{ waiting: 'Waiting', timeouts: 'Timeouts' },
  },
  top: (
    jobClass: string,
    exception: string | undefined,
    queue: string | undefined,
    many: number | undefined,
  ) =>
    rich`${code(jobClass)}${exception === undefined ? '' : rich`, ${code(exception)}`}${queue === undefined ? '' : rich` in ${code(queue)}`}${many === undefined ? '' : ` ×${digits(many)}`}`,
  alive: (alive: number, expected: number | undefined, restarting: number): string =>
    [
      expected === undefined ? `${digits(alive)} alive` : `${digits(alive)} of ${digits(expected)} alive`,
      ...(restarting > 0
        ? [`${digits(restarting)} started again since the look before, and took nothing`]
        : []),
    ].join('; '),
  change: (perMinute: number, emptyIn: number | undefined): string =>
    `${signed(perMinute)} per minute${emptyIn === undefined ? '' : `, empty in about ${duration(emptyIn, 'en')}`}`,
  timeouts: (byClass: number, byText: number): string =>
    `${digits(byClass)} by Laravel's own exception, ${digits(byText)} by what the exception says`,
  waiting: (due: number): string => plural(due, 'job'),
  age: (seconds: number): string => duration(seconds, 'en'),
  usual: (usual: number): string => `about ${figure(usual)} in a window`,
  traffic: (all: number, usual: number | undefined, share: number | undefined): string =>
    `${digits(all)} in the window${usual === undefined ? '' : `, usually ${figure(usual)}`}${share === undefined ? '' : `; ${percent(share)} of them are these`}`,
  by: (by: string, at: Span): Rich => rich`by ${person(by)}, ${at}`,
  until: (by: string, until: Span): Rich => rich`by ${person(by)} until ${until}`,
  heldBack: (verb: string, request: number | undefined, seconds = 300): Rich =>
    rich`Our own ${code(verb)}${request === undefined ? '' : ` #${request}`}: while it runs (for 24 h at most)${seconds === 0 ? '' : ` and for ${duration(seconds, 'en')} after it`}, nothing fires here by what waits or who works.`,
  flapping: 'It fires and is over again and again: only this message is edited, the thread stays quiet.',
  unread: (since: Span | undefined, why: string): Rich =>
    rich`Not measured${since === undefined ? '' : rich` since ${since}`}: ${unreadableWords(why, 'en')}. What stands here is what was seen last.`,
  accept: (words: string): Rich =>
    rich`Are these failures old and known? An operator says so with ${code(words)}; they are no longer counted then.`,
  reason: 'REASON',
  done: 'What was done',
  didAck: (by: string, at: Span): Rich => rich`${at} ${person(by)} acknowledged it`,
  didAccept: (by: string, at: Span): Rich =>
    rich`${at} ${person(by)} accepted the failures until then as known`,
  didSilence: (by: string, at: Span): Rich => rich`${at} ${person(by)} silenced it`,
  didOperation: (
    by: string,
    at: Span,
    verb: string,
    request: number | undefined,
    outcome: string | undefined,
  ) =>
    rich`${at} ${person(by)} ${code(verb)}${request === undefined ? '' : ` #${request}`}${outcome === undefined ? '' : `: ${outcome}`}`,
  nobody: 'Nobody did anything about it through Queuekeeper.',
  more: (count: number): string => `… and ${digits(count)} more`,

  buttons: {
    ...{ ack: 'Acknowledge', silence: 'Silence', diagnose: 'Diagnose', restart: 'Restart…' },
    retryAll: 'Retry all…',
  },
  environment: (app: string, environment: string, rule: string): Rich =>
    rich`${code(environment)} · ${app} · rule ${code(rule)}`,
  everything: (number: number): Rich => rich`All that happened: ${code(`/queue audit #${number}`)}`,

  /** No number is said twice. */
  gathered: (open: number, all: number, critical: number): string => {
    if (open === 0) return `${digits(all)} incidents at once: all are resolved`;
    const bad =
      critical === 0 ? '' : critical < open ? `, ${digits(critical)} of them critical` : ', all critical';
    if (open === all) return `${digits(all)} incidents at once${bad}`;
    return `${digits(all)} incidents at once: ${digits(open)} still open${open === 1 && critical === 1 ? ', a critical one' : bad}`;
  },
  gatheredMeans: 'Each has a reply in this thread with its buttons and its story.',
  calls: (ids: readonly string[]): Rich =>
    joinRich(
      ids.map((id) => [mention(id)]),
      ' ',
    ),
  gatheredItem: (number: number, what: Rich): Rich => rich`${bold(`#${number}`)} ${what}`,
  resolvedItem: (number: number, what: Rich): Rich => rich`${bold(`#${number}`)} resolved, at worst: ${what}`,
};

const outcomes: Readonly<Record<string, string>> = {
  ...{ succeeded: '成功', partial: '部分成功', failed: '失败', not_started: '未开始', unknown: '结果未知' },
};

const zh: typeof en = {
  severity: (severity) => ({ warning: '警告', critical: '严重' })[severity],
  state: (state) => ({ open: '', acknowledged: '已确认', silenced: '已静默', flapping: '反复' })[state],
  heading: (number, severity, state, what) =>
    rich`${bold(`#${number}`)} ${severity}${state === '' ? '' : `（${state}）`}：${what}`,
  resolved: (number, what, seconds) =>
    rich`${bold(`#${number}`)} 已恢复，历时 ${duration(seconds, 'zh-CN')}。最严重时：${what}`,
  missed: (number, what) => rich`${bold(`#${number}`)} 在 Slack 无法连接期间触发并已恢复：${what}`,

  failedJobs: (value) => `${digits(value)} 个失败任务`,
  failedJobsOf: (value, queue) => rich`${code(queue)} 有 ${digits(value)} 个失败任务`,
  backlog: (value, queue, isWell) =>
    rich`${code(queue)} ${isWell ? '等待' : '积压'} ${digits(value)} 个任务${isWell ? '' : '，且没有减少'}`,
  stale: (rule, share, stale, eligible) =>
    rich`${code(rule)}：${stale === undefined ? '' : `${eligible === undefined ? '' : `${digits(eligible)} 行中`}有 ${digits(stale)} 行卡住`}${share === undefined ? '' : `（${percent(share)}）`}`,
  surge: (rule, value, seconds) =>
    rich`${code(rule)}：${seconds === undefined ? '一个窗口' : duration(seconds, 'zh-CN')}内有 ${digits(value)} 行`,
  workers: (queue, due, restarting) =>
    rich`${code(queue)} ${restarting > 0 ? '的 worker 反复重启，没有一个在工作' : '没有存活的 worker'}${due === undefined ? '' : `，而有 ${digits(due)} 个任务在等待`}`,
  working: (queue, alive) => rich`${code(queue)} 有 ${digits(alive)} 个存活的 worker`,
  levelsKept: (queue) => rich`${code(queue)} 各项指标都在服务水平之内`,
  levels: (queue, levels) => rich`${code(queue)}：${levels.length === 0 ? '服务水平' : levels.join('、')}`,
  level: ({ metric, value, max }) => {
    const limit = (show: (value: number) => string): string =>
      max === undefined ? '' : `（上限 ${show(max)}）`;
    const seconds = (of: number): string => duration(of, 'zh-CN');
    return {
      pending: `等待 ${figure(value)}${limit(figure)}`,
      failed: `失败 ${figure(value)}${limit(figure)}`,
      oldest: `最久等待 ${seconds(value)}${limit(seconds)}`,
      timeouts: `超时 ${figure(value)}${limit(figure)}`,
    }[metric];
  },
  blind: (rule, why) =>
    rich`${code(rule)} 无法评估${why === undefined ? '' : `：${unreadableWords(why, 'zh-CN')}`}`,
  sighted: '各规则均可评估',
  other: (rule, value) => rich`${code(rule)}${value === undefined ? '' : `：${figure(value)}`}`,

  blindMeans: '在恢复评估之前，没有人知道是否一切正常。其他告警保持原状。',
  since: (since) => rich`自 ${since} 起。`,
  threshold: (threshold) => `超过 ${threshold} 即告警。`,
  thresholdFrom: (threshold) => `达到 ${threshold} 即告警。`,
  criticalFrom: (threshold) => `达到 ${threshold} 即为严重。`,
  valueOf: {
    ...{ number: figure, share: percent, utilization: percent },
    workers: (alive) => `${figure(alive)} 个存活`,
    blind: (rules) => `${digits(rules)} 条规则`,
  },
  lasted: (fired, resolved) => rich`触发于 ${fired}，恢复于 ${resolved}。`,
  unwatched: (from, until) => rich`${from} 至 ${until} 期间无人监控。`,
  well: (since) => rich`自 ${since} 起已正常，持续一段时间后即视为恢复。`,

  labels: {
    ...{
      top: '最多',
      newest: '最近失败',
      workers: 'Worker',
      change: '变化',
      oldest: '最久等待',
      usual: '平时',
    },
    ...{ traffic: '全部行', acknowledged: '确认', silenced: '静默', runbook: '手册', waiting: '等待中' },
    timeouts: '超时',
  },
  top: (jobClass, exception, queue, many) =>
    rich`${code(jobClass)}${exception === undefined ? '' : rich`，${code(exception)}`}${queue === undefined ? '' : rich`，队列 ${code(queue)}`}${many === undefined ? '' : ` ×${digits(many)}`}`,
  alive: (alive, expected, restarting) =>
    [
      expected === undefined
        ? `${digits(alive)} 个存活`
        : `应有 ${digits(expected)} 个，存活 ${digits(alive)} 个`,
      ...(restarting > 0 ? [`${digits(restarting)} 个自上次查看后重新启动，未取走任何任务`] : []),
    ].join('；'),
  change: (perMinute, emptyIn) =>
    `每分钟 ${signed(perMinute)}${emptyIn === undefined ? '' : `，约 ${duration(emptyIn, 'zh-CN')}后清空`}`,
  timeouts: (byClass, byText) =>
    `按 Laravel 自身的异常 ${digits(byClass)} 个，按异常文字 ${digits(byText)} 个`,
  waiting: (due) => `${digits(due)} 个任务`,
  age: (seconds) => duration(seconds, 'zh-CN'),
  usual: (usual) => `每个窗口约 ${figure(usual)}`,
  traffic: (all, usual, share) =>
    `窗口内 ${digits(all)}${usual === undefined ? '' : `，平时约 ${figure(usual)}`}${share === undefined ? '' : `；其中 ${percent(share)} 属于此类`}`,
  by: (by, at) => rich`${person(by)}，${at}`,
  until: (by, until) => rich`${person(by)}，直到 ${until}`,
  heldBack: (verb, request, seconds = 300) =>
    rich`自身操作 ${code(verb)}${request === undefined ? '' : ` #${request}`}：执行期间（至多 24 小时）${seconds === 0 ? '' : `及之后 ${duration(seconds, 'zh-CN')}内`}，这里不因积压和 worker 告警。`,
  flapping: '反复触发又恢复：只更新这条消息，消息列不再回复。',
  unread: (since, why) =>
    rich`${since === undefined ? '目前' : rich`自 ${since} 起`}无法测量：${unreadableWords(why, 'zh-CN')}。这里显示的是最后一次看到的情况。`,
  accept: (words) => rich`这些失败是已知的旧失败吗？操作员可以用 ${code(words)} 接受它们，之后不再计入。`,
  reason: '原因',
  done: '处理经过',
  didAck: (by, at) => rich`${at} ${person(by)} 确认了告警`,
  didAccept: (by, at) => rich`${at} ${person(by)} 将此前的失败接受为已知`,
  didSilence: (by, at) => rich`${at} ${person(by)} 静默了告警`,
  didOperation: (by, at, verb, request, outcome) =>
    rich`${at} ${person(by)} ${code(verb)}${request === undefined ? '' : ` #${request}`}${outcome === undefined ? '' : `：${outcomes[outcome] ?? outcome}`}`,
  nobody: '没有人通过 Queuekeeper 处理过。',
  more: (count) => `…… 另有 ${digits(count)} 条`,

  buttons: {
    ...{ ack: '确认', silence: '静默', diagnose: '诊断', restart: '重启…', retryAll: '全部重试…' },
  },
  environment: (app, environment, rule) => rich`${code(environment)} · ${app} · 规则 ${code(rule)}`,
  everything: (number) => rich`全部经过：${code(`/queue audit #${number}`)}`,

  gathered: (open, all, critical) => {
    if (open === 0) return `同时发生的 ${digits(all)} 个告警：均已恢复`;
    const bad = critical === 0 ? '' : critical < open ? `，其中 ${digits(critical)} 个严重` : '，均为严重';
    if (open === all) return `同时发生 ${digits(all)} 个告警${bad}`;
    return `同时发生的 ${digits(all)} 个告警：${digits(open)} 个未恢复${open === 1 && critical === 1 ? '，为严重' : bad}`;
  },
  gatheredMeans: '每个告警在本消息列中各有一条回复，按钮和经过都在那里。',
  calls: en.calls,
  gatheredItem: en.gatheredItem,
  resolvedItem: (number, what) => rich`${bold(`#${number}`)} 已恢复，最严重时：${what}`,
};

export const incidentText: Record<Locale, typeof en> = { en, 'zh-CN': zh };
