import { useEffect, useMemo, useState } from 'react';
import type { Unseen } from '../messages/rows.ts';
import { usePage, useSnapshot } from './context.tsx';

interface Opened {
  readonly channel: string;
  readonly after: string | undefined;
  readonly until: string | undefined;
}

/** Marks the open channel as read while somebody looks at it; gives what was unread when it was opened. */
export function useReading(channel: string): Unseen | undefined {
  const { session } = usePage();
  const readTo = useSnapshot(({ channels }) => channels.find(({ id }) => id === channel)?.readTo);
  const newest = useSnapshot(({ timelines }) => timelines[channel]?.messages.at(-1)?.ts);
  const [opened, setOpened] = useState<Opened>({ channel: '', after: undefined, until: undefined });
  if (opened.channel !== channel) setOpened({ channel, after: readTo, until: newest });
  // What is new can only be told when the channel has come.
  else if (opened.until === undefined && newest !== undefined) setOpened({ ...opened, until: newest });
  useEffect(() => {
    const mark = (): void => {
      if (!document.hidden && newest !== undefined && newest > (readTo ?? ''))
        session.markRead(channel, newest);
    };
    mark();
    document.addEventListener('visibilitychange', mark);
    return () => document.removeEventListener('visibilitychange', mark);
  }, [session, channel, newest, readTo]);
  const { after, until } = opened;
  return useMemo(
    () => (after === undefined || until === undefined ? undefined : { after, until }),
    [after, until],
  );
}
