import { situation } from '../../world/situations/list.ts';
import type { Seen } from '../observe/observe.ts';
import type { Break, BreakParts } from './break.ts';

const queue = 'reports';
const isManyFrom = 100;
const tooMany = situation('too-few-workers');

/** Five hundred reports at once, each of which takes three seconds. */
export const backlog = ({ world }: BreakParts): Break => ({
  id: 'backlog',
  isBroken: (seen) => pendingIn(seen) >= isManyFrom,
  break: () => tooMany.make(world),
  mend: () => tooMany.mend(world),
});

const pendingIn = ({ queues }: Seen): number =>
  queues.find(({ name }) => name === queue)?.waiting?.pending ?? 0;
