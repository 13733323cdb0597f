import type { Locale, Role } from '../core/people.ts';

/** What examples are made of: names that the application has. */
export interface ExampleNames {
  readonly queue: string;
  readonly jobClass: string;
  readonly rule: string;
}

/** What help says of a single verb, beside the line that the list has of it. */
const en = {
  who: 'Who',
  roles: {
    everybody: 'everybody: full, active members of the home workspace',
    operator: 'operators (people.operators)',
    approver: 'approvers (people.approvers)',
  } satisfies Record<Role, string>,
  orApprover: ', and approvers',
  effect: 'What it does to jobs',
  effects: {
    read: 'nothing: it only looks',
    record: 'nothing: it is recorded, with a number, and told where it concerns somebody',
    write: 'it changes something: one visible message with a request number, judged by the data',
    destructive:
      'it deletes: archived first, one visible message with a request number, and /queue restore brings it back',
    guarded: (others: number) =>
      `it changes many: ${others === 1 ? 'another person' : `${others} other persons`} must approve exactly what the request shows`,
  },
  arguments: 'What may stand behind it; what is in brackets may be left out:',
  noArguments: 'Nothing stands behind it.',
  examples: 'For example:',
  related: 'Related',
  all: 'All commands',
  /** By the words of the usage without brackets; `verb word` where it means something else there. */
  words: {
    QUEUE: 'a queue, such as reports or database:reports',
    ID: "a failed job's number or uuid",
    'ID…': 'numbers or uuids of failed jobs, at most 100',
    'audit ID': "a failed job's number or uuid, or #12 for a request or an incident",
    TEXT: 'at least three characters: an order number, a user number, a word of the error',
    RULE: 'the name of an alert rule, as /queue alerts lists them; in its thread it may be left out',
    DURATION: 'how long: 90s, 10m, 2h, 1d; then it resumes by itself',
    'silence DURATION': 'how long, at most 24h',
    'preapprove DURATION': 'how long it holds: 90s, 10m, 2h',
    REASON: 'why, in your own words; colleagues read it',
    '#N': 'the number of an incident, such as #12; in its thread it may be left out',
    'restore #N': 'the number of the request that removed them, such as #12',
    VERB: 'a command, such as retry or retry all',
    'queue=': 'of this queue only',
    'class=': 'of this job class only, with or without namespace',
    'error=': 'whose exception contains this; with spaces in quotes',
    'since=': 'what happened within so long: 2h, 1d',
    'trend since=': 'how far back, up to 30d',
    'older=': 'what failed longer ago than this, at least 2h',
    'first=': 'so many at first (a canary), then it waits for Continue',
    'pace=': 'at most so many of ours waiting in the queues at a time',
    'max=': 'at most so many jobs in all',
    'step=': 'this step of the runbook alone',
    'who=': "a person's mention or Slack user id",
    'verb=': 'a verb, with hyphens: retry-all',
  } as Readonly<Record<string, string>>,
};

