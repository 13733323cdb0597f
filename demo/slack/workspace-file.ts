import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { createDefaultWorkspace } from './default-workspace.ts';
import type { Workspace } from './workspace.ts';
import { type Fault, readYaml, type Yaml } from './yaml.ts';

const id = (letter: string, what: string) =>
  z
    .string()
    .regex(new RegExp(`^${letter}[A-Z0-9]+$`), `${what} starts with ${letter}, then capitals and digits`);

const userSchema = z.strictObject({
  id: id('U', 'a user id'),
  name: z.string().min(1),
  teamId: id('T', 'a team id').optional(),
  locale: z.string().optional(),
  color: z
    .string()
    .regex(/^[0-9a-f]{6}$/, 'a color is six hexadecimal digits in quotes')
    .optional(),
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

const commandSchema = z.union(
  [
    z.string().startsWith('/'),
    z.strictObject({
      command: z.string().startsWith('/'),
      description: z.string().optional(),
      usageHint: z.string().optional(),
    }),
  ],
  { error: 'a command is /name, or { command: /name, description, usageHint }' },
);

/** What a file may say; what it leaves out is as in the default workspace. */
const fileSchema = z.strictObject({
  teamId: id('T', 'a team id').optional(),
  domain: z.string().optional(),
  appId: id('A', 'an app id').optional(),
  bot: z
    .strictObject({ id: id('B', 'a bot id'), userId: id('U', 'a user id'), name: z.string().min(1) })
    .optional(),
  tokens: z.strictObject({ bot: z.string(), app: z.string(), signingSecret: z.string() }).optional(),
  slashCommands: z.array(commandSchema).min(1).optional(),
  scopes: z.array(z.string()).optional(),
  events: z.array(z.string()).optional(),
  users: z.array(userSchema).optional(),
  groups: z.array(groupSchema).optional(),
  channels: z.array(channelSchema).optional(),
  emoji: z.record(z.string(), z.string()).optional(),
});

/** The file is no workspace; the message says what is wrong with it and in which lines. */
export class WorkspaceFileError extends Error {}

/** A workspace from the text of a YAML file. Throws WorkspaceFileError with every fault. `name` is the file's. */
export function parseWorkspace(text: string, name = 'workspace'): Workspace {
  const yaml = readYaml(text);
  const read = fileSchema.safeParse(yaml.value ?? {});
  const faults =
    yaml.faults.length > 0 || !read.success ? faultsIn(yaml, read.error) : crossFaults(read.data);
  if (faults.length > 0 || !read.success) throw new WorkspaceFileError(describe(name, faults, yaml));
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

/** Rejects with WorkspaceFileError when the file can't be read or is no workspace. */
export async function loadWorkspace(path: string): Promise<Workspace> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new WorkspaceFileError(`${path} can't be read. Is it there?`, { cause });
  });
  return parseWorkspace(text, path);
}

/** A key that nobody knows is named itself, not the object around it. */
const faultsIn = ({ faults }: Yaml, error: z.ZodError | undefined): readonly Fault[] =>
  faults.length > 0
    ? faults
    : (error?.issues ?? []).flatMap((issue) => {
        const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
        return issue.code === 'unrecognized_keys'
          ? issue.keys.map((key) => ({ path: [...path, key], said: 'there is no such key' }))
          : [{ path, said: issue.message }];
      });

/** Ids that stand twice, and members who are nobody. */
function crossFaults({ users, groups, channels }: z.infer<typeof fileSchema>): readonly Fault[] {
  const faults: Fault[] = [];
  for (const [key, items] of Object.entries({ users, groups, channels })) {
    const ids = (items ?? []).map(({ id: own }) => own);
    ids.forEach((own, index) => {
      if (ids.indexOf(own) < index) faults.push({ path: [key, index, 'id'], said: `${own} is there twice` });
    });
  }
  const known = new Set((users ?? createDefaultWorkspace().users).map(({ id: own }) => own));
  for (const [key, items] of Object.entries({ groups, channels })) {
    (items ?? []).forEach(({ members = [] }, index) => {
      members.forEach((member, at) => {
        if (!known.has(member))
          faults.push({ path: [key, index, 'members', at], said: `there is no user ${member}` });
      });
    });
  }
  return faults;
}

const describe = (name: string, faults: readonly Fault[], { lineOf }: Yaml): string =>
  faults
    .map((fault) => `${name}, line ${fault.line ?? lineOf(fault.path)}: ${placeOf(fault.path)}${fault.said}`)
    .join('\n');

/** `users[0].id: `. */
const placeOf = (path: Fault['path']): string =>
  path.length === 0
    ? ''
    : `${path.map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`)).join('')}: `;

const withoutUndefined = (value: object): object =>
  Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined));

const dropUndefined = (values: readonly object[]): readonly object[] => values.map(withoutUndefined);
