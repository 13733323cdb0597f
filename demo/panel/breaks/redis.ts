import { situation } from '../../world/situations/list.ts';
import type { Break, BreakParts } from './break.ts';

const down = situation('redis-down');

/** Redis ends; its workers die one after another until Supervisor gives them up. */
export const redis = ({ world }: BreakParts): Break => ({
  id: 'redis',
  isBroken: () => !world.redis.server.isAlive(),
  break: () => down.make(world),
  mend: () => down.mend(world),
});
