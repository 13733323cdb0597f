import { describe, expect, it } from 'vitest';
import { createSlots, TooManyWaiting } from '../../src/laravel/slots.ts';

const signal = new AbortController().signal;

describe('slots', () => {
  it('lets so many in at once and the next one when somebody leaves', async () => {
    const slots = createSlots(1, 10);
    const leave = await slots.take(signal);
    let second = false;
    const waiting = slots.take(signal).then((free) => {
      second = true;
      return free;
    });
    await Promise.resolve();
    expect(second).toBe(false);
    leave();
    await waiting;
    expect(second).toBe(true);
  });

  it('frees one slot only, however often it is given back', async () => {
    const slots = createSlots(1, 0);
    const leave = await slots.take(signal);
    leave();
    leave();
    await slots.take(signal);
    await expect(slots.take(signal)).rejects.toBeInstanceOf(TooManyWaiting);
  });

  it('takes who gives up out of the line', async () => {
    const slots = createSlots(1, 1);
    const leave = await slots.take(signal);
    const controller = new AbortController();
    const first = slots.take(controller.signal);
    controller.abort(new Error('gave up'));
    await expect(first).rejects.toThrow('gave up');
    const second = slots.take(signal);
    leave();
    expect(await second).toBeTypeOf('function');
  });

  it('refuses a line that grows too long', async () => {
    const slots = createSlots(1, 1);
    await slots.take(signal);
    slots.take(signal).catch(() => undefined);
    await expect(slots.take(signal)).rejects.toBeInstanceOf(TooManyWaiting);
  });
});
