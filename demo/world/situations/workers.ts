import {
  freeWorkers,
  groupOf,
  haveOneDone,
  haveRun,
  haveWaited,
  held,
  keepBusy,
  supervisorOf,
  untilSo,
  untilWorkers,
} from './hands.ts';
import type { Situation } from './situation.ts';

const reports = groupOf('reports');

/** What is wrong with workers, or with how they are started. */

const stopped: Situation = {
  id: 'workers-stopped',
  title: { en: 'Nobody works on reports', 'zh-CN': 'reports 没有 worker 在运行' },
  queue: 'reports',
  concludes: { cause: 'stopped', next: 'restart reports', marks: { 1: 'broken', 2: 'broken' } },
  async make(world) {
    const customers = 12;
    const killed = await supervisorOf(world).cutOff(reports);
    await world.app.dispatch('GenerateReportSnapshotJob', customers);
    return { killed, customers };
  },
  shows: (world) => haveWaited(world, 'reports'),
  async mend(world) {
    await supervisorOf(world).ctl('start', `${reports}:*`);
    return {};
  },
};

/** Artisan ends at once. */
const misspelt = '--memroy=256';
/** Where PHP takes a second to begin, that would else be long enough to count as started. */
const startSeconds = 10;

/** Supervisor would start it again three times by its own default; here it goes on for as long as anybody looks. */
const crashing: Situation = {
  id: 'crash-loop',
  title: { en: 'The worker of ops dies as soon as it starts', 'zh-CN': 'ops 的 worker 一启动就退出' },
  queue: 'ops',
  concludes: { cause: 'dying', next: 'workers ops', marks: { 1: 'broken' } },
  async make(world) {
    await supervisorOf(world).reshape(groupOf('ops'), { words: misspelt, startRetries: 1_000, startSeconds });
    await world.app.dispatch('ExecuteApprovalJob', 3);
    await haveWaited(world, 'ops');
    await untilWorkers(world, groupOf('ops'), 'BACKOFF');
    return {};
  },
  async mend(world) {
    await supervisorOf(world).reshape(groupOf('ops'), {});
    return {};
  },
};

const givenUp: Situation = {
  id: 'given-up',
  title: {
    en: 'Supervisor has given up the worker of content',
    'zh-CN': 'Supervisor 已放弃 content 的 worker',
  },
  queue: 'content',
  concludes: { cause: 'dying', next: 'workers content', marks: { 1: 'broken' } },
  async make(world) {
    await supervisorOf(world).reshape(groupOf('content'), { words: misspelt, startRetries: 0, startSeconds });
    await world.app.dispatch('RunContentProbeJob', 3);
    await haveWaited(world, 'content');
    await untilWorkers(world, groupOf('content'), 'FATAL');
    return {};
  },
  async mend(world) {
    await supervisorOf(world).reshape(groupOf('content'), {});
    return {};
  },
};

/** As the runbook prints four of its six groups: without `autorestart=true`, who ends well is not started again. */
const exited: Situation = {
  id: 'exited',
  title: {
    en: 'The worker of commerce ended well, and stays away',
    'zh-CN': 'commerce 的 worker 正常退出后没有再启动',
  },
  queue: 'commerce',
  concludes: { cause: 'exited', next: 'restart commerce', marks: { 1: 'broken' } },
  async make(world) {
    const group = groupOf('commerce');
    await supervisorOf(world).reshape(group, { autoRestart: 'unexpected' });
    await untilWorkers(world, group, 'RUNNING');
    await haveOneDone(world, 'commerce', 'RefundOrderJob');
    await supervisorOf(world).kill(group, 'SIGTERM');
    await world.app.dispatch('RefundOrderJob', 3);
    await haveWaited(world, 'commerce');
    await untilWorkers(world, group, 'EXITED');
    return {};
  },
  async mend(world) {
    await supervisorOf(world).reshape(groupOf('commerce'), {});
    return {};
  },
};

const wrongQueue: Situation = {
  id: 'wrong-queue',
  title: {
    en: 'The worker of content listens to another queue',
    'zh-CN': 'content 的 worker 监听了别的队列',
  },
  queue: 'content',
  concludes: { cause: 'queue-not-served', marks: { 2: 'broken' } },
  async make(world) {
    await supervisorOf(world).reshape(groupOf('content'), { queues: 'contents' });
    await world.app.dispatch('RunContentProbeJob', 3);
    await haveWaited(world, 'content');
    await untilWorkers(world, groupOf('content'), 'RUNNING');
    return {};
  },
  async mend(world) {
    await supervisorOf(world).reshape(groupOf('content'), {});
    return {};
  },
};

const wrongConnection: Situation = {
  id: 'wrong-connection',
  title: {
    en: 'The worker of insights listens on another connection',
    'zh-CN': 'insights 的 worker 监听了别的连接',
  },
  queue: 'insights',
  concludes: { cause: 'other-connection', marks: { 2: 'broken' } },
  async make(world) {
    await supervisorOf(world).reshape(groupOf('insights'), { connection: 'database' });
    await world.app.dispatch('GenerateInsightJob', 3);
    await haveWaited(world, 'insights');
    await untilWorkers(world, groupOf('insights'), 'RUNNING');
    return {};
  },
  async mend(world) {
    await supervisorOf(world).reshape(groupOf('insights'), {});
    return {};
  },
};

/** The older way to make a report: so the content pack's trouble and this one don't mix. */
const longReport = 'GenerateReportJob';

const tooFew: Situation = {
  id: 'too-few-workers',
  title: { en: 'More reports come than two workers can make', 'zh-CN': '报告太多，两个 worker 忙不过来' },
  queue: 'reports',
  concludes: { cause: 'too-few-workers', marks: { 1: 'fine' } },
  async make({ app }) {
    const jobs = 500;
    // Far from retry_after: what is taken twice is another story.
    const seconds = Math.min(3, app.retryAfterSeconds / 3);
    await app.behave({ [longReport]: { do: 'slow', seconds } });
    await app.dispatch(longReport, jobs);
    return { count: jobs };
  },
  async shows(world) {
    await untilSo('both are busy', async () => (await held(world, 'reports')) >= 2);
    await haveWaited(world, 'reports');
  },
  async mend({ app }) {
    if (app.told()[longReport]?.do === 'slow') await app.behave({ [longReport]: undefined });
    return {};
  },
};

/** A worker that began within seconds of a release may as well have begun after it. */
const longerThanAnyMargin = 8;

/** The signal to restart came while both were at a long job: so they go on with the code that they began with. */
const oldCode: Situation = {
  id: 'old-code',
  title: { en: 'Workers still run the code of before the release', 'zh-CN': 'worker 仍在运行发布前的代码' },
  queue: 'default',
  concludes: { cause: 'old-code', next: 'restart default' },
  async make(world) {
    await keepBusy(world, 'default', 'SendReceiptJob', 90);
    await haveRun(world, 'default', longerThanAnyMargin);
    await world.app.release();
    return {};
  },
  async mend(world) {
    await world.app.behave({ SendReceiptJob: undefined });
    await freeWorkers(world, 'default');
    return {};
  },
};

export const ofWorkers: readonly Situation[] = [
  ...[stopped, crashing, givenUp, exited, wrongQueue, wrongConnection, tooFew, oldCode],
];
