import { type BotOptions, type RunningBot, startBot } from './bot.ts';
import type { BotHands } from './panel/breaks/break.ts';

/** The demo's one bot, across its deaths and starts. */
export interface BotKeeper extends BotHands {
  isReady(): Promise<boolean>;
  /** Undefined before its first start. */
  current(): RunningBot | undefined;
  /** SIGTERM, then SIGKILL after `limitMs`. */
  stop(limitMs: number): Promise<void>;
}

/** `onDeath`: it ended although nobody here asked it to, with the end of what it said. */
export function createBotKeeper(options: BotOptions, onDeath: (said: string) => void): BotKeeper {
  let running: RunningBot | undefined;
  let starting: Promise<void> | undefined;
  let isExpected = false;

  const isAlive = (): boolean =>
    running !== undefined && running.process.exitCode === null && running.process.signalCode === null;
  const begin = async (): Promise<void> => {
    isExpected = false;
    const bot = await startBot(options);
    running = bot;
    bot.process.once('exit', () => {
      if (!isExpected) onDeath(bot.logs().slice(-2_000));
    });
  };
  return {
    isAlive,
    isReady: async () => isAlive() && (await running?.ready()) === true,
    current: () => running,
    async start() {
      if (isAlive()) return;
      starting ??= begin().finally(() => {
        starting = undefined;
      });
      await starting;
    },
    async kill() {
      isExpected = true;
      await running?.kill();
    },
    async stop(limitMs) {
      isExpected = true;
      const late = new Promise((resolve) => setTimeout(resolve, limitMs).unref());
      await Promise.race([running?.stop(), late]);
      await running?.kill();
    },
  };
}
