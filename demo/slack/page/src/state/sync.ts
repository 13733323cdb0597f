import type { Control } from '../api/control.ts';
import type { AppInfo, Channel, Group, Message, Panel, Person, View, WireEntry } from '../api/types.ts';
import { withEntries } from './apply.ts';
import { type Snapshot, threadKey } from './snapshot.ts';
import type { Store } from './store.ts';
import { emptyTimeline, merge, withMessages } from './timeline.ts';

/** Messages that are asked for at once. */
const pageSize = 60;

/** Brings the page up to what the server knows. Each rejects with ControlError when the server does not answer. */
export interface Sync {
  /** Everything anew: at the start, and when it is not known what was missed. */
  all(): Promise<void>;
  /** Who and what there is. */
  workspace(): Promise<void>;
  /** A channel's newest messages, unless they are there. */
  channel(id: string): Promise<void>;
  /** The page of messages before the oldest that is there. */
  older(channel: string): Promise<void>;
  thread(channel: string, ts: string): Promise<void>;
}

export function createSync(control: Control, store: Store): Sync {
  const { who } = store.get();
  const under = new Map<string, Promise<void>>();
  /** The same question is not asked twice at the same time. */
  const once = (name: string, run: () => Promise<void>): Promise<void> => {
    const running = under.get(name) ?? run().finally(() => under.delete(name));
    under.set(name, running);
    return running;
  };
  const messages = (query: Readonly<Record<string, string>>): Promise<readonly Message[]> =>
    control.look('messages', { who, ...query });
  const page = async (channel: string, before: string | undefined): Promise<void> => {
    const found = await messages({
      ...{ channel, replies: 'no', limit: String(pageSize) },
      ...(before === undefined ? {} : { before }),
    });
    store.change((now) => withPage(now, channel, found, found.length >= pageSize));
  };

  const sync: Sync = {
    all: () =>
      once('all', async () => {
        const [views, home, wire] = await Promise.all([
          control.look<readonly View[]>('views', { who }),
          control.look<View | null>('home', { who }),
          control.look<readonly WireEntry[]>('wire'),
          sync.workspace(),
        ]);
        const { timelines, threads } = store.get();
        store.change((now) => ({
          ...now,
          ...{ timelines: {}, threads: {}, views, home: home ?? undefined, wire: withEntries([], wire) },
        }));
        await Promise.all([
          ...Object.keys(timelines).map((channel) => page(channel, undefined)),
          ...Object.keys(threads).map((key) => sync.thread(...(key.split(' ') as [string, string]))), // as threadKey makes them
        ]);
        store.change((now) => ({ ...now, phase: 'ready' }));
      }),
    workspace: () =>
      once('workspace', async () => {
        const [people, channels, groups, app, emoji, panels] = await Promise.all([
          control.look<readonly Person[]>('people'),
          control.look<readonly Channel[]>('channels', { who }),
          control.look<readonly Group[]>('groups'),
          control.look<AppInfo>('app'),
          control.look<Readonly<Record<string, string>>>('emoji'),
          control.look<readonly Panel[]>('panels'),
        ]);
        store.change((now) => ({ ...now, people, channels, groups, app, emoji, panels }));
      }),
    async channel(id) {
      if (store.get().timelines[id] === undefined) await once(`channel ${id}`, () => page(id, undefined));
    },
    async older(channel) {
      const timeline = store.get().timelines[channel];
      const oldest = timeline?.messages[0]?.ts;
      if (timeline?.hasOlder === true && oldest !== undefined)
        await once(`older ${channel}`, () => page(channel, oldest));
    },
    thread: (channel, ts) =>
      once(`thread ${channel} ${ts}`, async () => {
        const found = await messages({ channel, thread: ts });
        const key = threadKey(channel, ts);
        store.change((now) => ({
          ...now,
          threads: { ...now.threads, [key]: merge(now.threads[key] ?? [], found) },
        }));
      }),
  };
  return sync;
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
