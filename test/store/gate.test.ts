import { describe, expect, it } from 'vitest';
import { StoreUnavailable } from '../../src/core/store-ports.ts';
import { createGate } from '../../src/store/gate.ts';

describe('the gate before the store', () => {
  it('lets the next one in when one leaves, in the order of their coming', async () => {
    const gate = createGate(1, 10);
    const order: string[] = [];
    const leave = await gate.enter(1_000);
    const passAs = async (name: string): Promise<void> => {
      const out = await gate.enter(1_000);
      order.push(name);
      out();
    };
    const passing = [passAs('second'), passAs('third')];
    expect(order).toEqual([]);
    leave();
    await Promise.all(passing);
    expect(order).toEqual(['second', 'third']);
  });

  it('frees a place once, however often its way out is taken', async () => {
    const gate = createGate(1, 10);
    const leave = await gate.enter(1_000);
    leave();
    leave();
    await gate.enter(1_000);
    await expect(gate.enter(5)).rejects.toBeInstanceOf(StoreUnavailable);
  });

  it('takes who waited too long out of the line', async () => {
    const gate = createGate(1, 1);
    const leave = await gate.enter(1_000);
    await expect(gate.enter(5)).rejects.toBeInstanceOf(StoreUnavailable);
    leave();
    await expect(gate.enter(5)).resolves.toBeTypeOf('function');
  });

  it('refuses at once when the line is full', async () => {
    const gate = createGate(1, 1);
    await gate.enter(1_000);
    const waiting = gate.enter(20);
    await expect(gate.enter(60_000)).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(waiting).rejects.toBeInstanceOf(StoreUnavailable);
  });
});
