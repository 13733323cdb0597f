import { type BotOptions, type RunningBot, startBot } from '../../demo/bot.ts';
import { renderPlain } from '../../demo/slack/plain.ts';
import { createSlack, type SimulatedSlack } from '../../demo/slack/server.ts';
import type { ConfigChange } from '../../demo/world/config.ts';
import { startWorld, type World, type WorldOptions } from '../../demo/world/world.ts';

/** A world and a Slack; the bot starts when the bench says so, with everything filled. */
export interface Scene {
  readonly world: World;
  readonly slack: SimulatedSlack;
  bot(change?: Partial<BotOptions>): Promise<RunningBot>;
  /** Types a command as Anna and waits until she sees the answer; milliseconds for all of it. */
  say(words: string): Promise<{ readonly ms: number; readonly text: string }>;
  /** The path of the bot's configuration. */
  readonly config: string;
}

/** Sets up, does the work, and takes everything down, whatever happens. */
export async function onScene<T>(
  options: WorldOptions & { readonly config?: ConfigChange },
  work: (scene: Scene) => Promise<T>,
): Promise<T> {
  const [world, slack] = await Promise.all([startWorld(options), createSlack()]);
  const bots: RunningBot[] = [];
  try {
    const config = await world.config(options.config);
    return await work({
      ...{ world, slack, config, say: (words) => say(slack, words) },
      async bot(change) {
        const started = await startBot({ slack, config, env: { ...world.env, ...profiling() }, ...change });
        bots.push(started);
        return started;
      },
    });
  } finally {
    await Promise.all(bots.map((bot) => bot.stop()));
    await slack.close();
    await world.stop();
  }
}

/** `BENCH_PROFILE=FOLDER` makes each bot write a CPU profile there when it ends. */
function profiling(): Readonly<Record<string, string>> {
  const folder = process.env['BENCH_PROFILE'];
  if (folder === undefined) return {};
  return { BENCH_PROFILE: folder, NODE_OPTIONS: `--import=${new URL('profile.mjs', import.meta.url).href}` };
}

async function say(
  slack: SimulatedSlack,
  words: string,
): Promise<{ readonly ms: number; readonly text: string }> {
  const known = new Set(slack.timeline.messages);
  const began = performance.now();
  await slack.as('U0ANNA').command('C0OPS', words);
  const answer = await slack.waitFor(
    `an answer to "${words}"`,
    (message) => message.botId !== undefined && message.ephemeralFor === 'U0ANNA' && !known.has(message),
  );
  return { ms: performance.now() - began, text: renderPlain(answer) };
}
