import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSlackClock, type SlackClock } from '../../../demo/slack/clock.ts';
import { createRateLimits } from '../../../demo/slack/rate-limits.ts';
import { createTriggers, livesMs } from '../../../demo/slack/triggers.ts';

describe('the simulated Slack’s clock', () => {
  let real: number;
  let clock: SlackClock;
  beforeEach(() => {
    vi.useFakeTimers();
    real = 5_000;
    clock = createSlackClock(() => real);
  });
  afterEach(() => {
    clock.stop();
    vi.useRealTimers();
  });

  const pass = (milliseconds: number): void => {
    for (let passed = 0; passed < milliseconds; passed += 10) {
      real += 10;
      vi.advanceTimersByTime(10);
    }
  };
  /** The process does not run: no timer fires, though the time goes on. */
  const stall = (milliseconds: number): void => {
    real += milliseconds;
  };

  it('runs what is due once, in time, and not what was called off', () => {
    const ran: string[] = [];
    clock.after(3_000, () => ran.push('due'));
    clock.after(2_000, () => ran.push('called off'))();
    pass(2_900);
    expect(ran).toEqual([]);
    pass(200);
    expect(ran).toEqual(['due']);
  });

  it('counts a stall of its own process against nobody', () => {
    const ran: string[] = [];
    const triggers = createTriggers(clock);
    const trigger = triggers.create({ user: 'U0ANNA', viewId: undefined });
    clock.after(livesMs, () => ran.push('due'));
    pass(1_000);
    stall(10_000);
    expect(triggers.check(trigger)).toMatchObject({ user: 'U0ANNA' });
    pass(1_500);
    expect(ran).toEqual([]);
    expect(triggers.check(trigger)).toMatchObject({ user: 'U0ANNA' });
    pass(600);
    expect(ran).toEqual(['due']);
    expect(triggers.check(trigger)).toBe('expired_trigger_id');
  });

  it('takes no post for one of a later second because of a stall', () => {
    const limits = createRateLimits(clock);
    limits.limitPosts(true);
    expect(limits.takePost('C0OPS')).toBeUndefined();
    stall(5_000);
    expect(limits.takePost('C0OPS')).toBe(1);
    pass(1_000);
    expect(limits.takePost('C0OPS')).toBeUndefined();
  });

  it('is moved on by tests, whatever has stalled before', () => {
    const ran: string[] = [];
    clock.after(3_000, () => ran.push('later'));
    clock.after(1_000, () => ran.push('sooner'));
    stall(10_000);
    clock.advance(3_000);
    expect(ran).toEqual(['sooner', 'later']);
  });
});
