import { useMemo, useRef } from 'react';
import type { FindEmoji } from '../mrkdwn/emoji.ts';
import type { Knowledge } from '../mrkdwn/knowledge.tsx';
import { usePage, useSnapshot } from './context.tsx';

/** What names stand for, with this person's eyes. */
export function useKnowledgeOf(findEmoji: FindEmoji, onChannel: (id: string) => void): Knowledge {
  const { now } = usePage();
  const me = useSnapshot((snapshot) => snapshot.who);
  const people = useSnapshot((snapshot) => snapshot.people);
  const channels = useSnapshot((snapshot) => snapshot.channels);
  const groups = useSnapshot((snapshot) => snapshot.groups);
  const emoji = useSnapshot((snapshot) => snapshot.emoji);
  const open = useRef(onChannel);
  open.current = onChannel;
  return useMemo(() => {
    const names = new Map([...people, ...channels].map(({ id, name }) => [id, name]));
    const byId = new Map(groups.map((group) => [group.id, group]));
    return {
      ...{ me, people },
      channels: channels.filter(({ isDirect }) => isDirect !== true),
      ...ownEmoji(emoji, findEmoji),
      personName: (id) => names.get(id),
      channelName: (id) => names.get(id),
      groupName: (id) => byId.get(id)?.handle,
      isMyGroup: (id) => byId.get(id)?.members.includes(me) === true,
      dates: () => ({ locale: 'en-US', zone: undefined, now: now() }),
      openChannel: (id) => open.current(id),
      fileUrl: (id) => `/files/${id}`,
    };
  }, [me, people, channels, groups, emoji, findEmoji, now]);
}

/** The workspace's own emoji go before the standard ones; pictures only where they are this server's. */
function ownEmoji(
  own: Readonly<Record<string, string>>,
  findEmoji: FindEmoji,
): Pick<Knowledge, 'findEmoji' | 'emojiPicture'> {
  const realName = (name: string): string => /^alias:(.+)$/.exec(own[name] ?? '')?.[1] ?? name;
  return {
    findEmoji: (name) => findEmoji(realName(name)),
    emojiPicture: (name) => {
      const address = own[realName(name)];
      return address?.startsWith('/') === true || address?.startsWith('data:image/') === true
        ? address
        : undefined;
    },
  };
}
