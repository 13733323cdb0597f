import type { RunContext } from '../../core/operation.ts';
import type { World } from '../world.ts';
import type { Board } from './board.ts';
import { listHost } from './look.ts';
import { isWell, type Member, type Why } from './member.ts';
import { restartMember } from './restart-member.ts';

/** Groups that are restarted side by side: their queues are not each other's. */
const groupsAtOnce = 3;
/** Of a group of which nobody works, so many are started side by side. */
const startsAtOnce = 4;
const lookEveryMs = 1_000;
/** So long for another member to work again before the last one that does is stopped. */
const othersLimitMs = 30_000;

/** Each group by itself; what ends one of them by an outage ends the run when the others have ended their step. */
export async function restartGroups(context: RunContext<World>, board: Board): Promise<void> {
  const groups = [...new Set(board.members.map(({ group }) => group))];
  await sideBySide(groups, groupsAtOnce, (group) => restartGroup(context, board, group));
}

/**
 * One member after the other, those first that do not work: the next one is stopped only when the one before is RUNNING,
 * so that the queue is never without a worker. One that does not come back ends it: the others are all that works.
 */
async function restartGroup(context: RunContext<World>, board: Board, group: string): Promise<void> {
  const own = indexesOf(board, group).filter((index) => board.members[index]?.phase === 'waiting');
  const working = own.filter((index) => isWorking(board.members[index]));
  const dead = own.filter((index) => !working.includes(index));
  const isServed = working.length > 0 || indexesOf(board, group).some((index) => isSeenWell(board, index));
  if (!isServed) {
    if (await isStopped(context)) return leave(board, own, 'stopped');
    return sideBySide(dead, startsAtOnce, (index) => restartMember(context, board, index));
  }
  const order = [...dead, ...working];
  for (const [at, index] of order.entries()) {
    if (await isStopped(context)) return leave(board, order.slice(at), 'stopped');
    const isOnlyOne = !(await othersWork(context, board, index));
    if (isOnlyOne) return leave(board, order.slice(at), 'after-down');
    await restartMember(context, board, index);
    const member = board.members[index];
    if (member !== undefined && !isWell(member)) return leave(board, order.slice(at + 1), 'after-down');
  }
}

const indexesOf = (board: Board, group: string): readonly number[] =>
  [...board.members.keys()].filter((index) => board.members[index]?.group === group);

const isWorking = (member: Member | undefined): boolean => member?.before === 'RUNNING';

const isSeenWell = (board: Board, index: number): boolean => {
  const member = board.members[index];
  return member !== undefined && isWell(member);
};

/** The kill switch stops what changes jobs; a restart is a brake itself. */
async function isStopped({ control, execution }: RunContext<World>): Promise<boolean> {
  return (await control.mayGoOn(execution)).kind === 'stopped';
}

async function leave(board: Board, indexes: readonly number[], why: Why): Promise<void> {
  for (const index of indexes) await board.change(index, { phase: 'old', why });
}

/** Whether it may be stopped: it has no other beside it at all, or another one works at this moment. */
async function othersWork(context: RunContext<World>, board: Board, index: number): Promise<boolean> {
  const member = board.members[index];
  if (member === undefined || !isWorking(member)) return true;
  const others = indexesOf(board, member.group)
    .filter((other) => other !== index)
    .flatMap((other) => board.members[other] ?? [])
    .filter(({ phase }) => phase !== 'gone' && phase !== 'unknown' && phase !== 'removed');
  if (others.length === 0) return true;
  const until = context.clock.now().getTime() + othersLimitMs;
  for (;;) {
    const hosts = [...new Set(others.map(({ host }) => host))];
    const lists = await Promise.all(hosts.map((host) => listHost(context, host)));
    const running = lists
      .flatMap((list) => (list === 'away' ? [] : list))
      .filter(({ state }) => state === 'RUNNING');
    if (running.some((seen) => others.some(({ host, name }) => host === seen.host && name === seen.name)))
      return true;
    if (context.clock.now().getTime() >= until) return false;
    await context.clock.wait(lookEveryMs, context.signal);
  }
}

/** Waits for all of them also where one fails, and fails then. */
async function sideBySide<T>(
  items: readonly T[],
  most: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = [...items];
  const failures: unknown[] = [];
  const lane = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined && failures.length === 0; item = waiting.shift()) {
      await work(item).catch((error: unknown) => void failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, lane));
  if (failures.length > 0) throw failures[0];
}
