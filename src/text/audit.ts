import type { Locale } from '../core/people.ts';
import { code, person, type Rich, rich, type Span } from '../core/rich.ts';

const en = {
  heading: (rows: number): string =>
    rows === 0 ? 'Nothing in the audit log is like that' : 'Audit log, newest first',
  line: (
    seq: number,
    at: Span,
    event: string,
    verb: string,
    target: string,
    actor: string | undefined,
  ): Rich =>
    rich`${String(seq)}  ${at}  ${{ bold: event }} ${code(verb)} ${target}${actor === undefined ? '' : rich` by ${person(actor)}`}`,
  outcome: (text: string) => ` → ${text}`,
  reason: (text: string) => `\n“${text}”`,
  next: 'Next',
  verify: 'That nothing was changed in it is checked by “queuekeeper audit”.',
};
const zh: typeof en = {
  heading: (rows) => (rows === 0 ? '审计日志中没有符合条件的记录' : '审计日志，最新在前'),
  line: (seq, at, event, verb, target, actor) =>
    rich`${String(seq)}  ${at}  ${{ bold: event }} ${code(verb)} ${target}${actor === undefined ? '' : rich`，${person(actor)}`}`,
  outcome: (text) => ` → ${text}`,
  reason: (text) => `\n“${text}”`,
  next: '下一页',
  verify: '用 “queuekeeper audit” 可校验日志未被改动。',
};

export const auditText: Record<Locale, typeof en> = { en, 'zh-CN': zh };
