import type { Locale } from '../core/people.ts';

const en = {
  buttons: {
    status: 'Status',
    failed: 'Failed',
    running: 'Running',
    workers: 'Workers',
    audit: 'Audit',
    help: 'Help',
  },
  hint: 'Or type: /queue status reports, /queue failed reports since=1h, /queue retry ID.',
};
const zh: typeof en = {
  buttons: {
    status: '状态',
    failed: '失败任务',
    running: '执行中',
    workers: 'Worker',
    audit: '审计',
    help: '帮助',
  },
  hint: '也可以输入：/queue status reports、/queue failed reports since=1h、/queue retry ID。',
};

export const overviewText: Record<Locale, typeof en> = { en, 'zh-CN': zh };
