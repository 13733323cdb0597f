import { type Json, text } from '../json.ts';
import type { SlackState } from '../state.ts';
import {
  directMessageOf,
  findChannel,
  findPartner,
  findUser,
  isMember,
  membersOf,
  type SimulatedChannel,
  type Workspace,
} from '../workspace.ts';
import { type Answer, isOn, type Method, no, type Params, paged, yes } from './answer.ts';
import { messageToWire, placeOf, visibleIn } from './messages.ts';

const channelToWire = (channel: SimulatedChannel, { workspace }: SlackState): Json => ({
  id: channel.id,
  name: channel.name,
  is_channel: channel.isPrivate !== true,
  is_group: channel.isPrivate === true,
  is_im: false,
  is_mpim: false,
  is_private: channel.isPrivate === true,
  is_archived: channel.isArchived === true,
  is_member: channel.botIsMember,
  is_ext_shared: channel.isExtShared === true,
  is_shared: channel.isExtShared === true,
  is_org_shared: false,
  context_team_id: workspace.teamId,
  num_members: membersOf(workspace, channel).length,
});

const directToWire = (userId: string): Json => ({
  id: directMessageOf(userId),
  is_im: true,
  is_channel: false,
  is_group: false,
  is_mpim: false,
  is_archived: false,
  user: userId,
});

/** https://docs.slack.dev/reference/methods/conversations.info. Private channels are hidden from who is not in. */
const info: Method = (params, state) => {
  const person = findPartner(state.workspace, params['channel']);
  if (person !== undefined) return yes({ channel: directToWire(person.id) });
  const channel = findChannel(state.workspace, params['channel']);
  if (channel === undefined || (channel.isPrivate === true && !channel.botIsMember))
    return no('channel_not_found');
  return yes({ channel: channelToWire(channel, state) });
};

/** https://docs.slack.dev/reference/methods/conversations.open */
const open: Method = (params, { workspace }) => {
  const ids = text(params['users']).split(',');
  const users = ids.map((id) => findUser(workspace, id.trim()));
  const [user] = users;
  if (user === undefined || users.includes(undefined)) return no('user_not_found');
  if (users.length > 1) return no('not_enough_users');
  if (user.isDeleted === true) return no('user_disabled');
  return user.isBot === true ? no('cannot_dm_bot') : yes({ channel: directToWire(user.id) });
};

/** https://docs.slack.dev/reference/methods/conversations.history: newest first, ephemerals and replies left out. */
const history: Method = (params, state) => {
  const channel = readable(params, state);
  if (typeof channel !== 'string') return channel;
  const found = visibleIn(channel, state).filter(
    (one) => (one.threadTs === undefined || one.isBroadcast === true) && isBetween(one.ts, params),
  );
  return listed([...found].reverse(), params, state);
};

/** https://docs.slack.dev/reference/methods/conversations.replies: the parent and its replies, oldest first. */
const replies: Method = (params, state) => {
  const channel = readable(params, state);
  if (typeof channel !== 'string') return channel;
  const ts = text(params['ts']);
  const thread = visibleIn(channel, state).filter((one) => one.ts === ts || one.threadTs === ts);
  if (thread.length === 0) return no('thread_not_found');
  return listed(
    thread.filter((one) => one.ts === ts || isBetween(one.ts, params)),
    params,
    state,
  );
};

/** Reading needs membership; an archived channel can still be read. */
function readable(params: Params, state: SlackState): string | Answer {
  const channel = findChannel(state.workspace, params['channel']);
  return channel?.isArchived === true && channel.botIsMember ? channel.id : placeOf(params, state);
}

function isBetween(ts: string, params: Params): boolean {
  const { oldest, latest } = params;
  const inclusive = isOn(params['inclusive']);
  const after = oldest === undefined || Number(ts) > Number(oldest) || (inclusive && ts === oldest);
  const before = latest === undefined || Number(ts) < Number(latest) || (inclusive && ts === latest);
  return after && before;
}

function listed(messages: ReturnType<typeof visibleIn>, params: Params, state: SlackState): Answer {
  const { page, more } = paged(messages, params, 100);
  const shown = isOn(params['include_all_metadata']) && maySeeMetadata(state.workspace) ? 'whole' : 'type';
  const hasMore = page.at(-1) !== messages.at(-1);
  return yes({
    messages: page.map((message) => messageToWire(message, state, shown)),
    has_more: hasMore,
    ...(hasMore ? more : {}),
  });
}

/**
 * Without the flag the payload is left out and the type stands alone (slackapi/python-slack-sdk#1501); that it is so
 * without https://docs.slack.dev/reference/scopes/metadata.message.read too is the careful reading of its page.
 */
const maySeeMetadata = ({ scopes }: Workspace): boolean =>
  scopes === undefined || scopes.includes('metadata.message:read');

/** https://docs.slack.dev/reference/methods/conversations.members */
const members: Method = (params, { workspace }) => {
  const channel = findChannel(workspace, params['channel']);
  if (channel === undefined) return no('channel_not_found');
  const { page, more } = paged(membersOf(workspace, channel), params, 100);
  return yes({ members: page, ...more });
};

/** https://docs.slack.dev/reference/methods/conversations.list. Private channels are hidden from who is not in. */
const listAll: Method = (params, state) => {
  const types = (text(params['types']) || 'public_channel').split(',').map((type) => type.trim());
  const all = state.workspace.channels.filter(
    (channel) =>
      types.includes(channel.isPrivate === true ? 'private_channel' : 'public_channel') &&
      (channel.isPrivate !== true || channel.botIsMember) &&
      !(isOn(params['exclude_archived']) && channel.isArchived === true),
  );
  const { page, more } = paged(all, params, 100);
  return yes({ channels: page.map((channel) => channelToWire(channel, state)), ...more });
};

/** https://docs.slack.dev/reference/methods/conversations.join */
const join: Method = (params, state) => {
  const channel = findChannel(state.workspace, params['channel']);
  if (channel === undefined || channel.isPrivate === true) return no('channel_not_found');
  if (channel.isArchived === true) return no('is_archived');
  channel.botIsMember = true;
  return yes({ channel: channelToWire(channel, state) });
};

/** https://docs.slack.dev/reference/methods/conversations.leave */
const leave: Method = (params, { workspace }) => {
  const channel = findChannel(workspace, params['channel']);
  if (channel === undefined) return no('channel_not_found');
  if (!channel.botIsMember) return yes({ not_in_channel: true });
  channel.botIsMember = false;
  return yes();
};

/** https://docs.slack.dev/reference/methods/users.conversations: the bot's own channels, or those it shares. */
const ofUser: Method = (params, state) => {
  const { workspace } = state;
  const user = params['user'] === undefined ? undefined : findUser(workspace, params['user']);
  if (params['user'] !== undefined && user === undefined) return no('user_not_found');
  const found = workspace.channels.filter(
    (channel) =>
      channel.botIsMember && (user === undefined || user.isBot === true || isMember(channel, user)),
  );
  const { page, more } = paged(found, params, 100);
  return yes({ channels: page.map((channel) => channelToWire(channel, state)), ...more });
};

export const conversationMethods: Readonly<Record<string, Method>> = {
  'conversations.history': history,
  'conversations.info': info,
  'conversations.join': join,
  'conversations.leave': leave,
  'conversations.list': listAll,
  'conversations.members': members,
  'conversations.open': open,
  'conversations.replies': replies,
  'users.conversations': ofUser,
};
