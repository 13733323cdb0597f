import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { within } from '../../src/core/within.ts';

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
    const said = new Int32Array(new SharedArrayBuffer(4));
    const other = new Worker(
      `const { parentPort, workerData } = require('node:worker_threads');
       parentPort.once('message', () => {
         parentPort.postMessage('in time');
         Atomics.store(workerData, 0, 1);
         Atomics.notify(workerData, 0);
       });`,
      { eval: true, workerData: said },
    );
    // From here the event loop comes to its timers before it comes to what was said.
    await new Promise((resolve) => setImmediate(resolve));
    const limitMs = 20;
    const answer = new Promise<unknown>((resolve) => other.once('message', resolve));
    other.postMessage('what is it?');
    const waited = within(answer, limitMs, 'late');
    const began = performance.now();
    Atomics.wait(said, 0, 0);
    while (performance.now() - began < limitMs * 3);
    expect(await waited).toBe('in time');
    await other.terminate();
  });
});
