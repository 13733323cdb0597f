import { shortClass } from '../core/app-description.ts';
import type { Locale } from '../core/people.ts';
import { code, joinRich, type Rich, rich } from '../core/rich.ts';
import type { StepDescription } from '../core/runbook-description.ts';
import type { BacklogFacts, FailuresFacts, LogFacts, RowsFacts, WorkersFacts } from '../runbook/facts.ts';
import type { Mark, StepResult } from '../runbook/step-result.ts';
import { duration, number, plural } from './format.ts';
import { partsText } from './parts.ts';

/** What one and the same missing part left unseen; step 0 is the application's own state. */
export interface UnseenSteps {
  readonly steps: readonly { readonly number: number; readonly title: string }[];
  /** Empty: nobody knows why. */
  readonly missing: string;
}

const fewSteps = 2;

/** Few steps by their titles, many by the numbers that they have in the list below. */
function unseenGroups(
  groups: readonly UnseenSteps[],
  locale: Locale,
  say: (numbers: readonly number[]) => string,
): string {
  const { comma, semicolon, bracketed } = diagnoseText[locale];
  return groups
    .map(({ steps, missing }) => {
      const named = steps.filter(({ number: step }) => step === 0 || steps.length <= fewSteps);
      const numbers = steps.filter((step) => !named.includes(step)).map(({ number: step }) => step);
      const titles = named.map(({ title }) => title);
      const what = [...titles, ...(numbers.length === 0 ? [] : [say(numbers)])].join(comma);
      return missing === '' ? what : `${what}${bracketed(missing)}`;
    })
    .join(semicolon);
}

