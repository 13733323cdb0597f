import type { Json } from '../json.ts';
import { colorOf, findUser, type SimulatedUser, type Workspace } from '../workspace.ts';
import { isOn, type Method, no, paged, yes } from './answer.ts';

const userToWire = (user: SimulatedUser, workspace: Workspace, withLocale: boolean): Json => ({
  id: user.id,
  team_id: user.teamId ?? workspace.teamId,
  name: user.name.toLowerCase(),
  real_name: user.name,
  deleted: user.isDeleted === true,
  color: colorOf(workspace, user),
  is_admin: user.isAdmin === true,
  is_bot: user.isBot === true,
  is_app_user: false,
  is_restricted: user.isRestricted === true || user.isUltraRestricted === true,
  is_ultra_restricted: user.isUltraRestricted === true,
  is_stranger: user.isStranger === true,
  tz: 'Etc/UTC',
  profile: { display_name: user.name, real_name: user.name },
  ...(withLocale ? { locale: user.locale ?? 'en-US' } : {}),
});

/** https://docs.slack.dev/reference/methods/users.info */
const info: Method = (params, { workspace }) => {
  const user = findUser(workspace, params['user']);
  return user === undefined
    ? no('user_not_found')
    : yes({ user: userToWire(user, workspace, isOn(params['include_locale'])) });
};

/** https://docs.slack.dev/reference/methods/users.list */
const listAll: Method = (params, { workspace }) => {
  const { page, more } = paged(workspace.users, params, 1000);
  const withLocale = isOn(params['include_locale']);
  return yes({ members: page.map((user) => userToWire(user, workspace, withLocale)), ...more });
};

/** https://docs.slack.dev/reference/methods/emoji.list: the workspace's own. */
const emoji: Method = (_params, { workspace }) => yes({ emoji: workspace.emoji ?? {} });

/** https://docs.slack.dev/reference/methods/usergroups.list */
const groups: Method = (params, { workspace }) =>
  yes({
    usergroups: workspace.groups
      .filter((group) => group.isDisabled !== true || isOn(params['include_disabled']))
      .map((group) => ({
        id: group.id,
        team_id: workspace.teamId,
        is_usergroup: true,
        name: group.handle,
        handle: group.handle,
        date_delete: group.isDisabled === true ? 1 : 0,
        user_count: group.members.length,
        ...(isOn(params['include_users']) ? { users: group.members } : {}),
      })),
  });

/** https://docs.slack.dev/reference/methods/usergroups.users.list */
const groupMembers: Method = (params, { workspace }) => {
  const group = workspace.groups.find(({ id }) => id === params['usergroup']);
  if (group === undefined) return no('no_such_subteam');
  if (group.isDisabled === true && !isOn(params['include_disabled'])) return no('subteam_disabled');
  return yes({ users: group.members });
};

/** https://docs.slack.dev/reference/methods/dnd.info */
const dnd: Method = (params, { workspace }) => {
  const user = findUser(workspace, params['user']);
  return user === undefined ? no('user_not_found') : yes({ dnd_enabled: user.doNotDisturb === true });
};

/** https://docs.slack.dev/reference/methods/bots.info */
const bot: Method = (params, { workspace }) =>
  params['bot'] === workspace.bot.id
    ? yes({
        bot: {
          id: workspace.bot.id,
          deleted: false,
          name: workspace.bot.name,
          user_id: workspace.bot.userId,
          app_id: workspace.appId,
        },
      })
    : no('bot_not_found');

export const peopleMethods: Readonly<Record<string, Method>> = {
  'bots.info': bot,
  'dnd.info': dnd,
  'emoji.list': emoji,
  'usergroups.list': groups,
  'usergroups.users.list': groupMembers,
  'users.info': info,
  'users.list': listAll,
};
