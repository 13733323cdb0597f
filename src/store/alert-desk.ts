import type { AlertDesk, Changed } from '../alerts/ports.ts';
import { canonicalJson } from '../core/canonical.ts';
import type { GatheringId } from '../core/ids.ts';
import type { Accepted, Incident, Silence } from '../core/incident.ts';
import { counts, covers, silenceEntry, targetOf } from './alert-entries.ts';
import type { StoreAuditLog } from './audit-log.ts';
import type { StoreDatabase } from './database.ts';
import { findGathering } from './gatherings.ts';
import {
  acceptedOf,
  incidentOf,
  numberedEntryOf,
  silenceOf,
  storedStateOf,
  timeText,
} from './incident-rows.ts';
import { type AlertsChannel, changeIncident, findOpenIncidents, lockIncidents } from './incident-writer.ts';
import { listUnended, noteOperation } from './operation-notes.ts';
import { findRecord, insertRecord, linkIncidents } from './records.ts';
import type { Samples } from './samples.ts';
import type { Sql } from './sql.ts';
import { storeNow } from './store-clock.ts';

export interface AlertDeskParts {
  readonly database: StoreDatabase;
  readonly audit: Pick<StoreAuditLog, 'sealing'>;
  readonly samples: Samples;
  readonly channel: AlertsChannel;
}

/** What people see of incidents and do with them. */
export function createAlertDesk({ database, audit, samples, channel }: AlertDeskParts): AlertDesk {
  return {
    incidents: (app, limit) => database.query((sql) => listIncidents(sql, app, limit)),
    find: (key) =>
      database.query(async (sql) => {
        const [column, value] = 'id' in key ? ['id', key.id] : ['number', key.number];
        const [row] = await sql.all(`SELECT * FROM incidents WHERE ${column} = ?`, [value]);
        return row === undefined ? undefined : incidentOf(row);
      }),
    findByThread: (inChannel, threadTs) =>
      database.query(async (sql) => {
        const [row] = await sql.all(
          `SELECT i.* FROM cards c JOIN incidents i ON i.id = c.request_id
           WHERE c.channel = ? AND c.message_ts = ? AND c.thread_ts = ''`,
          [inChannel, threadTs],
        );
        return row === undefined ? undefined : incidentOf(row);
      }),
    findGatheringByThread: (inChannel, threadTs) =>
      database.query(async (sql) => {
        const [row] = await sql.all(
          `SELECT g.id FROM cards c JOIN gatherings g ON g.id = c.request_id
           WHERE c.channel = ? AND c.message_ts = ? AND c.thread_ts = ''`,
          [inChannel, threadTs],
        );
        return row && findGathering(sql, String(row['id']) as GatheringId); // this room wrote it
      }),
    isPosting: (inChannel) =>
      database.query(async (sql) => {
        const begun = await sql.all(
          `SELECT 1 FROM cards WHERE behind = 1 AND channel = ? AND thread_ts = '' AND message_ts IS NULL
             AND attempted_at > UTC_TIMESTAMP(6) - INTERVAL 1 MINUTE LIMIT 1`,
          [inChannel],
        );
        return begun.length > 0;
      }),
    findGathering: (id) => database.query((sql) => findGathering(sql, id)),
    entries: (id) =>
      database.query(async (sql) => {
        const rows = await sql.all('SELECT * FROM incident_entries WHERE incident_id = ? ORDER BY number', [
          id,
        ]);
        return rows.map((row) => numberedEntryOf(row));
      }),
    states: (app) =>
      database.query(async (sql) =>
        (await sql.all('SELECT * FROM rule_states WHERE app = ? ORDER BY fingerprint', [app])).map(
          storedStateOf,
        ),
      ),
    silences: (app) =>
      database.query(async (sql) => {
        const rows = await sql.all(
          `SELECT * FROM silences WHERE app = ? AND ended = 0 AND until_at > UTC_TIMESTAMP(6)
           ORDER BY until_at, id`,
          [app],
        );
        return rows.map(silenceOf);
      }),
    accepted: (app) =>
      database.query(async (sql) => {
        const rows = await sql.all(
          'SELECT * FROM accepted_failures WHERE app = ? ORDER BY queue, job_class',
          [app],
        );
        return rows.map(acceptedOf);
      }),
    samples: samples.list,

    acknowledge: (id, actor) =>
      audit.sealing(async (sql, seal): Promise<Changed> => {
        const incident = (await lockIncidents(sql, [id])).get(id);
        const why = whyNot(incident);
        if (incident === undefined || why !== undefined)
          return { ok: false, why: why ?? 'no-incident', ...(incident === undefined ? {} : { incident }) };
        const at = await storeNow(sql);
        const { value, severity, app, number } = incident;
        const target = `incident=#${number} ${targetOf(incident)}`;
        const own = await insertRecord(sql, { verb: 'ack', app, target });
        await linkIncidents(sql, own.id, [incident]);
        const acknowledgement = { by: actor, at, value, severity, remindedAt: at, request: own.number };
        const changed = await changeIncident(
          ...[sql, channel, incident],
          { state: 'acknowledged', acknowledgement },
          [
            {
              ...{ kind: 'acknowledged', at },
              facts: { by: actor.userId, name: actor.name, value: value ?? null, request: own.number },
            },
          ],
        );
        const detail = { number: own.number, incidents: [number], severity, value: value ?? null };
        await seal([{ event: 'ACKNOWLEDGED', actor, verb: 'ack', app, target, requestId: own.id, detail }]);
        return { ok: true, incident: changed };
      }),

    silence: ({ seconds, ...asked }) =>
      audit.sealing(async (sql, seal) => {
        const from = await storeNow(sql);
        const own = await insertRecord(sql, { verb: 'silence', app: asked.app, target: targetOf(asked) });
        const silence: Silence = {
          ...{ ...asked, id: own.id, from, request: own.number },
          until: new Date(from.getTime() + seconds * 1_000),
        };
        await insertSilence(sql, silence);
        const told = await tellSilence(sql, channel, silence);
        await linkIncidents(sql, own.id, told);
        await seal([silenceEntry('SILENCED', silence, asked.by, told)]);
        return silence;
      }),

    accept: (accepted) =>
      audit.sealing(async (sql, seal) => {
        const at = await storeNow(sql);
        const { app, queue, jobClass, upTo, reason, by } = accepted;
        const filters = [queue && `queue=${queue}`, jobClass && `class=${jobClass}`].filter(Boolean);
        const target = filters.length === 0 ? 'failed_jobs' : filters.join(' ');
        const { id: requestId, number } = await insertRecord(sql, { verb: 'accept', app, target });
        await sql.run(
          `REPLACE INTO accepted_failures (app, queue, job_class, up_to, at, reason, actor, request_number)
           VALUES (?)`,
          [[app, queue ?? '', jobClass ?? '', upTo, timeText(at), reason, canonicalJson(by), number]],
        );
        const detail = { number, upTo };
        await seal([
          { event: 'ACCEPTED', actor: by, verb: 'accept', app, reason, target, requestId, detail },
        ]);
        await tellAccepted(sql, channel, { ...accepted, at, request: number });
        return { ...accepted, at, request: number };
      }),

    findAct: (number) => database.query((sql) => findRecord(sql, number)),

    noteOperation: (note) => database.transaction((sql) => noteOperation(sql, channel, note)),
    unendedOperations: () => database.query(listUnended),
  };
}

