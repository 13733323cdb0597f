import type { AlertMemory, EvaluatorLease } from '../alerts/ports.ts';
import type { Fingerprint } from '../core/incident.ts';
import { listDoings } from './doings.ts';
import { nowUnderLease } from './evaluator-lease.ts';
import { acceptedOf, incidentOf, silenceOf, storedStateOf, timeText } from './incident-rows.ts';
import { pageEndKind } from './outbox.ts';
import { instantOf } from './rows.ts';
import type { Sql } from './sql.ts';

const hourMs = 3_600_000;
/** What a quiet window held back is told at its end, or after a day not at all. */
const passedMs = 24 * hourMs;

/** All that one tick needs to know; of our own doings those that ended less than so long ago. Throws `LeaseLost`. */
export async function loadMemory(
  sql: Sql,
  lease: EvaluatorLease,
  holdAfterSeconds: number,
): Promise<AlertMemory> {
  const now = await nowUnderLease(sql, lease);
  const [last] = await sql.all('SELECT ticked_at FROM alert_evaluator WHERE one = 1');
  const ticked = last?.['ticked_at'] ?? null;
  const at = timeText(now);
  const since = (ms: number): string => timeText(new Date(now.getTime() - ms));
  const states = (await sql.all('SELECT * FROM rule_states')).map(storedStateOf);
  const open = await sql.all('SELECT * FROM incidents WHERE open_fingerprint IS NOT NULL ORDER BY number');
  const passed = await sql.all(
    "SELECT * FROM incidents WHERE resolved_at > ? AND hushed = 1 AND state = 'resolved' ORDER BY number",
    [since(passedMs)],
  );
  return {
    now,
    tickedAt: ticked === null ? undefined : instantOf(ticked),
    states: new Map(states.map((state) => [state.fingerprint, state])),
    open: new Map(open.map(incidentOf).map((incident) => [incident.fingerprint, incident])),
    silences: (
      await sql.all('SELECT * FROM silences WHERE ended = 0 AND until_at > ? ORDER BY until_at', [at])
    ).map(silenceOf),
    endedSilences: (
      await sql.all('SELECT * FROM silences WHERE ended = 0 AND until_at <= ? ORDER BY until_at', [at])
    ).map(silenceOf),
    passed: passed.map(incidentOf),
    accepted: (await sql.all('SELECT * FROM accepted_failures')).map(acceptedOf),
    unended: (await sql.all(unendedText, [pageEndKind])).map(incidentOf),
    doings: await listDoings(sql, holdAfterSeconds),
    recent: await countTransitions(sql, since(hourMs)),
  };
}

/** Their pagers are owed the end. */
const unendedText = `SELECT i.* FROM outbox o JOIN incidents i ON i.id = o.request_id
  WHERE o.state = 'waiting' AND o.lane = 'pages' AND o.kind = ? ORDER BY o.id`;

async function countTransitions(sql: Sql, since: string): Promise<ReadonlyMap<Fingerprint, number>> {
  const rows = await sql.all(
    `SELECT fingerprint, COUNT(*) AS n FROM (
       SELECT fingerprint FROM incidents WHERE fired_at > ?
       UNION ALL SELECT fingerprint FROM incidents WHERE resolved_at > ?
     ) transitions GROUP BY fingerprint`,
    [since, since],
  );
  // This room wrote the fingerprints.
  return new Map(rows.map((row) => [String(row['fingerprint']) as Fingerprint, Number(row['n'])]));
}
