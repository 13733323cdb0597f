import type { NewIncident } from '../alerts/ports.ts';
import { type AuditActor, type AuditEntry, type AuditEvent, queuekeeper } from '../core/audit.ts';
import type { RequestId } from '../core/ids.ts';
import type { Accepted, EntryKind, Incident, Silence, ThreadEntry } from '../core/incident.ts';

/** What is sealed of an incident's entries; what is not named here is told in the thread alone. */
const sealedEvents: { readonly [kind in EntryKind]?: AuditEvent } = {
  ...{ rose: 'ALERT_ROSE', resolved: 'ALERT_RESOLVED', escalated: 'ESCALATED', 'ack-lapsed': 'ACK_LAPSED' },
  ...{ paged: 'PAGED', 'page-failed': 'PAGED' },
};

type Named = Pick<Incident, 'id' | 'number' | 'rule' | 'app' | 'queue' | 'severity'>;

/** An incident's row: `audit #12` finds it by the incident's id. */
export const entryAbout = (
  incident: Named,
  event: AuditEvent,
  rest: Pick<AuditEntry, 'detail'> & Partial<Pick<AuditEntry, 'actor' | 'verb' | 'reason' | 'outcome'>>,
): AuditEntry => ({
  ...{ event, actor: queuekeeper, verb: 'alerts', app: incident.app, requestId: incident.id },
  target: targetOf(incident),
  ...rest,
  detail: { ...rest.detail, number: incident.number, severity: incident.severity },
});

export const targetOf = ({
  rule,
  queue,
}: {
  readonly rule: string;
  readonly queue: string | undefined;
}): string => (queue === undefined ? `rule=${rule}` : `rule=${rule} queue=${queue}`);

export const firedEntry = (incident: Incident, { value, breachedAt }: NewIncident): AuditEntry =>
  entryAbout(incident, 'ALERT_FIRED', {
    outcome: incident.severity,
    detail: {
      ...{ value: value ?? null, breachedAt: breachedAt.toISOString(), hushed: incident.hushed },
      fingerprint: incident.fingerprint,
    },
  });

export const sealedEntries = (incident: Incident, entries: readonly ThreadEntry[]): readonly AuditEntry[] =>
  entries.flatMap(({ kind, facts }) => {
    const event = sealedEvents[kind];
    if (event === undefined) return [];
    const outcome = kind === 'page-failed' ? { outcome: 'failed' } : {};
    return [entryAbout(incident, event, { ...outcome, detail: { ...facts, value: incident.value ?? null } })];
  });

/** A row of the silence's own, which has a number; `incidents`: the open ones that it is for. */
export function silenceEntry(
  event: 'SILENCED' | 'SILENCE_ENDED',
  silence: Silence,
  actor: AuditActor,
  incidents: readonly Incident[],
): AuditEntry {
  const { app, reason, critical, request, from, until } = silence;
  const detail = {
    ...{ from: from.toISOString(), until: until.toISOString(), critical },
    ...(request === undefined ? {} : { number: request }),
    ...(incidents.length === 0 ? {} : { incidents: incidents.map(({ number }) => number) }),
  };
  const requestId = silence.id as RequestId; // a silence has the id of its request
  return { event, actor, verb: 'silence', app, target: targetOf(silence), reason, detail, requestId };
}

/** The silence is for this incident. */
export const covers = (silence: Pick<Silence, 'rule' | 'app' | 'queue'>, incident: Incident): boolean =>
  silence.app === incident.app &&
  silence.rule === incident.rule &&
  (silence.queue === undefined || silence.queue === incident.queue);

/** The incident is about failures, and these are among them as far as its facts tell. */
export const counts = (incident: Incident, { app, queue }: Pick<Accepted, 'app' | 'queue'>): boolean => {
  const { watch, failed } = incident.facts;
  const isAboutFailures = watch === 'failed_jobs' || (watch === 'utilization' && Number(failed ?? 0) > 0);
  const isThere = queue === undefined || incident.queue === undefined || incident.queue === queue;
  return incident.app === app && isAboutFailures && isThere;
};
