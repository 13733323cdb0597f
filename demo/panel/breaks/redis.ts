import type { Break, BreakParts } from './break.ts';

/** Redis ends; its workers die one after another until Supervisor gives them up. */
export const redis = ({ world }: BreakParts): Break => ({
  id: 'redis',
  isBroken: () => !world.redis.server.isAlive(),
  async break() {
    await world.redis.server.stop();
    return {};
  },
  async mend() {
    await world.redis.server.start();
    const gaveUp = (await world.supervisor?.workers())?.filter(({ state }) => state === 'FATAL') ?? [];
    if (gaveUp.length > 0) await world.supervisor?.ctl('start', ...gaveUp.map(({ name }) => name));
    return { restarted: gaveUp.length };
  },
});
