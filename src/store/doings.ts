import type { Doing } from '../alerts/ports.ts';
import { factsOf, instantOf } from './rows.ts';
import type { Row, Sql } from './sql.ts';

/** What of ours makes a queue look ill: it stops workers, or fills the queue. */
const verbs = ['pause', 'restart', 'restart-all', 'retry-all', 'once', 'drill'];
/**
 * They count while they last for so long at most, which is the longest silence: a pause that nobody ends and a run of which
 * nobody can tell the end must not keep a queue's alerts quiet for ever.
 */
const longestSeconds = 86_400;

/** Our own doings that run, or ended less than so long ago; one for each queue that they name. */
export async function listDoings(sql: Sql, afterSeconds: number): Promise<readonly Doing[]> {
  const [running, ended, pauses] = [
    await sql.all(
      `${runs} AND e.state IN ('executing', 'unknown') AND e.started_at > UTC_TIMESTAMP(6) - INTERVAL ? SECOND`,
      [verbs, longestSeconds],
    ),
    await sql.all(`${runs} AND e.finished_at > UTC_TIMESTAMP(6) - INTERVAL ? SECOND`, [verbs, afterSeconds]),
    await sql.all(pausesText, [longestSeconds, afterSeconds]),
  ];
  return [...running.flatMap(doingsOf), ...ended.flatMap(doingsOf), ...pauses.map(pauseOf)];
}

const runs = `SELECT a.number, a.app, a.verb, a.facts, e.state, e.finished_at
  FROM executions e JOIN approvals a ON a.id = e.request_id WHERE a.verb IN (?)`;

/** A pause lasts longer than the request that began it. */
const pausesText = `SELECT p.app, p.queue, p.live, p.ended_at, a.number FROM queue_pauses p
  JOIN approvals a ON a.id = p.request_id
  WHERE (p.live = 1 AND p.began_at > UTC_TIMESTAMP(6) - INTERVAL ? SECOND)
    OR p.ended_at > UTC_TIMESTAMP(6) - INTERVAL ? SECOND`;

function doingsOf(row: Row): readonly Doing[] {
  const doing = {
    ...{ app: String(row['app']), verb: String(row['verb']), requestNumber: Number(row['number']) },
    endedAt: row['finished_at'] === null ? undefined : instantOf(row['finished_at']),
  };
  const queues = queuesIn(factsOf(row['facts']));
  return queues.length === 0
    ? [{ ...doing, queue: undefined }]
    : queues.map((queue) => ({ ...doing, queue }));
}

const pauseOf = (row: Row): Doing => ({
  ...{ app: String(row['app']), queue: String(row['queue']), verb: 'pause' },
  requestNumber: Number(row['number']),
  endedAt: Number(row['live']) === 1 ? undefined : instantOf(row['ended_at']),
});

/** As the operations note them: one queue, the queues of a set, or those of Supervisor's groups. */
function queuesIn(facts: Readonly<Record<string, unknown>>): readonly string[] {
  const groups = listOf(facts['groups']).flatMap((group) => listOf(fieldOf(group, 'queues')));
  const set = listOf(facts['queues']).map((one) => fieldOf(one, 'queue'));
  const labels = [facts['queue'], ...set, ...groups].filter((label) => typeof label === 'string');
  return [...new Set(labels)];
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
