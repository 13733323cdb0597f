import { sealWrite } from '../core/operation.ts';
import { accept, type Judged, refuse } from '../core/refusal.ts';
import { atMost } from './arguments.ts';
import { plannedGroups, seeMembers } from './restart/plan-restart.ts';
import { drawRestartCard } from './restart/restart-card.ts';
import { runRelease } from './restart/run-release.ts';
import { settleRestart } from './restart/settle-restart.ts';
import { hostsOf, type PlannedRestart } from './restart.ts';
import type { World } from './world.ts';

const declared = { verb: 'restart all', usage: '' } as const;

/**
 * The release step: Supervisor reads its configuration again, somebody agrees to what that changes, and then the workers of
 * every group are restarted. A brake, as `restart` is.
 */
export const restartAll = sealWrite<null, PlannedRestart, World>({
  ...{ verb: 'restart-all', usage: declared.usage, typed: ['restart', 'all'] },
  who: 'operator',
  filters: [],
  effect: 'write',

  parse(words): Judged<null> {
    return atMost(words, 0, declared);
  },

  target: () => 'all workers',

  async plan(_, { world, signal }): Promise<Judged<PlannedRestart>> {
    const groups = plannedGroups(world.app.description.queues);
    const { name } = world.app.description;
    if (groups.length === 0) return refuse({ code: 'restart-impossible', queue: name, why: 'no-workers' });
    const { members, missing } = await seeMembers(groups, world, signal);
    if (members.every(({ phase }) => phase === 'unknown')) return refuse({ code: 'part-missing', missing });
    return accept({ world, groups, members });
  },

  request: ({ world, groups, members }) => ({
    ...{ app: world.app.description.name, takesSlot: false, template: 'restart-all', targets: [] },
    ...{ host: hostsOf(groups), alone: 'restart-all' },
    facts: { groups, members },
  }),

  run: ({ groups, members }, context) => runRelease(context, groups, members),
  settle: settleRestart,
  card: drawRestartCard,
});
