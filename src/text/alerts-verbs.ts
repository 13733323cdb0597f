import type { Locale } from '../core/people.ts';
import { code, type Rich, rich } from '../core/rich.ts';

/** `failed-jobs of database:reports`. */
const whichEn = (rule: string, queue: string | undefined): Rich =>
  queue === undefined ? [code(rule)] : rich`${code(rule)} of ${code(queue)}`;
const whichZh = (rule: string, queue: string | undefined): Rich =>
  queue === undefined ? [code(rule)] : rich`${code(rule)}（${code(queue)}）`;

/** What acknowledging and silencing answer. */
const en = {
  acknowledged: (number: number, rule: string, queue: string | undefined): Rich =>
    rich`#${number} acknowledged: ${whichEn(rule, queue)}`,
  already: (number: number, rule: string, queue: string | undefined): Rich =>
    rich`#${number} was acknowledged already: ${whichEn(rule, queue)}`,
  lapses:
    'It climbs no further and reminds every hour. The acknowledgement lapses when it becomes critical or its value doubles.',
  by: 'By',
  since: 'Since',
  until: 'Until',
  everything: (number: number) => `Everything about the incident: /queue audit #${number}`,
  request: (number: number) => `Request #${number}: /queue audit #${number}`,
  silenced: (rule: string, queue: string | undefined): Rich => rich`Silenced: ${whichEn(rule, queue)}`,
  endIsTold: 'It is evaluated all the same. The end is told, and what still fires then is posted.',
  endIsToldCriticalAnyway:
    'It is evaluated all the same. The end is told, and what still fires then is posted; what becomes critical is posted at once.',
  environment: (app: string, environment: string) => `${app}, ${environment}`,
  form: {
    title: 'Silence a rule',
    submit: 'Silence',
    close: 'Not now',
    what: (rule: string, queue: string | undefined, app: string): Rich =>
      rich`${whichEn(rule, queue)}, ${app}`,
    meanwhile: 'It is evaluated all the same; the end is told, and what still fires then is posted.',
    typed: (words: string): Rich => rich`The same, typed in one line: ${code(words)}`,
    exampleReason: 'REASON',
    duration: 'How long',
    durationHint: '30m, 2h; at most 24h',
    reason: 'Reason',
    reasonHint: 'Your colleagues and the audit read it.',
    errors: {
      duration: 'Write a duration: 30m, 2h.',
      tooLong: 'At most 24h.',
      reason: 'A reason is needed.',
    },
  },
};

const zh: typeof en = {
  acknowledged: (number, rule, queue) => rich`#${number} 已确认：${whichZh(rule, queue)}`,
  already: (number, rule, queue) => rich`#${number} 之前已被确认：${whichZh(rule, queue)}`,
  lapses: '不再逐级通知，每小时提醒一次。若升级为严重，或数值达到确认时的两倍，确认自动失效。',
  by: '操作人',
  since: '起始',
  until: '截止',
  everything: (number) => `该告警的全部记录：/queue audit #${number}`,
  request: (number) => `请求 #${number}：/queue audit #${number}`,
  silenced: (rule, queue) => rich`已静默：${whichZh(rule, queue)}`,
  endIsTold: '评估照常进行。到期时会通知，届时仍在告警的会发布出来。',
  endIsToldCriticalAnyway: '评估照常进行。到期时会通知，届时仍在告警的会发布出来；升级为严重的会立即发布。',
  environment: (app, environment) => `${app}，${environment}`,
  form: {
    title: '静默规则',
    submit: '静默',
    close: '暂不',
    what: (rule, queue, app) => rich`${whichZh(rule, queue)}，${app}`,
    meanwhile: '评估照常进行；到期时会通知，届时仍在告警的会发布出来。',
    typed: (words) => rich`也可以直接输入一行：${code(words)}`,
    exampleReason: '原因',
    duration: '时长',
    durationHint: '30m、2h；最长 24h',
    reason: '原因',
    reasonHint: '同事和审计都会看到。',
    errors: {
      duration: '请填写时长，如 30m、2h。',
      tooLong: '最长 24h。',
      reason: '请写明原因。',
    },
  },
};

export const alertVerbsText: Record<Locale, typeof en> = { en, 'zh-CN': zh };
