import type { WebClient } from '@slack/web-api';
import type { ChannelFacts, Directory } from '../core/invocation.ts';
import type { Locale, Member, SlackUser, Standing } from '../core/people.ts';
import { faultOf } from './api.ts';

export interface DirectoryParts {
  readonly client: Pick<WebClient, 'users' | 'usergroups' | 'conversations'>;
  /** Of the workspace in which the bot lives; everybody else is a stranger. */
  readonly homeTeamId: string;
  readonly now: () => number;
}

const keepMs = 60_000;
/** After a failure Slack is asked again soon. */
const keepFailureMs = 2_000;
const mostKept = 5_000;

/** What Slack says of people, groups and channels, asked at most once a minute for each. */
export function createDirectory({ client, homeTeamId, now }: DirectoryParts): Directory {
  const users = createCache<Member>(now, (userId) => findUser(client, userId, homeTeamId));
  const groups = createCache<ReadonlySet<string>>(now, async (groupId) => {
    const { users: members } = await client.usergroups.users.list({ usergroup: groupId });
    return new Set(members ?? []);
  });
  const channels = createCache<ChannelFacts>(now, (channelId) => findChannel(client, channelId));
  return {
    // Nothing is remembered by one that has just been made.
    fresh: () => createDirectory({ client, homeTeamId, now }),
    async find(user: SlackUser) {
      const member = await users(user.userId);
      if (user.teamId === homeTeamId) return member;
      // Whoever comes from another workspace is a stranger, whatever that workspace says of them, if it says anything.
      const unseen = { ...user, name: user.userId, locale: 'en' } as const;
      return { ...(member ?? unseen), standing: 'stranger' };
    },
    group: groups,
    channel: channels,
  };
}

/** One question for all who ask at the same time; a failure is `undefined` and kept only for a moment. */
function createCache<T>(
  now: () => number,
  ask: (key: string) => Promise<T>,
): (key: string) => Promise<T | undefined> {
  const kept = new Map<string, { readonly answer: Promise<T | undefined>; until: number }>();
  return (key) => {
    const known = kept.get(key);
    if (known !== undefined && now() < known.until) return known.answer;
    const entry: { answer: Promise<T | undefined>; until: number } = {
      until: now() + keepMs,
      answer: ask(key).catch((error: unknown) => {
        entry.until = now() + keepFailureMs;
        faultOf(error);
        return undefined;
      }),
    };
    if (kept.size >= mostKept) kept.clear();
    kept.set(key, entry);
    return entry.answer;
  };
}

type SlackUserInfo = NonNullable<Awaited<ReturnType<WebClient['users']['info']>>['user']>;

async function findUser(
  client: DirectoryParts['client'],
  userId: string,
  homeTeamId: string,
): Promise<Member> {
  const { user } = await client.users.info({ user: userId, include_locale: true });
  return {
    teamId: user?.team_id ?? '',
    userId,
    name: user?.profile?.display_name || user?.real_name || user?.name || userId,
    standing: user === undefined ? 'unknown' : standingOf(user, homeTeamId),
    locale: localeOf(user?.locale),
  };
}

function standingOf(user: SlackUserInfo, homeTeamId: string): Standing {
  if (user.deleted === true) return 'deactivated';
  if (user.is_bot === true) return 'bot';
  if (!isOfTeam(user, homeTeamId) || ('is_stranger' in user && user.is_stranger === true)) return 'stranger';
  if (user.is_restricted === true || user.is_ultra_restricted === true) return 'guest';
  return 'member';
}

/** On Enterprise Grid a person has one team of origin and works in several; other organisations have grids, too. */
function isOfTeam(user: SlackUserInfo, homeTeamId: string): boolean {
  if (user.team_id === homeTeamId) return true;
  return user.enterprise_user?.teams?.includes(homeTeamId) === true;
}

const localeOf = (locale: string | undefined): Locale => (locale?.startsWith('zh') === true ? 'zh-CN' : 'en');

async function findChannel(client: DirectoryParts['client'], channelId: string): Promise<ChannelFacts> {
  // A direct message is told by its id; the bot may not be able to ask about it.
  if (channelId.startsWith('D')) return { kind: 'direct-message', shared: false, botIsMember: true };
  const { channel } = await client.conversations.info({ channel: channelId });
  return {
    kind:
      channel?.is_im === true ? 'direct-message' : channel?.is_mpim === true ? 'group-message' : 'channel',
    shared: channel?.is_ext_shared === true || channel?.is_pending_ext_shared === true,
    botIsMember: channel?.is_member === true,
  };
}
