/** A row that entered a state: `key` names row and state. */
export interface Entry {
  readonly key: string;
  /** Milliseconds, by the database's clock. */
  readonly at: number;
  readonly state: string;
}

export interface SurgeHistory {
  /** A row that was seen in this state before has only been touched: it enters nothing. Keeps what `keepMs` asks for. */
  add(entries: readonly Entry[], now: number): void;
  /** Entries within (now − windowMs, now], by state. */
  newest(now: number, windowMs: number): ReadonlyMap<string, number>;
  /**
   * Entries in each window between `fromMs` and `untilMs` ago (newest first), without windows that touch an unusual
   * stretch. `beganAt`: nothing is known from before.
   */
  windows(asked: WindowsAsked): readonly number[];
}

export interface WindowsAsked {
  readonly now: number;
  readonly windowMs: number;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly beganAt: number;
  readonly unusual: readonly { readonly fromAgo: number; readonly untilAgo: number }[];
}

/** Rows that were once seen in a state are remembered by their key, so many. */
const mostKeys = 100_000;

/** What entered the state of one rule, over the baseline's time. Pure memory. */
export function createSurgeHistory(keepMs: number): SurgeHistory {
  const seen = new Set<string>();
  let entered: Entry[] = [];
  return {
    add(entries, now) {
      for (const entry of entries) {
        if (seen.has(entry.key)) continue;
        seen.add(entry.key);
        entered.push(entry);
      }
      entered = entered.filter(({ at }) => now - at <= keepMs);
      // The oldest first; one that comes back after so many others counts once more.
      for (const key of seen) {
        if (seen.size <= mostKeys) break;
        seen.delete(key);
      }
    },
    newest(now, windowMs) {
      const states = new Map<string, number>();
      for (const { at, state } of entered)
        if (at > now - windowMs && at <= now) states.set(state, (states.get(state) ?? 0) + 1);
      return states;
    },
    windows({ now, windowMs, fromMs, untilMs, beganAt, unusual }) {
      const size = Math.floor((fromMs - untilMs) / windowMs);
      const counts = new Array<number>(Math.max(0, size)).fill(0);
      for (const { at } of entered) {
        const index = Math.floor((now - untilMs - at) / windowMs);
        const before = counts[index];
        if (index >= 0 && before !== undefined) counts[index] = before + 1;
      }
      return counts.filter((_, index) => {
        const untilAgo = untilMs + index * windowMs;
        const fromAgo = untilAgo + windowMs;
        if (now - fromAgo < beganAt) return false;
        return !unusual.some((one) => one.untilAgo * 1_000 < fromAgo && one.fromAgo * 1_000 > untilAgo);
      });
    },
  };
}
