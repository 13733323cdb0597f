/** Who is to be left alone for a while. Entries that are over are forgotten. */
export interface Rests {
  /** A longer rest that was asked for before stays. */
  rest(key: string, milliseconds: number): void;
  isResting(key: string): boolean;
  /** Until the next one is over; infinite when nobody rests. */
  soonestMs(): number;
  forget(): void;
}

/** `now` in milliseconds. */
export function createRests(now: () => number): Rests {
  const until = new Map<string, number>();
  return {
    rest: (key, milliseconds) => void until.set(key, Math.max(until.get(key) ?? 0, now() + milliseconds)),
    isResting: (key) => (until.get(key) ?? 0) > now(),
    soonestMs() {
      let soonest = Number.POSITIVE_INFINITY;
      for (const [key, end] of until) {
        if (end <= now()) until.delete(key);
        else soonest = Math.min(soonest, end - now());
      }
      return soonest;
    },
    forget: () => until.clear(),
  };
}
