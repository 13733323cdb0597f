import { useEffect, useMemo, useRef } from 'react';
import { Composer } from '../compose/composer.tsx';
import { usePage, useSnapshot } from '../shell/context.tsx';
import { threadKey } from '../state/snapshot.ts';
import { MessageRow } from './message.tsx';
import { rowsOf } from './rows.ts';

interface Props {
  readonly channel: string;
  readonly channelName: string;
  readonly ts: string;
  readonly onClose: () => void;
}

/** A thread at the side. Slash commands are refused here, as in Slack. */
export function Thread({ channel, channelName, ts, onClose }: Props) {
  const { load } = usePage();
  const me = useSnapshot(({ who }) => who);
  const messages = useSnapshot(({ threads }) => threads[threadKey(channel, ts)]);
  useEffect(() => {
    if (messages === undefined) load.thread(channel, ts);
  }, [messages, load, channel, ts]);
  const rows = useMemo(() => rowsOf(messages ?? [], undefined, me), [messages, me]);
  const end = useRef<HTMLDivElement>(null);
  const count = rows.length;
  useEffect(() => {
    if (count > 0) end.current?.scrollIntoView({ block: 'end' });
  }, [count]);
  const replies = rows.filter(({ message }) => message.ephemeralFor === undefined).length - 1;
  return (
    <aside className="thread" aria-label="Thread" onKeyDown={(event) => event.key === 'Escape' && onClose()}>
      <header className="pane-head">
        <h2>
          Thread <span className="pane-note">{channelName}</span>
        </h2>
        <button type="button" className="close" aria-label="Close thread" onClick={onClose}>
          ✕
        </button>
      </header>
      <div className="thread-messages" role="log" aria-label="Thread messages" tabIndex={0}>
        {rows.map((row, index) => (
          <div key={row.message.ts}>
            <MessageRow message={row.message} isContinued={index > 1 && row.isContinued} />
            {index === 0 && replies > 0 && (
              <div className="reply-line">
                <span>{replies === 1 ? '1 reply' : `${replies} replies`}</span>
              </div>
            )}
          </div>
        ))}
        <div ref={end} />
      </div>
      <Composer key={ts} channel={channel} threadTs={ts} placeholder="Reply…" />
    </aside>
  );
}
