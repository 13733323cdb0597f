import { describe, expect, it } from 'vitest';
import { within } from '../../src/core/within.ts';
import { createStall } from '../stall.ts';

const never = new Promise<string>(() => undefined);

describe('within', () => {
  it('is the value where it comes in time, and its error', async () => {
    expect(await within(Promise.resolve('here'), 60_000, 'late')).toBe('here');
    await expect(within(Promise.reject(new Error('broken')), 60_000, 'late')).rejects.toThrow('broken');
  });

  it('is late where nothing comes', async () => {
    expect(await within(never, 10, 'late')).toBe('late');
  });

  it('hears what came while this process stood still', async () => {
    const stall = await createStall();
    const limitMs = 20;
    const waited = within(stall.ask(), limitMs, 'late');
    stall.standStill(limitMs * 3);
    expect(await waited).toBe('in time');
    await stall.stop();
  });
});
