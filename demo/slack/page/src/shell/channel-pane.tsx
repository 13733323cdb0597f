import { Tabs } from 'radix-ui';
import { useEffect, useRef } from 'react';
import type { Channel } from '../api/types.ts';
import { Composer } from '../compose/composer.tsx';
import { ViewBlocks } from '../dialogs/modal.tsx';
import { MessageList } from '../messages/message-list.tsx';
import type { Unseen } from '../messages/rows.ts';
import { usePage, useSnapshot } from './context.tsx';

interface Props {
  readonly channel: string;
  readonly tab: string;
  readonly onTab: (tab: string) => void;
  readonly unseen: Unseen | undefined;
  readonly onOpenThread: (ts: string) => void;
  readonly onBack: () => void;
  readonly isSideOpen: boolean;
  readonly onSide: () => void;
  readonly offered: { readonly text: string; readonly count: number };
}

/** `#ops`, or the app's name. */
export const titleOf = (channel: Channel | undefined): string =>
  `${channel?.isDirect === true ? '' : '#'}${channel?.name ?? ''}`;

/** A channel or the conversation with the app, which has a Home too. */
export function ChannelPane(props: Props) {
  const { channel, unseen, onOpenThread, offered } = props;
  const known = useSnapshot(({ channels }) => channels.find(({ id }) => id === channel));
  const botName = useSnapshot(({ app }) => app?.bot.name ?? '');
  const isDirect = known?.isDirect === true;
  const name = titleOf(known);
  const messages = (
    <>
      <MessageList key={channel} channel={channel} unseen={unseen} onOpenThread={onOpenThread} />
      <Composer key={`box ${channel}`} channel={channel} placeholder={`Message ${name}`} offered={offered} />
    </>
  );
  return (
    <main className="channel">
      <header className="pane-head">
        <button type="button" className="back" aria-label="Conversations" onClick={props.onBack}>
          ←
        </button>
        <h1>
          {name}
          {known?.isExtShared === true && <span className="pane-note">shared with another workspace</span>}
          {known !== undefined && !known.botIsMember && (
            <span className="pane-note">{botName} is not in here</span>
          )}
        </h1>
        <button type="button" className="button small" aria-pressed={props.isSideOpen} onClick={props.onSide}>
          Behind the scenes
        </button>
      </header>
      {isDirect ? <AppTabs {...props}>{messages}</AppTabs> : messages}
    </main>
  );
}

function AppTabs({ tab, onTab, children }: Props & { readonly children: React.ReactNode }) {
  return (
    <Tabs.Root className="app-tabs" value={tab === 'home' ? 'home' : 'messages'} onValueChange={onTab}>
      <Tabs.List className="tab-list" aria-label="App">
        <Tabs.Trigger className="tab" value="home">
          Home
        </Tabs.Trigger>
        <Tabs.Trigger className="tab" value="messages">
          Messages
        </Tabs.Trigger>
      </Tabs.List>
      <Tabs.Content value="home" className="app-home" tabIndex={0}>
        <Home />
      </Tabs.Content>
      <Tabs.Content value="messages" className="app-messages" tabIndex={-1}>
        {children}
      </Tabs.Content>
    </Tabs.Root>
  );
}

/** The app is told once for every time that its Home is opened: https://docs.slack.dev/surfaces/app-home */
function Home() {
  const { session } = usePage();
  const home = useSnapshot((now) => now.home);
  const isTold = useRef(false);
  useEffect(() => {
    if (isTold.current) return;
    isTold.current = true;
    void session.openHome();
  }, [session]);
  if (home === undefined) return <div className="empty">This app has published nothing for your Home.</div>;
  return <ViewBlocks view={home} />;
}
