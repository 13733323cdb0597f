import type { Control } from '../api/control.ts';
import type { AppInfo, Channel, Group, Message, Panel, Person, View, WireEntry } from '../api/types.ts';
import { withEntries } from './apply.ts';
import { directMessageOf, type Snapshot } from './snapshot.ts';
import type { Store } from './store.ts';
import { emptyTimeline, isInChannel, withMessages } from './timeline.ts';

/** Messages that are asked for at once. */
const pageSize = 60;

/** Brings the page up to what the server knows: at the start, and whenever the line was lost. */
export interface Sync {
  all(): Promise<void>;
  /** The page of messages before the oldest that is there. */
  older(channel: string): Promise<void>;
}

export function createSync(control: Control, store: Store): Sync {
  const { who } = store.get();
  const loading = new Set<string>();

  const newest = async (channel: string): Promise<void> => {
    const messages = await control.look<readonly Message[]>('messages', {
      who,
      channel,
      limit: String(pageSize),
    });
    const hasOlder = messages.filter(isInChannel).length > 0 && messages.length >= pageSize;
    store.change((now) => withPage(now, channel, messages, hasOlder));
  };

  return {
    async all() {
      const look = <T>(what: string, query: Readonly<Record<string, string>> = {}) =>
        control.look<T>(what, query);
      const [people, channels, groups, app, panels, views, home, wire] = await Promise.all([
        look<readonly Person[]>('people'),
        look<readonly Channel[]>('channels'),
        look<readonly Group[]>('groups'),
        look<AppInfo>('app'),
        look<readonly Panel[]>('panels').catch(() => []),
        look<readonly View[]>('views', { who }),
        look<View | null>('home', { who }),
        look<readonly WireEntry[]>('wire', { after: String(store.get().wire.at(-1)?.number ?? 0) }),
      ]);
      store.change((now) => ({
        ...now,
        ...{ people, channels, groups, app, panels, views, home: home ?? undefined },
        wire: withEntries(now.wire, wire),
      }));
      await Promise.all([...channels.map(({ id }) => id), directMessageOf(who)].map(newest));
      store.change((now) => ({ ...now, phase: 'ready' }));
    },
    async older(channel) {
      const timeline = store.get().timelines[channel];
      const oldest = timeline?.messages[0]?.ts;
      if (timeline?.hasOlder !== true || oldest === undefined || loading.has(channel)) return;
      loading.add(channel);
      try {
        const messages = await control.look<readonly Message[]>('messages', {
          ...{ who, channel, before: oldest, limit: String(pageSize) },
        });
        store.change((now) => withPage(now, channel, messages, messages.length >= pageSize));
      } finally {
        loading.delete(channel);
      }
    },
  };
}

const withPage = (
  now: Snapshot,
  channel: string,
  messages: readonly Message[],
  hasOlder: boolean,
): Snapshot => ({
  ...now,
  timelines: {
    ...now.timelines,
    [channel]: withMessages(now.timelines[channel] ?? emptyTimeline, messages, hasOlder),
  },
});
