import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createLive } from '../../../demo/panel/live.ts';

/** The other side of a stream: what it was sent. */
class Watcher extends EventEmitter {
  readonly sent: unknown[] = [];
  ended = false;
  writeHead(): void {}
  write(chunk: string): void {
    const data = /^data: (.*)$/m.exec(chunk)?.[1];
    if (data !== undefined) this.sent.push(JSON.parse(data));
  }
  end(): void {
    this.ended = true;
  }
}
const asResponse = (watcher: Watcher): ServerResponse => watcher as unknown as ServerResponse; // all that is used of it

describe('a live value', () => {
  it('is read for those who watch, again and again, and for nobody else', async () => {
    let reads = 0;
    const live = createLive(async () => ++reads, 5);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(reads).toBe(0);
    const watcher = new Watcher();
    live.watch(asResponse(watcher));
    await expect.poll(() => watcher.sent).toContain(3);
    watcher.emit('close');
    await new Promise((resolve) => setTimeout(resolve, 20));
    const before = reads;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(reads).toBe(before);
  });

  it('is read at once when something changed, also while it is being read', async () => {
    let value = 'before';
    const live = createLive(async () => {
      const read = value;
      await new Promise((resolve) => setTimeout(resolve, 5));
      return read;
    }, 60_000);
    const watcher = new Watcher();
    live.watch(asResponse(watcher));
    value = 'after';
    live.refresh();
    await expect.poll(() => watcher.sent).toEqual(['before', 'after']);
    live.stop();
    expect(watcher.ended).toBe(true);
  });
});
