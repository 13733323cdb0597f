import { describe, expect, it } from 'vitest';
import { createCircuit } from '../../src/laravel/circuit.ts';

function circuitAt(): { circuit: ReturnType<typeof createCircuit>; move: (ms: number) => void } {
  let now = 0;
  const circuit = createCircuit(() => now);
  return {
    circuit,
    move: (ms) => {
      now += ms;
    },
  };
}

describe('a circuit', () => {
  it('lets everyone through while all is well', () => {
    const { circuit } = circuitAt();
    expect([circuit.admits(), circuit.admits()]).toEqual([true, true]);
  });

  it('lets nobody wait for the same silence, and one try after a while', () => {
    const { circuit, move } = circuitAt();
    circuit.waitedInVain();
    expect(circuit.admits()).toBe(false);
    move(3_000);
    expect([circuit.admits(), circuit.admits()]).toEqual([true, false]);
  });

  it('closes with the first answer', () => {
    const { circuit, move } = circuitAt();
    circuit.waitedInVain();
    move(3_000);
    circuit.admits();
    circuit.heard();
    expect([circuit.admits(), circuit.admits()]).toEqual([true, true]);
  });

  it('does not take one slow statement for a dead server', () => {
    const { circuit, move } = circuitAt();
    circuit.heard();
    move(900);
    circuit.waitedInVain();
    expect(circuit.admits()).toBe(true);
    move(200);
    circuit.waitedInVain();
    expect(circuit.admits()).toBe(false);
  });
});
