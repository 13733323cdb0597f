/**
 * Remembers that a server has just hung, so that not everyone waits for the same silence. While it is open one caller
 * is let through every `spareMs`; the first answer closes it.
 */
export interface Circuit {
  /** False: don't ask now. */
  admits(): boolean;
  /** The server answered something, be it an error. */
  heard(): void;
  /** A caller waited in vain. That opens it only if nobody was answered lately either: a slow statement is no dead server. */
  waitedInVain(): void;
}

const spareMs = 3_000;
const quietMs = 1_000;

/** `now`: milliseconds that never go backwards. */
export function createCircuit(now: () => number): Circuit {
  let heardAt = Number.NEGATIVE_INFINITY;
  let openUntil: number | undefined;
  return {
    admits() {
      if (openUntil === undefined) return true;
      if (now() < openUntil) return false;
      openUntil = now() + spareMs;
      return true;
    },
    heard() {
      heardAt = now();
      openUntil = undefined;
    },
    waitedInVain() {
      if (now() - heardAt >= quietMs) openUntil = now() + spareMs;
    },
  };
}
