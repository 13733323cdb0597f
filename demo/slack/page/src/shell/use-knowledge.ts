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
  const open = useRef(onChannel);
  open.current = onChannel;
  return useMemo(() => {
    const names = new Map([...people, ...channels].map(({ id, name }) => [id, name]));
    const byId = new Map(groups.map((group) => [group.id, group]));
    return {
      ...{ me, findEmoji, people, channels },
      personName: (id) => names.get(id),
      channelName: (id) => names.get(id),
      groupName: (id) => byId.get(id)?.handle,
      isMyGroup: (id) => byId.get(id)?.members.includes(me) === true,
      dates: () => ({ locale: 'en-US', zone: undefined, now: now() }),
      openChannel: (id) => open.current(id),
      fileUrl: (id) => `/files/${id}`,
    };
  }, [me, people, channels, groups, findEmoji, now]);
}
