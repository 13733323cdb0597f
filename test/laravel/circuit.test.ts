import { describe, expect, it } from 'vitest';
import { type Circuit, createCircuit, type Pass } from '../../src/laravel/circuit.ts';

const { signal } = new AbortController();

function circuitAt(): { readonly circuit: Circuit; readonly move: (ms: number) => void } {
  let now = 0;
  const circuit = createCircuit(() => now);
  return {
    circuit,
    move: (ms) => {
      now += ms;
    },
  };
}

async function enter(circuit: Circuit): Promise<Pass> {
  const pass = await circuit.enter(signal);
  if (pass === undefined) throw new Error('nobody is let through');
  return pass;
}

/** One that hung, and of which the next caller is the one who tries. */
async function halfOpen() {
  const { circuit, move } = circuitAt();
  (await enter(circuit)).waitedInVain();
  move(3_000);
  return { circuit, move, trying: await enter(circuit) };
}

/** What a caller hears: `waits` until the try has ended. */
function listen(entering: Promise<Pass | undefined>): { heard: 'waits' | 'asks' | 'is told' | 'gave up' } {
  const listener: { heard: 'waits' | 'asks' | 'is told' | 'gave up' } = { heard: 'waits' };
  entering.then(
    (pass) => {
      listener.heard = pass === undefined ? 'is told' : 'asks';
    },
    () => {
      listener.heard = 'gave up';
    },
  );
  return listener;
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a circuit', () => {
  it('lets everyone through while all is well', async () => {
    const { circuit } = circuitAt();
    await enter(circuit);
    await enter(circuit);
  });

  it('lets nobody wait for the same silence, and one try after a while', async () => {
    const { circuit, move } = circuitAt();
    expect((await enter(circuit)).waitedInVain()).toBe(true);
    expect(await circuit.enter(signal)).toBeUndefined();
    move(2_999);
    expect(await circuit.enter(signal)).toBeUndefined();
    move(1);
    await enter(circuit);
  });

  it('lets who comes during the try wait for it, and ask when it was answered', async () => {
    const { circuit, trying } = await halfOpen();
    const others = [listen(circuit.enter(signal)), listen(circuit.enter(signal))];
    await settle();
    expect(others.map(({ heard }) => heard)).toEqual(['waits', 'waits']);
    trying.heard();
    await settle();
    expect(others.map(({ heard }) => heard)).toEqual(['asks', 'asks']);
    await enter(circuit);
  });

  it('tells them of the silence as soon as the try has waited in vain', async () => {
    const { circuit, trying } = await halfOpen();
    const others = [listen(circuit.enter(signal)), listen(circuit.enter(signal))];
    trying.waitedInVain();
    await settle();
    expect(others.map(({ heard }) => heard)).toEqual(['is told', 'is told']);
  });

  it('leaves the try to the next one when it ended without having learned anything', async () => {
    const { circuit, trying } = await halfOpen();
    const others = [listen(circuit.enter(signal)), listen(circuit.enter(signal))];
    trying.leave();
    await settle();
    expect(others.map(({ heard }) => heard)).toEqual(['asks', 'waits']);
  });

  it('lets nobody wait longer than they have time', async () => {
    const { circuit, trying } = await halfOpen();
    const mine = new AbortController();
    const [hasLittle, hasMore] = [listen(circuit.enter(mine.signal)), listen(circuit.enter(signal))];
    mine.abort();
    await settle();
    expect([hasLittle.heard, hasMore.heard]).toEqual(['gave up', 'waits']);
    trying.heard();
    await settle();
    expect([hasLittle.heard, hasMore.heard]).toEqual(['gave up', 'asks']);
  });

  it('lets another one try where the first takes long', async () => {
    const { circuit, move, trying } = await halfOpen();
    move(3_000);
    await enter(circuit);
    // It is no longer the one that the others wait for.
    trying.leave();
    expect(listen(circuit.enter(signal)).heard).toBe('waits');
  });

  it('does not take one slow statement for a dead server', async () => {
    const { circuit, move } = circuitAt();
    const slow = await enter(circuit);
    (await enter(circuit)).heard();
    move(900);
    expect(slow.waitedInVain()).toBe(false);
    await enter(circuit);
    move(200);
    expect(slow.waitedInVain()).toBe(true);
    expect(await circuit.enter(signal)).toBeUndefined();
  });
});
