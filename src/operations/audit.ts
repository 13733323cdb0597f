import type { AuditRow } from '../core/audit.ts';
import { narrow } from '../core/narrow.ts';
import { sealRead } from '../core/operation.ts';
import type { Locale } from '../core/people.ts';
import { accept, type Judged, refuse } from '../core/refusal.ts';
import type { Button, Item } from '../core/reply.ts';
import { rich } from '../core/rich.ts';
import type { AuditFilter, NumberedRow } from '../core/store-ports.ts';
import type { Words } from '../core/words.ts';
import { auditText, type Subject } from '../text/audit.ts';
import { drillText } from '../text/drill.ts';
import { time } from '../text/format.ts';
import { atMost, optionalDuration, parseJob } from './arguments.ts';
import { askStore } from './ask-store.ts';
import type { World } from './world.ts';

const declared = { verb: 'audit', usage: '[ID] [who=] [verb=] [since=]' } as const;
const pageSize = 12;

interface Input {
  readonly filter: AuditFilter;
  readonly words: string;
}

/** What was done, by whom, newest first: about a job, a request, a person or a verb. */
export const audit = sealRead<Input, World>({
  ...declared,
  typed: ['audit'],
  who: 'everybody',
  filters: ['who', 'verb', 'since', 'before'],
  effect: 'read',
  parse(words) {
    const filter = parseFilter(words);
    return filter.ok ? accept({ filter: filter.value, words: wordsOf(words) }) : filter;
  },
  target: ({ words }) => words,
  async answer({ filter, words }, { world, locale, signal }) {
    const t = auditText[locale];
    const [read, subject] = await Promise.all([
      world.audit.list(filter, signal),
      filter.requestNumber === undefined ? undefined : findSubject(filter.requestNumber, world),
    ]);
    if (!read.ok) return refuse({ code: 'part-missing', missing: [read.missing] });
    const rows = read.value;
    const last = rows.at(-1);
    const next: Button | undefined =
      last === undefined || rows.length < pageSize
        ? undefined
        : { label: t.next, press: { kind: 'words', verb: 'next', words: `${words} before=${last.seq}` } };
    return accept({
      heading: t.heading(rows.length),
      mood: 'neutral',
      parts: [
        ...(subject === undefined ? [] : [{ kind: 'text', text: t.subject(subject) } as const]),
        { kind: 'items', items: rows.map((row) => item(row, world, locale)) },
        ...(next === undefined ? [] : [{ kind: 'buttons', buttons: [next] } as const]),
      ],
      notes: [t.verify],
    });
  },
});

/** Whether `#12` is a request, an incident, or nothing at all; undefined: the store does not say. */
async function findSubject(number: number, world: World): Promise<Subject | undefined> {
  const { requests, alerts } = world;
  const read = await askStore(
    Promise.all([requests.find({ number }), alerts.find({ number }), alerts.findAct(number)]),
  );
  if (!read.ok) return undefined;
  const [request, incident, act] = read.value;
  if (request !== undefined) return { number, is: 'request', name: request.words };
  if (act !== undefined) return { number, is: 'request', name: `${act.verb} ${act.target}` };
  if (incident === undefined) return { number, is: 'nothing' };
  const { rule, queue } = incident;
  return { number, is: 'incident', name: queue === undefined ? rule : `${rule} ${queue}` };
}

function parseFilter(words: Words): Judged<AuditFilter> {
  const fits = atMost(words, 1, declared);
  if (!fits.ok) return fits;
  const subject = parseSubject(words.plain[0]);
  if (!subject.ok) return subject;
  const who = parseWho(words.filters.get('who'));
  if (!who.ok) return who;
  const since = optionalDuration(words, 'since');
  if (!since.ok) return since;
  const verb = words.filters.get('verb');
  const before = words.filters.get('before');
  if (before !== undefined && !/^[1-9]\d{0,15}$/.test(before))
    return refuse({ code: 'not-a-job-id', typed: before });
  return accept({
    ...{ limit: pageSize, ...subject.value, ...who.value },
    ...(since.value === undefined ? {} : { sinceSeconds: since.value }),
    ...(verb === undefined ? {} : { verb: verb.toLowerCase() }),
    ...(before === undefined ? {} : { before: Number(before) }),
  });
}

/** `#12` is a request or an incident, `12` or a uuid a failed job. */
function parseSubject(typed: string | undefined): Judged<Pick<AuditFilter, 'job' | 'requestNumber'>> {
  if (typed === undefined) return accept({});
  const number = /^#([1-9]\d{0,9})$/.exec(narrow(typed))?.[1];
  if (number !== undefined) return accept({ requestNumber: Number(number) });
  const job = parseJob(typed);
  return job.ok ? accept({ job: job.value }) : job;
}

/** A mention as Slack writes it (`<@U0ANNA|anna>`), or a user id. */
function parseWho(typed: string | undefined): Judged<Pick<AuditFilter, 'userId'>> {
  if (typed === undefined) return accept({});
  const userId = /^(?:<@)?([UW][A-Z0-9]{2,20})(?:\|[^>]*)?>?$/.exec(typed)?.[1];
  return userId === undefined ? refuse({ code: 'not-a-person', typed }) : accept({ userId });
}

function wordsOf(words: Words): string {
  const filters = [...words.filters].filter(([key]) => key !== 'before');
  return ['audit', ...words.plain, ...filters.map(([key, value]) => `${key}=${value}`)].join(' ');
}

function item(row: NumberedRow, world: World, locale: Locale): Item {
  const t = auditText[locale];
  // `at` is the store's UTC text with microseconds; a date wants milliseconds and a zone.
  const at = new Date(`${row.at.slice(0, 23).replace(' ', 'T')}Z`);
  const line = t.line(
    row.seq,
    time(at, world.app.description.timezone),
    numberOf(row) ?? row.number,
    row.event,
    row.verb,
    row.target,
    actorOf(row),
  );
  return {
    text: rich`${line}${row.outcome === null ? '' : t.outcome(conclusionOf(row, locale) ?? row.outcome)}${row.reason === null ? '' : t.reason(row.reason)}`,
  };
}

/** A drill's outcome says more than that it succeeded or failed: at which step. */
function conclusionOf(row: AuditRow, locale: Locale): string | undefined {
  if (row.verb !== 'drill' || row.event !== 'OUTCOME') return undefined;
  const detail: unknown = JSON.parse(row.detail);
  if (typeof detail !== 'object' || detail === null || !('conclusion' in detail)) return undefined;
  const step = 'step' in detail && typeof detail.step === 'number' ? detail.step : 0;
  return drillText[locale].conclusions[String(detail.conclusion)]?.(step);
}

/** Of the request or incident, where the sealed row itself says it. */
function numberOf({ detail }: AuditRow): number | undefined {
  const said: unknown = JSON.parse(detail);
  if (typeof said !== 'object' || said === null || !('number' in said)) return undefined;
  return typeof said.number === 'number' ? said.number : undefined;
}

/** The Slack user id, where a person did it; Queuekeeper's own doings have none. */
function actorOf(row: AuditRow): string | undefined {
  const actor: unknown = JSON.parse(row.actor);
  if (typeof actor !== 'object' || actor === null || !('userId' in actor)) return undefined;
  const { userId } = actor;
  return typeof userId === 'string' && /^[UW][A-Z0-9]+$/.test(userId) ? userId : undefined;
}
