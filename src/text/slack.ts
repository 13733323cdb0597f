import type { Locale } from '../core/people.ts';

const en = {
  share: 'Share',
  leftOut: 'Some of it was too long for Slack and was left out.',
};
const zh: typeof en = {
  share: '分享到频道',
  leftOut: '内容过长，部分未显示。',
};

export const slackText: Record<Locale, typeof en> = { en, 'zh-CN': zh };
