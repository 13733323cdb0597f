import type { Incident } from '../core/incident.ts';

/**
 * What the evaluator remembers among an incident's facts, so that it outlives each process: how far it told of failures, what was
 * paged, since when it counts. Of no use to people.
 */
const ownNotes: ReadonlySet<string> = new Set([
  ...['pageWanted', 'pageTold', 'pageTries', 'toldFirst', 'toldUpTo', 'toldValue', 'toldAt', 'toldKinds'],
  ...['untold', 'saidAt', 'saidUpTo', 'roseAt', 'criticalSince', 'heldBackTold'],
]);

/** The incident as it is told outside. */
export const withoutOwnNotes = (incident: Incident): Incident => ({
  ...incident,
  facts: Object.fromEntries(Object.entries(incident.facts).filter(([name]) => !ownNotes.has(name))),
});
