import { useCallback, useEffect, useState } from 'react';
import type { Channel } from '../api/types.ts';
import { Modals } from '../dialogs/modal.tsx';
import { Switcher } from '../dialogs/switcher.tsx';
import { Thread } from '../messages/thread.tsx';
import type { FindEmoji } from '../mrkdwn/emoji.ts';
import { KnowledgeProvider } from '../mrkdwn/knowledge.tsx';
import { Side } from '../side/side.tsx';
import { ChannelPane, titleOf } from './channel-pane.tsx';
import { useSnapshot } from './context.tsx';
import { Notices } from './notices.tsx';
import { Sidebar } from './sidebar.tsx';
import { useTheme } from './theme.ts';
import { useKnowledgeOf } from './use-knowledge.ts';
import { useOffered } from './use-offered.ts';
import { usePlace } from './use-place.ts';
import { useReading } from './use-reading.ts';

interface Props {
  readonly findEmoji: FindEmoji;
  readonly onPerson: (id: string) => void;
}

/** The window: conversations, the open one, its thread, and what goes on behind. */
export function App({ findEmoji, onPerson }: Props) {
  const phase = useSnapshot((now) => now.phase);
  const channels = useSnapshot((now) => now.channels);
  const [place, go] = usePlace();
  const [theme, shownTheme, setTheme] = useTheme();
  const [isSwitching, setSwitching] = useState(false);
  const [isListShown, setListShown] = useState(place.channel === undefined && place.thread === undefined);
  const channel = pickChannel(place.channel, channels);
  const open = (next: string): void => {
    go({ channel: next, thread: undefined });
    setListShown(false);
  };
  const openThread = useCallback((thread: string): void => go({ thread }), [go]);
  const knowledge = useKnowledgeOf(findEmoji, open);
  const unseen = useReading(channel);
  const offered = useOffered(open);
  useSwitcherKey(() => setSwitching(true));

  if (phase === 'failed')
    return (
      <div className="full-page">
        The simulated Slack does not answer. Is it running? This page tries again by itself.
      </div>
    );
  if (phase === 'loading') return <div className="full-page">Loading…</div>;
  // On a narrow screen it would lie over the conversation.
  const isSideWanted = place.side === undefined ? !isWithin(700) : place.side !== 'closed';
  const isSideOpen = isSideWanted && !(place.thread !== undefined && isWithin(1250));
  const layout = [
    'page',
    place.thread !== undefined && 'with-thread',
    isSideOpen && 'with-side',
    isListShown && 'list-shown',
  ];
  return (
    <KnowledgeProvider value={knowledge}>
      <div className={layout.filter(Boolean).join(' ')}>
        <Sidebar
          channel={channel}
          onOpen={open}
          onPerson={onPerson}
          onSwitcher={() => setSwitching(true)}
          theme={theme}
          onTheme={setTheme}
        />
        <ChannelPane
          channel={channel}
          tab={place.tab ?? 'messages'}
          onTab={(tab) => go({ tab })}
          unseen={unseen}
          onOpenThread={openThread}
          onBack={() => setListShown(true)}
          isSideOpen={isSideOpen}
          onSide={() =>
            go(
              isSideOpen
                ? { side: 'closed' }
                : { side: 'open', ...(isWithin(1250) ? { thread: undefined } : {}) },
            )
          }
          offered={offered}
        />
        {place.thread !== undefined && (
          <Thread
            channel={channel}
            channelName={titleOf(channels.find(({ id }) => id === channel))}
            ts={place.thread}
            onClose={() => go({ thread: undefined })}
          />
        )}
        {isSideOpen && (
          <Side
            tab={place.side ?? ''}
            onTab={(side) => go({ side })}
            theme={shownTheme}
            onClose={() => go({ side: 'closed' })}
          />
        )}
      </div>
      <Modals />
      <Switcher
        isOpen={isSwitching}
        onOpenChange={setSwitching}
        entries={channels.map((one) => ({ id: one.id, label: titleOf(one) }))}
        onPick={open}
      />
      <Notices />
    </KnowledgeProvider>
  );
}

/** The one in the address if this person is in it, else the first. */
const pickChannel = (wanted: string | undefined, channels: readonly Channel[]): string =>
  (channels.find(({ id }) => id === wanted) ?? channels[0])?.id ?? '';

/** Whether the window is no wider than this; the same widths are in the style sheet. */
const isWithin = (pixels: 700 | 1250): boolean => window.matchMedia(`(max-width: ${pixels}px)`).matches;

function useSwitcherKey(onKey: () => void): void {
  useEffect(() => {
    const hear = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'k') return;
      event.preventDefault();
      onKey();
    };
    window.addEventListener('keydown', hear);
    return () => window.removeEventListener('keydown', hear);
  }, [onKey]);
}
