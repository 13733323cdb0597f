import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataInUse, type Memory, openMemory } from '../../../demo/world/memory.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'queuekeeper-memory-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** So many at once; those who got it. */
async function open(count: number): Promise<readonly Memory[]> {
  const opened = await Promise.allSettled(Array.from({ length: count }, () => openMemory(folder)));
  const refused = opened.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
  for (const reason of refused) expect(reason).toBeInstanceOf(DataInUse);
  return opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
}

describe('the memory of a world', () => {
  it('is one world’s at a time, of many that come at once', async () => {
    expect(await open(20)).toHaveLength(1);
  });

  it('is one world’s where many find the lock of one that was killed', async () => {
    for (let round = 0; round < 20; round += 1) {
      await writeFile(`${folder}/in-use-by`, '999999999 1');
      const [one, ...others] = await open(5);
      expect(others).toEqual([]);
      await one?.close();
    }
  });

  it('is handed on, with the same secrets, and nothing of the locks is left', async () => {
    const [first] = await open(1);
    await first?.close();
    const [second] = await open(1);
    expect(second?.secrets).toEqual(first?.secrets);
    await second?.close();
    expect(await readdir(folder)).toEqual(['secrets.json']);
  });
});
