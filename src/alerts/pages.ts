import type { Incident, IncidentFacts, IncidentId, ThreadEntry } from '../core/incident.ts';
import type { MissingPart } from '../core/reading.ts';
import type { PageEnd } from './ports.ts';

export type PageEvent = 'trigger' | 'acknowledge' | 'resolve';

/** What came of a page; `missing`: who did not take it, and why. */
export interface PageResult {
  readonly event: PageEvent;
  readonly missing: MissingPart | undefined;
}

/** That a step of its escalation pages is kept among an incident's facts, and what was taken: so a page outlives its process. */
export const wantsPage: IncidentFacts = { pageWanted: true };

/** The page that an open incident still owes; undefined: none. An acknowledgement that lapsed triggers again. */
export function pageDue({
  facts,
  acknowledgement,
}: Pick<Incident, 'facts' | 'acknowledgement'>): PageEvent | undefined {
  if (facts['pageWanted'] !== true) return undefined;
  const told = facts['pageTold'];
  if (acknowledgement !== undefined) return told === 'trigger' ? 'acknowledge' : undefined;
  return told === 'trigger' ? undefined : 'trigger';
}

/** An end that nobody took is given up after so long: who was paged has seen it by then. */
const endForMs = 3_600_000;

/** Which of those that owe their pager the end owe it no longer: it was taken, or nobody took it for an hour. */
export const endedPages = (
  unended: readonly Incident[],
  results: ReadonlyMap<IncidentId, PageResult>,
  now: Date,
): readonly PageEnd[] =>
  unended.flatMap(({ id, resolvedAt, firedAt }): readonly PageEnd[] => {
    const result = results.get(id);
    if (result?.event === 'resolve' && result.missing === undefined) return [{ id, taken: true }];
    return now.getTime() - (resolvedAt ?? firedAt).getTime() >= endForMs ? [{ id, taken: false }] : [];
  });

/**
 * Whoever may have been paged is told that it is over: of a page whose answer was lost nobody knows, and what takes pages
 * has no use for the end of what it never heard of.
 */
export const mayHavePaged = ({ facts }: Pick<Incident, 'facts'>): boolean => facts['pageWanted'] === true;

/** What the thread says of it: that it was taken, or the first time that it was not; each try is counted. */
export function recordPage(
  { facts }: Pick<Incident, 'facts'>,
  { event, missing }: PageResult,
  now: Date,
): { readonly facts: IncidentFacts; readonly entries: readonly ThreadEntry[] } {
  const tries = (typeof facts['pageTries'] === 'number' ? facts['pageTries'] : 0) + 1;
  if (missing === undefined)
    return {
      facts: { pageTold: event, pageTries: 0 },
      entries: [{ kind: 'paged', at: now, facts: { event, tries } }],
    };
  const why = { target: missing.name, event, why: missing.why, detail: missing.detail ?? null };
  return {
    facts: { pageTries: tries },
    entries: tries === 1 ? [{ kind: 'page-failed', at: now, facts: why }] : [],
  };
}
