import { renderPlain } from './plain.ts';
import type { SlackState } from './state.ts';
import type { Message } from './timeline.ts';

/** Conditions that tests wait for; nothing is polled. */
export interface Waits {
  /** Resolves with the first message that satisfies the condition, now or later; says what was there when none does in time. */
  waitFor(what: string, condition: (message: Message) => boolean, timeoutMs?: number): Promise<Message>;
  /** The same, of messages that come or change from now on. */
  nextMessage(what: string, condition?: (message: Message) => boolean, timeoutMs?: number): Promise<Message>;
  /** Resolves with what `look` finds (anything but undefined and false), asked now and after every change. */
  until<T>(what: string, look: () => T | undefined | false, timeoutMs?: number): Promise<T>;
}

/** Nothing is timed by it, so it is longer than a busy machine needs. */
const usualMs = 60_000;
const shownAtMost = 8;

export function createWaits({ changes, timeline }: Pick<SlackState, 'changes' | 'timeline'>): Waits {
  /** Hands over what `look` finds first; `look` is told of each message that changed. */
  const wait = <T>(
    what: string,
    look: (changed: Message | undefined) => T | undefined | false,
    timeoutMs: number,
  ): Promise<T> =>
    new Promise((resolve, reject) => {
      const end = (settle: () => void): void => {
        clearTimeout(timer);
        stop();
        settle();
      };
      const tryOnce = (changed: Message | undefined): void => {
        try {
          const found = look(changed);
          if (found !== undefined && found !== false) end(() => resolve(found));
        } catch (error) {
          end(() => reject(error));
        }
      };
      // Real time: a test that moves Slack's clock does not want to wait less.
      const timer = setTimeout(
        () => end(() => reject(new Error(describe(what, timeline.messages)))),
        timeoutMs,
      );
      const stop = changes.listen((change) =>
        tryOnce(change.kind === 'message' ? change.message : undefined),
      );
      tryOnce(undefined);
    });
  const nextMessage: Waits['nextMessage'] = (what, condition = () => true, timeoutMs = usualMs) =>
    wait(
      what,
      (changed) => (changed !== undefined && !changed.deleted && condition(changed) ? changed : undefined),
      timeoutMs,
    );
  return {
    nextMessage,
    until: (what, look, timeoutMs = usualMs) => wait(what, look, timeoutMs),
    async waitFor(what, condition, timeoutMs = usualMs) {
      const there = timeline.messages.find((message) => !message.deleted && condition(message));
      return there ?? nextMessage(what, condition, timeoutMs);
    },
  };
}

function describe(what: string, messages: readonly Message[]): string {
  const last = messages.slice(-shownAtMost).map((one) => {
    const place = one.ephemeralFor === undefined ? one.channel : `${one.channel} (to ${one.ephemeralFor})`;
    return `${place}: ${renderPlain(one)}`;
  });
  return `no message came: ${what}. The last ones were:\n${last.join('\n---\n') || '(none)'}`;
}
