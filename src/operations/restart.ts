import { sealWrite } from '../core/operation.ts';
import { accept, type Judged, refuse } from '../core/refusal.ts';
import { atMost, parseQueue, queueTarget } from './arguments.ts';
import type { QueueName } from './ports.ts';
import { createBoard } from './restart/board.ts';
import type { Member } from './restart/member.ts';
import { type PlannedGroup, plannedGroups, seeMembers } from './restart/plan-restart.ts';
import { drawRestartCard } from './restart/restart-card.ts';
import { restartGroups } from './restart/restart-groups.ts';
import { settleRestart } from './restart/settle-restart.ts';
import type { World } from './world.ts';

const declared = { verb: 'restart', usage: 'QUEUE' } as const;
/** As the store keeps it. */
const longestHost = 128;

/** What a restart is planned from, and its request recorded. */
export interface PlannedRestart {
  readonly world: World;
  readonly groups: readonly PlannedGroup[];
  readonly members: readonly Member[];
}

/**
 * Restarts the workers of a queue, one after the other, so that it is never without one. A brake: it waits for no running
 * request, and works while the application is frozen.
 */
export const restart = sealWrite<{ readonly queue: QueueName }, PlannedRestart, World>({
  ...declared,
  typed: ['restart'],
  who: 'operator',
  filters: [],
  effect: 'write',

  parse(words, world): Judged<{ readonly queue: QueueName }> {
    const fits = atMost(words, 1, declared);
    if (!fits.ok) return fits;
    const typed = words.plain[0];
    if (typed === undefined) return refuse({ code: 'missing-argument', ...declared });
    const queue = parseQueue(typed, world);
    return queue.ok ? accept({ queue: queue.value }) : queue;
  },

  target: queueTarget,

  async plan({ queue }, { world, signal }): Promise<Judged<PlannedRestart>> {
    const { queues } = world.app.description;
    const own = queues.find(({ name, connection }) => name === queue.name && connection === queue.connection);
    const group = own?.workers?.group;
    const { name } = queue;
    if (group === undefined) return refuse({ code: 'restart-impossible', queue: name, why: 'no-workers' });
    const groups = plannedGroups(queues).filter((one) => one.group === group);
    const { members, missing } = await seeMembers(groups, world, signal);
    if (members.every(({ phase }) => phase === 'unknown')) return refuse({ code: 'part-missing', missing });
    if (members.every(({ phase }) => phase !== 'waiting'))
      return refuse({ code: 'restart-impossible', queue: name, why: 'not-listed', group });
    return accept({ world, groups, members });
  },

  request: ({ world, groups, members }) => ({
    ...{ app: world.app.description.name, takesSlot: false, template: 'restart', targets: [] },
    host: hostsOf(groups),
    alone: `restart:${groups.map(({ group }) => group).join(',')}`.slice(0, longestHost),
    facts: { groups, members },
  }),

  async run({ members }, context) {
    await restartGroups(context, createBoard(context, members));
  },

  settle: settleRestart,
  card: drawRestartCard,
});

export const hostsOf = (groups: readonly PlannedGroup[]): string =>
  [...new Set(groups.flatMap(({ hosts }) => hosts))].join(',').slice(0, longestHost);
