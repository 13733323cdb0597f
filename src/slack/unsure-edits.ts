import type { CardPlace } from '../core/card-store.ts';

/** An edit that was not answered is on its way no longer than this: then the next one may go out unread. */
const onItsWayMs = 10_000;

/**
 * Edits of which nobody knows whether Slack has taken them. One that comes late would put an older state over a newer one,
 * so the next one waits for it. Kept in memory: whoever takes over from a dead process waits for its lease as long.
 */
export interface UnsureEdits {
  note(card: CardPlace, shows: string): void;
  /** What the last one shows, and for how long it is waited for; undefined: there is none. */
  find(card: CardPlace): { readonly shows: string; readonly waitMs: number } | undefined;
  forget(card: CardPlace): void;
}

/** `now` in milliseconds. */
export function createUnsureEdits(now: () => number): UnsureEdits {
  const edits = new Map<string, { readonly shows: string; readonly until: number }>();
  return {
    note: (card, shows) => void edits.set(keyOf(card), { shows, until: now() + onItsWayMs }),
    find(card) {
      const edit = edits.get(keyOf(card));
      return edit && { shows: edit.shows, waitMs: Math.max(0, edit.until - now()) };
    },
    forget: (card) => void edits.delete(keyOf(card)),
  };
}

const keyOf = ({ subject, channel, threadTs }: CardPlace): string =>
  `${subject.id}:${channel}:${threadTs ?? ''}`;
