import { askSupervisor, type SupervisedProcess } from '../../world/ask-supervisor.ts';
import type { World } from '../../world/world.ts';
import type { PartId, PartState, QueueNow, WorkersNow } from '../model.ts';
import { createAsk, type Heard } from './ask.ts';
import { type DatabaseNumbers, readDatabase } from './database.ts';
import { readRedis } from './redis.ts';

/** What was read of the world in one look. */
export interface Seen {
  readonly parts: Readonly<Record<PartId, PartState>>;
  readonly queues: readonly QueueNow[];
  readonly workers: readonly WorkersNow[] | undefined;
}

export interface Groups {
  readonly name: string;
  readonly connection: string;
  /** Separated by commas. */
  readonly queues: string;
  readonly processes: number;
}

export interface ObserverParts {
  readonly world: Pick<World, 'sql' | 'redis' | 'folder'>;
  readonly groups: readonly Groups[];
  readonly isBotReady: () => Promise<boolean>;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** Longer than anything here takes, shorter than the second that a number may be old. */
const limitMs = 500;

/** Looks at all parts side by side, past the bot and its proxies; never rejects. */
export function createObserver({ world, groups, isBotReady, now }: ObserverParts): () => Promise<Seen> {
  const inRedis = queuesOf(groups, 'redis');
  const database = createAsk(() => readDatabase(world.sql), limitMs);
  const redis = createAsk(() => readRedis(world.redis.client, inRedis, now() / 1000), limitMs);
  const supervisor = createAsk(
    () => askSupervisor(`${world.folder}/supervisor.sock`, AbortSignal.timeout(10_000)),
    limitMs,
  );
  const bot = createAsk(async () => {
    if (!(await isBotReady())) throw new Error('not ready');
  }, limitMs);
  return async () => {
    const [inDatabase, waitingInRedis, processes, botHeard] = await Promise.all([
      ...([database(), redis(), supervisor(), bot()] as const),
    ]);
    return {
      parts: {
        database: inDatabase.state,
        redis: waitingInRedis.state,
        supervisor: processes.state,
        bot: botHeard.state,
      },
      queues: [
        ...queuesOf(groups, 'database').map((name) => databaseQueue(name, inDatabase)),
        ...inRedis.map(
          (name): QueueNow => ({
            ...{ name, connection: 'redis' },
            waiting: waitingInRedis.state === 'well' ? waitingInRedis.value.get(name) : undefined,
            failed: failedIn(inDatabase, name),
          }),
        ),
      ],
      workers: processes.state === 'well' ? workersOf(groups, processes.value) : undefined,
    };
  };
}

const queuesOf = (groups: readonly Groups[], connection: string): readonly string[] =>
  groups.filter((group) => group.connection === connection).flatMap(({ queues }) => queues.split(','));

const nothing = { pending: 0, reserved: 0, delayed: 0, oldestSeconds: undefined };

const databaseQueue = (name: string, heard: Heard<DatabaseNumbers>): QueueNow => ({
  ...{ name, connection: 'database' },
  waiting: heard.state === 'well' ? (heard.value.waiting.get(name) ?? nothing) : undefined,
  failed: failedIn(heard, name),
});

const failedIn = (heard: Heard<DatabaseNumbers>, queue: string): number | undefined =>
  heard.state === 'well' ? (heard.value.failed.get(queue) ?? 0) : undefined;

const workersOf = (
  groups: readonly Groups[],
  processes: readonly SupervisedProcess[],
): readonly WorkersNow[] =>
  groups.map(({ name, queues, processes: expected }) => {
    const states = processes.filter(({ group }) => group === name).map(({ state }) => state);
    return {
      group: name,
      queues,
      expected,
      states,
      running: states.filter((one) => one === 'RUNNING').length,
    };
  });
