import type { GatheringId } from '../core/ids.ts';
import type { Gathering } from '../core/incident.ts';
import { incidentOf } from './incident-rows.ts';
import { instantOf } from './rows.ts';
import type { Sql } from './sql.ts';

export async function findGathering(sql: Sql, id: GatheringId): Promise<Gathering | undefined> {
  // The version first: what is newer than it is drawn once more.
  const [row] = await sql.all('SELECT at, version FROM gatherings WHERE id = ?', [id]);
  if (row === undefined) return undefined;
  const incidents = await sql.all('SELECT * FROM incidents WHERE gathered_in = ? ORDER BY number', [id]);
  return {
    ...{ id, at: instantOf(row['at']), version: Number(row['version']) },
    incidents: incidents.map(incidentOf),
  };
}

/** One of its incidents has changed: its root is to be drawn again. */
export async function growGathering(sql: Sql, id: GatheringId): Promise<void> {
  await sql.run('UPDATE gatherings SET version = version + 1 WHERE id = ?', [id]);
  await sql.run(
    `UPDATE cards SET wanted_version = (SELECT version FROM gatherings WHERE id = ?), behind = 1 WHERE request_id = ?`,
    [id, id],
  );
}

/** More roots than this at once would keep the channel busy for long, at one message a second. */
const mostRootsWaiting = 5;

/**
 * Roots of a channel that wait for their first post are gathered where they are many, or where a gathering waits already.
 * One whose post was begun stays by itself: it may be there.
 */
export async function gatherRoots(sql: Sql, channel: string, newId: () => string): Promise<void> {
  const waiting = await sql.all(waitingRoots, [channel]);
  if (waiting.length === 0) return;
  const [open] = await sql.all(waitingGathering, [channel]);
  if (open === undefined && waiting.length <= mostRootsWaiting) return;
  const id = open === undefined ? newId() : String(open['request_id']);
  if (open === undefined) {
    await sql.run('INSERT INTO gatherings (id, at) VALUES (?, UTC_TIMESTAMP(6))', [id]);
    await sql.run("INSERT INTO cards (request_id, channel, thread_ts) VALUES (?, ?, '')", [id, channel]);
  }
  const ids = waiting.map((row) => String(row['request_id']));
  await sql.run('UPDATE incidents SET gathered_in = ? WHERE id IN (?)', [id, ids]);
  // Whoever is about to post one of them by itself finds it there no longer.
  await sql.run("UPDATE cards SET thread_ts = ? WHERE request_id IN (?) AND channel = ? AND thread_ts = ''", [
    ...[id, ids, channel],
  ]);
  if (open !== undefined) await growGathering(sql, id as GatheringId); // this room wrote it
}

const notBegun = `c.channel = ? AND c.behind = 1 AND c.thread_ts = '' AND c.message_ts IS NULL
  AND c.attempted_at IS NULL`;

const waitingRoots = `SELECT c.request_id FROM cards c JOIN incidents i ON i.id = c.request_id
  WHERE ${notBegun} ORDER BY c.request_id FOR UPDATE`;

const waitingGathering = `SELECT c.request_id FROM cards c JOIN gatherings g ON g.id = c.request_id
  WHERE ${notBegun} ORDER BY c.request_id LIMIT 1 FOR UPDATE`;
