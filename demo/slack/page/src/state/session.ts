import { type Control, ControlError } from '../api/control.ts';
import type { Delivered } from '../api/types.ts';
import type { SurfaceActs } from '../blocks/surface.tsx';
import type { Store } from './store.ts';

/** Where a message or a view is, for control. */
export type Place = { readonly channel: string; readonly ts: string } | { readonly view: string };

/** What a person does. Nothing here rejects: what goes wrong becomes a notice. */
export interface Session {
  /** Sends what stands in the message box. Undefined when it did not reach the simulated Slack. */
  send(channel: string, words: string, threadTs: string | undefined): Promise<Delivered | undefined>;
  actsOn(place: Place): SurfaceActs;
  submit(view: string): Promise<void>;
  closeView(view: string, all: boolean): Promise<void>;
  openHome(): Promise<void>;
  /** Everything up to a message has been seen. */
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

  const dropNotice = (id: number): void =>
    store.change((now) => ({ ...now, notices: now.notices.filter((notice) => notice.id !== id) }));
  const notice = (text: string): void => {
    notices += 1;
    const id = notices;
    store.change((now) => ({ ...now, notices: [...now.notices, { id, text }] }));
    setTimeout(() => dropNotice(id), noticeLivesMs);
  };
  const act = async <T>(what: string, asked: Readonly<Record<string, unknown>>): Promise<T | undefined> => {
    try {
      return await control.act<T>(what, { who, ...asked });
    } catch (error) {
      if (!(error instanceof ControlError)) throw error;
      notice(error.message);
      return undefined;
    }
  };

  return {
    notice,
    dropNotice,
    send: (channel, text, threadTs) =>
      act('send', { channel, text, ...(threadTs === undefined ? {} : { threadTs }) }),
    actsOn: (place) => ({
      async press(target, value) {
        await act('click', { ...place, target, ...(value === undefined ? {} : { value }) });
      },
      async choose(target, choice) {
        await act('choose', { ...place, target, choice });
      },
      fill(target, value) {
        const key = JSON.stringify([place, target]);
        const before = filling.get(key) ?? Promise.resolve();
        const now = before.then(() => act('fill', { ...place, target, value }));
        filling.set(key, now);
        void now.then(() => filling.get(key) === now && filling.delete(key));
      },
    }),
    async submit(view) {
      await Promise.all(filling.values());
      await act('submit', { view });
    },
    async closeView(view, all) {
      await act('close-view', { view, all });
    },
    async openHome() {
      await act('open-home', {});
    },
    markRead(channel, ts) {
      // A mark that gets lost is made again with the next message.
      control.act('read', { who, channel, ts }).catch(() => undefined);
    },
  };
}
