import { ulid } from 'ulid';
import type { NumberedAct } from '../alerts/ports.ts';
import type { RequestId } from '../core/ids.ts';
import type { Incident } from '../core/incident.ts';
import type { Sql } from './sql.ts';

/** What is said of incidents and failures alone: no execution, no card, and yet a number like every other request. */
export interface NewRecord {
  readonly verb: 'ack' | 'silence' | 'accept';
  readonly app: string;
  /** As in its sealed row. */
  readonly target: string;
}

/** In the transaction that does it, so that what is refused, or done already, takes no number. */
export async function insertRecord(
  sql: Sql,
  { verb, app, target }: NewRecord,
): Promise<{ readonly id: RequestId; readonly number: number }> {
  const id = ulid() as RequestId; // a fresh ULID is a request's id by definition
  const { insertId: number } = await sql.run("INSERT INTO numbers (kind) VALUES ('request')");
  await sql.run('INSERT INTO records (id, number, verb, app, target) VALUES (?)', [
    [id, number, verb, app, target],
  ]);
  return { id, number };
}

/** So `audit #N` of an incident shows it as well. */
export async function linkIncidents(
  sql: Sql,
  recordId: string,
  incidents: readonly Pick<Incident, 'id'>[],
): Promise<void> {
  if (incidents.length === 0) return;
  await sql.run('INSERT IGNORE INTO record_incidents (incident_id, record_id) VALUES ?', [
    incidents.map(({ id }) => [id, recordId]),
  ]);
}

export async function findRecord(sql: Sql, number: number): Promise<NumberedAct | undefined> {
  const [row] = await sql.all('SELECT verb, target FROM records WHERE number = ?', [number]);
  return row && { number, verb: String(row['verb']), target: String(row['target']) };
}
