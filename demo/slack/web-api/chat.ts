import { text } from '../json.ts';
import type { SlackState } from '../state.ts';
import type { Message } from '../timeline.ts';
import { findChannel, findPartner, findUser, isMember } from '../workspace.ts';
import { type Answer, isOn, type Method, no, type Params, RateLimited, yes } from './answer.ts';
import {
  blocksOf,
  contentFault,
  messageToWire,
  metadataOf,
  permalinkOf,
  placeOf,
  threadOf,
} from './messages.ts';

/** https://docs.slack.dev/reference/methods/chat.postMessage */
const postMessage: Method = (params, state) => {
  const channel = placeOf(params, state);
  if (typeof channel !== 'string') return channel;
  const fault = contentFault(params, state);
  if (fault !== undefined) return fault;
  const waitSeconds = state.rateLimits.takePost(channel);
  if (waitSeconds !== undefined) return new RateLimited(waitSeconds);
  const { kept, warning } = metadataOf(params);
  const message = state.timeline.add({
    ...byBot(state, channel, params),
    ...(isOn(params['reply_broadcast']) ? { isBroadcast: true } : {}),
    ...kept,
  });
  return yes({ channel, ts: message.ts, message: messageToWire(message, state, 'whole'), ...warning });
};

const byBot = (
  { workspace }: SlackState,
  channel: string,
  params: Params,
): Parameters<SlackState['timeline']['add']>[0] => ({
  channel,
  user: workspace.bot.userId,
  botId: workspace.bot.id,
  text: text(params['text']),
  blocks: blocksOf(params),
  ...threadOf(params),
});

/** https://docs.slack.dev/reference/methods/chat.update */
const update: Method = (params, state) => {
  const message = ownMessage(params, state, 'cant_update_message');
  const fault = contentFault(params, state);
  if (fault !== undefined) return fault;
  if ('error' in message) return message;
  const { kept, warning } = metadataOf(params);
  state.timeline.edit(message, {
    text: text(params['text']),
    ...(params['blocks'] === undefined ? {} : { blocks: blocksOf(params) }),
    // Left out, what was there stays; an empty object takes it away.
    ...kept,
  });
  return yes({
    channel: message.channel,
    ts: message.ts,
    text: message.text,
    message: messageToWire(message, state, 'whole'),
    ...warning,
  });
};

/** https://docs.slack.dev/reference/methods/chat.delete */
const remove: Method = (params, state) => {
  const message = ownMessage(params, state, 'cant_delete_message');
  if ('error' in message) return message;
  state.timeline.remove(message);
  return yes({ channel: message.channel, ts: message.ts });
};

/** Ephemeral messages can't be found again, and nobody changes somebody else's. */
function ownMessage(
  params: Params,
  { timeline, workspace }: SlackState,
  foreign: string,
): Message | (Answer & { readonly error: unknown }) {
  const channel = text(params['channel']);
  if (findChannel(workspace, channel) === undefined && findPartner(workspace, channel) === undefined)
    return { ok: false, error: 'channel_not_found' };
  const message = timeline.find(channel, text(params['ts']));
  if (message === undefined || message.ephemeralFor !== undefined)
    return { ok: false, error: 'message_not_found' };
  return message.botId === workspace.bot.id ? message : { ok: false, error: foreign };
}

/** https://docs.slack.dev/reference/methods/chat.postEphemeral */
const postEphemeral: Method = (params, state) => {
  const channel = placeOf(params, state);
  if (typeof channel !== 'string') return channel;
  const fault = contentFault(params, state);
  if (fault !== undefined) return fault;
  const user = findUser(state.workspace, params['user']);
  const place = findChannel(state.workspace, channel);
  if (user === undefined || (place !== undefined && !isMember(place, user))) return no('user_not_in_channel');
  const message = state.timeline.add({ ...byBot(state, channel, params), ephemeralFor: user.id });
  return yes({ message_ts: message.ts });
};

/** https://docs.slack.dev/reference/methods/chat.getPermalink */
const getPermalink: Method = (params, { timeline, workspace }) => {
  const message = timeline.find(text(params['channel']), text(params['message_ts']));
  return message === undefined
    ? no('message_not_found')
    : yes({ channel: message.channel, permalink: permalinkOf(workspace, message) });
};

export const chatMethods: Readonly<Record<string, Method>> = {
  'chat.delete': remove,
  'chat.getPermalink': getPermalink,
  'chat.postEphemeral': postEphemeral,
  'chat.postMessage': postMessage,
  'chat.update': update,
};
