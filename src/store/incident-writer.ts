import { mayHavePaged } from '../alerts/pages.ts';
import type { IncidentChange, NewIncident } from '../alerts/ports.ts';
import { canonicalJson } from '../core/canonical.ts';
import type { Incident, IncidentId, ThreadEntry } from '../core/incident.ts';
import { growGathering } from './gatherings.ts';
import { acknowledgementText, incidentOf, stepsText, timeText } from './incident-rows.ts';
import { putEntryOut, putPageEndOut } from './outbox.ts';
import type { Sql } from './sql.ts';

/** Where incidents are told; undefined: nowhere but in the store. */
export type AlertsChannel = string | undefined;

export type EntryOnce = ThreadEntry & {
  /** Told once under this name, whoever tells it. */
  readonly once?: string;
};

/** What may change; left out: stays. Null takes an acknowledgement away. */
export type Changes = Partial<Omit<IncidentChange, 'id' | 'entries'>> & { readonly resolvedAt?: Date };

/** What people did and how it ended is said even while the rest is held back, where there is a root to say it below. */
const saidAlways = new Set<ThreadEntry['kind']>([
  ...(['resolved', 'acknowledged', 'silenced', 'accepted', 'silence-ended', 'operation'] as const),
]);

/** With its number, its root where it has one, and its first entries. `at`: when it fired. */
export async function openIncident(
  sql: Sql,
  channel: AlertsChannel,
  incident: NewIncident,
  at: Date,
): Promise<Incident> {
  const { insertId: number } = await sql.run("INSERT INTO numbers (kind) VALUES ('incident')");
  const { id, fingerprint, rule, app, queue, severity, breachedAt, value, facts, hushed, entries } = incident;
  await sql.run(
    `INSERT INTO incidents (id, number, rule, fingerprint, open_fingerprint, app, queue, severity, state, breached_at,
       fired_at, value, worst, facts, steps, hushed) VALUES (?)`,
    [
      [
        ...[id, number, rule, fingerprint, fingerprint, app, queue ?? null, severity, 'open'],
        ...[timeText(breachedAt), timeText(at), value ?? null, value ?? null, canonicalJson(facts)],
        ...[stepsText(incident.steps ?? []), hushed ? 1 : 0],
      ],
    ],
  );
  const opened = await getIncident(sql, id);
  await putRootOut(sql, channel, opened);
  return addEntries(sql, channel, opened, entries);
}

/**
 * A change to an incident that the caller has locked, with its entries: a new version, which its root and its gathering's
 * are to show. What is let out gets a root.
 */
export async function changeIncident(
  sql: Sql,
  channel: AlertsChannel,
  before: Incident,
  changes: Changes,
  entries: readonly EntryOnce[],
): Promise<Incident> {
  const columns = columnsOf(changes);
  await sql.run(
    `UPDATE incidents SET ${[...columns.map(([name]) => `${name} = ?`), 'version = version + 1'].join(', ')} WHERE id = ?`,
    [...columns.map(([, value]) => value), before.id],
  );
  const changed = await getIncident(sql, before.id);
  await putRootOut(sql, channel, changed);
  await sql.run('UPDATE cards SET wanted_version = ?, behind = 1 WHERE request_id = ?', [
    ...[changed.version, changed.id],
  ]);
  if (changed.gatheredIn !== undefined) await growGathering(sql, changed.gatheredIn);
  if (changes.state === 'resolved' && mayHavePaged(changed)) await putPageEndOut(sql, changed.id);
  return addEntries(sql, channel, changed, entries);
}

/** Locks them in one order, so that writers of several don't wait for each other. */
export async function lockIncidents(
  sql: Sql,
  ids: readonly IncidentId[],
): Promise<ReadonlyMap<IncidentId, Incident>> {
  if (ids.length === 0) return new Map();
  const rows = await sql.all('SELECT * FROM incidents WHERE id IN (?) ORDER BY id FOR UPDATE', [ids]);
  return new Map(rows.map(incidentOf).map((incident) => [incident.id, incident]));
}

