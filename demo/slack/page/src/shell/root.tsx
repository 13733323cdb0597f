import { useEffect, useMemo, useState } from 'react';
import type { Control } from '../api/control.ts';
import { listen } from '../api/stream.ts';
import type { Person } from '../api/types.ts';
import { ConfirmProvider } from '../dialogs/confirm.tsx';
import type { FindEmoji } from '../mrkdwn/emoji.ts';
import { createSession } from '../state/session.ts';
import { createStore } from '../state/store.ts';
import { createSync } from '../state/sync.ts';
import { App } from './app.tsx';
import { PageProvider } from './context.tsx';
import { readPlace, writePlace } from './place.ts';

interface Props {
  readonly base: string;
  readonly control: Control;
  readonly findEmoji: FindEmoji;
  readonly now: () => number;
}

/** Whose page it is: as the address says, else the first person there is. */
export function Root(props: Props) {
  const { control } = props;
  const [who, setWho] = useState(() => readPlace(location.search).who);
  const [trouble, setTrouble] = useState('');
  useEffect(() => {
    if (who !== undefined) return;
    control
      .look<readonly Person[]>('people')
      .then((people) =>
        setWho(people.find(({ isBot, isDeleted }) => isBot !== true && isDeleted !== true)?.id),
      )
      .catch(() =>
        setTrouble('The simulated Slack does not answer. Is it running? Load this page again when it is.'),
      );
  }, [who, control]);
  const onPerson = (id: string): void => {
    history.replaceState(null, '', writePlace({ ...readPlace(location.search), who: id, thread: undefined }));
    setWho(id);
  };
  if (trouble !== '') return <div className="full-page">{trouble}</div>;
  if (who === undefined) return <div className="full-page">Loading…</div>;
  return <PersonPage key={who} {...props} who={who} onPerson={onPerson} />;
}

interface PersonProps extends Props {
  readonly who: string;
  readonly onPerson: (id: string) => void;
}

/** Everything as one person sees it. Somebody else gets a page of their own. */
function PersonPage({ base, control, findEmoji, now, who, onPerson }: PersonProps) {
  const parts = useMemo(() => {
    const store = createStore(who);
    const sync = createSync(control, store);
    const session = createSession(control, store);
    const or = (what: string) => () => session.notice(`${what} could not be loaded.`);
    const load = {
      channel: (id: string) => void sync.channel(id).catch(or('The channel')),
      older: (channel: string) => void sync.older(channel).catch(or('Older messages')),
      thread: (channel: string, ts: string) => void sync.thread(channel, ts).catch(or('The thread')),
    };
    return { store, sync, session, load, now };
  }, [control, who, now]);
  useEffect(() => {
    const { store, sync, session } = parts;
    const fail = (): void =>
      store.change((before) => (before.phase === 'ready' ? before : { ...before, phase: 'failed' }));
    return listen(base, who, {
      onChange: sync.hear,
      onStart: () => void sync.all(readPlace(location.search).channel).catch(fail),
      onWorkspace: () =>
        void sync.workspace().catch(() => session.notice('The conversations could not be loaded.')),
      onLive: (isLive) => store.change((before) => ({ ...before, isLive })),
    });
  }, [parts, base, who]);
  return (
    <PageProvider value={parts}>
      <ConfirmProvider>
        <App findEmoji={findEmoji} onPerson={onPerson} />
      </ConfirmProvider>
    </PageProvider>
  );
}