const zh: typeof en = {
  who: '谁可以用',
  roles: {
    everybody: '所有人：本工作区的正式活跃成员',
    operator: '操作员（people.operators）',
    approver: '审批人（people.approvers）',
  },
  orApprover: '，以及审批人',
  effect: '对任务的影响',
  effects: {
    read: '没有影响，只是查看',
    record: '没有影响；会记录下来并带有编号，在相关的线程中告知',
    write: '会改动：发出一条所有人可见的消息，带有请求编号，结果以数据为准',
    destructive: '会删除：先归档，发出一条所有人可见的消息，带有请求编号，可用 /queue restore 恢复',
    guarded: (others) => `会改动大量任务：须由另外 ${others} 人批准，且只执行请求中列出的内容`,
  },
  arguments: '后面可以写的内容（方括号中的可省略）：',
  noArguments: '后面不需要写任何内容。',
  examples: '例如：',
  related: '相关命令',
  all: '全部命令',
  words: {
    QUEUE: '队列，写作 reports 或 database:reports',
    ID: '失败任务的编号或 uuid',
    'ID…': '一个或多个失败任务的编号或 uuid，最多 100 个',
    'audit ID': '失败任务的编号或 uuid，或以 #12 表示请求或告警',
    TEXT: '至少三个字符：订单号、用户号或错误信息中的词',
    RULE: '告警规则的名称，见 /queue alerts；在告警的线程中可省略',
    DURATION: '时长：90s、10m、2h、1d；到时自动恢复',
    'silence DURATION': '时长，最长 24h',
    'preapprove DURATION': '有效时长：90s、10m、2h',
    REASON: '原因，自己的话即可，同事会看到',
    '#N': '告警的编号，如 #12；在告警的线程中可省略',
    'restore #N': '移除这些任务的请求的编号，如 #12',
    VERB: '命令，如 retry 或 retry all',
    'queue=': '只限这个队列',
    'class=': '只限这个任务类，命名空间可写可不写',
    'error=': '异常信息包含这段文字；含空格时加引号',
    'since=': '最近多久之内：2h、1d',
    'trend since=': '往前多久，最长 30d',
    'older=': '失败时间早于多久之前，至少 2h',
    'first=': '先执行这么多个（小批试行），然后等待“继续”',
    'pace=': '同一时间最多有这么多个由我们入队的任务在等待',
    'max=': '总共最多这么多个任务',
    'step=': '只看排查手册的这一步',
    'who=': '@ 某人，或其 Slack 用户 ID',
    'verb=': '命令，用连字符：retry-all',
  },
};

export const helpVerbText: Record<Locale, typeof en> = { en, 'zh-CN': zh };

/** What could be typed after `/queue`, by verb; each is understood. Reasons are in the reader's language. */
export function examplesOf(
  verb: string,
  { queue, jobClass, rule }: ExampleNames,
  locale: Locale,
): readonly string[] {
  const because = (en: string, zh: string): string => (locale === 'en' ? en : zh);
  const examples: Readonly<Record<string, readonly string[]>> = {
    help: ['help', 'help retry all'],
    status: ['status', `status ${queue}`],
    running: ['running', `running ${queue}`],
    failed: [`failed ${queue}`, `failed class=${jobClass} since=2h error="deadlock found"`],
    show: ['show 4711'],
    find: ['find ORD-2026-1107'],
    workers: ['workers', `workers ${queue}`],
    diagnose: [`diagnose ${queue}`, `diagnose ${queue} step=1`],
    trend: [`trend ${queue}`, `trend ${queue} since=7d`],
    alerts: ['alerts'],
    approvals: ['approvals'],
    audit: ['audit', 'audit #12', 'audit 4711', 'audit verb=retry-all since=1d'],
    whoami: ['whoami'],
    retry: ['retry 4711', 'retry 4711 4712 4713'],
    'retry-all': [`retry all queue=${queue} since=2h`, `retry all class=${jobClass} first=10 pace=100`],
    forget: ['forget 4711'],
    flush: [`flush queue=${queue} older=7d`],
    restore: ['restore #12'],
    once: [`once ${queue}`],
    pause: [`pause ${queue} 30m ${because('database migration', '数据库迁移')}`, `pause ${queue}`],
    resume: [`resume ${queue}`],
    restart: [`restart ${queue}`],
    'restart-all': ['restart all'],
    ack: ['ack #12'],
    silence: [`silence ${rule} 2h ${because('known, fix is on its way', '已知问题，正在修复')}`],
    accept: [`accept queue=${queue} ${because('test data, never to be run', '测试数据，不再执行')}`],
    drill: [`drill ${queue}`],
    freeze: [`freeze ${because('payments are run twice', '支付被重复执行')}`],
    unfreeze: ['unfreeze'],
    preapprove: [`preapprove retry queue=${queue} max=50 8h ${because('night shift alone', '夜班只有一人')}`],
  };
  return examples[verb] ?? [];
}
