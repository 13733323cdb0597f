import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { App } from '@slack/bolt';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { Secret } from '../../src/core/secret.ts';
import { createSlackApi } from '../../src/slack/api.ts';
import { registerListeners } from '../../src/slack/listeners.ts';
import { createRightOfWay } from '../../src/slack/right-of-way.ts';
import { noPictures, silent } from './silent.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Slack's limits of a manifest, as far as ours goes; an unknown key is a typing error. */
const schema = z.strictObject({
  display_information: z.strictObject({
    name: z.string().min(1).max(35),
    description: z.string().max(140),
    background_color: z.string().regex(/^#[0-9a-f]{6}$/),
  }),
  features: z.strictObject({
    app_home: z.strictObject({
      home_tab_enabled: z.literal(false),
      messages_tab_enabled: z.literal(true),
      messages_tab_read_only_enabled: z.literal(false),
    }),
    bot_user: z.strictObject({ display_name: z.string().max(80), always_online: z.boolean() }),
    slash_commands: z.array(
      z.strictObject({
        command: z.string().regex(/^\/[a-z0-9_-]{1,31}$/),
        description: z.string().max(2000),
        usage_hint: z.string().max(1000),
        should_escape: z.literal(true),
      }),
    ),
  }),
  oauth_config: z.strictObject({ scopes: z.strictObject({ bot: z.array(z.string()) }) }),
  settings: z.strictObject({
    event_subscriptions: z.strictObject({ bot_events: z.array(z.string()) }),
    interactivity: z.strictObject({ is_enabled: z.literal(true) }),
    org_deploy_enabled: z.literal(false),
    socket_mode_enabled: z.literal(true),
    token_rotation_enabled: z.literal(false),
  }),
});

/** Scopes that Slack's documentation demands of a bot token for each method. */
const scopesOfMethod: Readonly<Record<string, readonly string[]>> = {
  'auth.test': [],
  'chat.postMessage': ['chat:write'],
  'chat.postEphemeral': ['chat:write'],
  'chat.update': ['chat:write'],
  // A card stands in a public or a private channel, and is known by its metadata.
  'conversations.history': ['channels:history', 'groups:history', 'metadata.message:read'],
  'conversations.replies': ['channels:history', 'groups:history', 'metadata.message:read'],
  // A direct message is told by its id and not asked about.
  'conversations.info': ['channels:read', 'groups:read', 'mpim:read'],
  'conversations.open': ['im:write'],
  'users.info': ['users:read'],
  'usergroups.users.list': ['usergroups:read'],
  'files.getUploadURLExternal': ['files:write'],
  'files.completeUploadExternal': ['files:write'],
  'views.open': [],
  'views.update': [],
};
const scopesOfEvent: Readonly<Record<string, readonly string[]>> = {
  app_mention: ['app_mentions:read'],
  'message.im': ['im:history'],
};

const manifest = schema.parse(parse(readFileSync(`${root}/manifest.yml`, 'utf8')));

/** Every `family.method(` of Slack's client in our source, by its own names. */
function methodsCalled(): ReadonlySet<string> {
  const folder = `${root}/src/slack`;
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const source = files.map((name) => readFileSync(`${folder}/${name}`, 'utf8')).join('\n');
  const calls = source.matchAll(
    /\b((?:auth|chat|conversations|users|usergroups|views|files|apps|bookmarks|pins)(?:\.\w+)+)\(/g,
  );
  return new Set([...calls].flatMap(([, method]) => (method === undefined ? [] : [method])));
}

/** What `registerListeners` asks Bolt for. */
function registered(): { readonly commands: readonly string[]; readonly events: readonly string[] } {
  const commands: string[] = [];
  const events: string[] = [];
  const app = {
    command: (name: string) => commands.push(name),
    event: (name: string) => events.push(name === 'message' ? 'message.im' : name),
    action: () => undefined,
    view: () => undefined,
  };
  const api = createSlackApi(new Secret('xoxb-none'), 'http://127.0.0.1:9/api/', silent);
  const parts = {
    ...{ api, log: silent, botUserId: 'U0', take: () => undefined, checkForm: () => new Map() },
    ...{ pictures: noPictures, rightOfWay: createRightOfWay() },
  };
  registerListeners(app as unknown as App, parts); // only these are used
  return { commands, events };
}

describe('the app manifest', () => {
  it('has the commands and events that the code listens to, and no others', () => {
    const { commands, events } = registered();
    expect(manifest.features.slash_commands.map(({ command }) => command)).toEqual(commands);
    expect([...manifest.settings.event_subscriptions.bot_events].sort()).toEqual([...events].sort());
  });

  it('has the scopes of the methods that the code calls and of its events, and no others', () => {
    const called = methodsCalled();
    expect([...called].sort()).toEqual(Object.keys(scopesOfMethod).sort());
    const needed = new Set([
      'commands',
      ...[...called].flatMap((method) => scopesOfMethod[method] ?? []),
      ...manifest.settings.event_subscriptions.bot_events.flatMap((event) => scopesOfEvent[event] ?? ['?']),
    ]);
    expect([...manifest.oauth_config.scopes.bot].sort()).toEqual([...needed].sort());
  });
});
