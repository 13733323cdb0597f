import type { Incident, IncidentFacts, ThreadEntry } from '../core/incident.ts';
import type { MissingPart } from '../core/reading.ts';

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
