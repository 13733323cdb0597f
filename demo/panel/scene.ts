import type { Situation } from '../world/situations/situation.ts';
import type { SceneNow } from './model.ts';

/** Plays situations, one at a time: the next one begins when the last one is mended. */
export interface Scene {
  /** Never rejects: what failed stands in `now`. False: it is busy, or there is none of this name. */
  play(id: string): Promise<boolean>;
  /** Mends what is played. False: it is busy. */
  end(): Promise<boolean>;
  now(): SceneNow;
}

export interface SceneHands {
  readonly play: (situation: Situation) => Promise<unknown>;
  readonly end: (situation: Situation) => Promise<unknown>;
}

export function createScene(
  situations: readonly Situation[],
  hands: SceneHands,
  onChange: () => void,
): Scene {
  let playing: Situation | undefined;
  let isBusy = false;
  let failed: string | undefined;

  const busily = async (work: () => Promise<void>): Promise<boolean> => {
    if (isBusy) return false;
    isBusy = true;
    failed = undefined;
    onChange();
    try {
      await work();
    } catch (error) {
      failed = error instanceof Error ? error.message : String(error);
    }
    isBusy = false;
    onChange();
    return true;
  };
  const mend = async (): Promise<void> => {
    const last = playing;
    if (last === undefined) return;
    await hands.end(last);
    playing = undefined;
  };
  return {
    async play(id) {
      const next = situations.find((one) => one.id === id);
      if (next === undefined) return false;
      return busily(async () => {
        await mend();
        // From here on there is something to mend, also where it was made only half.
        playing = next;
        await hands.play(next);
      });
    },
    end: () => busily(mend),
    now: () => ({ playing: playing?.id, isBusy, failed }),
  };
}
