import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAnchorFile, parseAnchors } from '../../src/store/anchors.ts';

const hash = (letter: string): string => letter.repeat(64);
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'queuekeeper-anchors-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('the anchor file', () => {
  it('is appended to, a line an anchor, and read back', async () => {
    const path = join(folder, 'anchors');
    const anchors = createAnchorFile(path);
    await Promise.all([
      anchors.append('2026-11-25 03:00:00.000001', { seq: 7, hash: hash('a') }),
      anchors.append('2026-11-25 03:00:00.000002', { seq: 9, hash: hash('b') }),
    ]);
    expect(await readFile(path, 'utf8')).toBe(
      `2026-11-25T03:00:00.000001Z 7 ${hash('a')}\n2026-11-25T03:00:00.000002Z 9 ${hash('b')}\n`,
    );
    expect(await createAnchorFile(path).read()).toEqual(
      new Map([
        [7, hash('a')],
        [9, hash('b')],
      ]),
    );
  });

  it('is empty before the first anchor, and without a file', async () => {
    expect(await createAnchorFile(join(folder, 'none')).read()).toEqual(new Map());
    expect(await createAnchorFile(undefined).read()).toEqual(new Map());
  });

  it('rejects when a line can not be written', async () => {
    const anchors = createAnchorFile(join(folder, 'no', 'such', 'folder'));
    await expect(anchors.append('x', { seq: 1, hash: hash('a') })).rejects.toThrow();
  });

  it('passes over a line that a crash cut off', () => {
    expect(parseAnchors(`x 1 ${hash('a')}\nx 2 abc`)).toEqual(new Map([[1, hash('a')]]));
  });
});