const en = {
  looking: (queue: string, done: number, all: number) =>
    done === 0 ? `${queue}: looking at ${plural(all, 'thing')}` : `${queue}: looked at ${done} of ${all}`,
  stillLooking: 'looking…',
  started: (at: Rich) => rich`Began ${at}. What is not here ten seconds later is not coming: then ask again.`,
  ended: (at: Rich, seconds: number, where: string) =>
    rich`Looked at ${at}, in ${seconds < 10 ? `${seconds.toFixed(1)} s` : duration(seconds, 'en')}. ${where}`,
  besides: (cause: string, next: string) => `Besides, ${cause}. ${next}`,
  aside: (cause: string, next: string) => `Worth knowing: ${cause}. ${next}`,
  unseen: (groups: readonly UnseenSteps[]) =>
    `Not looked at, so not excluded: ${unseenGroups(groups, 'en', (numbers) => `steps ${numbers.join(', ')}`)}.`,
  colon: ': ',
  comma: ', ',
  semicolon: '; ',
  bracketed: (words: string) => ` (${words})`,
  runbook: (title: string) => `Runbook: ${title}`,
  byRunbook: "By the runbook's own rule.",
  noRunbook: (queue: string) =>
    `No runbook is configured for ${queue}: these are the steps that every queue gets.`,
  alone: (step: number, all: number) => `Step ${step} of ${all}`,
  titles: {
    condition: 'The application',
    workers: (group: string) => `Workers of ${group}`,
    backlog: (queue: string) => `Backlog of ${queue}`,
    failures: (jobs: readonly string[], within: string) =>
      jobs.length === 0 ? `Failures in ${within}` : `Failures of ${jobs.join(', ')} in ${within}`,
    rows: (table: string) => `Rows of ${table}`,
    log: (match: string, within: string) => `Log, ${match} in ${within}`,
  },
  marks: {
    fine: 'fine',
    suspicious: 'suspicious',
    broken: 'broken',
    unseen: "couldn't look",
  } satisfies Record<Mark, string>,
  unlooked: 'could not be looked at',
  part: (part: string, why: string, detail: string | undefined) =>
    `${part} ${why}${detail === undefined ? '' : ` (${detail})`}`,
  inPart: (parts: string) => `not all was seen: ${parts}`,
  maintenance: (on: boolean | undefined): string =>
    on === undefined ? 'maintenance unknown' : on ? 'in maintenance mode' : 'up',
  paused: (on: boolean | undefined): string =>
    on === undefined ? 'pauses unknown' : on ? 'this queue is paused' : 'this queue is not paused',
  alive: (alive: number | undefined, expected: number | undefined) =>
    alive === undefined
      ? 'nobody knows how many are alive'
      : `${number(alive)}${expected === undefined ? '' : ` of ${number(expected)}`} alive`,
  up: (youngest: string, oldest: string) =>
    youngest === oldest ? `up ${oldest}` : `up ${youngest} to ${oldest}`,
  dying: (n: number) => `${number(n)} dying again and again`,
  stopped: (n: number) => `${number(n)} stopped`,
  exited: (n: number) => `${number(n)} exited`,
  starting: (n: number) => `${number(n)} starting or stopping`,
  missesQueue: 'none takes this queue',
  elsewhere: 'on another connection',
  oldCode: 'old code',
  due: (n: string, oldest: string | undefined) =>
    `${n} due${oldest === undefined ? '' : `, oldest ${oldest}`}`,
  reserved: (n: string) => `${n} running`,
  stuck: (n: string) => `${n} stuck`,
  delayed: (n: string) => `${n} later`,
  standing: 'nothing moves',
  noFailures: 'none',
  failures: (n: string, exceptions: number) =>
    exceptions === 1 ? `${n}, all one exception` : `${n} of ${exceptions} exceptions`,
  top: (exception: string, count: string, last: string) => `${count} × ${exception}, last ${last} ago`,
  earlier: (n: string) => `${n} from before`,
  rows: (n: string) => `${n}`,
  noRows: 'none',
  oldest: (age: string) => `oldest ${age}`,
  changed: (age: string) => `last change ${age} ago`,
  lines: (n: string) => (n === '1' ? '1 line' : `${n} lines`),
  noLines: 'none',
  lookedBack: (age: string) => `looked back ${age} only`,
  last: (age: string) => `the last ${age} ago`,
  details: {
    process: 'Process',
    host: 'Host',
    state: 'State',
    up: 'Up for',
    none: 'nothing',
    next: 'Next in line:',
    held: 'Held by workers:',
    due: (age: string) => `due ${age} ago`,
    dueIn: (age: string) => `due in ${age}`,
    heldFor: (age: string, overdue: boolean) => `held for ${age}${overdue ? ', past retry_after' : ''}`,
    count: 'Count',
    first: 'First',
    last: 'Last',
    job: 'Job',
    exception: 'Exception',
    oldest: 'Oldest',
    newest: 'Newest',
    changed: 'Changed',
    newestRows: 'The newest:',
    perMinute: 'A minute:',
    newestLines: 'The newest lines:',
    ago: (age: string) => `${age} ago`,
  },
  buttons: {
    restart: 'Restart',
    step: 'Look at the rows',
    resume: 'Resume',
    workers: 'Workers',
    running: 'Running',
    failed: 'Failed',
    show: 'Show',
    'retry-all': 'Retry all…',
    status: 'Status',
    diagnose: 'Diagnose',
  },
  again: 'Look again',
  step: (step: number) => `Step ${step}`,
};

