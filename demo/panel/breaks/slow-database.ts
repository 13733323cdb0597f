import type { Break, BreakParts } from './break.ts';

const delayMs = 900;

/** The network between the bot and the application's database; the application itself goes past it. */
export const slowDatabase = ({ world: { proxies } }: BreakParts): Break => ({
  id: 'database',
  isBroken: () => proxies.database.state().delayMs > 0,
  async break() {
    proxies.database.delay(delayMs);
    return { delayMs };
  },
  async mend() {
    proxies.database.delay(0);
    return {};
  },
});
