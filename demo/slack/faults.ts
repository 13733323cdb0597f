/** How Slack shall behave badly, by method or for all (`*`). */
export type Fault =
  | { readonly kind: 'slow'; readonly milliseconds: number }
  | { readonly kind: 'hang' }
  | { readonly kind: 'error'; readonly status: number }
  | { readonly kind: 'cut' }
  | { readonly kind: 'refuse'; readonly error: string }
  | { readonly kind: 'rate-limit'; readonly retryAfterSeconds: number }
  /** It happens, and the answer never comes. */
  | { readonly kind: 'lose-answer' };

export interface Faults {
  /** `times`: for so many calls; left out: until it is taken back by `clear`. */
  set(method: string, fault: Fault, times?: number): void;
  clear(method?: string): void;
  /** The fault for this call, counted off. */
  take(method: string): Fault | undefined;
}

export function createFaults(): Faults {
  const set = new Map<string, { readonly fault: Fault; left: number }>();
  return {
    set: (method, fault, times = Number.POSITIVE_INFINITY) => void set.set(method, { fault, left: times }),
    clear(method) {
      if (method === undefined) set.clear();
      else set.delete(method);
    },
    take(method) {
      for (const key of [method, '*']) {
        const entry = set.get(key);
        if (entry === undefined || entry.left <= 0) continue;
        entry.left -= 1;
        return entry.fault;
      }
      return undefined;
    },
  };
}
