import { describe, expect, it } from 'vitest';
import { TooLate, withinLimit } from '../../src/laravel/limit.ts';
import { createStall } from '../stall.ts';

const never = (): Promise<never> => new Promise(() => undefined);

describe('a limit around work', () => {
  it('gives what the work gave', async () => {
    expect(await withinLimit(1_000, new AbortController().signal, async () => 7)).toBe(7);
  });

  it('ends at its limit although the work never does, and tells the work', async () => {
    let told: unknown;
    const waited = withinLimit(5, new AbortController().signal, (over) => {
      over.addEventListener('abort', () => {
        told = over.reason;
      });
      return never();
    });
    await expect(waited).rejects.toBeInstanceOf(TooLate);
    expect(told).toBeInstanceOf(TooLate);
  });

  it('hears what came while this process stood still', async () => {
    const stall = await createStall();
    const limitMs = 20;
    const waited = withinLimit(limitMs, new AbortController().signal, stall.ask);
    stall.standStill(limitMs * 3);
    expect(await waited).toBe('in time');
    await stall.stop();
  });

  it('ends with its signal', async () => {
    const controller = new AbortController();
    const waited = withinLimit(60_000, controller.signal, never);
    controller.abort();
    await expect(waited).rejects.toBeInstanceOf(TooLate);
  });

  it('starts nothing for a signal that is over already', async () => {
    let started = false;
    const work = async (): Promise<void> => {
      started = true;
    };
    await expect(withinLimit(1_000, AbortSignal.abort(), work)).rejects.toBeInstanceOf(TooLate);
    expect(started).toBe(false);
  });

  it("keeps the work's own error", async () => {
    const broken = withinLimit(1_000, new AbortController().signal, async () => {
      throw new RangeError('mine');
    });
    await expect(broken).rejects.toBeInstanceOf(RangeError);
  });
});
