import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { createDefaultWorkspace } from './default-workspace.ts';
import type { Workspace } from './workspace.ts';

const id = (letter: string, what: string) =>
  z
    .string()
    .regex(new RegExp(`^${letter}[A-Z0-9]+$`), `${what} starts with ${letter}, then capitals and digits`);

const userSchema = z.strictObject({
  id: id('U', 'a user id'),
  name: z.string().min(1),
  teamId: id('T', 'a team id').optional(),
  locale: z.string().optional(),
  isRestricted: z.boolean().optional(),
  isUltraRestricted: z.boolean().optional(),
  isAdmin: z.boolean().optional(),
  isDeleted: z.boolean().optional(),
  isStranger: z.boolean().optional(),
  doNotDisturb: z.boolean().optional(),
});

const groupSchema = z.strictObject({
  id: id('S', 'a user group id'),
  handle: z.string().min(1),
  members: z.array(z.string()).default([]),
  isDisabled: z.boolean().optional(),
});

const channelSchema = z.strictObject({
  id: id('C', 'a channel id'),
  name: z.string().min(1),
  botIsMember: z.boolean().default(true),
  members: z.array(z.string()).optional(),
  isPrivate: z.boolean().optional(),
  isExtShared: z.boolean().optional(),
  isArchived: z.boolean().optional(),
});

const commandName = z.string().startsWith('/');
const commandSchema = z.strictObject({
  command: commandName,
  description: z.string().optional(),
  usageHint: z.string().optional(),
});

/** What a file may say; what it leaves out is as in the default workspace. */
const fileSchema = z.strictObject({
  teamId: id('T', 'a team id').optional(),
  domain: z.string().optional(),
  appId: id('A', 'an app id').optional(),
  bot: z
    .strictObject({ id: id('B', 'a bot id'), userId: id('U', 'a user id'), name: z.string().min(1) })
    .optional(),
  tokens: z.strictObject({ bot: z.string(), app: z.string(), signingSecret: z.string() }).optional(),
  slashCommands: z.array(z.union([commandName, commandSchema])).optional(),
  scopes: z.array(z.string()).optional(),
  events: z.array(z.string()).optional(),
  users: z.array(userSchema).optional(),
  groups: z.array(groupSchema).optional(),
  channels: z.array(channelSchema).optional(),
  emoji: z.record(z.string(), z.string()).optional(),
});

/** A workspace from the text of a YAML file. Throws with every fault and where it is. */
export function parseWorkspace(yaml: string): Workspace {
  const read = fileSchema.safeParse(parse(yaml) ?? {});
  if (!read.success) throw new Error(`This is no workspace:\n${z.prettifyError(read.error)}`);
  const standard = createDefaultWorkspace();
  const bot = read.data.bot ?? standard.bot;
  const users = dropUndefined(read.data.users ?? standard.users.filter((user) => user.isBot !== true));
  return {
    ...standard,
    ...withoutUndefined(read.data),
    bot,
    users: [...users, { id: bot.userId, name: bot.name, isBot: true }],
    groups: dropUndefined(read.data.groups ?? standard.groups),
    channels: dropUndefined(read.data.channels ?? standard.channels),
  } as Workspace; // keys that were left out are not there, rather than undefined
}

/** Rejects when the file can't be read or is no workspace. */
export const loadWorkspace = async (path: string): Promise<Workspace> =>
  parseWorkspace(await readFile(path, 'utf8'));

const withoutUndefined = (value: object): object =>
  Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined));

const dropUndefined = (values: readonly object[]): readonly object[] => values.map(withoutUndefined);
