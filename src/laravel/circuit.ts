/**
 * Remembers that a server has just hung, so that not everyone waits for the same silence. While it is open one caller
 * is let through every `spareMs`, to try. Who comes while one tries waits for the end of that and goes the same way:
 * the first answer closes it, and silence is not waited for again.
 */
export interface Circuit {
  /**
   * Undefined: don't ask now. Else ask, and tell the pass what came of it. Rejects with the signal's reason where the
   * caller's own time is over before it is known.
   */
  enter(over: AbortSignal): Promise<Pass | undefined>;
}

/** One caller who was let through. */
export interface Pass {
  /** The server answered something, be it an error. */
  heard(): void;
  /**
   * Waited in vain. That opens the circuit only if nobody was answered lately either: a slow statement is no dead
   * server. True: it is open now.
   */
  waitedInVain(): boolean;
  /** To be called at the end, whatever it was: who learned nothing leaves the try to the next one. */
  leave(): void;
}

const spareMs = 3_000;
const quietMs = 1_000;

/** `now`: milliseconds that never go backwards. */
export function createCircuit(now: () => number): Circuit {
  let heardAt = Number.NEGATIVE_INFINITY;
  let openUntil: number | undefined;
  let trying: Pass | undefined;
  const waiting = new Set<() => void>();
  const endTry = (): void => {
    trying = undefined;
    for (const look of [...waiting]) look();
  };
  const createPass = (): Pass => {
    const pass: Pass = {
      heard() {
        heardAt = now();
        openUntil = undefined;
        endTry();
      },
      waitedInVain() {
        const isSilent = now() - heardAt >= quietMs;
        if (isSilent) openUntil = now() + spareMs;
        if (trying === pass) endTry();
        return isSilent;
      },
      leave() {
        if (trying !== pass) return;
        openUntil = now();
        endTry();
      },
    };
    return pass;
  };
  return {
    async enter(over) {
      for (;;) {
        over.throwIfAborted();
        if (openUntil === undefined) return createPass();
        if (now() >= openUntil) {
          openUntil = now() + spareMs;
          trying = createPass();
          return trying;
        }
        if (trying === undefined) return undefined;
        await nextCall(waiting, over);
      }
    },
  };
}

/** Resolves when called, rejects with the signal's reason when it comes first. */
function nextCall(waiting: Set<() => void>, over: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      waiting.delete(called);
      over.removeEventListener('abort', stop);
    };
    const called = (): void => {
      end();
      resolve();
    };
    const stop = (): void => {
      end();
      reject(over.reason);
    };
    waiting.add(called);
    over.addEventListener('abort', stop, { once: true });
  });
}
