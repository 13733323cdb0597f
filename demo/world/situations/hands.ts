import type { RowDataPacket } from 'mysql2/promise';
import { type GroupName, groups } from '../groups.ts';
import type { Behaviour } from '../laravel.ts';
import { isAlive } from '../memory.ts';
import type { SupervisorServer } from '../supervisord.ts';
import type { World } from '../world.ts';
import type { QueueId } from './situation.ts';

/** What situations are made with. */

/** Nothing is timed by it, so it is longer than a busy machine needs. */
const limitMs = 60_000;
const everyMs = 50;

/** Throws with `what` when it never becomes true. */
export async function untilSo(what: string, look: () => Promise<boolean>): Promise<void> {
  const until = Date.now() + limitMs;
  while (!(await look())) {
    if (Date.now() > until) throw new Error(`it never came to this: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

export async function count(world: World, from: string, values: readonly unknown[] = []): Promise<number> {
  const [[row]] = await world.sql.query<RowDataPacket[]>(`SELECT COUNT(*) AS n FROM ${from}`, [...values]);
  return Number(row?.['n']);
}

export function supervisorOf({ supervisor }: World): SupervisorServer {
  if (supervisor === undefined) throw new Error('this world has no Supervisor');
  return supervisor;
}

export function groupOf(queue: QueueId): GroupName {
  const found = groups.find(({ queues }) => queues.split(',').includes(queue));
  if (found === undefined) throw new Error(`no group works on ${queue}`);
  return found.name;
}

/** Resolves when every process of the group is in this state. */
export const untilWorkers = (world: World, group: GroupName, state: string): Promise<void> =>
  untilSo(`${group} is ${state}`, async () => {
    const own = (await supervisorOf(world).states()).filter((one) => one.group === group);
    return own.length > 0 && own.every((one) => one.state === state);
  });

/** Redis may be down while a queue of the database is looked at. */
export const isInRedis = (queue: QueueId): boolean =>
  groups.some(({ connection, queues }) => connection === 'redis' && queues.split(',').includes(queue));

/** How many jobs of a queue workers hold. */
export const held = (world: World, queue: QueueId): Promise<number> =>
  isInRedis(queue)
    ? world.redis.client.zcard(`fap:queues:${queue}:reserved`)
    : count(world, 'fap.jobs WHERE queue = ? AND reserved_at IS NOT NULL', [queue]);

/** How many jobs failed for good in a queue. */
export const failedIn = (world: World, queue: QueueId): Promise<number> =>
  count(world, 'fap.failed_jobs WHERE queue = ?', [queue]);

/** Dispatches jobs that end in these ways, so many of each; resolves when all of them have failed for good. */
export async function fail(
  world: World,
  queue: QueueId,
  kind: string,
  ways: readonly Behaviour[],
  each: number,
): Promise<void> {
  let failures = await failedIn(world, queue);
  for (const way of ways) {
    failures += each;
    await world.app.behave({ [kind]: way });
    await world.app.dispatch(kind, each);
    await untilSo(`${kind} failed`, async () => (await failedIn(world, queue)) >= failures);
  }
}

/**
 * Dispatches as many jobs as the queue has workers, each of which takes so long; resolves when all are held. Until then
 * what is held already is nobody else's, however short `retry_after` is.
 */
export async function keepBusy(world: World, queue: QueueId, kind: string, seconds: number): Promise<void> {
  const workers = groups.find(({ name }) => name === groupOf(queue))?.processes ?? 1;
  const before = await held(world, queue);
  await world.app.behave({ [kind]: { do: 'slow', seconds } });
  await world.app.dispatch(kind, workers);
  await untilSo(`all workers of ${queue} are busy`, async () => {
    await holdOn(world, queue);
    return (await held(world, queue)) >= before + workers;
  });
  await world.sql.query(
    'UPDATE fap.jobs SET reserved_at = reserved_at - ? WHERE queue = ? AND reserved_at > UNIX_TIMESTAMP()',
    [holdOnSeconds, queue],
  );
}

const holdOnSeconds = 100_000;

/** Workers that are slow to come would take a job of the database once more when its `retry_after` is over. */
const holdOn = ({ sql }: World, queue: QueueId): Promise<unknown> =>
  sql.query(
    'UPDATE fap.jobs SET reserved_at = reserved_at + ? WHERE queue = ? AND reserved_at <= UNIX_TIMESTAMP()',
    [holdOnSeconds, queue],
  );

/** Has a worker of the queue do a job: one that is RUNNING may only just be booting, and dies of a signal that ends others well. */
export async function haveOneDone(world: World, queue: QueueId, kind: string): Promise<void> {
  await world.app.dispatch(kind);
  await untilSo(
    `a worker of ${queue} did a job`,
    async () => (await count(world, 'fap.jobs WHERE queue = ?', [queue])) === 0,
  );
}

/** Resolves when every worker of a queue has been up for so long. */
export const haveRun = (world: World, queue: QueueId, seconds: number): Promise<void> =>
  untilSo(`workers of ${queue} have been up for ${seconds} s`, async () =>
    (await supervisorOf(world).workers(groupOf(queue))).every(
      ({ uptimeSeconds }) => uptimeSeconds >= seconds,
    ),
  );

/** Long jobs can't be talked out of what they do. Supervisor starts the workers again. */
export const freeWorkers = (world: World, queue: QueueId): Promise<readonly number[]> =>
  supervisorOf(world).kill(groupOf(queue));

/**
 * Dispatches a job whose worker is killed in the middle of it: it stays reserved, by nobody, for longer than any
 * `retry_after` (the next worker would take it again), and its row says that it is being worked on. Of a queue in the database.
 */
export async function killInTheMiddle(world: World, queue: QueueId, kind: string): Promise<void> {
  const { app } = world;
  const before = await held(world, queue);
  await app.behave({ [kind]: { do: 'wait' } });
  await app.dispatch(kind);
  await untilSo(`a job of ${queue} is held`, async () => (await held(world, queue)) > before);
  await holdOn(world, queue);
  // Now at the latest all of them have a pid, also who was still being started.
  const pids = (await supervisorOf(world).states()).flatMap(({ group, pid }) =>
    group === groupOf(queue) && pid !== undefined ? [pid] : [],
  );
  await app.behave({ [kind]: { do: 'die' } });
  await untilSo(`a worker of ${queue} died`, async () => !pids.every(isAlive));
  await app.behave({ [kind]: undefined });
}

const waitSeconds = 600;

/** Makes what waits in a queue ten minutes older: what came a second ago may only not have been fetched yet. */
export async function haveWaited({ sql, redis }: World, queue: QueueId): Promise<void> {
  if (!isInRedis(queue)) {
    await sql.query(
      'UPDATE fap.jobs SET created_at = created_at - ?, available_at = available_at - ? WHERE queue = ?',
      [waitSeconds, waitSeconds, queue],
    );
    return;
  }
  const list = `fap:queues:${queue}`;
  const older = (job: string): string =>
    job.replace(/"createdAt":(\d+)/, (_, at) => `"createdAt":${Number(at) - waitSeconds}`);
  for (const [index, job] of (await redis.client.lrange(list, 0, -1)).entries())
    await redis.client.lset(list, index, older(job));
}
