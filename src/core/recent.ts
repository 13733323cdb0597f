/** Remembers the last keys seen, so that the commonest second deliveries cost no round trip to the store. */
export interface Recent {
  /** True the first time a key is given. */
  isFirst(key: string): boolean;
}

export function createRecent(capacity = 10_000): Recent {
  const keys = new Set<string>();
  return {
    isFirst(key) {
      if (keys.has(key)) return false;
      keys.add(key);
      const oldest = keys.values().next();
      if (keys.size > capacity && oldest.done !== true) keys.delete(oldest.value);
      return true;
    },
  };
}
