import type { Locale } from '../panel/text.ts';
import type { StepId, TaskId } from './model.ts';

type Facts = Readonly<Record<string, number>>;

export interface TourText {
  readonly title: string;
  readonly language: string;
  readonly progress: (done: number, all: number) => string;
  readonly loading: string;
  readonly blind: string;
  readonly lost: string;
  readonly over: string;
  readonly again: string;
  readonly skip: string;
  readonly skipAll: string;
  readonly copy: string;
  readonly copied: string;
  readonly put: string;
  readonly notYet: string;
  /** Who has to be at the keyboard, and where. */
  readonly as: (name: string, channel: string) => string;
  readonly be: (name: string) => string;
  readonly goTo: (channel: string) => string;
  readonly toWorld: string;
  readonly states: {
    readonly done: string;
    readonly current: string;
    readonly ahead: string;
    readonly skipped: string;
  };
  readonly steps: Readonly<Record<StepId, { readonly title: string; readonly about: string }>>;
  readonly tasks: Readonly<Record<TaskId, (facts: Facts) => string>>;
}

/** A request that was not asked for yet has no number. */
const request = ({ number }: Facts): string => (number === undefined ? 'the request' : `request #${number}`);
const requestZh = ({ number }: Facts): string => (number === undefined ? '这个请求' : `请求 #${number}`);

const en: TourText = {
  title: 'The tour',
  language: 'Language',
  progress: (done, all) => `${done} of ${all} steps done`,
  loading: 'Asking Queuekeeper what it can do …',
  blind: 'The tour can’t see just now: a part of the world that it watches does not answer.',
  lost: 'The demo does not answer. Is it still running?',
  over: 'That was the tour. The world stays as it is: break something else, and see in #alerts how it becomes an incident and ends.',
  again: 'Start again',
  skip: 'Skip this step',
  skipAll: 'Skip the tour',
  copy: 'Copy',
  copied: 'Copied',
  put: 'Put it into the message box',
  notYet:
    'There is no failed report left to type about. Make the content pack unreadable in the world panel: some reports fail.',
  as: (name, channel) => `As ${name}, in #${channel}:`,
  be: (name) => `Switch to ${name}`,
  goTo: (channel) => `Open #${channel}`,
  toWorld: 'Open the world panel',
  states: { done: 'done', current: 'now', ahead: 'later', skipped: 'skipped' },
  steps: {
    look: {
      title: 'Look',
      about:
        'Customers say that their reports don’t come, and #alerts has called Anna, who is on call. She looks at all queues at once, worst first.',
    },
    diagnose: {
      title: 'Find out why',
      about: 'The queue of reports has failures. What do they have in common?',
    },
    fix: {
      title: 'Fix it, and retry one',
      about:
        'Reports fail because their content pack can’t be read. Mend the cause first; then one job shows whether that was it.',
    },
    'two-persons': {
      title: 'Retry all, with a second person',
      about:
        'What could hurt needs somebody else’s button. Nobody approves their own request, by no second account either.',
    },
    undo: {
      title: 'Throw away, and bring back',
      about:
        'The failed insights are worthless: their budget is used up. What flush removes is archived first, and restore brings it back.',
    },
  },
  tasks: {
    status: () => 'Ask how the queues stand.',
    diagnose: () => 'Let Queuekeeper walk through the runbook of reports.',
    list: () => 'List the failed reports, grouped by what they say.',
    show: () => 'Look at one of them: its exception, its job, its business row.',
    mend: () => 'In the world panel, make the content pack readable again.',
    retry: () => 'Retry one failed report, and watch it until the report is there.',
    'ask-retry-all': () =>
      'Ask to retry all that failed for this reason. The form wants to know why, and two ticks.',
    'approve-retry-all': (facts) =>
      `Press Approve on the card of ${request(facts)}. (Try it as Anna, or as her second account, and see.)`,
    'watch-retry-all': (facts) => `Watch ${request(facts)} run: what was pushed, and what became of it.`,
    'ask-flush': () => 'Ask to flush the failed insights. The form wants a reason and the link of a review.',
    'approve-flush': (facts) => `Approve ${request(facts)}, and see the failures go.`,
    'ask-restore': () => 'Ask to bring them back.',
    'approve-restore': (facts) => `Approve ${request(facts)}, and see that the failures are there again.`,
  },
};

const zh: TourText = {
  title: '导览',
  language: '语言',
  progress: (done, all) => `已完成 ${done}/${all} 步`,
  loading: '正在询问 Queuekeeper 有哪些命令……',
  blind: '导览暂时看不到：它关注的某个服务没有响应。',
  lost: '演示程序没有响应，它还在运行吗？',
  over: '导览到此结束。现场保持原样：再弄坏点别的，到 #alerts 看告警如何出现、如何结束。',
  again: '重新开始',
  skip: '跳过这一步',
  skipAll: '跳过导览',
  copy: '复制',
  copied: '已复制',
  put: '放进消息框',
  notYet: '没有失败的报告可供操作。在“系统现场”里让内容包不可读，就会有报告失败。',
  as: (name, channel) => `以 ${name} 的身份，在 #${channel}：`,
  be: (name) => `切换为 ${name}`,
  goTo: (channel) => `打开 #${channel}`,
  toWorld: '打开“系统现场”',
  states: { done: '已完成', current: '进行中', ahead: '未开始', skipped: '已跳过' },
  steps: {
    look: {
      title: '查看',
      about: '用户反映报告迟迟不出，#alerts 里也呼叫了值班的 Anna。她先一眼看完所有队列，最严重的排在最前。',
    },
    diagnose: { title: '找原因', about: 'reports 队列有失败任务，它们有什么共同点？' },
    fix: {
      title: '修好，先重试一个',
      about: '报告失败是因为内容包读不出来。先修原因，再用一个任务验证是不是它。',
    },
    'two-persons': {
      title: '全部重试，需要第二个人',
      about: '可能造成损害的操作需要另一个人点按钮。谁也不能批准自己的请求，换个账号也不行。',
    },
    undo: {
      title: '清掉，再找回来',
      about: '失败的 insights 没有价值：预算已用完。flush 会先归档再删除，restore 能把它们找回来。',
    },
  },
  tasks: {
    status: () => '查看各队列的情况。',
    diagnose: () => '让 Queuekeeper 按 reports 的排查手册走一遍。',
    list: () => '列出失败的报告，按报错内容归类。',
    show: () => '看其中一个：异常、任务和对应的业务数据。',
    mend: () => '在“系统现场”里让内容包恢复可读。',
    retry: () => '重试其中一个失败的报告，一直看到它生成。',
    'ask-retry-all': () => '请求重试所有因此失败的任务。表单要求填写原因，并勾选两项确认。',
    'approve-retry-all': (facts) =>
      `在${requestZh(facts)}的卡片上点“批准”。（不妨先用 Anna 或她的第二个账号试试。）`,
    'watch-retry-all': (facts) => `看${requestZh(facts)}执行：推回了哪些任务，结果如何。`,
    'ask-flush': () => '请求清掉失败的 insights。表单要求填写原因和评审链接。',
    'approve-flush': (facts) => `批准${requestZh(facts)}，看失败记录被清掉。`,
    'ask-restore': () => '请求把它们找回来。',
    'approve-restore': (facts) => `批准${requestZh(facts)}，确认失败记录都回来了。`,
  },
};

export const tourText: Readonly<Record<Locale, TourText>> = { en, 'zh-CN': zh };
