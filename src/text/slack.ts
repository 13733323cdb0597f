import type { Locale } from '../core/people.ts';

const en = {
  share: 'Share',
  leftOut: 'Some of it was too long for Slack and was left out.',
  yes: 'Yes',
  close: 'Close',
  looking: 'Looking at what it would touch…',
  freezing: 'Freezing what the form showed…',
  noPicture: 'The picture could not be drawn or shown; the numbers are complete.',
  noPicturePrivately:
    'Slack shows no pictures in private answers; in a channel with Queuekeeper there is one.',
};
const zh: typeof en = {
  share: '分享到频道',
  leftOut: '内容过长，部分未显示。',
  yes: '是',
  close: '关闭',
  looking: '正在查看会影响哪些任务…',
  freezing: '正在冻结表单中所示的任务…',
  noPicture: '图片未能绘制或显示；以上数字是完整的。',
  noPicturePrivately: 'Slack 的私密回复不能显示图片；在有 Queuekeeper 的频道中会附上图片。',
};

export const slackText: Record<Locale, typeof en> = { en, 'zh-CN': zh };
