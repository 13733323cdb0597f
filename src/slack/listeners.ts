import type { App } from '@slack/bolt';
import type { Invocation } from '../core/invocation.ts';
import type { Log } from '../core/log.ts';
import { capText } from '../core/strip.ts';
import type { SlackApi } from './api.ts';
import { createSurface } from './surface.ts';
import { typedText } from './typed-text.ts';

export interface ListenerParts {
  readonly api: SlackApi;
  readonly log: Log;
  readonly botUserId: string;
  /** Hands an act to the pipeline and returns at once; what is under way is counted for shutdown. */
  readonly take: (invocation: Invocation) => void;
}

/** Buttons whose answer takes the place of the message they stand on, where nobody else sees that message. */
const paging = new Set(['next']);
/** What is longer ends in an ellipsis, so that no half of a number passes for one. */
const mostTyped = 3_000;

/** Translates Slack's bodies into invocations. The ack is each listener's first statement; none of them decides anything. */
export function registerListeners(app: App, parts: ListenerParts): void {
  const { api, log, take } = parts;

  app.command('/queue', async ({ ack, command }) => {
    await ack();
    const { channel_id: channel, user_id: userId, team_id: teamId } = command;
    take({
      ...{
        source: 'slash',
        user: { teamId, userId },
        text: capText(typedText(command.text), mostTyped),
        channel,
      },
      dedupeKey: `command:${command.trigger_id}`,
      surface: createSurface({
        ...{
          api,
          log,
          userId,
          channel,
          threadTs: undefined,
          responseUrl: command.response_url,
          replaces: false,
        },
      }),
    });
  });

  // Bolt acks events itself.
  app.event('app_mention', async ({ event, body }) => {
    if (event.user === undefined || 'bot_id' in event) return;
    const { channel, ts, user: userId } = event;
    const threadTs = event.thread_ts ?? ts;
    take({
      ...{ source: 'mention', user: { teamId: teamOf(event, body.team_id), userId }, channel, threadTs },
      text: capText(typedText(event.text, parts.botUserId), mostTyped),
      dedupeKey: `message:${channel}:${ts}`,
      surface: createSurface({
        ...{ api, log, userId, channel, threadTs, responseUrl: undefined, replaces: false },
      }),
    });
  });

  app.event('message', async ({ event, body }) => {
    // Only what a person writes to the bot alone; edits, joins and bots' own words have a subtype or a bot id.
    if (event.channel_type !== 'im' || event.subtype !== undefined || event.bot_id !== undefined) return;
    const { channel, ts, user: userId } = event;
    const threadTs = event.thread_ts;
    take({
      ...{ source: 'mention', user: { teamId: teamOf(event, body.team_id), userId }, channel },
      ...(threadTs === undefined ? {} : { threadTs }),
      text: capText(typedText(event.text ?? '', parts.botUserId).replace(/^\/queue\b/, ''), mostTyped),
      dedupeKey: `message:${channel}:${ts}`,
      surface: createSurface({
        ...{ api, log, userId, channel, threadTs, responseUrl: undefined, replaces: false },
      }),
    });
  });

  app.action(/.*/, async ({ ack, body, action }) => {
    await ack();
    if (body.type !== 'block_actions' || action.type !== 'button' || !('action_id' in action)) return;
    const channel = body.channel?.id ?? body.container['channel_id'];
    const messageTs = body.message?.ts ?? body.container['message_ts'];
    if (typeof channel !== 'string' || typeof messageTs !== 'string') return;
    const verb = action.action_id.replace(/:\d+$/, '');
    const threadTs: unknown = body.message?.['thread_ts'] ?? body.container['thread_ts'];
    const userId = body.user.id;
    const teamId = body.user.team_id ?? body.team?.id ?? '';
    take({
      ...{
        source: 'button',
        user: { teamId, userId },
        text: capText(action.value ?? '', mostTyped),
        channel,
        messageTs,
      },
      ...(typeof threadTs === 'string' ? { threadTs } : {}),
      ...(verb === 'share' ? { share: true } : {}),
      dedupeKey: `action:${teamId}:${userId}:${messageTs}:${action.action_ts}`,
      surface: createSurface({
        ...{ api, log, userId, channel, threadTs: typeof threadTs === 'string' ? threadTs : undefined },
        ...{
          responseUrl: body.response_url,
          replaces: paging.has(verb) && body.container['is_ephemeral'] === true,
        },
      }),
    });
  });
}

/** In a shared channel the author's own team stands in the event, the receiving one in the envelope. */
function teamOf(event: object, enveloped: string): string {
  for (const key of ['user_team', 'source_team', 'team'] as const) {
    const value: unknown = Reflect.get(event, key);
    if (typeof value === 'string') return value;
  }
  return enveloped;
}
