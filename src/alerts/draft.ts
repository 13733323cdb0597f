import type { Incident, IncidentFacts, ThreadEntry } from '../core/incident.ts';
import type { IncidentChange, NewIncident } from './ports.ts';

/** An incident while a tick decides on it: as it was (undefined: this tick opens it), as it will be, and what its thread says of it. */
export interface Draft {
  readonly before: Incident | undefined;
  readonly now: Incident;
  readonly entries: readonly ThreadEntry[];
}

export const draftOf = (incident: Incident): Draft => ({ before: incident, now: incident, entries: [] });

export const change = (
  draft: Draft,
  changes: Partial<Incident>,
  entries: readonly ThreadEntry[] = [],
): Draft => ({
  ...draft,
  now: { ...draft.now, ...changes },
  entries: [...draft.entries, ...entries],
});

export const addFacts = (draft: Draft, facts: IncidentFacts, entries: readonly ThreadEntry[] = []): Draft =>
  change(draft, { facts: { ...draft.now.facts, ...facts } }, entries);

export const newIncidentOf = ({ now, entries }: Draft): NewIncident => {
  const { id, fingerprint, rule, app, queue, severity, breachedAt, value, steps, facts, hushed } = now;
  return { id, fingerprint, rule, app, queue, severity, breachedAt, value, steps, facts, hushed, entries };
};

/** Only what differs; undefined: nothing does, and its root need not be drawn again. */
export function changeOf({ before, now, entries }: Draft): IncidentChange | undefined {
  if (before === undefined) return undefined;
  const { severity, state, value, worst, flapping, hushed, steps, acknowledgement } = now;
  const changes = {
    ...(severity === before.severity ? {} : { severity }),
    ...(state === before.state ? {} : { state }),
    ...(value === undefined || value === before.value ? {} : { value }),
    ...(worst === undefined || worst === before.worst ? {} : { worst }),
    ...(isSame(now.facts, before.facts) ? {} : { facts: now.facts }),
    ...(flapping === before.flapping ? {} : { flapping }),
    ...(hushed === before.hushed ? {} : { hushed }),
    ...(steps.length === before.steps.length ? {} : { steps }),
    ...(acknowledgement === before.acknowledgement ? {} : { acknowledgement: acknowledgement ?? null }),
  };
  if (Object.keys(changes).length === 0 && entries.length === 0) return undefined;
  return { id: now.id, ...changes, entries };
}

function isSame(a: IncidentFacts, b: IncidentFacts): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
