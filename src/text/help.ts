import type { Locale } from '../core/people.ts';

const en = {
  heading: 'What Queuekeeper can do',
  intro:
    "Type after /queue, or after a mention in a thread. A queue is reports or database:reports; an ID is a failed job's number or uuid; values with spaces stand in quotes; durations are 90s, 10m, 2h, 1d.",
  everybody: 'Everybody',
  operators: 'Operators',
  approvers: 'Approvers',
  more: (app: string) => `Several applications are watched: add app=NAME. The default is ${app}.`,
  verbs: {
    overview: 'where to begin',
    help: 'this list',
    status: 'how the queues stand, worst first; or all about one',
    running: 'what workers hold now, and what is past its limits',
    failed: 'failed jobs, newest first, grouped by class and exception',
    show: 'everything about one failure',
    find: 'look for an order or user number in failures, waiting jobs and business rows',
    retry:
      'push failed jobs back onto their queue; archived first, judged by the data, followed for a minute',
    'retry-all':
      'push all failed jobs back, or those of a filter; asked in a form, and another person approves it',
    forget: 'delete one failure; archived first',
    flush: 'delete failures that nobody will run again; archived first, and another person approves it',
    restore: 'bring back what a request removed, as it was; another person approves it',
    once: 'run one job of a queue now, as its workers would, and see how it ends',
    pause: 'keep workers from a queue, for a while or until it is resumed',
    resume: 'let workers come back to a queue',
    drill:
      'practice: make a failure, see it, retry it, verify job, business row and audit; not in production',
    freeze:
      'stop everything that changes jobs, at once: nothing new starts, what runs stops before its next step',
    unfreeze: 'lift the freeze',
    preapprove:
      'approve in advance: operators may retry all inside this filter, number and time while nobody else is awake',
    workers: 'each worker process, by Supervisor',
    restart: 'restart the workers of a queue, one after the other; done when each runs with a new pid',
    'restart-all': "the release step: read Supervisor's configuration again, then restart every group",
    diagnose:
      'the runbook of a queue, step by step, and what is most likely wrong; step=4 looks at one alone',
    alerts: 'alert rules and how they stand, open incidents, silences, accepted failures',
    trend: 'pending, failed and oldest of a queue over time; since= up to 30d',
    ack: 'take an incident: it stops climbing, and reminds you every hour; in its thread without the number',
    silence: 'keep a rule still for a while, at most 24h; what is critical needs an approver',
    accept: 'the failures that there are now are known, and no longer alarm',
    approvals: 'what waits for approval, what was decided lately, what was approved in advance',
    audit: 'what was done, by whom; about a job, a request or a person',
    whoami: 'who you are to Queuekeeper and what you may do',
  } as Readonly<Record<string, string>>,
};

const zh: typeof en = {
  heading: 'Queuekeeper 能做什么',
  intro:
    '在 /queue 之后输入；在线程里先 @ 机器人再输入。队列写作 reports 或 database:reports；ID 是失败任务的编号或 uuid；含空格的值加引号；时长写作 90s、10m、2h、1d。',
  everybody: '所有人',
  operators: '操作员',
  approvers: '审批人',
  more: (app) => `管理多个应用时请加上 app=NAME，默认为 ${app}。`,
  verbs: {
    overview: '从这里开始',
    help: '本列表',
    status: '各队列的状况，最需要关注的排在最前；或某个队列的详情',
    running: 'worker 正在执行的任务，以及超时的任务',
    failed: '失败任务，最新在前，按任务类和异常归类',
    show: '某个失败任务的全部信息',
    find: '在失败任务、等待任务和业务记录中查找订单号或用户号',
    retry: '把失败任务重新入队；先归档，以数据判断结果，并跟踪一分钟',
    'retry-all': '把全部（或符合条件的）失败任务重新入队；用表单提交，需另一人批准',
    forget: '删除一条失败记录；先归档',
    flush: '删除不再需要的失败任务；先归档，需另一人批准',
    restore: '将某次操作移除的失败任务原样恢复；需另一人批准',
    once: '立即按其 worker 的方式执行队列中的一个任务，并查看结果',
    pause: '不让 worker 取某个队列的任务，可指定时长，到时自动恢复',
    resume: '让 worker 恢复取某个队列的任务',
    drill: '演练：制造失败、确认、重试，并核对任务、业务和审计；不用于生产环境',
    freeze: '立即冻结所有会改动任务的操作：不再开始新的，正在执行的在下一步之前停止',
    unfreeze: '解除冻结',
    preapprove: '预先批准：没有其他人在线时，操作员可在此范围、数量和时间内全部重试',
    workers: 'Supervisor 中的每个 worker 进程',
    restart: '逐个重启某队列的 worker，以每个进程以新 pid 运行为准',
    'restart-all': '发布后的步骤：重新读取 Supervisor 配置，再逐组重启全部 worker',
    diagnose: '按排查手册逐步检查队列，给出最可能的原因；step=4 只看其中一步',
    alerts: '告警规则及其状态、未恢复的告警、静默和已接受的失败',
    trend: '某个队列的等待数、失败数和最久等待的变化；since= 最长 30d',
    ack: '确认告警：不再逐级通知，每小时提醒一次；在告警的线程中可省略编号',
    silence: '静默一条规则，最长 24h；严重级别需由审批人操作',
    accept: '目前的失败任务均为已知，不再告警',
    approvals: '等待审批的请求、最近的决定，以及预先批准',
    audit: '谁做过什么；可按任务、请求或人查询',
    whoami: '你的身份和权限',
  },
};

export const helpText: Record<Locale, typeof en> = { en, 'zh-CN': zh };