const zh: typeof en = {
  looking: (queue, done, all) =>
    done === 0 ? `${queue}：正在查看 ${all} 项` : `${queue}：已查看 ${done}/${all} 项`,
  stillLooking: '正在查看…',
  started: (at) => rich`开始于 ${at}。十秒之后仍未出现的结果不会再来，请重新诊断。`,
  ended: (at, seconds, where) =>
    rich`查看于 ${at}，用时 ${seconds < 10 ? `${seconds.toFixed(1)} 秒` : duration(seconds, 'zh-CN')}。${where}`,
  besides: (cause, next) => `另外，${cause}。${next}`,
  aside: (cause, next) => `值得注意：${cause}。${next}`,
  unseen: (groups) =>
    `未能查看，因此不能排除：${unseenGroups(groups, 'zh-CN', (numbers) => `第 ${numbers.join('、')} 步`)}。`,
  colon: '：',
  comma: '，',
  semicolon: '；',
  bracketed: (words) => `（${words}）`,
  runbook: (title) => `排查手册：${title}`,
  byRunbook: '依据排查手册自己的规则。',
  noRunbook: (queue) => `没有为 ${queue} 配置排查手册，以下是每个队列都有的步骤。`,
  alone: (step, all) => `第 ${step} 步（共 ${all} 步）`,
  titles: {
    condition: '应用',
    workers: (group) => `${group} 的 worker`,
    backlog: (queue) => `${queue} 的积压`,
    failures: (jobs, within) =>
      jobs.length === 0 ? `最近 ${within}的失败` : `最近 ${within} ${jobs.join('、')} 的失败`,
    rows: (table) => `${table} 的行`,
    log: (match, within) => `最近 ${within}日志中的 ${match}`,
  },
  marks: { fine: '正常', suspicious: '可疑', broken: '异常', unseen: '未能查看' },
  unlooked: '未能查看',
  part: (part, why, detail) =>
    `${partsText['zh-CN'].says(part, why)}${detail === undefined ? '' : `（${detail}）`}`,
  inPart: (parts) => `未看全：${parts}`,
  maintenance: (on) => (on === undefined ? '是否在维护模式未知' : on ? '处于维护模式' : '正常运行'),
  paused: (on) => (on === undefined ? '是否暂停未知' : on ? '此队列已暂停' : '此队列未暂停'),
  alive: (alive, expected) =>
    alive === undefined
      ? '存活数未知'
      : `存活 ${number(alive)}${expected === undefined ? '' : `/${number(expected)}`}`,
  up: (youngest, oldest) => (youngest === oldest ? `已运行 ${oldest}` : `已运行 ${youngest} 至 ${oldest}`),
  dying: (n) => `${number(n)} 个反复退出`,
  stopped: (n) => `${number(n)} 个已停止`,
  exited: (n) => `${number(n)} 个已退出`,
  starting: (n) => `${number(n)} 个正在启动或停止`,
  missesQueue: '没有一个处理此队列',
  elsewhere: '监听的是别的连接',
  oldCode: '旧代码',
  due: (n, oldest) => `${n} 个等待${oldest === undefined ? '' : `，最久 ${oldest}`}`,
  reserved: (n) => `${n} 个执行中`,
  stuck: (n) => `${n} 个卡住`,
  delayed: (n) => `${n} 个延迟`,
  standing: '没有动静',
  noFailures: '没有',
  failures: (n, exceptions) =>
    exceptions === 1 ? `${n} 个，同一个异常` : `${n} 个，分属 ${exceptions} 种异常`,
  top: (exception, count, last) => `${count} × ${exception}，最近一次在 ${last}前`,
  earlier: (n) => `更早的 ${n} 个`,
  rows: (n) => `${n} 行`,
  noRows: '没有',
  oldest: (age) => `最久 ${age}`,
  changed: (age) => `最近变更在 ${age}前`,
  lines: (n) => `${n} 行`,
  noLines: '没有',
  lookedBack: (age) => `只查到 ${age}前为止`,
  last: (age) => `最近一次在 ${age}前`,
  details: {
    process: '进程',
    host: '主机',
    state: '状态',
    up: '已运行',
    none: '没有',
    next: '接下来：',
    held: 'worker 占用中：',
    due: (age) => `已到期 ${age}`,
    dueIn: (age) => `${age}后到期`,
    heldFor: (age, overdue) => `已占用 ${age}${overdue ? '，超过 retry_after' : ''}`,
    count: '数量',
    first: '首次',
    last: '最近',
    job: '任务',
    exception: '异常',
    oldest: '最久',
    newest: '最新',
    changed: '变更',
    newestRows: '最新的几行：',
    perMinute: '每分钟：',
    newestLines: '最新的几条：',
    ago: (age) => `${age}前`,
  },
  buttons: {
    restart: '重启',
    step: '查看这些行',
    resume: '恢复',
    workers: 'Worker',
    running: '执行中',
    failed: '失败任务',
    show: '查看',
    'retry-all': '全部重试…',
    status: '状态',
    diagnose: '诊断',
  },
  again: '重新查看',
  step: (step) => `第 ${step} 步`,
};

