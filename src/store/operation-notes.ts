import type { OperationNote } from '../alerts/ports.ts';
import type { Incident, IncidentFacts, IncidentId } from '../core/incident.ts';
import { type AlertsChannel, changeIncident, findOpenIncidents, lockIncidents } from './incident-writer.ts';
import { factsOf } from './rows.ts';
import type { Sql } from './sql.ts';
import { storeNow } from './store-clock.ts';

/** In the thread that it was started in, and in those of open incidents that it touches; once each, whoever tells it. */
export async function noteOperation(sql: Sql, channel: AlertsChannel, note: OperationNote): Promise<void> {
  const at = await storeNow(sql);
  const touched = (await findOpenIncidents(sql, note.app)).filter(({ queue }) => queue === note.queue);
  const ids = new Set<IncidentId>([
    ...touched.map(({ id }) => id),
    ...(note.incidentId === undefined ? [] : [note.incidentId]),
    ...(note.phase === 'ended' ? await beganIn(sql, note.requestNumber) : []),
  ]);
  for (const incident of (await lockIncidents(sql, [...ids])).values()) {
    const before = await findTold(sql, incident.id, onceKey(note.requestNumber, 'began'));
    if ((await findTold(sql, incident.id, onceKey(note.requestNumber, note.phase))) !== undefined) continue;
    const facts = factsAbout(note, incident, before);
    const once = onceKey(note.requestNumber, note.phase);
    await changeIncident(sql, channel, incident, {}, [{ kind: 'operation', at, facts, once }]);
  }
}

const onceKey = (requestNumber: number, phase: OperationNote['phase']): string =>
  `operation ${requestNumber} ${phase}`;

function factsAbout(
  { requestNumber, verb, phase, outcome, actor }: OperationNote,
  incident: Incident,
  before: IncidentFacts | undefined,
): IncidentFacts {
  return {
    ...{ request: requestNumber, verb, phase, by: actor.userId, name: actor.name },
    value: incident.value ?? null,
    ...(outcome === undefined ? {} : { outcome }),
    ...(phase === 'ended' ? { before: before?.['value'] ?? null } : {}),
  };
}

async function findTold(sql: Sql, id: IncidentId, once: string): Promise<IncidentFacts | undefined> {
  const [row] = await sql.all('SELECT facts FROM incident_entries WHERE incident_id = ? AND once_key = ?', [
    ...[id, once],
  ]);
  return row === undefined ? undefined : (factsOf(row['facts']) as IncidentFacts); // this room wrote them
}

/** Longer than whoever ran it waits for the next measurement, so that who is told here comes from a process that is gone. */
const owedAfterSeconds = 90;
const owedForHours = 24;
const mostOwed = 20;

/** See `AlertDesk`. */
export async function listUnended(sql: Sql): Promise<readonly number[]> {
  const rows = await sql.all(
    `SELECT DISTINCT a.number FROM executions e JOIN approvals a ON a.id = e.request_id
       JOIN incident_entries began ON began.once_key = CONVERT(CONCAT('operation ', a.number, ' began') USING ascii)
       LEFT JOIN incident_entries ended ON ended.incident_id = began.incident_id
         AND ended.once_key = CONVERT(CONCAT('operation ', a.number, ' ended') USING ascii)
     WHERE e.finished_at < UTC_TIMESTAMP(6) - INTERVAL ? SECOND
       AND e.finished_at > UTC_TIMESTAMP(6) - INTERVAL ? HOUR AND ended.number IS NULL
     ORDER BY a.number LIMIT ?`,
    [owedAfterSeconds, owedForHours, mostOwed],
  );
  return rows.map((row) => Number(row['number']));
}

/** An incident that was resolved meanwhile hears the end of what began in it. */
async function beganIn(sql: Sql, requestNumber: number): Promise<readonly IncidentId[]> {
  const rows = await sql.all('SELECT incident_id FROM incident_entries WHERE once_key = ?', [
    onceKey(requestNumber, 'began'),
  ]);
  return rows.map((row) => String(row['incident_id']) as IncidentId); // this room wrote them
}
