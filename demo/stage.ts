import { demoAlerts } from './alerts.ts';
import { type BotKeeper, createBotKeeper } from './bot-keeper.ts';
import type { DemoOptions } from './options.mjs';
import { ensurePanels } from './panel/page/ensure-panels.mjs';
import { createPanel, type Panel } from './panel/panel.ts';
import { createPanelSite, mountedAt, panelTabs } from './panels.ts';
import { ensurePage } from './slack/page/ensure-page.mjs';
import type { SimulatedSlack } from './slack/server.ts';
import { keepHistory, readHistory } from './slack-history.ts';
import { openSlack, pageFolder } from './slack-site.ts';
import { tellStory } from './story.ts';
import { createGuide, type Guide } from './tour/guide.ts';
import { askVerbs } from './tour/verbs.ts';
import { groups } from './world/groups.ts';
import { startWorld, type World } from './world/world.ts';

/**
 * Brings everything up, says where, and takes it down again when `ending` is given. Rejects when something does not start;
 * nothing is left then either.
 */
export async function runDemo(
  options: DemoOptions,
  ending: AbortSignal,
  onReady: (address: string) => void,
): Promise<void> {
  const address = `http://127.0.0.1:${options.port}`;
  const history = options.keep === undefined ? undefined : await readHistory(historyIn(options.keep));
  const slack = await openSlack(options.port, {
    ...{ site: pageFolder, panels: panelTabs(options.locale) },
    ...(history === undefined ? {} : { history }),
  });
  const parts: Parts = { slack };
  try {
    await bringUp(parts, options, ending);
    await fetch(address, { signal: AbortSignal.timeout(5_000) });
    say(address, options, parts);
    onReady(address);
    await until(ending);
  } finally {
    console.log('Stopping …');
    await takeDown(parts);
  }
}

/** What there is so far; filled while the demo comes up. */
interface Parts {
  readonly slack: SimulatedSlack;
  pages?: Promise<readonly [string, string]>;
  world?: World;
  bot?: BotKeeper;
  stopPanels?: () => void;
  history?: ReturnType<typeof keepHistory>;
}

const historyIn = (folder: string): string => `${folder}/slack.json`;

async function bringUp(parts: Parts, options: DemoOptions, ending: AbortSignal): Promise<void> {
  const { slack } = parts;
  console.log('Starting MariaDB, Redis, sshd, supervisord and a Laravel application …');
  parts.pages = Promise.all([ensurePage(), ensurePanels()]);
  // Looked at below; until then it is nobody's.
  parts.pages.catch(() => undefined);
  const world = await startWorld({
    ...{ workers: 'all', tries: 1, redisPersists: true, signal: ending },
    ...(options.keep === undefined ? {} : { keep: options.keep }),
  });
  parts.world = world;
  // From here on the folder is ours alone.
  if (options.keep !== undefined) parts.history = keepHistory(slack, historyIn(options.keep));
  const config = await world.config({ locale: options.locale, alerts: demoAlerts });
  const bot = keepBot(slack, world, config, options);
  parts.bot = bot;
  const { panel, guide } = createPanels({ slack, world, bot, config, keep: options.keep });
  parts.stopPanels = () => {
    panel.stop();
    guide.stop();
  };
  await Promise.all([bot.start(), tellStory(world, ending)]);
  await guide.begin();
  const [, folder] = await parts.pages;
  slack.mount(mountedAt, createPanelSite({ folder, locale: options.locale, panel, guide }));
  ending.throwIfAborted();
}

const keepBot = (slack: SimulatedSlack, world: World, config: string, { socket }: DemoOptions): BotKeeper =>
  createBotKeeper(
    {
      ...{ slack, config, socket, env: world.env, readyWithinMs: botReadyMs },
      logFile: `${world.folder}/queuekeeper.log`,
    },
    (said) => console.error(`The bot ended by itself; the world panel starts it again. It said:\n${said}`),
  );

function createPanels(from: {
  readonly slack: SimulatedSlack;
  readonly world: World;
  readonly bot: BotKeeper;
  readonly config: string;
  readonly keep: string | undefined;
}): { readonly panel: Panel; readonly guide: Guide } {
  const { slack, world, bot, config, keep } = from;
  const panel = createPanel({
    ...{ world, slack, bot, groups: inOrder, isBotReady: bot.isReady, now: Date.now },
  });
  const guide = createGuide({
    sources: { app: world.sql, store: world.store.root, breaks: panel.breaks },
    askVerbs: () => askVerbs(config, world.env),
    nameOf: nameIn(slack),
    ...(keep === undefined ? {} : { file: `${keep}/tour.json` }),
  });
  return { panel, guide };
}

/** A busy machine is slow, and no reason to give up. */
const botReadyMs = 90_000;

/** The story's queue first. */
const inOrder = [...groups].sort(
  (one, other) => Number(other.queues === 'reports') - Number(one.queues === 'reports'),
);

const nameIn =
  ({ workspace }: SimulatedSlack) =>
  (id: string): string =>
    [...workspace.users, ...workspace.channels].find((one) => one.id === id)?.name ?? id;

function until(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** With the servers' own limit well within the five seconds in which all has to end, on a busy machine too. */
const botLimitMs = 1_000;
const pagesLimitMs = 1_000;

/** In this order: the bot hands its leases back while the store still lives. */
async function takeDown({ slack, pages, world, bot, stopPanels, history }: Parts): Promise<void> {
  stopPanels?.();
  await bot?.stop(botLimitMs);
  await history?.stop();
  await slack.close();
  await world?.stop();
  const late = new Promise((resolve) => setTimeout(resolve, pagesLimitMs).unref());
  await Promise.race([pages?.catch(() => undefined), late]);
}

function say(address: string, { socket, keep }: DemoOptions, { world, bot }: Parts): void {
  console.log(`
Queuekeeper is up (${socket ? 'Socket Mode' : 'signed HTTP'}), and reports fail.

  ${address}   open this: a simulated Slack, the world beside it, and a tour of five steps

  ${bot?.current()?.opsUrl}/readyz   is the bot well?
  ${world?.folder}   logs and configuration
  ${keep === undefined ? 'Nothing stays when it ends; with --keep, data does.' : `${keep}   the data, which stays`}

Without a browser: npm run demo:say -- "status"   (as Anna; --as bo, --click Share)

Ctrl-C ends all of it.
`);
}
