import { isJson, text } from './json.ts';
import type { Message } from './timeline.ts';
import { directMessageOf, type Workspace } from './workspace.ts';

/** Whether a message means a person: by name, by a user group, by `@here` and its like, or in a direct message. */
export function mentions(message: Message, userId: string, { groups }: Workspace): boolean {
  if (message.channel === directMessageOf(userId)) return true;
  const own = groups.filter(({ members }) => members.includes(userId)).map(({ id }) => id);
  const marks = [`@${userId}`, '!here', '!channel', '!everyone', ...own.map((id) => `!subteam^${id}`)];
  const isMark = (mark: string): boolean => marks.includes(mark);
  return marksIn(message.text).some(isMark) || message.blocks.some((block) => means(block, isMark));
}

/** What stands for somebody in mrkdwn; escaped ones do not: https://docs.slack.dev/messaging/formatting-message-text */
const marksIn = (mrkdwn: string): readonly string[] =>
  [...mrkdwn.matchAll(/<([@!][^|>]+)(?:\|[^>]*)?>/g)].map(([, mark = '']) => mark);

/** Only mrkdwn and rich text can mean somebody; plain text shows the same characters as they are. */
function means(value: unknown, isMark: (mark: string) => boolean): boolean {
  if (Array.isArray(value)) return value.some((item: unknown) => means(item, isMark));
  if (!isJson(value)) return false;
  switch (value['type']) {
    case 'mrkdwn':
    case 'markdown':
      return marksIn(text(value['text'])).some(isMark);
    case 'user':
      return isMark(`@${text(value['user_id'])}`);
    case 'usergroup':
      return isMark(`!subteam^${text(value['usergroup_id'])}`);
    case 'broadcast':
      return isMark(`!${text(value['range'])}`);
    default:
      return Object.values(value).some((field) => means(field, isMark));
  }
}
