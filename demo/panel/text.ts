import type { BreakId, Facts, PartId, PartState } from './model.ts';

export type Locale = 'en' | 'zh-CN';

export interface BreakText {
  readonly title: string;
  /** What it is in the world, and what to expect. */
  readonly about: string;
  readonly break: string;
  readonly mend: string;
  /** What was done, from the numbers of the act. */
  readonly broke: (facts: Facts) => string;
  readonly mended: (facts: Facts) => string;
}

export interface PanelText {
  readonly title: string;
  readonly language: string;
  readonly queues: string;
  readonly columns: {
    readonly queue: string;
    readonly pending: string;
    readonly oldest: string;
    readonly reserved: string;
    readonly delayed: string;
    readonly failed: string;
    readonly workers: string;
  };
  readonly unknown: string;
  readonly none: string;
  readonly parts: Readonly<Record<PartId, string>>;
  readonly partStates: Readonly<Record<PartState, string>>;
  readonly situations: {
    readonly title: string;
    readonly about: string;
    readonly choose: string;
    readonly make: string;
    readonly mend: string;
    readonly now: (title: string) => string;
    readonly ask: string;
    readonly put: string;
  };
  readonly breaks: string;
  readonly broken: string;
  readonly well: string;
  readonly busy: string;
  readonly acts: string;
  readonly noActs: string;
  readonly failed: (error: string) => string;
  readonly lost: string;
  readonly stale: (seconds: number) => string;
  readonly live: string;
  readonly loading: string;
  readonly duration: (seconds: number) => string;
  readonly workersOf: (running: number, expected: number) => string;
  readonly list: Readonly<Record<BreakId, BreakText>>;
}

const count = (value: number | undefined): number => value ?? 0;
const plural = (value: number | undefined, one: string, many: string): string =>
  `${count(value)} ${count(value) === 1 ? one : many}`;

