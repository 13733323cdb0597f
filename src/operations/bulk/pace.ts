import type { RunContext } from '../../core/operation.ts';
import type { World } from '../world.ts';
import type { RunState } from './run-state.ts';
import type { Turn } from './turn.ts';
import type { Watch } from './watch.ts';

/** Keeps at most so many of ours in the queues, so that new work is not behind all of them. */
export interface Pace {
  /** No chunk is larger than half of what may wait, so that workers don't run dry between two. */
  readonly atMost: number;
  /** Waits, with the slot let go, until another chunk has room or the run ends. */
  untilRoom(): Promise<void>;
}

const lookAgainMs = 1_000;

export function createPace(parts: {
  readonly context: RunContext<World>;
  readonly state: RunState;
  readonly turn: Turn;
  readonly watch: Watch | undefined;
  readonly most: number | undefined;
}): Pace {
  const { context, state, turn, watch, most } = parts;
  const atMost = most === undefined ? Number.POSITIVE_INFINITY : Math.max(1, Math.ceil(most / 2));
  return {
    atMost,
    async untilRoom() {
      if (most === undefined || watch === undefined) return;
      const hasRoom = (): boolean => watch.open + atMost <= Math.max(most, atMost);
      while (!hasRoom()) {
        state.phase = 'pacing';
        await watch.look();
        if (hasRoom()) break;
        await turn.letGo();
        if (!(await turn.mayGoOn())) return;
        await context.clock.wait(lookAgainMs, context.signal);
      }
      state.phase = 'pushing';
      await turn.takeAgain();
    },
  };
}
