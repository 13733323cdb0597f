import type { Break, BreakParts } from './break.ts';

/** Queuekeeper itself, killed without a word and started again on the same store. */
export const bot = ({ bot: hands }: BreakParts): Break => ({
  id: 'bot',
  isBroken: () => !hands.isAlive(),
  async break() {
    await hands.kill();
    return {};
  },
  async mend() {
    const begun = performance.now();
    await hands.start();
    return { milliseconds: Math.round(performance.now() - begun) };
  },
});