export async function findOpenIncidents(sql: Sql, app: string): Promise<readonly Incident[]> {
  const rows = await sql.all(
    "SELECT * FROM incidents WHERE app = ? AND state IN ('open', 'acknowledged') ORDER BY number",
    [app],
  );
  return rows.map(incidentOf);
}

export async function getIncident(sql: Sql, id: IncidentId): Promise<Incident> {
  const [row] = await sql.all('SELECT * FROM incidents WHERE id = ?', [id]);
  if (row === undefined) throw new Error('an incident that was written is not there');
  return incidentOf(row);
}

type Column = readonly [name: string, value: string | number | null];

function columnsOf(changes: Changes): readonly Column[] {
  const { severity, state, value, worst, facts, flapping, steps, acknowledgement, hushed, resolvedAt } =
    changes;
  return [
    ...column('severity', severity),
    ...column('state', state),
    ...column('value', value),
    ...column('worst', worst),
    ...column('facts', facts === undefined ? undefined : canonicalJson(facts)),
    ...column('flapping', flapping === undefined ? undefined : Number(flapping)),
    ...column('steps', steps === undefined ? undefined : stepsText(steps)),
    ...column('hushed', hushed === undefined ? undefined : Number(hushed)),
    ...column('acknowledgement', acknowledgement && acknowledgementText(acknowledgement)),
    ...(state === 'resolved'
      ? ([['open_fingerprint', null], ...column('resolved_at', resolvedAt && timeText(resolvedAt))] as const)
      : []),
  ];
}

const column = (name: string, value: string | number | null | undefined): readonly Column[] =>
  value === undefined ? [] : [[name, value]];

/** Unless it is there: what is hushed has none, what was gathered has its reply. A new channel gets a root of its own. */
async function putRootOut(sql: Sql, channel: AlertsChannel, incident: Incident): Promise<void> {
  const { id, version, hushed, state, gatheredIn } = incident;
  if (channel === undefined || hushed || state === 'resolved' || gatheredIn !== undefined) return;
  await sql.run(
    "INSERT IGNORE INTO cards (request_id, channel, thread_ts, wanted_version) VALUES (?, ?, '', ?)",
    [id, channel, version],
  );
}

/** Numbered by the incident's own count, under its lock. Those that were told before are left out. */
async function addEntries(
  sql: Sql,
  channel: AlertsChannel,
  incident: Incident,
  entries: readonly EntryOnce[],
): Promise<Incident> {
  const fresh = await notYetTold(sql, incident, entries);
  if (fresh.length === 0) return incident;
  const { id, version, entries: count } = incident;
  await sql.run(
    'INSERT INTO incident_entries (incident_id, number, version, kind, at, facts, once_key) VALUES ?',
    [
      fresh.map(({ kind, at, facts, once }, index) => [
        ...[id, count + index + 1, version, kind, timeText(at), canonicalJson(facts), once ?? null],
      ]),
    ],
  );
  await sql.run('UPDATE incidents SET entries = ? WHERE id = ?', [count + fresh.length, id]);
  if (channel !== undefined && (await hasCard(sql, incident, channel))) {
    for (const [index, { kind }] of fresh.entries()) {
      if (!incident.hushed || saidAlways.has(kind)) await putEntryOut(sql, id, count + index + 1, channel);
    }
  }
  return { ...incident, entries: count + fresh.length };
}

async function notYetTold(
  sql: Sql,
  { id }: Incident,
  entries: readonly EntryOnce[],
): Promise<readonly EntryOnce[]> {
  const names = entries.flatMap(({ once }) => (once === undefined ? [] : [once]));
  if (names.length === 0) return entries;
  const rows = await sql.all(
    'SELECT once_key FROM incident_entries WHERE incident_id = ? AND once_key IN (?)',
    [id, names],
  );
  const told = new Set(rows.map((row) => String(row['once_key'])));
  return entries.filter(({ once }) => once === undefined || !told.has(once));
}

async function hasCard(sql: Sql, { id }: Incident, channel: string): Promise<boolean> {
  const cards = await sql.all('SELECT 1 FROM cards WHERE request_id = ? AND channel = ?', [id, channel]);
  return cards.length > 0;
}