export const diagnoseText: Record<Locale, typeof en> = { en, 'zh-CN': zh };

/** Told apart by colour and by shape; the words stand in the line. */
export const markSigns: Readonly<Record<Mark | 'looking', string>> = {
  fine: '✅',
  suspicious: '🟡',
  broken: '🔴',
  unseen: '❔',
  looking: '⏳',
};

/** `Workers of fap-queue-reports`, or as the runbook calls it. */
export function stepTitle(step: StepDescription | undefined, locale: Locale): string {
  const t = diagnoseText[locale].titles;
  if (step === undefined) return t.condition;
  const given = step.title?.[locale] ?? step.title?.en;
  if (given !== undefined) return given;
  switch (step.kind) {
    case 'workers':
      return t.workers(step.group);
    case 'backlog':
      return t.backlog(step.queue);
    case 'failures':
      return t.failures(step.jobs.map(shortClass), duration(step.withinSeconds, locale));
    case 'rows':
      return t.rows(step.rows.table);
    case 'log':
      return t.log(step.log.match, duration(step.log.withinSeconds, locale));
  }
}

/** What was found, in one line; of what could not be looked at, which part is missing. */
export function foundLine(result: StepResult, locale: Locale): Rich {
  const t = diagnoseText[locale];
  const missing = missingLine(result, locale);
  const found = findLine(result, locale);
  if (found === undefined) return missing === '' ? t.unlooked : `${t.unlooked}${t.colon}${missing}`;
  if (result.mark !== 'unseen')
    return missing === '' ? found : rich`${found}${t.semicolon}${t.inPart(missing)}`;
  return missing === ''
    ? rich`${found}${t.semicolon}${t.unlooked}`
    : rich`${found}${t.semicolon}${t.inPart(missing)}`;
}

/** `host api-1 can not be reached`; `brief`: without what its error said. */
export function missingLine({ missing }: Pick<StepResult, 'missing'>, locale: Locale, brief = false): string {
  const t = partsText[locale];
  const said = missing.map((one) =>
    diagnoseText[locale].part(t.part(one), t.why(one.why), brief ? undefined : one.detail),
  );
  return [...new Set(said)].join(diagnoseText[locale].comma);
}

function findLine(result: StepResult, locale: Locale): Rich | undefined {
  const t = diagnoseText[locale];
  if (result.facts === undefined) return undefined;
  switch (result.kind) {
    case 'condition':
      return some(locale, t.maintenance(result.facts.maintenance), t.paused(result.facts.paused));
    case 'workers':
      return workersLine(result.facts, locale);
    case 'backlog':
      return isUnread(result.facts) ? undefined : backlogLine(result.facts, locale);
    case 'failures':
      return failuresLine(result.facts, locale);
    case 'rows':
      return rowsLine(result, result.facts, locale);
    case 'log':
      return logLine(result.facts, locale);
  }
}

const some = (locale: Locale, ...said: readonly (string | false | undefined)[]): string =>
  said.filter((one) => one !== false && one !== undefined && one !== '').join(diagnoseText[locale].comma);

const age = (seconds: number | undefined, locale: Locale): string =>
  seconds === undefined ? '?' : duration(seconds, locale);

const n = (value: number | undefined): string => (value === undefined ? '?' : number(value));

const atLeast = (value: number, isAtLeast: boolean): string => `${number(value)}${isAtLeast ? '+' : ''}`;

