import type { RunContext } from '../../core/operation.ts';
import type { World } from '../world.ts';
import type { RunState } from './run-state.ts';

/** Whether a run may do its next step: a person's Stop or Continue, the kill switch, and the application's one slot. */
export interface Turn {
  /** Asked before every chunk. False: the run ends, and its state says why. */
  mayGoOn(): Promise<boolean>;
  /** Somebody has pressed Continue. */
  readonly continued: boolean;
  /** A run that waits lets others pass. */
  letGo(): Promise<void>;
  /** Waits for the slot, for an hour at most. */
  takeAgain(): Promise<void>;
}

const askAgainMs = 1_000;
const slotLimitMs = 60 * 60_000;

export function createTurn(
  { control, execution, clock, signal }: RunContext<World>,
  state: RunState,
  save: () => Promise<void>,
): Turn {
  let continued = false;
  const mayGoOn = async (): Promise<boolean> => {
    if (state.ended !== undefined) return false;
    const go = await control.mayGoOn(execution);
    if (go.kind === 'go') continued = go.continued;
    else state.ended ??= go.kind;
    return go.kind === 'go';
  };
  return {
    mayGoOn,
    get continued() {
      return continued;
    },
    async letGo() {
      if (state.slotFree) return;
      // Noted first: whoever takes this run over then asks for the slot before its next step.
      state.slotFree = true;
      await save();
      await control.letSlotGo(execution);
    },
    async takeAgain() {
      const began = clock.now().getTime();
      while (state.slotFree && (await mayGoOn())) {
        if (await control.takeSlotAgain(execution)) {
          Object.assign(state, { slotFree: false, phase: 'pushing' });
          return save();
        }
        if (clock.now().getTime() - began > slotLimitMs) state.ended = 'slot';
        state.phase = 'slot';
        await clock.wait(askAgainMs, signal);
      }
    },
  };
}
