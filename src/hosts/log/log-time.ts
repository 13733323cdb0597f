import type { Stamp } from './stamp.ts';

/** The application's zone, as far as a log needs it. */
export interface LogZone {
  /** First and last instant, in milliseconds, that a naive time can mean: in the hour that summer time repeats they differ. */
  readonly meanings: (naive: string) => readonly [number, number];
}

export interface LogTime {
  /**
   * Milliseconds. Of an hour that happens twice the later one, unless that is still to come: rather a line too many than one
   * that nobody hears of.
   */
  readonly of: (stamp: Stamp) => number;
}

/** `nowMs`: by the host's own clock. */
export function createLogTime(zone: LogZone, nowMs: number): LogTime {
  return {
    of(stamp) {
      if (stamp.kind === 'instant') return stamp.ms;
      const [first, last] = zone.meanings(stamp.text);
      return last <= nowMs + disorderMs ? last : first;
    },
  };
}

/** Processes that write to one log come a little out of turn, and clocks are set. */
export const disorderMs = 60_000;
