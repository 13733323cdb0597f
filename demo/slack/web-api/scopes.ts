import type { Workspace } from '../workspace.ts';
import { type Answer, no } from './answer.ts';

/** One of these scopes is enough for the method, as its page in Slack's reference says; others need none. */
const scopesOf: Readonly<Record<string, readonly string[]>> = {
  'bots.info': ['users:read'],
  'chat.delete': ['chat:write'],
  'chat.postEphemeral': ['chat:write'],
  'chat.postMessage': ['chat:write'],
  'chat.update': ['chat:write'],
  'conversations.history': ['channels:history', 'groups:history', 'im:history', 'mpim:history'],
  'conversations.info': ['channels:read', 'groups:read', 'im:read', 'mpim:read'],
  'conversations.join': ['channels:join'],
  'conversations.leave': ['channels:manage', 'groups:write'],
  'conversations.list': ['channels:read', 'groups:read', 'im:read', 'mpim:read'],
  'conversations.members': ['channels:read', 'groups:read', 'im:read', 'mpim:read'],
  'conversations.open': ['channels:manage', 'groups:write', 'im:write', 'mpim:write'],
  'conversations.replies': ['channels:history', 'groups:history', 'im:history', 'mpim:history'],
  'dnd.info': ['dnd:read'],
  'emoji.list': ['emoji:read'],
  'files.completeUploadExternal': ['files:write'],
  'files.getUploadURLExternal': ['files:write'],
  'usergroups.list': ['usergroups:read'],
  'usergroups.users.list': ['usergroups:read'],
  'users.conversations': ['channels:read', 'groups:read', 'im:read', 'mpim:read'],
  'users.info': ['users:read'],
  'users.list': ['users:read'],
};

/** Refuses a method whose scope the app was not given. */
export function scopeFault(method: string, { scopes }: Workspace): Answer | undefined {
  const needed = scopesOf[method];
  if (scopes === undefined || needed === undefined || needed.some((scope) => scopes.includes(scope)))
    return undefined;
  return no('missing_scope', { needed: needed.join(','), provided: scopes.join(',') });
}