const en: PanelText = {
  title: 'The world',
  language: 'Language',
  queues: 'Queues',
  columns: {
    ...{ queue: 'Queue', pending: 'Waiting', oldest: 'Oldest', reserved: 'Running', delayed: 'Later' },
    ...{ failed: 'Failed', workers: 'Workers' },
  },
  unknown: 'unknown',
  none: '–',
  parts: { database: 'Database', redis: 'Redis', supervisor: 'Supervisor', bot: 'Queuekeeper' },
  partStates: { well: 'well', silent: 'does not answer', down: 'down' },
  situations: {
    title: 'A whole situation',
    about:
      'What the runbook is for, made for real. The queue that it is about is emptied first: what waits and what failed there is gone.',
    choose: 'Situation',
    make: 'Make it',
    mend: 'Mend it',
    now: (title) => `Now: ${title}`,
    ask: 'Ask in #ops:',
    put: 'Put it into the message box',
  },
  breaks: 'Break and mend',
  broken: 'Broken',
  well: 'Well',
  busy: 'Working …',
  acts: 'What was done',
  noActs: 'Nothing yet.',
  failed: (error) => `That did not work: ${error}`,
  lost: 'The demo does not answer. Is it still running?',
  stale: (seconds) => `Read ${seconds} s ago`,
  live: 'Live, straight from the servers',
  loading: 'Looking …',
  duration: (seconds) => {
    if (seconds < 60) return `${seconds} s`;
    if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
    return `${Math.floor(seconds / 3600)} h`;
  },
  workersOf: (running, expected) => `${running} of ${expected}`,
  list: {
    'content-pack': {
      title: 'Content pack',
      about: 'Reports are made from it. While it is unreadable, every report fails.',
      break: 'Make it unreadable',
      mend: 'Make it readable',
      broke: ({ customers }) =>
        `The content pack is unreadable. ${plural(customers, 'customer asks', 'customers ask')} for a report just now, and it fails.`,
      mended: () =>
        'The content pack is readable again. New reports work; what failed stays failed until somebody retries it.',
    },
    provider: {
      title: 'Payment provider',
      about:
        'Refunds and payment events go there. While it is down, they time out: a surge of failed payments.',
      break: 'Take it down',
      mend: 'Bring it back',
      broke: ({ customers, events }) =>
        `The payment provider does not answer. ${plural(customers, 'refund', 'refunds')} and ${plural(events, 'payment event', 'payment events')} are tried just now: the refunds fail, the events only say so in their rows.`,
      mended: () => 'The payment provider answers again. What failed waits for a retry.',
    },
    backlog: {
      title: 'Backlog',
      about: 'Five hundred reports at once, three seconds of work each, for two workers.',
      break: 'Add 500 jobs',
      mend: 'Make them quick',
      broke: ({ count: jobs }) =>
        `${plural(jobs, 'job was', 'jobs were')} put into reports. Each takes three seconds.`,
      mended: () =>
        'Those jobs are quick now. If the workers of reports run, the backlog is gone within seconds.',
    },
    workers: {
      title: 'Workers of reports',
      about: 'Killed, and Supervisor is told to leave them down. What comes waits.',
      break: 'Kill them',
      mend: 'Start them',
      broke: ({ killed, customers }) =>
        `${plural(killed, 'worker was', 'workers were')} killed, and Supervisor leaves them down. ${plural(customers, 'report waits', 'reports wait')}.`,
      mended: () => 'Supervisor has started the workers of reports.',
    },
    database: {
      title: 'Database connection',
      about:
        'Slow between Queuekeeper and the application’s database. The application itself notices nothing.',
      break: 'Make it slow',
      mend: 'Make it quick',
      broke: ({ delayMs }) =>
        `Each word between Queuekeeper and the database takes ${count(delayMs)} ms. Answers name what is too slow and show the rest.`,
      mended: () => 'The connection to the database is quick again.',
    },
    redis: {
      title: 'Redis',
      about: 'Holds insights, high and default. Without it their workers die.',
      break: 'Stop it',
      mend: 'Start it',
      broke: () => 'Redis was stopped. Its workers die, and Supervisor gives them up after some tries.',
      mended: ({ restarted }) =>
        count(restarted) === 0
          ? 'Redis runs again, with the jobs that it had.'
          : `Redis runs again, with the jobs that it had. ${plural(restarted, 'worker', 'workers')} that Supervisor had given up started again.`,
    },
    ssh: {
      title: 'SSH to the host',
      about: 'The way on which artisan is called. What was under way is unknown until the data tells.',
      break: 'Cut it',
      mend: 'Let it through',
      broke: ({ cut }) =>
        `SSH is cut: ${plural(cut, 'connection was', 'connections were')} ended, and new ones are refused.`,
      mended: () => 'SSH goes through again.',
    },
    slack: {
      title: 'Slack’s rate limit',
      about: 'Slack takes no post and no edit. Cards stand still; what was decided goes on.',
      break: 'Limit the bot',
      mend: 'Lift the limit',
      broke: ({ retryAfterSeconds }) =>
        `Slack answers every post and edit with 429, try again in ${count(retryAfterSeconds)} s.`,
      mended: ({ retryAfterSeconds }) =>
        `Slack takes posts again. Within ${count(retryAfterSeconds)} s the cards show what happened meanwhile.`,
    },
    bot: {
      title: 'Queuekeeper',
      about: 'Killed without a word (SIGKILL), also in the middle of a retry. Its store knows how to go on.',
      break: 'Kill it',
      mend: 'Start it',
      broke: () => 'Queuekeeper was killed. Slack says so to whoever types a command.',
      mended: ({ milliseconds }) =>
        `Queuekeeper was ready after ${(count(milliseconds) / 1000).toFixed(1)} s, and takes over what was left undone.`,
    },
  },
};

