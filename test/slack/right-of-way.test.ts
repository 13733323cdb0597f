import { describe, expect, it } from 'vitest';
import { createRightOfWay } from '../../src/slack/right-of-way.ts';

describe('the right of way in a channel', () => {
  it('is taken until the last answer there is posted or could not be', async () => {
    const rightOfWay = createRightOfWay();
    let post: () => void = () => undefined;
    const first = rightOfWay.first('C0OPS', () => new Promise<void>((resolve) => (post = resolve)));
    await expect(rightOfWay.first('C0OPS', () => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
    expect([rightOfWay.isTaken('C0OPS'), rightOfWay.isTaken('C0ALERTS')]).toEqual([true, false]);
    post();
    await first;
    expect(rightOfWay.isTaken('C0OPS')).toBe(false);
  });
});
