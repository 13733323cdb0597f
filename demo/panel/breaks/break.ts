import type { SimulatedSlack } from '../../slack/server.ts';
import type { World } from '../../world/world.ts';
import type { BreakId, Facts } from '../model.ts';
import type { Seen } from '../observe/observe.ts';

/** The bot's process, as somebody with a shell on its machine has it. */
export interface BotHands {
  isAlive(): boolean;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** Resolves when it is ready; does nothing while it lives. */
  start(): Promise<void>;
}

export interface BreakParts {
  readonly world: World;
  readonly slack: Pick<SimulatedSlack, 'faults'>;
  readonly bot: BotHands;
}

/** Something that can be broken for real, and mended. A new one is a file, a line in list.ts and its sentences. */
export interface Break {
  readonly id: BreakId;
  /** Judged by the world itself wherever it shows. `seen`: the last look at it. */
  isBroken(seen: Seen): boolean;
  /** Both can be called again while it is broken or well already. The numbers stand in the sentence about it. */
  break(): Promise<Facts>;
  mend(): Promise<Facts>;
}
