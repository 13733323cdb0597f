import { useEffect, useMemo } from 'react';
import { Virtuoso } from 'react-virtuoso';
import { usePage, useSnapshot } from '../shell/context.tsx';
import { MessageRow } from './message.tsx';
import { type Row, rowsOf, type Unseen } from './rows.ts';
import { dayName } from './times.ts';
import { useStickToEnd } from './use-stick-to-end.ts';

interface Props {
  readonly channel: string;
  /** What was unread when the channel was opened. */
  readonly unseen: Unseen | undefined;
  readonly onOpenThread: (ts: string) => void;
}

/** A channel's messages. Only what is seen is drawn; older ones come when the reader gets near. */
export function MessageList({ channel, unseen, onOpenThread }: Props) {
  const { load, now } = usePage();
  const me = useSnapshot(({ who }) => who);
  const timeline = useSnapshot(({ timelines }) => timelines[channel]);
  useEffect(() => {
    if (timeline === undefined) load.channel(channel);
  }, [timeline, load, channel]);
  const rows = useMemo(() => rowsOf(timeline?.messages ?? [], unseen, me), [timeline, unseen, me]);
  const newest = rows.at(-1)?.message;
  const stick = useStickToEnd(newest?.user === me ? newest.ts : undefined);
  if (timeline === undefined) return <div className="empty">Loading…</div>;
  if (rows.length === 0)
    return (
      <div className="empty">Nothing was said here yet. Type a message, or / for the app’s commands.</div>
    );
  return (
    <div className="message-frame">
      <Virtuoso<Row>
        className={stick.isPlaced ? 'message-list placed' : 'message-list'}
        data={rows as Row[]} // the list only reads it
        role="log"
        aria-label="Messages"
        firstItemIndex={timeline.firstIndex}
        initialTopMostItemIndex={{ index: 'LAST', align: 'end' }}
        computeItemKey={(_, row) => row.message.ts}
        scrollerRef={stick.scrollerRef}
        totalListHeightChanged={stick.onHeight}
        increaseViewportBy={{ top: 600, bottom: 300 }}
        startReached={() => load.older(channel)}
        alignToBottom
        itemContent={(_, row) => (
          <>
            {row.startsDay && (
              <div className="day">
                <span>{dayName(row.message.ts, now())}</span>
              </div>
            )}
            {row.startsNew && (
              <div className="new-line">
                <span>New</span>
              </div>
            )}
            <MessageRow message={row.message} isContinued={row.isContinued} onOpenThread={onOpenThread} />
          </>
        )}
      />
      {!stick.isAtEnd && (
        <button type="button" className="to-end" onClick={stick.goToEnd}>
          Go to the newest message
        </button>
      )}
    </div>
  );
}
