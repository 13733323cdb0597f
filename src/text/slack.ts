import type { Locale } from '../core/people.ts';

const en = {
  share: 'Share',
  leftOut: 'Some of it was too long for Slack and was left out.',
  yes: 'Yes',
  close: 'Close',
  looking: 'Looking at what it would touch…',
  freezing: 'Freezing what the form showed…',
};
const zh: typeof en = {
  share: '分享到频道',
  leftOut: '内容过长，部分未显示。',
  yes: '是',
  close: '关闭',
  looking: '正在查看会影响哪些任务…',
  freezing: '正在冻结表单中所示的任务…',
};

export const slackText: Record<Locale, typeof en> = { en, 'zh-CN': zh };
