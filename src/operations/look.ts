import type { Gathered, MissingPart, Read } from '../core/reading.ts';

/** Waits for parts side by side and keeps what is missing, so that one dead part never hides the others. */
export function createMissing(): {
  readonly all: readonly MissingPart[];
  /** The value, or undefined with its part noted as missing. */
  readonly of: <T>(read: Read<T>) => T | undefined;
  readonly gathered: <T>(gathered: Gathered<T>) => T;
} {
  const all: MissingPart[] = [];
  return {
    all,
    of(read) {
      if (read.ok) return read.value;
      all.push(read.missing);
      return undefined;
    },
    gathered(gathered) {
      all.push(...gathered.missing);
      return gathered.value;
    },
  };
}
