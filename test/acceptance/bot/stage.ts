import type { RowDataPacket } from 'mysql2/promise';
import { type BotOptions, type RunningBot, startBot } from '../../../demo/bot.ts';
import { renderPlain } from '../../../demo/slack/plain.ts';
import { createSlack, type SimulatedSlack } from '../../../demo/slack/server.ts';
import type { Message } from '../../../demo/slack/timeline.ts';
import type { ConfigChange } from '../../../demo/world/config.ts';
import { startWorld, type World, type WorldOptions } from '../../../demo/world/world.ts';

/** The whole bot on the world in miniature, with people in a simulated Slack. */
export interface Stage {
  readonly world: World;
  readonly slack: SimulatedSlack;
  readonly bot: RunningBot;
  /** Types a command and waits for the next message that this person sees because of it. */
  say(words: string, who?: string, channel?: string): Promise<Message>;
  /** The text of `say`. */
  read(words: string, who?: string): Promise<string>;
  /** Waits for a message that shows all of these, and returns its text. */
  see(...parts: readonly string[]): Promise<string>;
  /** Starts another bot on the same store, Slack and configuration. */
  another(options?: Partial<BotOptions>): Promise<RunningBot>;
  restart(): Promise<RunningBot>;
  /** Every bot of this stage, by SIGKILL. */
  killAll(): Promise<void>;
  /** Rows of any table, e.g. `queuekeeper.audit_log`. */
  rows(sql: string, values?: readonly unknown[]): Promise<readonly RowDataPacket[]>;
  /** Polls until the query gives a row. */
  untilRow(sql: string, limitMs?: number): Promise<RowDataPacket>;
  stop(): Promise<void>;
}

export interface StageOptions extends WorldOptions {
  readonly config?: ConfigChange;
  readonly socket?: boolean;
  /** Who is in a user group when the bot first looks at it; by the group's id. */
  readonly groups?: Readonly<Record<string, readonly string[]>>;
}

export async function setStage(options: StageOptions = {}): Promise<Stage> {
  const [world, slack] = await Promise.all([startWorld(options), createSlack()]);
  for (const [id, members] of Object.entries(options.groups ?? {})) {
    const group = slack.workspace.groups.find((one) => one.id === id);
    if (group === undefined) throw new Error(`the workspace has no group ${id}`);
    group.members = [...members];
  }
  const config = await world.config(options.config);
  const start = (change: Partial<BotOptions> = {}): Promise<RunningBot> =>
    startBot({
      slack,
      config,
      env: world.env,
      ...(options.socket === true ? { socket: true } : {}),
      ...change,
    });
  let bot = await start();
  const others: RunningBot[] = [];
  const rows: Stage['rows'] = async (sql, values = []) => {
    const [found] = await world.sql.query<RowDataPacket[]>(sql, [...values]);
    return found;
  };
  const say: Stage['say'] = async (words, who = 'U0ANNA', channel = 'C0OPS') => {
    const known = new Set(slack.timeline.messages);
    await slack.as(who).command(channel, words);
    return slack.waitFor(
      `an answer to "${words}"`,
      (message) =>
        !known.has(message) &&
        message.botId !== undefined &&
        message.channel === channel &&
        !isNotice(message) &&
        (message.ephemeralFor ?? who) === who,
    );
  };
  return {
    ...{ world, slack, rows, say },
    get bot() {
      return bot;
    },
    read: async (words, who) => renderPlain(await say(words, who)),
    async see(...parts) {
      const message = await slack.waitFor(
        `a message with ${parts.map((part) => `"${part}"`).join(' and ')}`,
        (one) => parts.every((part) => renderPlain(one).includes(part)),
      );
      return renderPlain(message);
    },
    async another(change) {
      const made = await start(change);
      others.push(made);
      return made;
    },
    async restart() {
      bot = await start();
      return bot;
    },
    async killAll() {
      await Promise.all([bot, ...others].map((one) => one.kill()));
    },
    async untilRow(sql, limitMs = 60_000) {
      const until = Date.now() + limitMs;
      for (;;) {
        const [row] = await rows(sql);
        if (row !== undefined) return row;
        if (Date.now() > until) throw new Error(`no row came: ${sql}\n${bot.logs().slice(-3_000)}`);
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
    },
    async stop() {
      await Promise.all([bot, ...others].map((one) => one.kill()));
      await slack.close();
      await world.stop();
    },
  };
}

/** What is told of an earlier request may come between a question and its answer. */
const isNotice = ({ metadata }: Message): boolean =>
  typeof metadata === 'object' &&
  metadata !== null &&
  'event_type' in metadata &&
  metadata.event_type === 'queuekeeper_notice';