function workersLine(facts: WorkersFacts, locale: Locale): string {
  const t = diagnoseText[locale];
  const { alive, expected, youngestSeconds, oldestSeconds } = facts;
  return some(
    locale,
    t.alive(alive, expected),
    oldestSeconds !== undefined && t.up(age(youngestSeconds, locale), age(oldestSeconds, locale)),
    facts.dying > 0 && t.dying(facts.dying),
    facts.stopped > 0 && t.stopped(facts.stopped),
    facts.exited > 0 && t.exited(facts.exited),
    facts.starting > 0 && t.starting(facts.starting),
    facts.missesQueue && t.missesQueue,
    facts.elsewhere && t.elsewhere,
    facts.oldCode && t.oldCode,
  );
}

/** Nothing of it is known: what is missing says it all. */
const isUnread = ({ due, reserved, delayed }: BacklogFacts): boolean =>
  due === undefined && reserved === undefined && delayed === undefined;

function backlogLine(facts: BacklogFacts, locale: Locale): string {
  const t = diagnoseText[locale];
  const { due, oldestSeconds, standing, stuck = 0, delayed = 0, isAtLeast } = facts;
  const oldest = due === 0 || oldestSeconds === undefined ? undefined : age(oldestSeconds, locale);
  return some(
    locale,
    t.due(due === undefined ? '?' : atLeast(due, isAtLeast), oldest),
    t.reserved(n(facts.reserved)),
    stuck > 0 && t.stuck(atLeast(stuck, isAtLeast)),
    delayed > 0 && t.delayed(atLeast(delayed, isAtLeast)),
    standing === true && t.standing,
  );
}

function failuresLine(facts: FailuresFacts, locale: Locale): Rich {
  const t = diagnoseText[locale];
  const earlier = (facts.earlier ?? 0) > 0 ? t.earlier(n(facts.earlier)) : undefined;
  if (facts.recent === 0) return some(locale, t.noFailures, earlier);
  const exception = `${facts.topException}: ${facts.topMessage}`;
  const top = t.top(exception, n(facts.topCount), age(facts.topLastSeconds, locale));
  return joinRich(
    [
      ...(facts.exceptions === 1 && !facts.isAtLeast
        ? []
        : [t.failures(atLeast(facts.recent, facts.isAtLeast), facts.exceptions)]),
      top,
      ...(earlier ? [earlier] : []),
    ],
    t.semicolon,
  );
}

const groupsShown = 4;

function rowsLine(
  { found }: Extract<StepResult, { readonly kind: 'rows' }>,
  facts: RowsFacts,
  locale: Locale,
): Rich {
  const t = diagnoseText[locale];
  if (facts.total === 0 && !facts.isAtLeast) return t.noRows;
  const groups = (found?.groups ?? []).filter(({ values }) => values.length > 0).slice(0, groupsShown);
  const oldest = Math.max(-1, ...(found?.groups ?? []).map(({ oldestSeconds }) => oldestSeconds ?? -1));
  const ages = some(
    locale,
    oldest >= 0 && t.oldest(age(oldest, locale)),
    facts.updatedSeconds !== undefined && t.changed(age(facts.updatedSeconds, locale)),
  );
  return joinRich(
    [
      // One group is all of them.
      ...(groups.length === 1 ? [] : [t.rows(atLeast(facts.total, facts.isAtLeast))]),
      ...groups.map(
        ({ values, count }) =>
          rich`${count.kind === 'unknown' ? '?' : atLeast(count.value, count.kind === 'capped')} × ${code(values.map((value) => value ?? 'NULL').join(' / '))}`,
      ),
      ...(ages === '' ? [] : [ages]),
    ],
    t.comma,
  );
}

function logLine(facts: LogFacts, locale: Locale): string {
  const t = diagnoseText[locale];
  // Of what was looked at.
  const lines = facts.matches === 0 ? t.noLines : t.lines(atLeast(facts.matches, facts.isAtLeast));
  return some(
    locale,
    lines,
    facts.newestSeconds !== undefined && t.last(age(facts.newestSeconds, locale)),
    facts.backSeconds !== undefined && t.lookedBack(age(facts.backSeconds, locale)),
  );
}
