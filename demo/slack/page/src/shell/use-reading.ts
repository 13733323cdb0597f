import { useEffect, useState } from 'react';
import { usePage, useSnapshot } from './context.tsx';

/** Marks the open channel as read while somebody looks at it; gives what was read when it was opened. */
export function useReading(channel: string): string | undefined {
  const { session } = usePage();
  const readTo = useSnapshot(({ channels }) => channels.find(({ id }) => id === channel)?.readTo);
  const newest = useSnapshot(({ timelines }) => timelines[channel]?.messages.at(-1)?.ts);
  const [opened, setOpened] = useState({ channel, readTo });
  if (opened.channel !== channel) setOpened({ channel, readTo });
  useEffect(() => {
    const mark = (): void => {
      if (!document.hidden && newest !== undefined && newest > (readTo ?? ''))
        session.markRead(channel, newest);
    };
    mark();
    document.addEventListener('visibilitychange', mark);
    return () => document.removeEventListener('visibilitychange', mark);
  }, [session, channel, newest, readTo]);
  return opened.readTo;
}
