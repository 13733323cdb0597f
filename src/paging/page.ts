import type { Severity } from '../core/alert-description.ts';
import type { Incident, IncidentFacts } from '../core/incident.ts';
import { redact } from '../core/redact.ts';
import type { RequestView } from '../core/request.ts';
import type { RequestPageEvent } from '../core/request-pages.ts';
import { capText, strip } from '../core/strip.ts';

export type PageEvent = 'trigger' | 'acknowledge' | 'resolve';

/** What a page says, whatever takes it. */
export interface Page {
  /** One for all events of the same thing. */
  readonly key: string;
  /** Tells this event from every other one of the same key; the same again when it is sent again. */
  readonly occurrence: string;
  /** One sentence without markup. */
  readonly summary: string;
  readonly severity: Severity;
  /** `fap (production)`. */
  readonly source: string;
  readonly since: Date;
  /** Rule and queue. */
  readonly about: { readonly rule?: string; readonly queue?: string };
  /** Numbers and short words; nothing of a payload. */
  readonly details: IncidentFacts;
}

const longestSummary = 1_024;
const longestDetail = 500;
const mostDetails = 40;

/** A request that waits for another person, as a page. */
export function requestPageOf(
  event: RequestPageEvent,
  view: RequestView,
  summary: string,
  environment: string | undefined,
): Page {
  const { id, number, app, words, count, requester, reason, requestedAt, expiresAt } = view;
  return {
    ...{ key: `queuekeeper-${id}`, occurrence: event, summary: oneLine(summary) },
    // Nothing is broken, and yet somebody is meant to come.
    ...{ severity: 'critical', source: sourceOf(app, environment), since: requestedAt, about: {} },
    details: short({
      ...{ words: redact(words), jobs: count, requester: requester.name },
      ...{ reason: reason === null ? null : redact(reason) },
      ...{ until: expiresAt?.toISOString() ?? null, request: `#${number}` },
    }),
  };
}

/** An incident as a page. `environment`: of its app. */
export function pageOf(
  event: PageEvent,
  incident: Incident,
  summary: string,
  environment: string | undefined,
): Page {
  const { id, number, rule, app, queue, severity, value, worst, facts } = incident;
  return {
    key: `queuekeeper-${id}`,
    occurrence: occurrenceOf(event, incident),
    summary: oneLine(summary),
    severity,
    source: sourceOf(app, environment),
    since: incident.breachedAt,
    about: { rule, ...(queue === undefined ? {} : { queue }) },
    details: short({ ...facts, incident: `#${number}`, value: value ?? null, worst: worst ?? null }),
  };
}

const oneLine = (summary: string): string =>
  capText(strip(summary).replace(/\s+/g, ' ').trim(), longestSummary);

const sourceOf = (app: string, environment: string | undefined): string =>
  environment === undefined ? app : `${app} (${environment})`;

/** A trigger is another one when the incident rose or climbed; an acknowledgement, when it was given anew. */
function occurrenceOf(event: PageEvent, { severity, steps, acknowledgement }: Incident): string {
  if (event === 'trigger') return `trigger-${severity}-${steps.length}`;
  if (event === 'acknowledge') return `acknowledge-${acknowledgement?.at.getTime() ?? 0}`;
  return 'resolve';
}

/** The newest keys are ours and stay, whatever comes from the application. */
const short = (facts: IncidentFacts): IncidentFacts =>
  Object.fromEntries(
    Object.entries(facts)
      .slice(-mostDetails)
      .map(([key, value]) => [key, typeof value === 'string' ? capText(strip(value), longestDetail) : value]),
  );
