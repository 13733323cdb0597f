import { findBlockFault } from './blocks.ts';
import type { SlackClock } from './clock.ts';
import type { Timeline } from './timeline.ts';
import type { Views } from './views.ts';
import type { Workspace } from './workspace.ts';

export type Params = Readonly<Record<string, unknown>>;
export type Answer = Readonly<Record<string, unknown>> & { readonly ok: boolean };

export interface WebApiParts {
  readonly workspace: Workspace;
  readonly timeline: Timeline;
  readonly clock: SlackClock;
  readonly views: Views;
  readonly socketUrl: () => string;
  /** One post a second and channel, as Slack limits it. */
  readonly limited: () => boolean;
}

export class RateLimited {
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

const no = (error: string, more: Readonly<Record<string, unknown>> = {}): Answer => ({
  ok: false,
  error,
  ...more,
});
const yes = (more: Readonly<Record<string, unknown>> = {}): Answer => ({ ok: true, ...more });
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The methods of Slack's Web API that a bot for queues needs, with Slack's own refusals. */
export function createWebApi(
  parts: WebApiParts,
): (method: string, params: Params, token: string) => Answer | RateLimited {
  const { workspace, timeline, clock } = parts;
  const lastPost = new Map<string, number>();
  const channelOf = (params: Params): Workspace['channels'][number] | undefined =>
    workspace.channels.find(({ id }) => id === params['channel']);
  const isDirect = (params: Params): boolean => /^D/.test(text(params['channel']));

  const contentFault = (params: Params): Answer | undefined => {
    const blocks = params['blocks'];
    if (blocks !== undefined && !(Array.isArray(blocks) && blocks.length === 0)) {
      const fault = findBlockFault(blocks, 'message');
      if (fault !== undefined) {
        return no(fault.error, { response_metadata: { messages: fault.messages }, errors: fault.messages });
      }
    } else if (text(params['text']) === '') return no('no_text');
    return text(params['text']).length > 40_000 ? no('msg_too_long') : undefined;
  };
  const placeFault = (params: Params): Answer | undefined => {
    if (isDirect(params)) return undefined;
    const channel = channelOf(params);
    if (channel === undefined) return no('channel_not_found');
    if (channel.isArchived === true) return no('is_archived');
    return channel.botIsMember ? undefined : no('not_in_channel');
  };
  const limitFault = (params: Params): RateLimited | undefined => {
    if (!parts.limited()) return undefined;
    const channel = text(params['channel']);
    const now = clock.now();
    if (now - (lastPost.get(channel) ?? 0) < 1000) return new RateLimited(1);
    lastPost.set(channel, now);
    return undefined;
  };
  const blocksOf = (params: Params): readonly unknown[] =>
    Array.isArray(params['blocks']) ? params['blocks'] : [];
  const threadOf = (params: Params): { threadTs?: string } =>
    text(params['thread_ts']) === '' ? {} : { threadTs: text(params['thread_ts']) };
  const plain = (message: ReturnType<Timeline['add']>): Readonly<Record<string, unknown>> => ({
    ...{ type: 'message', ts: message.ts, user: message.user, text: message.text, blocks: message.blocks },
    ...(message.threadTs === undefined ? {} : { thread_ts: message.threadTs }),
    ...(message.botId === undefined ? {} : { bot_id: message.botId, app_id: workspace.appId }),
    ...(message.metadata === undefined ? {} : { metadata: message.metadata }),
  });

  const methods: Readonly<Record<string, (params: Params) => Answer | RateLimited>> = {
    'auth.test': () =>
      yes({
        ...{
          url: `https://${workspace.domain}.slack.com/`,
          team: workspace.domain,
          team_id: workspace.teamId,
        },
        ...{ user: workspace.bot.name, user_id: workspace.bot.userId, bot_id: workspace.bot.id },
      }),
    'apps.connections.open': () => yes({ url: parts.socketUrl() }),
    'chat.postMessage'(params) {
      const fault = placeFault(params) ?? contentFault(params) ?? limitFault(params);
      if (fault !== undefined) return fault;
      const message = timeline.add({
        ...{ channel: text(params['channel']), user: workspace.bot.userId, botId: workspace.bot.id },
        ...{
          text: text(params['text']),
          blocks: blocksOf(params),
          metadata: params['metadata'],
          ...threadOf(params),
        },
      });
      return yes({ channel: message.channel, ts: message.ts, message: plain(message) });
    },
    'chat.update'(params) {
      const fault = contentFault(params);
      if (fault !== undefined) return fault;
      const message = timeline.find(text(params['channel']), text(params['ts']));
      if (message === undefined || message.ephemeralFor !== undefined) return no('message_not_found');
      if (message.botId !== workspace.bot.id) return no('cant_update_message');
      timeline.edit(message, {
        text: text(params['text']),
        ...(params['blocks'] === undefined ? {} : { blocks: blocksOf(params) }),
        ...(params['metadata'] === undefined ? {} : { metadata: params['metadata'] }),
      });
      return yes({ channel: message.channel, ts: message.ts, text: message.text });
    },
    'chat.delete'(params) {
      const message = timeline.find(text(params['channel']), text(params['ts']));
      if (message === undefined) return no('message_not_found');
      if (message.botId !== workspace.bot.id) return no('cant_delete_message');
      timeline.remove(message);
      return yes();
    },
    'chat.postEphemeral'(params) {
      const fault = placeFault(params) ?? contentFault(params);
      if (fault !== undefined) return fault;
      const user = workspace.users.find(({ id }) => id === params['user']);
      if (user === undefined) return no('user_not_in_channel');
      const message = timeline.add({
        ...{ channel: text(params['channel']), user: workspace.bot.userId, botId: workspace.bot.id },
        ...{
          text: text(params['text']),
          blocks: blocksOf(params),
          ephemeralFor: user.id,
          ...threadOf(params),
        },
      });
      return yes({ message_ts: message.ts });
    },
    'chat.getPermalink': (params) =>
      timeline.find(text(params['channel']), text(params['message_ts'])) === undefined
        ? no('message_not_found')
        : yes({
            permalink: `https://${workspace.domain}.slack.com/archives/${text(params['channel'])}/p${text(params['message_ts']).replace('.', '')}`,
          }),
    'conversations.info'(params) {
      if (isDirect(params)) return yes({ channel: { id: params['channel'], is_im: true } });
      const channel = channelOf(params);
      if (channel === undefined) return no('channel_not_found');
      return yes({
        channel: {
          ...{ id: channel.id, name: channel.name, is_channel: true, is_member: channel.botIsMember },
          ...{ is_ext_shared: channel.isExtShared === true, is_archived: channel.isArchived === true },
        },
      });
    },
    'conversations.history'(params) {
      const fault = placeFault(params);
      if (fault !== undefined) return fault;
      const found = timeline.messages.filter(
        (one) =>
          one.channel === params['channel'] &&
          !one.deleted &&
          one.ephemeralFor === undefined &&
          (one.threadTs ?? one.ts) === one.ts,
      );
      return yes({
        messages: found
          .slice(-Number(params['limit'] ?? 100))
          .reverse()
          .map(plain),
        has_more: false,
      });
    },
    'conversations.replies'(params) {
      const found = timeline.messages.filter(
        (one) =>
          one.channel === params['channel'] &&
          !one.deleted &&
          one.ephemeralFor === undefined &&
          (one.ts === params['ts'] || one.threadTs === params['ts']),
      );
      return found.length === 0
        ? no('thread_not_found')
        : yes({ messages: found.map(plain), has_more: false });
    },
    'conversations.open': (params) => yes({ channel: { id: `D${text(params['users']).slice(1)}` } }),
    'users.info'(params) {
      const user = workspace.users.find(({ id }) => id === params['user']);
      if (user === undefined) return no('user_not_found');
      return yes({
        user: {
          ...{
            id: user.id,
            team_id: user.teamId ?? workspace.teamId,
            name: user.name.toLowerCase(),
            real_name: user.name,
          },
          ...{
            deleted: user.isDeleted === true,
            is_bot: user.isBot === true,
            is_restricted: user.isRestricted === true,
          },
          ...{
            is_ultra_restricted: false,
            is_stranger: user.isStranger === true,
            locale: user.locale ?? 'en-US',
          },
          profile: { display_name: user.name, real_name: user.name },
        },
      });
    },
    'usergroups.users.list'(params) {
      const group = workspace.groups.find(({ id }) => id === params['usergroup']);
      return group === undefined ? no('no_such_subteam') : yes({ users: group.members });
    },
    'views.open': (params) => parts.views.call('open', params),
    'views.push': (params) => parts.views.call('push', params),
    'views.update': (params) => parts.views.call('update', params),
    'views.publish': (params) => parts.views.call('publish', params),
    'usergroups.list': () => yes({ usergroups: workspace.groups.map(({ id, handle }) => ({ id, handle })) }),
  };

  return (method, params, token) => {
    const wanted = method === 'apps.connections.open' ? workspace.tokens.app : workspace.tokens.bot;
    if (token === '') return no('not_authed');
    if (token !== wanted) return no('invalid_auth');
    const run = methods[method];
    return run === undefined ? no('unknown_method', { req_method: method }) : run(params);
  };
}
