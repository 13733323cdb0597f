import { describe, expect, it } from 'vitest';
import { createSurgeHistory, type Entry } from '../../src/laravel/surge-history.ts';

const minute = 60_000;
const day = 86_400_000;
const now = 1_800_000_000_000;
const entry = (key: string, minutesAgo: number, state = 'failed'): Entry => ({
  ...{ key, at: now - minutesAgo * minute, state },
});
const asked = {
  ...{ now, windowMs: 5 * minute, fromMs: day, untilMs: 15 * minute },
  ...{ beganAt: now - day, unusual: [] },
};

describe('the history of a surge rule', () => {
  it('counts rows that entered a state within the window, by state', () => {
    const history = createSurgeHistory(day);
    history.add([entry('a', 1), entry('b', 4.9, 'reprocess_failed'), entry('c', 5), entry('d', -1)], now);
    expect([...history.newest(now, 5 * minute)]).toEqual([
      ['failed', 1],
      ['reprocess_failed', 1],
    ]);
  });

  it('does not count a row again that was only touched', () => {
    const history = createSurgeHistory(day);
    history.add([entry('a', 5_000), entry('b', 60)], now);
    history.add([entry('a', 1), entry('b', 1), entry('c', 1)], now);
    expect([...history.newest(now, 5 * minute)]).toEqual([['failed', 1]]);
  });

  it('has windows over a day, without the newest part', () => {
    const history = createSurgeHistory(day);
    history.add([entry('a', 10), entry('b', 15), entry('c', 19), entry('d', 21)], now);
    const windows = history.windows(asked);
    expect(windows).toHaveLength(285);
    expect(windows.slice(0, 3)).toEqual([2, 1, 0]);
  });

  it('leaves out earlier episodes, and what was before the beginning', () => {
    const history = createSurgeHistory(day);
    history.add([entry('a', 62), entry('b', 200)], now);
    const unusual = [{ fromAgo: 70 * 60, untilAgo: 60 * 60 }];
    const windows = history.windows({ ...asked, unusual, beganAt: now - 115 * minute });
    // 15 to 115 minutes ago, without 60 to 70.
    expect(windows).toHaveLength(18);
    expect(windows.every((count) => count === 0)).toBe(true);
  });
});
