import { Worker } from 'node:worker_threads';

/** Somebody who answers while this process stands still. */
export interface Stall {
  /** Asks; the answer is `in time`. */
  ask(): Promise<unknown>;
  /** Stands still until the answer was given, and for so many milliseconds at least. */
  standStill(milliseconds: number): void;
  stop(): Promise<number>;
}

export async function createStall(): Promise<Stall> {
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
  return {
    ask() {
      const answer = new Promise((resolve) => other.once('message', resolve));
      other.postMessage('what is it?');
      return answer;
    },
    standStill(milliseconds) {
      const began = performance.now();
      Atomics.wait(said, 0, 0);
      while (performance.now() - began < milliseconds);
    },
    stop: () => other.terminate(),
  };
}
