import type { Control } from '../api/control.ts';
import { ControlError } from '../api/control.ts';
import type { Delivered } from '../api/types.ts';
import type { SurfaceActs } from '../blocks/surface.tsx';
import { withRead } from './apply.ts';
import { directMessageOf } from './snapshot.ts';
import type { Store } from './store.ts';

/** Where a message or a view is, for control. */
export type Place = { readonly channel: string; readonly ts: string } | { readonly view: string };

/** What a person does. Nothing here rejects: what goes wrong becomes a notice. */
export interface Session {
  /** Says what was typed: a command, a mention of the app, words. `mark`: where a slash command is typed in a thread. */
  send(channel: string, words: string, threadTs: string | undefined): Promise<Delivered | undefined>;
  actsOn(place: Place): SurfaceActs;
  submit(view: string): Promise<void>;
  closeView(view: string, all: boolean): Promise<void>;
  openHome(): Promise<void>;
  markRead(channel: string, ts: string): void;
  notice(text: string): void;
  dropNotice(id: number): void;
}

const noticeLivesMs = 8_000;

export function createSession(control: Control, store: Store): Session {
  const { who } = store.get();
  let notices = 0;
  /** What people type into a view is with Slack before the view is sent. */
  const filling = new Map<string, Promise<unknown>>();

  const session: Session = {
    async send(channel, words, threadTs) {
      const place = { channel, ...(threadTs === undefined ? {} : { threadTs }) };
      return attempt(() =>
        control.act<Delivered>(...sendingOf(words, place, store.get().app?.bot.userId ?? '')),
      );
    },
    actsOn: (place) => ({
      async press({ blockId, actionId }, value) {
        await attempt(() =>
          control.act('click', {
            who,
            ...place,
            target: { blockId, actionId },
            ...(value === undefined ? {} : { value }),
          }),
        );
      },
      async choose(ids, choice) {
        await attempt(() => control.act('choose', { who, ...place, target: ids, choice }));
      },
      fill(ids, value) {
        const key = JSON.stringify([place, ids]);
        const before = filling.get(key) ?? Promise.resolve();
        const now = before.then(() =>
          attempt(() => control.act('fill', { who, ...place, target: ids, value })),
        );
        filling.set(key, now);
        void now.then(() => filling.get(key) === now && filling.delete(key));
      },
    }),
    async submit(view) {
      await Promise.all(filling.values());
      await attempt(() => control.act('submit', { who, view }));
    },
    async closeView(view, all) {
      await attempt(() => control.act('close-view', { who, view, all }));
    },
    async openHome() {
      await attempt(() => control.act('open-home', { who }));
    },
    markRead(channel, ts) {
      store.change((now) => withRead(now, channel, ts));
      // A mark that gets lost is made again with the next message.
      control.act('read', { who, channel, ts }).catch(() => undefined);
    },
    notice(text) {
      notices += 1;
      const id = notices;
      store.change((now) => ({ ...now, notices: [...now.notices, { id, text }] }));
      setTimeout(() => session.dropNotice(id), noticeLivesMs);
    },
    dropNotice: (id) =>
      store.change((now) => ({ ...now, notices: now.notices.filter((notice) => notice.id !== id) })),
  };
  const attempt = async <T>(run: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await run();
    } catch (error) {
      session.notice(error instanceof ControlError ? error.message : 'Something went wrong in this page.');
      if (!(error instanceof ControlError)) console.error(error);
      return undefined;
    }
  };
  /** Which act a line is. */
  const sendingOf = (
    words: string,
    place: { readonly channel: string; readonly threadTs?: string },
    bot: string,
  ): readonly [string, Readonly<Record<string, unknown>>] => {
    if (/^\/[a-z]/i.test(words)) return ['command', { who, ...place, text: words }];
    if (place.channel === directMessageOf(who)) return ['direct', { who, ...place, text: words }];
    const mention = `<@${bot}>`;
    if (words.startsWith(mention))
      return ['mention', { who, ...place, text: words.slice(mention.length).trimStart() }];
    return ['say', { who, ...place, text: words }];
  };
  return session;
}
