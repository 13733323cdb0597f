import { shortClass } from '../core/app-description.ts';
import type { Locale } from '../core/people.ts';
import type { Item, ReplyPart } from '../core/reply.ts';
import { code, rich } from '../core/rich.ts';
import type { ResultOf, StepResult } from '../runbook/step-result.ts';
import { diagnoseText } from '../text/diagnose.ts';
import { count, duration, number } from '../text/format.ts';
import { punctuation } from '../text/punctuation.ts';
import type { JobSketch } from './ports.ts';

/** More of what one step found, for who runs it alone. */
export function stepDetails(result: StepResult, now: Date, locale: Locale): readonly ReplyPart[] {
  switch (result.kind) {
    case 'condition':
      return [];
    case 'workers':
      return workersDetails(result, locale);
    case 'backlog':
      return backlogDetails(result, locale);
    case 'failures':
      return failuresDetails(result, now, locale);
    case 'rows':
      return rowsDetails(result, locale);
    case 'log':
      return logDetails(result, now, locale);
  }
}

const groupsShown = 15;
const minutesShown = 30;

function workersDetails({ processes }: ResultOf<'workers'>, locale: Locale): readonly ReplyPart[] {
  const t = diagnoseText[locale].details;
  if (processes.length === 0) return [];
  return [
    {
      kind: 'table',
      columns: [{ label: t.process }, { label: t.host }, { label: t.state }, { label: t.up, align: 'right' }],
      rows: processes.map(({ name, host, state, uptimeSeconds, description }) => [
        name,
        host,
        state === 'RUNNING' ? state : `${state} ${description}`,
        uptimeSeconds === undefined ? '–' : duration(uptimeSeconds, locale),
      ]),
    },
  ];
}

function backlogDetails({ next, held }: ResultOf<'backlog'>, locale: Locale): readonly ReplyPart[] {
  const t = diagnoseText[locale].details;
  const item = (job: JobSketch, said: string): Item => ({
    text: rich`${code(shortClass(job.jobClass))}${said === '' ? '' : `, ${said}`}`,
  });
  const due = (seconds: number | undefined): string => {
    if (seconds === undefined) return '';
    return seconds < 0 ? t.dueIn(duration(-seconds, locale)) : t.due(duration(seconds, locale));
  };
  return [
    ...listPart(
      t.next,
      next.map((job) => item(job, due(job.ageSeconds))),
    ),
    ...listPart(
      t.held,
      held
        .slice(0, groupsShown)
        .map((job) => item(job, t.heldFor(duration(job.heldSeconds, locale), job.overdue))),
    ),
  ];
}

const listPart = (title: string, items: readonly Item[]): readonly ReplyPart[] =>
  items.length === 0
    ? []
    : [
        { kind: 'text', text: title },
        { kind: 'items', items },
      ];

function failuresDetails({ groups }: ResultOf<'failures'>, now: Date, locale: Locale): readonly ReplyPart[] {
  const t = diagnoseText[locale].details;
  if (groups.length === 0) return [];
  const ago = (at: Date): string => t.ago(duration((now.getTime() - at.getTime()) / 1000, locale));
  return [
    {
      kind: 'table',
      columns: [
        { label: t.count, align: 'right' },
        { label: t.job },
        { label: t.exception },
        { label: t.first },
        { label: t.last },
      ],
      rows: groups
        .slice(0, groupsShown)
        .map((group) => [
          number(group.count),
          shortClass(group.jobClass),
          `${group.exceptionClass}: ${group.fingerprint}`,
          ago(group.oldestAt),
          ago(group.newestAt),
        ]),
    },
  ];
}

function rowsDetails({ step, found }: ResultOf<'rows'>, locale: Locale): readonly ReplyPart[] {
  const t = diagnoseText[locale].details;
  if (found === undefined) return [];
  const since = (seconds: number | undefined): string =>
    seconds === undefined ? '–' : duration(seconds, locale);
  const { groupBy, show } = step.rows;
  const groups: readonly ReplyPart[] = [
    {
      kind: 'table',
      columns: [
        ...groupBy.map((label) => ({ label })),
        ...[t.count, t.oldest, t.newest, t.changed].map((label) => ({ label, align: 'right' as const })),
      ],
      rows: found.groups.map((group) => [
        ...groupBy.map((_, index) => group.values[index] ?? 'NULL'),
        count(group.count),
        since(group.oldestSeconds),
        since(group.newestSeconds),
        since(group.updatedSeconds),
      ]),
    },
  ];
  return [
    ...(found.groups.length === 0 || groupBy.length === 0 ? [] : groups),
    ...(found.rows.length === 0 ? [] : [{ kind: 'text', text: t.newestRows } as const]),
    ...found.rows.map((row): ReplyPart => {
      const lines = row.map((value, index) => `${show[index] ?? ''}: ${value ?? 'NULL'}`);
      return { kind: 'code', text: lines.join('\n') };
    }),
  ];
}

function logDetails({ found }: ResultOf<'log'>, now: Date, locale: Locale): readonly ReplyPart[] {
  const t = diagnoseText[locale].details;
  if (found === undefined || found.newest.length === 0) return [];
  const { colon, comma } = punctuation[locale];
  const minutes = found.perMinute.slice(-minutesShown).map(({ at, count: lines }) => {
    const ago = t.ago(duration(Math.max(0, (now.getTime() - at.getTime()) / 1000), locale));
    return ago + colon + number(lines);
  });
  return [
    ...(minutes.length === 0
      ? []
      : [{ kind: 'text', text: `${t.perMinute} ${minutes.join(comma)}` } as const]),
    { kind: 'text', text: t.newestLines },
    { kind: 'code', text: found.newest.map(({ host, text }) => `${host}: ${text}`).join('\n') },
  ];
}
