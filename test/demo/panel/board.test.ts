import { describe, expect, it } from 'vitest';
import { createBoard } from '../../../demo/panel/board.ts';
import type { Break } from '../../../demo/panel/breaks/break.ts';
import type { Seen } from '../../../demo/panel/observe/observe.ts';

const seen: Seen = {
  parts: { database: 'well', redis: 'well', supervisor: 'well', bot: 'well' },
  queues: [],
  workers: [],
};
const redis = (change: Partial<Break> = {}): Break => ({
  ...{ id: 'redis', isBroken: () => false, break: async () => ({}), mend: async () => ({ restarted: 2 }) },
  ...change,
});
const boardOf = (one: Break, limitMs?: number) =>
  createBoard(
    [one],
    () => 1_000,
    () => undefined,
    limitMs,
  );

describe('the board', () => {
  it('notes what was done and its numbers, newest first', async () => {
    const board = boardOf(redis());
    await board.press('redis', 'break');
    await board.press('redis', 'mend');
    expect(board.acts()).toEqual([
      { number: 2, at: 1_000, id: 'redis', how: 'mend', result: { kind: 'done', facts: { restarted: 2 } } },
      { number: 1, at: 1_000, id: 'redis', how: 'break', result: { kind: 'done', facts: {} } },
    ]);
  });

  it('says what failed, and can be pressed again', async () => {
    const board = boardOf(redis({ break: async () => Promise.reject(new Error('no such process')) }));
    const act = await board.press('redis', 'break');
    expect(act?.result).toEqual({ kind: 'failed', error: 'no such process' });
    expect((await board.press('redis', 'mend'))?.result.kind).toBe('done');
  });

  it('is busy while it works, and does one thing once', async () => {
    let done: () => void = () => undefined;
    const work = new Promise<Record<string, number>>((resolve) => {
      done = () => resolve({});
    });
    const board = boardOf(redis({ break: () => work }));
    const first = board.press('redis', 'break');
    expect(await board.press('redis', 'break')).toBeUndefined();
    expect(board.states(seen)).toEqual([{ id: 'redis', isBroken: false, isBusy: true }]);
    done();
    await first;
    expect(board.states(seen)[0]?.isBusy).toBe(false);
    expect(board.acts()).toHaveLength(1);
  });

  it('does not wait for ever', async () => {
    const act = await boardOf(redis({ mend: () => new Promise(() => undefined) }), 5).press('redis', 'mend');
    expect(act?.result.kind).toBe('failed');
  });
});
