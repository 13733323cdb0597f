/** Who and what there is in a simulated workspace: plain data, and the same object for as long as the Slack runs. */
export interface Workspace {
  readonly teamId: string;
  readonly domain: string;
  readonly appId: string;
  readonly bot: { readonly id: string; readonly userId: string; readonly name: string };
  readonly tokens: { readonly bot: string; readonly app: string; readonly signingSecret: string };
  /** The app's slash commands; the first is meant when a person types words alone. */
  readonly slashCommands: readonly SlashCommand[];
  /** The bot token's scopes; left out: all that are needed. */
  readonly scopes?: readonly string[];
  /** Event types that the app hears. */
  readonly events: readonly string[];
  readonly users: readonly SimulatedUser[];
  readonly groups: readonly SimulatedGroup[];
  readonly channels: readonly SimulatedChannel[];
  /** Emoji beside the standard ones, by name: an image's address, or `alias:NAME`. */
  readonly emoji?: Readonly<Record<string, string>>;
}

/** By its name alone (`/queue`), or as it stands in the app's settings, which is what people read while typing. */
export type SlashCommand =
  | string
  | { readonly command: string; readonly description?: string; readonly usageHint?: string };

export const commandNames = ({ slashCommands }: Workspace): readonly string[] =>
  slashCommands.map((one) => (typeof one === 'string' ? one : one.command));

export interface SimulatedUser {
  readonly id: string;
  readonly name: string;
  /** Another team than the workspace's makes a stranger, who is only in shared channels. */
  readonly teamId?: string;
  /** Slack's `locale`, e.g. `zh-CN`; left out: `en-US`. */
  readonly locale?: string;
  /** A guest of several channels. */
  readonly isRestricted?: boolean;
  /** A guest of one channel. */
  readonly isUltraRestricted?: boolean;
  readonly isAdmin?: boolean;
  readonly isBot?: boolean;
  /** Slack's `color`, six hexadecimal digits; left out: one that the neighbours don't have. */
  readonly color?: string;
  isDeleted?: boolean;
  readonly isStranger?: boolean;
  /** Do-not-disturb: messages arrive, and nothing rings. */
  doNotDisturb?: boolean;
}

export interface SimulatedGroup {
  readonly id: string;
  readonly handle: string;
  members: readonly string[];
  isDisabled?: boolean;
}

export interface SimulatedChannel {
  readonly id: string;
  readonly name: string;
  botIsMember: boolean;
  /** User ids; left out: everybody who is active, and strangers where it is shared. */
  members?: readonly string[];
  readonly isPrivate?: boolean;
  readonly isExtShared?: boolean;
  isArchived?: boolean;
}

/** White initials can be read on each. */
const colors = ['a8326e', '1d6f42', '3b5fc0', '8a4b08', '6b3fa0', '0b6e7f', 'b3261e', '4d5a66'] as const;

/** Without a # in front, as Slack gives it. */
export function colorOf({ users }: Workspace, user: SimulatedUser): string {
  return user.color ?? colors[Math.max(0, users.indexOf(user)) % colors.length] ?? colors[0];
}

/** The id of the direct message between the bot and a person. */
export const directMessageOf = (userId: string): string => `D${userId.slice(1)}`;

export const findUser = (workspace: Workspace, id: unknown): SimulatedUser | undefined =>
  workspace.users.find((user) => user.id === id);

export const findChannel = (workspace: Workspace, id: unknown): SimulatedChannel | undefined =>
  workspace.channels.find((channel) => channel.id === id);

/** The person behind the id of a direct message. */
export const findPartner = (workspace: Workspace, channelId: unknown): SimulatedUser | undefined =>
  typeof channelId === 'string' && channelId.startsWith('D')
    ? workspace.users.find(({ id }) => directMessageOf(id) === channelId)
    : undefined;

/** Whether a person is in a channel now; the deactivated are nowhere. */
export function isMember(channel: SimulatedChannel, user: SimulatedUser): boolean {
  if (user.isDeleted === true) return false;
  if (channel.members !== undefined) return channel.members.includes(user.id);
  return user.isStranger !== true || channel.isExtShared === true;
}

/** Whether a person sees what is said in a channel or direct message. */
export function isIn(workspace: Workspace, userId: string, channelId: string): boolean {
  if (directMessageOf(userId) === channelId) return true;
  const user = findUser(workspace, userId);
  const channel = findChannel(workspace, channelId);
  return user !== undefined && channel !== undefined && isMember(channel, user);
}

/** Ids of the persons in a channel, and the bot's. */
export function membersOf(workspace: Workspace, channel: SimulatedChannel): readonly string[] {
  const persons = workspace.users.filter((user) => user.isBot !== true && isMember(channel, user));
  const ids = persons.map(({ id }) => id);
  return channel.botIsMember ? [...ids, workspace.bot.userId] : ids;
}

/** A channel's name; a direct message's is `directmessage`, as Slack calls it in commands. */
export const nameOfChannel = (workspace: Workspace, id: string): string =>
  findChannel(workspace, id)?.name ?? (id.startsWith('D') ? 'directmessage' : id.toLowerCase());
