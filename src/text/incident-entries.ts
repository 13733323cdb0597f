import type { Locale } from '../core/people.ts';
import { bold, code, type Rich, rich, type Span } from '../core/rich.ts';
import { number as digits, duration } from './format.ts';
import { mention } from './incidents.ts';

const beforeAfter = (before: string | undefined, after: string | undefined): string =>
  before === undefined ? (after ?? '') : `${before} → ${after ?? '?'}`;

const numberedEn = (request: number | undefined): Rich =>
  request === undefined ? '' : rich` (${bold(`#${request}`)})`;
const numberedZh = (request: number | undefined): Rich =>
  request === undefined ? '' : rich`（${bold(`#${request}`)}）`;

const outcomesEn: Readonly<Record<string, string>> = {
  not_started: 'could not begin, nothing was done',
  unknown: 'outcome not known',
};
const outcomesZh: Readonly<Record<string, string>> = {
  ...{
    succeeded: '成功',
    partial: '部分成功',
    failed: '失败',
    not_started: '未能开始，没有执行任何操作',
    unknown: '结果未知',
  },
};

/** Whatever is undefined is not said. Values come as words, in the unit of the incident. */
const en = {
  rose: (what: Rich): Rich => rich`Now critical: ${what}`,
  resolved: (seconds: number, what: Rich): Rich =>
    rich`Resolved after ${duration(seconds, 'en')}. At worst: ${what}`,
  acknowledged: (by: Span, request: number | undefined): Rich =>
    rich`${by} has acknowledged it and is looking${numberedEn(request)}.`,
  lapsed: {
    rose: (_values: string): string => 'The acknowledgement has lapsed: it is critical now.',
    doubled: (values: string): string =>
      `The acknowledgement has lapsed: the value has at least doubled since${values === '' ? '' : ` (${values})`}.`,
  },
  reminder: (seconds: number | undefined, value: string | undefined): string =>
    `Acknowledged${seconds === undefined ? '' : ` ${duration(seconds, 'en')} ago`} and not over yet${value === undefined ? '' : `: ${value} now`}.`,
  repeated: (what: Rich): Rich => rich`Still so, and nobody has acknowledged it: ${what}`,
  escalated: (id: string, seconds: number | undefined, what: Rich): Rich =>
    seconds === undefined || seconds === 0
      ? rich`${mention(id)} ${what}`
      : rich`${mention(id)} nobody has taken this for ${duration(seconds, 'en')}: ${what}`,
  called: (id: string, number: number, severity: string): Rich =>
    rich`${mention(id)} ${bold(`#${number}`)} (${severity}) waits for somebody to take it.`,
  pages: 'Whoever is on call is paged.',
  pagesAfter: (seconds: number, what: Rich): Rich =>
    rich`Nobody has taken this for ${duration(seconds, 'en')}, so whoever is on call is paged: ${what}`,
  escalatedToNobody: 'The next step of the escalation is reached.',
  paged: (target: string | undefined): string => `Paged${target === undefined ? '' : ` through ${target}`}.`,
  pageTold: (target: string | undefined, event: 'acknowledge' | 'resolve'): string =>
    `${target ?? 'The pager'} was told: ${event === 'acknowledge' ? 'acknowledged' : 'resolved'}.`,
  pageFailed: (target: string | undefined, why: string | undefined): string =>
    `A page${target === undefined ? '' : ` through ${target}`} did not get through${why === undefined ? '' : ` (${why})`}. It is tried again.`,
  silenced: (by: Span, until: Span | undefined, request: number | undefined): Rich =>
    until === undefined
      ? rich`${by} has silenced it${numberedEn(request)}.`
      : rich`${by} has silenced it until ${until}${numberedEn(request)}.`,
  accepted: (by: Span, upTo: number | undefined, request: number | undefined): Rich =>
    rich`${by} has accepted the failures ${upTo === undefined ? 'until now' : `up to number ${String(upTo)}`} as known${numberedEn(request)}: they no longer count.`,
  silenceEnded: (firing: Rich | undefined, request: number | undefined): Rich =>
    firing === undefined
      ? rich`The silence${numberedEn(request)} is over.`
      : rich`The silence${numberedEn(request)} is over, and it is still so: ${firing}`,
  silenceOver: (rule: string, queue: string | undefined, request: number | undefined): Rich =>
    rich`The silence${numberedEn(request)} of ${code(rule)}${queue === undefined ? '' : rich` of ${code(queue)}`} is over; no incident is open there.`,
  burst: (fresh: number | undefined, top: Rich | undefined): Rich =>
    rich`${fresh === undefined ? 'More' : `+${digits(fresh)}`} new failures${top === undefined ? '' : rich`, most: ${top}`}`,
  fresh: (top: Rich, many: number | undefined): Rich =>
    rich`A failure that this incident has not seen yet: ${top}${many === undefined || many < 2 ? '' : ` ×${digits(many)}`}`,
  kind: (jobClass: string, exception: string | undefined, queue: string | undefined): Rich =>
    rich`${code(jobClass)}${exception === undefined ? '' : rich`, ${code(exception)}`}${queue === undefined ? '' : rich` in ${code(queue)}`}`,
  unnamed: 'a class that could not be read',
  began: (by: Span, verb: string, request: number | undefined, value: string | undefined): Rich =>
    rich`${by} started ${code(verb)}${request === undefined ? '' : rich` ${bold(`#${request}`)}`}${value === undefined ? '' : ` at ${value}`}.`,
  ended: (verb: string, request: number | undefined, outcome: string | undefined, values: string): Rich =>
    rich`${code(verb)}${request === undefined ? '' : rich` ${bold(`#${request}`)}`}: ${outcome === undefined ? 'ended' : (outcomesEn[outcome] ?? outcome)}${values === '' ? '' : ` (${values})`}`,
  heldBack: (verb: string | undefined, request: number | undefined, seconds = 300): Rich =>
    rich`While ${verb === undefined ? 'our own operation' : code(verb)}${request === undefined ? '' : rich` ${bold(`#${request}`)}`} runs (for 24 h at most)${seconds === 0 ? '' : `, and for ${duration(seconds, 'en')} after it`}, nothing fires here by what waits or who works.`,
  flapping: (changes: number | undefined): string =>
    `It fires and is over again and again${changes === undefined ? '' : ` (${digits(changes)} changes in an hour)`}: only the message above is edited from here on.`,
  steady: 'It has become steady: changes are told here again.',
  unwatched: (
    stretch: { readonly from: Span; readonly until: Span } | undefined,
    found: 'over' | 'firing' | 'unknown',
    what: Rich,
  ): Rich =>
    rich`Not watched ${stretch === undefined ? 'for a while' : rich`from ${stretch.from} to ${stretch.until}`}: Queuekeeper was off or could not reach its store. ${
      {
        over: rich`When it looked again it was over; when that came about nobody saw.`,
        firing: rich`When it looked again it was still so; what it did meanwhile nobody saw. Now: ${what}`,
        unknown: rich`How it stands can not be read yet.`,
      }[found]
    }`,
  digest: (until: Span): Rich => rich`The quiet window ended ${until}`,
  digestNothing: 'Nothing was held back.',
  digestFiring: 'Still firing',
  digestPassed: 'Came and went meanwhile',
  passed: (
    number: number,
    rule: string,
    queue: string | undefined,
    worst: string | undefined,
    from: Span,
    seconds: number,
  ): Rich =>
    rich`${bold(`#${number}`)} ${code(rule)}${queue === undefined ? '' : rich` of ${code(queue)}`}: ${worst === undefined ? '' : `${worst} at worst; `}from ${from}, for ${duration(seconds, 'en')}`,
  beforeAfter,
};