function whyNot(incident: Incident | undefined): Extract<Changed, { ok: false }>['why'] | undefined {
  if (incident === undefined) return 'no-incident';
  return { open: undefined, acknowledged: 'already', resolved: 'resolved' }[incident.state] as
    | 'already'
    | 'resolved'
    | undefined;
}

async function listIncidents(sql: Sql, app: string, limit: number): Promise<readonly Incident[]> {
  const inState = async (states: readonly Incident['state'][], most: number): Promise<readonly Incident[]> =>
    most <= 0
      ? []
      : (
          await sql.all(
            'SELECT * FROM incidents WHERE app = ? AND state IN (?) ORDER BY number DESC LIMIT ?',
            [app, states, most],
          )
        ).map(incidentOf);
  const open = await inState(['open', 'acknowledged'], limit);
  return [...open, ...(await inState(['resolved'], limit - open.length))];
}

async function insertSilence(sql: Sql, silence: Silence): Promise<void> {
  const { id, app, rule, queue, from, until, reason, by, critical, request } = silence;
  await sql.run(
    `INSERT INTO silences (id, app, rule, queue, from_at, until_at, reason, actor, critical, request_number)
     VALUES (?)`,
    [
      [
        ...[id, app, rule, queue ?? null, timeText(from), timeText(until), reason, canonicalJson(by)],
        ...[critical ? 1 : 0, request ?? null],
      ],
    ],
  );
}

/** In the threads of the open incidents that count these failures. */
async function tellAccepted(sql: Sql, channel: AlertsChannel, accepted: Accepted): Promise<void> {
  const counting = (await findOpenIncidents(sql, accepted.app)).filter((one) => counts(one, accepted));
  const ids = counting.map(({ id }) => id);
  const { by, upTo, reason, request, at } = accepted;
  const facts = { by: by.userId, name: by.name, upTo, reason, request: request ?? null };
  for (const incident of (await lockIncidents(sql, ids)).values())
    if (incident.state !== 'resolved')
      await changeIncident(sql, channel, incident, {}, [{ kind: 'accepted', at, facts }]);
}

/** In the threads of the open incidents that it is for; these. */
async function tellSilence(sql: Sql, channel: AlertsChannel, silence: Silence): Promise<readonly Incident[]> {
  const open = (await findOpenIncidents(sql, silence.app)).filter((incident) => covers(silence, incident));
  const told: Incident[] = [];
  for (const incident of (
    await lockIncidents(
      sql,
      open.map(({ id }) => id),
    )
  ).values()) {
    if (incident.state === 'resolved') continue;
    const { by, until, reason, request } = silence;
    const who = { by: by.userId, name: by.name };
    const facts = { ...who, until: until.toISOString(), reason, request: request ?? null };
    const entry = { kind: 'silenced', at: silence.from, facts } as const;
    told.push(await changeIncident(sql, channel, incident, {}, [entry]));
  }
  return told;
}
