import type { RunContext } from '../../core/operation.ts';
import type { World } from '../world.ts';
import type { RunState } from './run-state.ts';

/** Tells at least every three seconds how far a run is, how fast, and how long it will take. */
export interface Progress {
  /** So many more were pushed. */
  count(pushed: number): void;
  /** Writes until the signal ends it; never rejects: what can't be written now is written next time. */
  keep(ended: AbortSignal): Promise<void>;
}

const everyMs = 2_000;
/** The rate is that of the last so many milliseconds. */
const windowMs = 30_000;

export function createProgress(
  { control, execution, clock }: RunContext<World>,
  state: RunState,
  save: () => Promise<void>,
  requested: number,
): Progress {
  let pushed = 0;
  let points: readonly { readonly at: number; readonly pushed: number }[] = [];

  const estimate = async (): Promise<void> => {
    const now = clock.now().getTime();
    points = [...points.filter(({ at }) => now - at <= windowMs), { at: now, pushed }];
    const first = points[0];
    const seconds = first === undefined ? 0 : (now - first.at) / 1_000;
    if (first === undefined || seconds < 1) return;
    state.perSecond = (pushed - first.pushed) / seconds;
    const { frozen = 0 } = await control.countsByState(execution.requestId);
    state.leftSeconds =
      state.perSecond > 0 && frozen < requested ? Math.ceil(frozen / state.perSecond) : undefined;
  };

  return {
    count(more) {
      pushed += more;
    },
    async keep(ended) {
      points = [{ at: clock.now().getTime(), pushed: 0 }];
      while (!ended.aborted) {
        await clock.wait(everyMs, ended).catch(() => undefined);
        if (ended.aborted) return;
        await estimate().catch(() => undefined);
        await save().catch(() => undefined);
      }
    },
  };
}
