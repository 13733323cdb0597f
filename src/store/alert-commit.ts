import { ulid } from 'ulid';
import type { PageEnd, StoredState, TickChanges } from '../alerts/ports.ts';
import { type AuditEntry, queuekeeper } from '../core/audit.ts';
import type { Digest } from '../core/incident.ts';
import { covers, entryAbout, firedEntry, sealedEntries, silenceEntry } from './alert-entries.ts';
import { gatherRoots } from './gatherings.ts';
import { silenceOf, stateText, timeText } from './incident-rows.ts';
import {
  type AlertsChannel,
  changeIncident,
  findOpenIncidents,
  getIncident,
  lockIncidents,
  openIncident,
} from './incident-writer.ts';
import { pageEndKind, putDigestOut, putSilenceEndOut } from './outbox.ts';
import { linkIncidents } from './records.ts';
import { addSamples } from './samples.ts';
import type { Sql } from './sql.ts';

/** Everything of one tick, inside one transaction that holds the evaluator's lease; what is to be sealed of it. */
export async function commitTick(
  sql: Sql,
  channel: AlertsChannel,
  tick: TickChanges,
  series: ReadonlyMap<string, number>,
): Promise<readonly AuditEntry[]> {
  const sealed: AuditEntry[] = [];
  for (const incident of tick.opened) {
    const opened = await openIncident(sql, channel, incident, tick.at);
    sealed.push(firedEntry(opened, incident), ...sealedEntries(opened, incident.entries));
  }
  const locked = await lockIncidents(
    sql,
    tick.changed.map(({ id }) => id),
  );
  for (const { id, entries, ...changes } of tick.changed) {
    const before = locked.get(id);
    if (before === undefined || before.state === 'resolved') continue;
    const changed = await changeIncident(sql, channel, before, { ...changes, resolvedAt: tick.at }, entries);
    sealed.push(...sealedEntries(changed, entries));
  }
  await keepStates(sql, tick.states);
  if (tick.forgotten !== undefined && tick.forgotten.length > 0)
    await sql.run('DELETE FROM rule_states WHERE fingerprint IN (?)', [tick.forgotten]);
  await addSamples(sql, series, tick.samples, tick.at);
  sealed.push(...(await endSilences(sql, tick.at)), ...(await endPages(sql, tick.pageEnds ?? [])));
  if (channel !== undefined) {
    if (tick.digest !== undefined) await tellDigest(sql, tick.digest, channel);
    for (const silence of tick.silencesOver ?? []) await putSilenceEndOut(sql, silence, channel);
    if (tick.opened.length + tick.changed.length > 0) await gatherRoots(sql, channel, ulid);
  }
  await sql.run('UPDATE alert_evaluator SET ticked_at = ?, cost_ms = ? WHERE one = 1', [
    ...[timeText(tick.at), Math.round(tick.costMs)],
  ]);
  return sealed;
}

async function keepStates(sql: Sql, states: readonly StoredState[]): Promise<void> {
  if (states.length === 0) return;
  const names = 'rule, app, queue, state, active_at, last_eval_at, last_value, episode_id, rule_hash, whole';
  await sql.run(
    `INSERT INTO rule_states (fingerprint, ${names}) VALUES ? ON DUPLICATE KEY UPDATE
       ${names
         .split(', ')
         .map((name) => `${name} = VALUES(${name})`)
         .join(', ')}`,
    [
      states.map(({ fingerprint, rule, app, queue, state, incidentId, ruleHash }) => [
        ...[fingerprint, rule, app, queue ?? null, state.phase, optional(state.holdsSince)],
        ...[optional(state.knownAt), state.value ?? null, incidentId ?? null, ruleHash, stateText(state)],
      ]),
    ],
  );
}

const optional = (date: Date | undefined): string | null => (date === undefined ? null : timeText(date));

/** Those that the tick knew of as ended: a row for each, which the open incidents that they were for show as well. */
async function endSilences(sql: Sql, at: Date): Promise<readonly AuditEntry[]> {
  const rows = await sql.all('SELECT * FROM silences WHERE ended = 0 AND until_at <= ? FOR UPDATE', [
    timeText(at),
  ]);
  if (rows.length === 0) return [];
  await sql.run('UPDATE silences SET ended = 1 WHERE id IN (?)', [rows.map((row) => String(row['id']))]);
  const sealed: AuditEntry[] = [];
  for (const silence of rows.map(silenceOf)) {
    const open = (await findOpenIncidents(sql, silence.app)).filter((incident) => covers(silence, incident));
    await linkIncidents(sql, silence.id, open);
    sealed.push(silenceEntry('SILENCE_ENDED', silence, queuekeeper, open));
  }
  return sealed;
}

/** A row for each: the pager knows that it is over, or nobody could tell it for an hour. */
async function endPages(sql: Sql, ends: readonly PageEnd[]): Promise<readonly AuditEntry[]> {
  const sealed: AuditEntry[] = [];
  for (const { id, taken } of ends) {
    const { changed } = await sql.run(
      "UPDATE outbox SET state = ? WHERE request_id = ? AND kind = ? AND state = 'waiting'",
      [taken ? 'said' : 'given-up', id, pageEndKind],
    );
    if (changed === 0) continue;
    const outcome = taken ? {} : { outcome: 'failed' };
    sealed.push(
      entryAbout(await getIncident(sql, id), 'PAGED', { ...outcome, detail: { event: 'resolve' } }),
    );
  }
  return sealed;
}

/** Those that passed are told by it, and by nothing else. */
async function tellDigest(sql: Sql, digest: Digest, channel: string): Promise<void> {
  await putDigestOut(sql, digest, channel);
  if (digest.passed.length === 0) return;
  await sql.run("UPDATE incidents SET hushed = 0 WHERE id IN (?) AND state = 'resolved'", [digest.passed]);
}
