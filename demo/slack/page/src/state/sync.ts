import type { Control } from '../api/control.ts';
import type { Change } from '../api/stream.ts';
import type { AppInfo, Channel, Group, Message, Panel, Person, View, WireEntry } from '../api/types.ts';
import { applyChange, withEntries } from './apply.ts';
import { type Snapshot, threadKey } from './snapshot.ts';
import type { Store } from './store.ts';
import { emptyTimeline, merge, withMessages } from './timeline.ts';

/** Messages that are asked for at once. */
const pageSize = 60;

/** What is kept of the news, for answers that are under way. */
const mostRecent = 500;

/** Brings the page up to what the server knows, and keeps it there. Each rejects with ControlError when the server does not answer. */
export interface Sync {
  /** Takes a piece of news. What is just being asked for may be older, so that it is applied to the answer too. */
  hear(change: Change): void;
  /**
   * Everything anew: at the start, and when it is not known what was missed. `open`: the channel that will be looked at first,
   * whose messages come with all else; one that is not there is let alone.
   */
  all(open?: string): Promise<void>;
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
  const recent: Change[] = [];
  let dropped = 0;
  /** Runs a question and what becomes of its answer; news that came meanwhile count. */
  const asking = async <T>(ask: Promise<T>, take: (now: Snapshot, answer: T) => Snapshot): Promise<void> => {
    const from = dropped + recent.length;
    const answer = await ask;
    const meanwhile = recent.slice(Math.max(0, from - dropped));
    store.change((now) => meanwhile.reduce(applyChange, take(now, answer)));
  };
  const messages = (query: Readonly<Record<string, string>>): Promise<readonly Message[]> =>
    control.look('messages', { who, ...query });
  const newest = (channel: string, before?: string): Promise<readonly Message[]> =>
    messages({
      ...{ channel, replies: 'no', limit: String(pageSize) },
      ...(before === undefined ? {} : { before }),
    });
  const page = (channel: string, before?: string): Promise<void> =>
    asking(newest(channel, before), (now, found) => withPage(now, channel, found));

  const sync: Sync = {
    hear(change) {
      recent.push(change);
      if (recent.length > mostRecent) {
        recent.shift();
        dropped += 1;
      }
      store.change((now) => applyChange(now, change));
    },
    all: (open) =>
      once('all', async () => {
        const { timelines, threads } = store.get();
        const known = Object.keys(timelines);
        // The server answers one after the other, and what is read first are the messages.
        const pages: readonly Promise<Page>[] = [
          ...known.map(async (channel) => ({ channel, found: await newest(channel) })),
          ...(open === undefined || known.includes(open)
            ? []
            : [newest(open).then((found) => ({ channel: open, found }), noPage)]),
        ];
        await asking(
          Promise.all([
            Promise.all(pages),
            sync.workspace(),
            control.look<readonly View[]>('views', { who }),
            control.look<View | null>('home', { who }),
            control.look<readonly WireEntry[]>('wire'),
          ]),
          (now, [found, , views, home, wire]) =>
            found.reduce((then, one) => (one === undefined ? then : withPage(then, one.channel, one.found)), {
              ...now,
              ...{ timelines: {}, threads: {}, views, home: home ?? undefined, wire: withEntries([], wire) },
            }),
        );
        // As threadKey makes them.
        const again = Object.keys(threads).map((key) => sync.thread(...(key.split(' ') as [string, string])));
        await Promise.all(again);
        store.change((now) => ({ ...now, phase: 'ready' }));
      }),
    workspace: () =>
      once('workspace', () =>
        asking(
          Promise.all([
            control.look<readonly Person[]>('people'),
            control.look<readonly Channel[]>('channels', { who }),
            control.look<readonly Group[]>('groups'),
            control.look<AppInfo>('app'),
            control.look<Readonly<Record<string, string>>>('emoji'),
            control.look<readonly Panel[]>('panels'),
          ]),
          (now, [people, channels, groups, app, emoji, panels]) => ({
            ...now,
            ...{ people, channels, groups, app, emoji, panels },
          }),
        ),
      ),
    async channel(id) {
      if (store.get().timelines[id] === undefined) await once(`channel ${id}`, () => page(id));
    },
    async older(channel) {
      const timeline = store.get().timelines[channel];
      const oldest = timeline?.messages[0]?.ts;
      if (timeline?.hasOlder === true && oldest !== undefined)
        await once(`older ${channel}`, () => page(channel, oldest));
    },
    thread: (channel, ts) =>
      once(`thread ${channel} ${ts}`, () =>
        asking(messages({ channel, thread: ts }), (now, found) => {
          const key = threadKey(channel, ts);
          return { ...now, threads: { ...now.threads, [key]: merge(now.threads[key] ?? [], found) } };
        }),
      ),
  };
  return sync;
}

type Page = { readonly channel: string; readonly found: readonly Message[] } | undefined;

/** A channel that an address names and that is not there is told of where it would be shown. */
const noPage = (): Page => undefined;

const withPage = (now: Snapshot, channel: string, found: readonly Message[]): Snapshot => ({
  ...now,
  timelines: {
    ...now.timelines,
    [channel]: withMessages(now.timelines[channel] ?? emptyTimeline, found, found.length >= pageSize),
  },
});