const zh: typeof en = {
  rose: (what) => rich`升级为严重：${what}`,
  resolved: (seconds, what) => rich`已恢复，历时 ${duration(seconds, 'zh-CN')}。最严重时：${what}`,
  acknowledged: (by, request) => rich`${by} 已确认，正在处理${numberedZh(request)}。`,
  lapsed: {
    rose: () => '确认已失效：告警已升级为严重。',
    doubled: (values) => `确认已失效：数值已达到确认时的两倍或更多${values === '' ? '' : `（${values}）`}。`,
  },
  reminder: (seconds, value) =>
    `${seconds === undefined ? '已确认' : `${duration(seconds, 'zh-CN')}前已确认`}，但仍未恢复${value === undefined ? '' : `，当前 ${value}`}。`,
  repeated: (what) => rich`仍未恢复，也无人确认：${what}`,
  escalated: (id, seconds, what) =>
    seconds === undefined || seconds === 0
      ? rich`${mention(id)} ${what}`
      : rich`${mention(id)} 已有 ${duration(seconds, 'zh-CN')}无人处理：${what}`,
  called: (id, number, severity) => rich`${mention(id)} ${bold(`#${number}`)}（${severity}）等待认领。`,
  pages: '正在呼叫值班人员。',
  pagesAfter: (seconds, what) => rich`已有 ${duration(seconds, 'zh-CN')}无人处理，正在呼叫值班人员：${what}`,
  escalatedToNobody: '已到升级链的下一级。',
  paged: (target) => `已呼叫${target === undefined ? '' : `（${target}）`}。`,
  pageTold: (target, event) =>
    `已通知 ${target ?? '呼叫系统'}：${event === 'acknowledge' ? '已确认' : '已恢复'}。`,
  pageFailed: (target, why) =>
    `呼叫未送达${target === undefined ? '' : `（${target}）`}${why === undefined ? '' : `：${why}`}。会再次尝试。`,
  silenced: (by, until, request) =>
    until === undefined
      ? rich`${by} 已静默此告警${numberedZh(request)}。`
      : rich`${by} 已静默此告警，直到 ${until}${numberedZh(request)}。`,
  accepted: (by, upTo, request) =>
    rich`${by} 已将${upTo === undefined ? '此前' : `编号 ${String(upTo)} 及之前`}的失败接受为已知${numberedZh(request)}，不再计入。`,
  silenceEnded: (firing, request) =>
    firing === undefined
      ? rich`静默${numberedZh(request)}已结束。`
      : rich`静默${numberedZh(request)}已结束，但仍未恢复：${firing}`,
  silenceOver: (rule, queue, request) =>
    rich`${code(rule)}${queue === undefined ? '' : rich`（${code(queue)}）`}的静默${numberedZh(request)}已结束，目前没有未恢复的告警。`,
  burst: (fresh, top) =>
    rich`${fresh === undefined ? '有新的失败' : `新增 ${digits(fresh)} 个失败`}${top === undefined ? '' : rich`，最多的是 ${top}`}`,
  fresh: (top, many) =>
    rich`出现了此告警中未见过的失败：${top}${many === undefined || many < 2 ? '' : ` ×${digits(many)}`}`,
  kind: (jobClass, exception, queue) =>
    rich`${code(jobClass)}${exception === undefined ? '' : rich`，${code(exception)}`}${queue === undefined ? '' : rich`，队列 ${code(queue)}`}`,
  unnamed: '类名无法读取',
  began: (by, verb, request, value) =>
    rich`${by} 开始执行 ${code(verb)}${request === undefined ? '' : rich` ${bold(`#${request}`)}`}${value === undefined ? '' : `，当时 ${value}`}。`,
  ended: (verb, request, outcome, values) =>
    rich`${code(verb)}${request === undefined ? '' : rich` ${bold(`#${request}`)}`}：${outcome === undefined ? '已结束' : (outcomesZh[outcome] ?? outcome)}${values === '' ? '' : `（${values}）`}`,
  heldBack: (verb, request, seconds = 300) =>
    rich`${verb === undefined ? '自身操作' : code(verb)}${request === undefined ? '' : rich` ${bold(`#${request}`)}`} 执行期间（至多 24 小时）${seconds === 0 ? '' : `及之后 ${duration(seconds, 'zh-CN')}内`}，这里不因积压和 worker 告警。`,
  flapping: (changes) =>
    `反复触发又恢复${changes === undefined ? '' : `（一小时内 ${digits(changes)} 次变化）`}：此后只更新上方的消息。`,
  steady: '状态已稳定：变化会重新在这里说明。',
  unwatched: (stretch, found, what) =>
    rich`${stretch === undefined ? '有一段时间' : rich`${stretch.from} 至 ${stretch.until} 期间`}无人监控：Queuekeeper 未运行，或无法访问其存储。${
      {
        over: rich`恢复监控时告警已解除，具体何时解除无从得知。`,
        firing: rich`恢复监控时仍未恢复，期间的变化无从得知。当前：${what}`,
        unknown: rich`目前的状况还读不到。`,
      }[found]
    }`,
  digest: (until) => rich`静默时段已于 ${until} 结束`,
  digestNothing: '期间没有被暂缓的告警。',
  digestFiring: '仍未恢复',
  digestPassed: '期间出现并已恢复',
  passed: (number, rule, queue, worst, from, seconds) =>
    rich`${bold(`#${number}`)} ${code(rule)}${queue === undefined ? '' : rich`（${code(queue)}）`}：${worst === undefined ? '' : `最严重时 ${worst}；`}始于 ${from}，持续 ${duration(seconds, 'zh-CN')}`,
  beforeAfter,
};

export const entryText: Record<Locale, typeof en> = { en, 'zh-CN': zh };
