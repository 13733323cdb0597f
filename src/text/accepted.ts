import type { Accepted } from '../core/incident.ts';
import type { Locale } from '../core/people.ts';
import { bold, code, person, type Rich, rich } from '../core/rich.ts';
import { time } from './format.ts';

type Which = Pick<Accepted, 'queue' | 'jobClass' | 'upTo'>;

const numbered = ({ request }: Accepted): Rich =>
  request === undefined ? '' : rich`${bold(`#${request}`)} `;

const en = {
  heading: ({ queue, jobClass, upTo }: Which): Rich =>
    rich`Failures up to number ${upTo}${of(queue, jobClass, 'en')} are known and no longer alarm`,
  by: ({ by, at }: Accepted, zone: string): Rich => rich`Accepted by ${person(by.userId)}, ${time(at, zone)}`,
  consequence:
    'They stay in failed_jobs and can be retried or flushed. What fails from now on alarms as before.',
  environment: (app: string, environment: string) => `${app}, ${environment}`,
  title: bold('Accepted failures, which no longer alarm'),
  line: (one: Accepted, zone: string): Rich =>
    rich`${numbered(one)}Up to number ${one.upTo}${of(one.queue, one.jobClass, 'en')}: ${one.reason} (${person(one.by.userId)}, ${time(one.at, zone)})`,
};

const zh: typeof en = {
  heading: ({ queue, jobClass, upTo }) =>
    rich`编号 ${upTo} 及之前的失败任务${of(queue, jobClass, 'zh-CN')}已接受，不再告警`,
  by: ({ by, at }, zone) => rich`由 ${person(by.userId)} 接受，${time(at, zone)}`,
  consequence: '它们仍在 failed_jobs 中，可以重试或清除。此后新的失败照常告警。',
  environment: (app, environment) => `${app}，${environment}`,
  title: bold('已接受的失败任务（不再告警）'),
  line: (one, zone) =>
    rich`${numbered(one)}编号 ${one.upTo} 及之前${of(one.queue, one.jobClass, 'zh-CN')}：${one.reason}（${person(one.by.userId)}，${time(one.at, zone)}）`,
};

/** " of database:reports, class X"; nothing: all of them. */
function of(queue: string | undefined, jobClass: string | undefined, locale: Locale): Rich {
  const isEnglish = locale === 'en';
  const ofQueue =
    queue === undefined ? '' : rich`${isEnglish ? ' of ' : '（队列 '}${code(queue)}${isEnglish ? '' : '）'}`;
  const ofClass =
    jobClass === undefined
      ? ''
      : rich`${isEnglish ? ' of class ' : '（任务类 '}${code(jobClass)}${isEnglish ? '' : '）'}`;
  return rich`${ofQueue}${ofClass}`;
}

export const acceptedText: Record<Locale, typeof en> = { en, 'zh-CN': zh };
