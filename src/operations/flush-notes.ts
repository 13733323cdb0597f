import type { RunContext } from '../core/operation.ts';
import { type FlushEnd, type FlushProgress, findProgress } from './flush-plan.ts';
import type { World } from './world.ts';

/** What a run tells of itself while it runs, and finds again when another process goes on with it. */
export interface FlushNotes {
  now(): FlushProgress;
  /** Written at most so often, unless it matters to whoever goes on. */
  tell(change: Partial<FlushProgress>, matters?: boolean): Promise<void>;
  /** Begins a stretch of `of` rows whose rate is told. */
  begin(phase: FlushProgress['phase'], done: number, of: number): Promise<void>;
  step(rows: number): Promise<void>;
  end(end: FlushEnd): Promise<void>;
  /** False: a person stopped it, or the application is frozen; noted. */
  mayGoOn(): Promise<boolean>;
}

const tellEveryMs = 2_000;

export async function openNotes(context: RunContext<World>): Promise<FlushNotes> {
  const { execution, control, requests, clock } = context;
  const view = await requests.find({ id: execution.requestId });
  let state = findProgress(view?.execution?.progress ?? {});
  let told = Number.NEGATIVE_INFINITY;
  let stretch = { began: 0, done: 0 };

  const tell: FlushNotes['tell'] = async (change, matters = true) => {
    state = { ...state, ...change };
    const now = clock.now().getTime();
    if (!matters && now - told < tellEveryMs) return;
    told = now;
    await control.progress(execution, { ...state });
    context.changed();
  };

  return {
    now: () => state,
    tell,
    async begin(phase, done, of) {
      stretch = { began: clock.now().getTime(), done };
      const { perSecond: _, secondsLeft: __, ...rest } = state;
      state = rest;
      await tell({ phase, done, of });
    },
    step(rows) {
      const done = state.done + rows;
      const seconds = (clock.now().getTime() - stretch.began) / 1000;
      const perSecond = seconds > 0 ? (done - stretch.done) / seconds : 0;
      const rate =
        perSecond > 0 ? { perSecond, secondsLeft: Math.ceil(Math.max(0, state.of - done) / perSecond) } : {};
      return tell({ done, ...rate }, false);
    },
    end: (ended) => tell({ ended }),
    async mayGoOn() {
      const word = await control.mayGoOn(execution);
      if (word.kind === 'go') return true;
      await tell({ ended: { why: word.kind } });
      return false;
    },
  };
}
