import type { AlertRule, RuleKind } from '../core/alert-description.ts';
import type { Incident, Silence } from '../core/incident.ts';
import type { Locale } from '../core/people.ts';
import { bold, code, person, type Rich, rich, type Span } from '../core/rich.ts';
import { duration, number, plural } from './format.ts';
import { unreadableWords } from './unreadable.ts';

/** How a rule stands, for one queue or for the whole application. */
export type Standing = 'ok' | 'pending' | 'warning' | 'critical' | 'unreadable' | 'held-back' | 'unseen';

const numbered = (request: number | undefined): Rich =>
  request === undefined ? '' : rich`${bold(`#${request}`)} `;

const en = {
  heading: (app: string, open: number, blind: number, held: number): string =>
    [
      open === 0
        ? `No open incident in ${app}`
        : `${open} open ${open === 1 ? 'incident' : 'incidents'} in ${app}`,
      ...(blind === 0 ? [] : [`${blind} ${blind === 1 ? 'rule' : 'rules'} can't be evaluated`]),
      ...(held === 0 ? [] : [`${held} ${held === 1 ? 'rule is' : 'rules are'} held back`]),
    ].join('; '),
  stale: (app: string): string => `Nobody knows how ${app} stands: its alert rules are not being evaluated`,
  noRules: (app: string): string => `No alert rules are configured for ${app}`,
  noRulesAdvice: rich`Nothing is evaluated until ${code('alerts.rules')} has some.` as Rich,
  columns: ['Rule', 'Queue', 'State', 'Value', 'Threshold', 'For'] as readonly string[],
  states: {
    ok: 'ok',
    pending: 'pending',
    warning: 'warning',
    critical: 'critical',
    unreadable: "can't be evaluated",
    'held-back': 'held back',
    unseen: 'not evaluated yet',
  } as Readonly<Record<Standing, string>>,
  open: bold('Open incidents'),
  incident: ({ number: its, rule, queue, severity }: Incident, value: string, since: Span): Rich =>
    rich`${bold(`#${its}`)} ${code(rule)}${queue === undefined ? '' : rich` of ${code(queue)}`}: ${severity}${value === '' ? '' : `, ${value}`}, since ${since}`,
  by: (userId: string, since: Span, request: number | undefined): Rich =>
    rich`; acknowledged by ${person(userId)}, ${since}${request === undefined ? '' : ` (#${request})`}`,
  nobody: '; nobody has acknowledged it',
  queues: (count: number): string => `${number(count)} queues`,
  flapping: '; flapping',
  silenced: '; silenced',
  silences: bold('Silences'),
  silence: ({ rule, queue, by, reason, critical, request }: Silence, until: Span): Rich =>
    rich`${numbered(request)}${code(rule)}${queue === undefined ? '' : rich` of ${code(queue)}`} until ${until} by ${person(by.userId)}: ${reason}${critical ? '' : ' (not what is critical)'}`,
  buttons: { ack: 'Acknowledge', silence: 'Silence', diagnose: 'Diagnose' },
  evaluated: (at: Span): Rich => rich`Evaluated last: ${at}`,
  unreadable:
    "What can't be evaluated changes no state: it neither fires nor is resolved. Its value is the last one that could be read.",
  blind: (rules: number, why: string | undefined): string =>
    `${plural(rules, 'rule')}${why === undefined ? '' : ` (${unreadableWords(why, 'en')})`}`,
  heldBack: (by: string): string => `held back by ${by}`,
  /** `after`: for so many seconds after the operation's end, `alerts.hold_after`. */
  held: (after: number): string =>
    `What is held back would hold, were it not for an operation of ours: for as long as that runs, 24 h at most${after === 0 ? '' : `, and ${duration(after, 'en')} after`}.`,
  ageless: (queues: readonly string[]): string =>
    `max_oldest of ${queues.join(', ')} can't be measured, because jobs in Redis say when they were made only from Laravel 12.11 on. The other levels are judged.`,
  environment: (app: string, environment: string) => `${app}, ${environment}`,
  more: (count: number) => `${number(count)} more`,
};

const zh: typeof en = {
  heading: (app, open, blind, held) =>
    [
      open === 0 ? `${app} 没有未恢复的告警` : `${app} 有 ${open} 个未恢复的告警`,
      ...(blind === 0 ? [] : [`${blind} 条规则无法评估`]),
      ...(held === 0 ? [] : [`${held} 条规则被暂缓`]),
    ].join('；'),
  stale: (app) => `${app} 的状况未知：告警规则没有在评估`,
  noRules: (app) => `${app} 没有配置告警规则`,
  noRulesAdvice: rich`在 ${code('alerts.rules')} 中写入规则之前，不会评估任何内容。`,
  columns: ['规则', '队列', '状态', '数值', '阈值', '持续'],
  states: {
    ok: '正常',
    pending: '待定',
    warning: '警告',
    critical: '严重',
    unreadable: '无法评估',
    'held-back': '暂缓',
    unseen: '尚未评估',
  },
  open: bold('未恢复的告警'),
  incident: ({ number: its, rule, queue, severity }, value, since) =>
    rich`${bold(`#${its}`)} ${code(rule)}${queue === undefined ? '' : rich`（${code(queue)}）`}：${severity === 'critical' ? '严重' : '警告'}${value === '' ? '' : `，${value}`}，始于 ${since}`,
  by: (userId, since, request) =>
    rich`；已由 ${person(userId)} 确认（${since}${request === undefined ? '' : `，#${request}`}）`,
  nobody: '；尚未确认',
  queues: (count) => `${number(count)} 个队列`,
  flapping: '；反复波动',
  silenced: '；已静默',
  silences: bold('静默'),
  silence: ({ rule, queue, by, reason, critical, request }, until) =>
    rich`${numbered(request)}${code(rule)}${queue === undefined ? '' : rich`（${code(queue)}）`}静默至 ${until}，${person(by.userId)}：${reason}${critical ? '' : '（不含严重级别）'}`,
  buttons: { ack: '确认', silence: '静默', diagnose: '诊断' },
  evaluated: (at) => rich`最近一次评估：${at}`,
  unreadable: '无法评估的规则状态不变：既不会触发，也不会恢复；其数值是最后一次读到的。',
  blind: (rules, why) =>
    `${number(rules)} 条规则${why === undefined ? '' : `（${unreadableWords(why, 'zh-CN')}）`}`,
  heldBack: (by) => `因 ${by} 暂缓`,
  held: (after) =>
    `被暂缓的规则条件已满足，但由自身操作引起：操作执行期间（至多 24 小时）${after === 0 ? '' : `及之后 ${duration(after, 'zh-CN')}内`}不告警。`,
  ageless: (queues) =>
    `${queues.join('、')} 的 max_oldest 无法测量：Laravel 12.11 起，Redis 中的任务才记录创建时间。其余指标照常判断。`,
  environment: (app, environment) => `${app}，${environment}`,
  more: (count) => `另有 ${number(count)} 个`,
};

export const alertsListText: Record<Locale, typeof en> = { en, 'zh-CN': zh };

const shares = new Set<RuleKind>(['stale_share', 'utilization']);

/** A rule's value as people read it: a share in percent, a count as it is. */
export function alertValue(watch: RuleKind | undefined, value: number | undefined, locale: Locale): string {
  if (value === undefined) return '';
  if (watch === 'workers') return locale === 'en' ? `${number(value)} alive` : `${number(value)} 个存活`;
  if (watch !== undefined && shares.has(watch))
    return Number.isFinite(value) ? `${number(Math.round(value * 1_000) / 10)} %` : '> 100 %';
  return number(Math.round(value * 10) / 10);
}

/** What a rule does not allow, in short: `> 100`, `≥ 10 %`, `0 alive`. */
export function alertThreshold(rule: AlertRule, locale: Locale): string {
  const isEnglish = locale === 'en';
  switch (rule.watch) {
    case 'failed_jobs':
      return `> ${number(rule.above)}`;
    case 'backlog': {
      const window = duration(rule.noDeclineForSeconds, locale);
      return `> ${number(rule.above)}${isEnglish ? `, no decline for ${window}` : `，${window}内未下降`}`;
    }
    case 'stale_share':
      return `≥ ${alertValue(rule.watch, rule.shareAbove, locale)}`;
    case 'surge':
      return isEnglish ? `≥ ${rule.ratio} × usual` : `≥ 平时的 ${rule.ratio} 倍`;
    case 'workers':
      return isEnglish ? '0 alive, work due' : '有任务而存活 0 个';
    case 'utilization':
      return `> ${alertValue(rule.watch, rule.warnAbove, locale)}`;
  }
}

/** How long, between two instants of one clock. */
export const between = (from: Date, to: Date, locale: Locale): string =>
  duration((to.getTime() - from.getTime()) / 1_000, locale);
