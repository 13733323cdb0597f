/**
 * From the driver's rows to incidents and what belongs to them. The store wrote these values itself, so a cast names what
 * it wrote.
 */
import { calmState, type RuleState } from '../alerts/episode.ts';
import type { StoredState } from '../alerts/ports.ts';
import { canonicalJson } from '../core/canonical.ts';
import type {
  Accepted,
  Acknowledgement,
  EntryKind,
  Fingerprint,
  GatheringId,
  Incident,
  IncidentFacts,
  IncidentId,
  NumberedEntry,
  Silence,
} from '../core/incident.ts';
import { actorOf, factsOf, instantOf } from './rows.ts';
import type { Row } from './sql.ts';

/** As the database takes it: UTC, to the millisecond. */
export const timeText = (date: Date): string => date.toISOString().replace('T', ' ').replace('Z', '');

const instant = (value: unknown): Date | undefined => (value === null ? undefined : instantOf(value));
const text = (value: unknown): string | undefined => (value === null ? undefined : String(value));
const amount = (value: unknown): number | undefined => (value === null ? undefined : Number(value));

const numbered = (value: unknown): { readonly request?: number } =>
  value === null || value === undefined ? {} : { request: Number(value) };

export const incidentOf = (row: Row): Incident => ({
  ...{ id: String(row['id']) as IncidentId, number: Number(row['number']), rule: String(row['rule']) },
  fingerprint: String(row['fingerprint']) as Fingerprint,
  ...{ app: String(row['app']), queue: text(row['queue']) },
  severity: String(row['severity']) as Incident['severity'],
  state: String(row['state']) as Incident['state'],
  ...{ breachedAt: instantOf(row['breached_at']), firedAt: instantOf(row['fired_at']) },
  resolvedAt: instant(row['resolved_at']),
  acknowledgement: row['acknowledgement'] === null ? undefined : acknowledgementOf(row['acknowledgement']),
  ...{ value: amount(row['value']), worst: amount(row['worst']), facts: incidentFactsOf(row['facts']) },
  flapping: Number(row['flapping']) === 1,
  steps: stepsOf(String(row['steps'])),
  hushed: Number(row['hushed']) === 1,
  gatheredIn: text(row['gathered_in']) as GatheringId | undefined,
  ...{ entries: Number(row['entries']), version: Number(row['version']) },
});

export const stepsText = (steps: readonly number[]): string => steps.join(',');
const stepsOf = (steps: string): readonly number[] => (steps === '' ? [] : steps.split(',').map(Number));

export const acknowledgementText = (acknowledgement: Acknowledgement): string =>
  canonicalJson({
    ...{ by: acknowledgement.by, severity: acknowledgement.severity, value: acknowledgement.value ?? null },
    ...{ at: acknowledgement.at.toISOString(), remindedAt: acknowledgement.remindedAt.toISOString() },
    ...(acknowledgement.request === undefined ? {} : { request: acknowledgement.request }),
  });

function acknowledgementOf(json: unknown): Acknowledgement {
  const { by, severity, value, at, remindedAt, request } = factsOf(json);
  return {
    ...{ by: by as Acknowledgement['by'], severity: severity as Acknowledgement['severity'] },
    value: amount(value),
    ...{ at: new Date(String(at)), remindedAt: new Date(String(remindedAt)) },
    ...numbered(request),
  };
}

const incidentFactsOf = (json: unknown): IncidentFacts => factsOf(json) as IncidentFacts;

/** `prefix`: of the entry's columns, where they stand beside others. */
export const numberedEntryOf = (row: Row, prefix = ''): NumberedEntry => ({
  ...{ number: Number(row[`${prefix}number`]), version: Number(row[`${prefix}version`]) },
  kind: String(row[`${prefix}kind`]) as EntryKind,
  at: instantOf(row[`${prefix}at`]),
  facts: incidentFactsOf(row[`${prefix}facts`]),
});

export const silenceOf = (row: Row): Silence => ({
  ...{ id: String(row['id']), rule: String(row['rule']), app: String(row['app']), queue: text(row['queue']) },
  ...{ from: instantOf(row['from_at']), until: instantOf(row['until_at']) },
  ...{ reason: String(row['reason']), by: actorOf(row['actor']), critical: Number(row['critical']) === 1 },
  ...numbered(row['request_number']),
});

export const acceptedOf = (row: Row): Accepted => ({
  app: String(row['app']),
  queue: row['queue'] === '' ? undefined : String(row['queue']),
  jobClass: row['job_class'] === '' ? undefined : String(row['job_class']),
  ...{ upTo: Number(row['up_to']), at: instantOf(row['at']) },
  ...{ reason: String(row['reason']), by: actorOf(row['actor']) },
  ...numbered(row['request_number']),
});

export const storedStateOf = (row: Row): StoredState => ({
  fingerprint: String(row['fingerprint']) as Fingerprint,
  ...{ rule: String(row['rule']), app: String(row['app']), queue: text(row['queue']) },
  state: stateOf(factsOf(row['whole'])),
  incidentId: text(row['episode_id']) as IncidentId | undefined,
  ruleHash: String(row['rule_hash']),
});

/** Instants as milliseconds since 1970. What a later release adds to a state begins calm. */
export function stateText(state: RuleState): string {
  const plain = Object.entries(state).map(([name, value]) => [
    name,
    value instanceof Date ? { ms: value.getTime() } : (value ?? null),
  ]);
  return canonicalJson(Object.fromEntries(plain));
}

function stateOf(plain: Readonly<Record<string, unknown>>): RuleState {
  const parsed = Object.entries(plain).map(([name, value]) => [name, stateValueOf(value)]);
  return { ...calmState, ...Object.fromEntries(parsed) } as RuleState;
}

function stateValueOf(value: unknown): unknown {
  if (typeof value !== 'object') return value;
  return value !== null && 'ms' in value ? new Date(Number(value.ms)) : undefined;
}