const zh: PanelText = {
  title: '系统现场',
  language: '语言',
  queues: '队列',
  columns: {
    ...{ queue: '队列', pending: '等待', oldest: '最久', reserved: '执行中', delayed: '延后' },
    ...{ failed: '失败', workers: 'worker' },
  },
  unknown: '未知',
  none: '–',
  parts: { database: '数据库', redis: 'Redis', supervisor: 'Supervisor', bot: 'Queuekeeper' },
  partStates: { well: '正常', silent: '没有响应', down: '已停止' },
  situations: {
    title: '完整场景',
    about: '排查手册里写的情况，真实重现。开始前会清空对应队列，等待中和失败的任务都会被删除。',
    choose: '场景',
    make: '开始',
    mend: '恢复正常',
    now: (title) => `当前：${title}`,
    ask: '在 #ops 里问：',
    put: '放进消息框',
  },
  breaks: '弄坏与修好',
  broken: '已损坏',
  well: '正常',
  busy: '进行中……',
  acts: '操作记录',
  noActs: '还没有操作。',
  failed: (error) => `没有成功：${error}`,
  lost: '演示程序没有响应，它还在运行吗？',
  stale: (seconds) => `${seconds} 秒前的数据`,
  live: '实时数据，直接来自各服务',
  loading: '正在读取……',
  duration: (seconds) => {
    if (seconds < 60) return `${seconds} 秒`;
    if (seconds < 3600) return `${Math.floor(seconds / 60)} 分钟`;
    return `${Math.floor(seconds / 3600)} 小时`;
  },
  workersOf: (running, expected) => `${running}/${expected}`,
  list: {
    'content-pack': {
      title: '内容包',
      about: '报告由它生成。内容包不可读时，每份报告都会失败。',
      break: '让它不可读',
      mend: '恢复可读',
      broke: ({ customers }) => `内容包已不可读。刚有 ${count(customers)} 位用户请求报告，都会失败。`,
      mended: () => '内容包已恢复可读。新报告可以生成；已经失败的，要有人重试才会重新执行。',
    },
    provider: {
      title: '支付服务商',
      about: '退款和支付事件都要经过它。服务商中断时会超时，支付失败激增。',
      break: '让它中断',
      mend: '恢复服务',
      broke: ({ customers, events }) =>
        `支付服务商没有响应。刚有 ${count(customers)} 笔退款和 ${count(events)} 个支付事件在尝试：退款会失败，支付事件只在数据里留下失败状态。`,
      mended: () => '支付服务商已恢复。失败的等待重试。',
    },
    backlog: {
      title: '积压',
      about: '一次性涌入 500 份报告，每份要做三秒，只有两个 worker。',
      break: '加入 500 个任务',
      mend: '让它们变快',
      broke: ({ count: jobs }) => `已向 reports 加入 ${count(jobs)} 个任务，每个要执行三秒。`,
      mended: () => '这些任务现在很快。只要 reports 的 worker 在运行，积压几秒内就会消化完。',
    },
    workers: {
      title: 'reports 的 worker',
      about: '被强制结束，并且 Supervisor 不再拉起。新任务只能等待。',
      break: '结束它们',
      mend: '启动它们',
      broke: ({ killed, customers }) =>
        `已强制结束 ${count(killed)} 个 worker，Supervisor 不会拉起它们。有 ${count(customers)} 份报告在等待。`,
      mended: () => 'Supervisor 已启动 reports 的 worker。',
    },
    database: {
      title: '数据库连接',
      about: 'Queuekeeper 到应用数据库之间变慢，应用自身不受影响。',
      break: '让它变慢',
      mend: '恢复速度',
      broke: ({ delayMs }) =>
        `Queuekeeper 与数据库之间每次往来要等 ${count(delayMs)} 毫秒。回答会指出哪部分太慢，其余照常显示。`,
      mended: () => '数据库连接已恢复正常速度。',
    },
    redis: {
      title: 'Redis',
      about: 'insights、high 和 default 的任务存在这里。没有它，这些 worker 会退出。',
      break: '停止它',
      mend: '启动它',
      broke: () => 'Redis 已停止。相关 worker 会退出，Supervisor 尝试几次后会放弃。',
      mended: ({ restarted }) =>
        count(restarted) === 0
          ? 'Redis 已重新运行，原有任务都在。'
          : `Redis 已重新运行，原有任务都在。Supervisor 已放弃的 ${count(restarted)} 个 worker 也重新启动了。`,
    },
    ssh: {
      title: '到主机的 SSH',
      about: 'artisan 经由它执行。正在执行的操作结果未知，以数据为准。',
      break: '切断',
      mend: '恢复',
      broke: ({ cut }) => `SSH 已切断：断开了 ${count(cut)} 个连接，新连接会被拒绝。`,
      mended: () => 'SSH 已恢复。',
    },
    slack: {
      title: 'Slack 限流',
      about: 'Slack 不接受任何发送和编辑。卡片停在原样，已决定的操作照常进行。',
      break: '开始限流',
      mend: '解除限流',
      broke: ({ retryAfterSeconds }) =>
        `Slack 对每次发送和编辑都返回 429，要求 ${count(retryAfterSeconds)} 秒后再试。`,
      mended: ({ retryAfterSeconds }) =>
        `Slack 已恢复接收。${count(retryAfterSeconds)} 秒内卡片会补上这期间发生的事。`,
    },
    bot: {
      title: 'Queuekeeper',
      about: '不打招呼地强制结束（SIGKILL），哪怕正在重试。它的存储知道如何继续。',
      break: '结束它',
      mend: '启动它',
      broke: () => 'Queuekeeper 已被强制结束。此时输入命令，Slack 会提示无响应。',
      mended: ({ milliseconds }) =>
        `Queuekeeper 用 ${(count(milliseconds) / 1000).toFixed(1)} 秒就绪，并接手未完成的操作。`,
    },
  },
};

export const panelText: Readonly<Record<Locale, PanelText>> = { en, 'zh-CN': zh };
