import type { Behaviour, ExceptionKind } from '../laravel.ts';
import type { World } from '../world.ts';
import { count, fail, failedIn, untilSo } from './hands.ts';
import type { QueueId, Situation } from './situation.ts';

/** What is wrong with what jobs need: they run, and fail. */

const snapshot = 'GenerateReportSnapshotJob';

const throwing = (exception: ExceptionKind): Behaviour => ({ do: 'throw', exception });

const untilFailed = (world: World, queue: QueueId, least: number): Promise<void> =>
  untilSo(`${least} jobs of ${queue} failed`, async () => (await failedIn(world, queue)) >= least);

const untilReprocessFailed = (world: World, least: number): Promise<void> =>
  untilSo('events say that nothing was done', async () => {
    return (await count(world, "fap.payment_events WHERE handle_status = 'reprocess_failed'")) >= least;
  });

/** Reports are made from a content pack; while it is unreadable, each of them fails. */
const contentPack: Situation = {
  id: 'content-pack',
  title: { en: 'The content pack can’t be read', 'zh-CN': '内容包读不出来' },
  queue: 'reports',
  concludes: {
    cause: 'one-exception',
    next: 'failed reports',
    marks: { 1: 'fine', 2: 'fine', 3: 'suspicious' },
  },
  async make({ app }) {
    const customers = 3;
    await app.behave({ [snapshot]: throwing('content') });
    await app.dispatch(snapshot, customers);
    return { customers };
  },
  shows: (world) => untilFailed(world, 'reports', 3),
  async mend({ app }) {
    await app.behave({ [snapshot]: undefined });
    return {};
  },
};

const paymentJobs = ['RefundOrderJob', 'ReprocessPaymentEventJob'] as const;

/** Refunds fail aloud. Payment events end well and say in their row that nothing was done. */
const provider: Situation = {
  id: 'provider',
  title: { en: 'The payment provider does not answer', 'zh-CN': '支付服务商没有响应' },
  queue: 'commerce',
  concludes: { cause: 'one-exception', next: 'failed commerce', marks: { 1: 'fine', 3: 'suspicious' } },
  async make({ app }) {
    const customers = 2;
    // More than is usual at once, whatever is usual: a surge, with no history to compare it with.
    const events = 12;
    await app.behave(Object.fromEntries(paymentJobs.map((job) => [job, throwing('provider')])));
    await app.dispatch('RefundOrderJob', customers);
    await app.dispatch('ReprocessPaymentEventJob', events);
    return { customers, events };
  },
  async shows(world) {
    await untilFailed(world, 'commerce', 2);
    await untilReprocessFailed(world, 2);
  },
  async mend({ app }) {
    await app.behave(Object.fromEntries(paymentJobs.map((job) => [job, undefined])));
    return {};
  },
};

const quietEvents: Situation = {
  id: 'quiet-events',
  title: {
    en: 'Payment events end well, and nothing is done',
    'zh-CN': '支付事件任务正常结束，业务却没有完成',
  },
  queue: 'commerce',
  concludes: { cause: 'rows-one-error', marks: { 1: 'fine', 2: 'fine', 3: 'fine', 4: 'suspicious' } },
  async make(world) {
    await world.app.behave({ ReprocessPaymentEventJob: throwing('provider') });
    await world.app.dispatch('ReprocessPaymentEventJob', 5);
    return {};
  },
  shows: (world) => untilReprocessFailed(world, 5),
  async mend({ app }) {
    await app.behave({ ReprocessPaymentEventJob: undefined });
    return {};
  },
};

const probe: Situation = {
  id: 'probe-fails',
  title: { en: 'A content probe fails', 'zh-CN': '内容探针失败' },
  queue: 'content',
  concludes: { cause: 'one-exception', next: 'failed content', marks: { 3: 'suspicious' } },
  async make(world) {
    await fail(world, 'content', 'RunContentProbeJob', [throwing('content')], 3);
    return {};
  },
  async mend({ app }) {
    await app.behave({ RunContentProbeJob: undefined });
    return {};
  },
};

const budget: Situation = {
  id: 'budget',
  title: { en: 'The budget for insights is used up', 'zh-CN': 'AI 洞察的预算已用完' },
  queue: 'insights',
  concludes: { cause: 'one-exception', next: 'failed insights', marks: { 1: 'fine', 3: 'suspicious' } },
  async make(world) {
    await fail(world, 'insights', 'GenerateInsightJob', [throwing('budget')], 4);
    return {};
  },
  async mend({ app }) {
    await app.behave({ GenerateInsightJob: undefined });
    return {};
  },
};

const aiProvider: Situation = {
  id: 'ai-provider',
  title: { en: 'The provider of insights times out', 'zh-CN': 'AI 洞察的外部服务超时' },
  queue: 'insights',
  concludes: {
    cause: 'one-exception',
    next: 'failed insights',
    marks: { 1: 'fine', 3: 'suspicious', 4: 'suspicious' },
  },
  async make(world) {
    await fail(world, 'insights', 'GenerateInsightJob', [throwing('provider')], 4);
    return {};
  },
  async mend({ app }) {
    await app.behave({ GenerateInsightJob: undefined });
    return {};
  },
};

/** Of several causes none is the cause. */
const mixed: Situation = {
  id: 'mixed-failures',
  title: { en: 'Approvals fail in three different ways', 'zh-CN': '审批以三种不同方式失败' },
  queue: 'ops',
  concludes: { cause: 'many-exceptions', next: 'failed ops', marks: { 1: 'fine', 2: 'fine' } },
  async make(world) {
    await fail(
      world,
      'ops',
      'ExecuteApprovalJob',
      [throwing('deadlock'), throwing('type'), throwing('model')],
      1,
    );
    return {};
  },
  async mend({ app }) {
    await app.behave({ ExecuteApprovalJob: undefined });
    return {};
  },
};

export const ofFailures: readonly Situation[] = [
  contentPack,
  provider,
  quietEvents,
  probe,
  budget,
  aiProvider,
  mixed,
];
