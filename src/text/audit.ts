import type { Locale } from '../core/people.ts';
import { code, person, type Rich, rich, type Span } from '../core/rich.ts';

/** What a number such as `#12` is. */
export type Subject =
  | { readonly number: number; readonly is: 'request' | 'incident'; readonly name: string }
  | { readonly number: number; readonly is: 'nothing' };

const numbered = (number: number | undefined): string => (number === undefined ? '' : `#${number} `);

const en = {
  subject: (one: Subject): Rich =>
    one.is === 'nothing'
      ? `#${one.number} is neither a request nor an incident.`
      : rich`#${one.number} is ${one.is === 'request' ? 'a request' : 'an incident'}: ${code(one.name)}`,
  heading: (rows: number): string =>
    rows === 0 ? 'Nothing in the audit log is like that' : 'Audit log, newest first',
  line: (
    seq: number,
    at: Span,
    number: number | undefined,
    event: string,
    verb: string,
    target: string,
    actor: string | undefined,
  ): Rich =>
    rich`${String(seq)}  ${at}  ${numbered(number)}${{ bold: event }} ${code(verb)} ${target}${actor === undefined ? '' : rich` by ${person(actor)}`}`,
  outcome: (text: string) => ` → ${text}`,
  reason: (text: string) => `\n“${text}”`,
  next: 'Next',
  verify: 'That nothing was changed in it is checked by “queuekeeper audit”.',
};
const zh: typeof en = {
  subject: (one) =>
    one.is === 'nothing'
      ? `#${one.number} 既不是请求，也不是告警。`
      : rich`#${one.number} 是${one.is === 'request' ? '请求' : '告警'}：${code(one.name)}`,
  heading: (rows) => (rows === 0 ? '审计日志中没有符合条件的记录' : '审计日志，最新在前'),
  line: (seq, at, number, event, verb, target, actor) =>
    rich`${String(seq)}  ${at}  ${numbered(number)}${{ bold: event }} ${code(verb)} ${target}${actor === undefined ? '' : rich`，${person(actor)}`}`,
  outcome: (text) => ` → ${text}`,
  reason: (text) => `\n“${text}”`,
  next: '下一页',
  verify: '用 “queuekeeper audit” 可校验日志未被改动。',
};

export const auditText: Record<Locale, typeof en> = { en, 'zh-CN': zh };
