import type { Clock } from './clock.ts';

/** The rest between two looks of a loop. A kick ends it; one that comes while the loop looks ends the next at once. */
export interface Naps {
  kick(): void;
  /** Called before each look: what is kicked from here on is not seen by an earlier one. */
  begin(): void;
  /** Resolves after so long, after a kick, or with the signal. */
  nap(milliseconds: number, signal: AbortSignal): Promise<void>;
}

export function createNaps(clock: Clock): Naps {
  let wake: () => void = () => undefined;
  let kicked = false;
  return {
    kick() {
      kicked = true;
      wake();
    },
    begin() {
      kicked = false;
    },
    async nap(milliseconds, signal) {
      const nap = new AbortController();
      wake = () => nap.abort();
      signal.addEventListener('abort', wake, { once: true });
      if (kicked || signal.aborted) wake();
      await clock.wait(milliseconds, nap.signal).catch(() => undefined);
      signal.removeEventListener('abort', wake);
    },
  };
}
