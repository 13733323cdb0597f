import type { KnownBlock } from '@slack/types';

/** What is left of a message while it is filled. */
export interface Room {
  readonly characters: () => number;
  /** True, and the blocks are counted, when all of them fit. */
  take(blocks: readonly KnownBlock[]): boolean;
  /** Somebody had to leave something out. */
  cut(): void;
  readonly wasCut: () => boolean;
  /** True once: Slack allows one table a message. */
  takeTable(): boolean;
}

/** Slack counts the blocks as they go over the wire. */
export const sizeOf = (blocks: readonly object[]): number => JSON.stringify(blocks).length;

export function createRoom(characters: number, blocks: number): Room {
  let charactersLeft = characters;
  let blocksLeft = blocks;
  let cut = false;
  let table = false;
  return {
    characters: () => charactersLeft,
    take(taken) {
      const size = sizeOf(taken);
      if (size > charactersLeft || taken.length > blocksLeft) return false;
      charactersLeft -= size;
      blocksLeft -= taken.length;
      return true;
    },
    cut: () => {
      cut = true;
    },
    wasCut: () => cut,
    takeTable() {
      const first = !table;
      table = true;
      return first;
    },
  };
}
