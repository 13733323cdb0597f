import { describe, expect, it } from 'vitest';
import type { MissingPart, Read } from '../../src/core/reading.ts';
import { type Bounds, type WindowReader, walkWindows } from '../../src/laravel/failure-windows.ts';

interface Found {
  readonly ids: readonly number[];
  readonly bytes: number;
}

interface Table extends WindowReader<Found> {
  /** How many rows each read looked at, in the order in which they began. */
  readonly looked: number[];
  readonly most: { readonly readsAtOnce: number };
}

const timeout = (why: MissingPart['why'] = 'timeout'): Read<never> => ({
  ok: false,
  missing: { part: 'database', name: 'fap', why },
});

/** `fails`: what a read of these bounds says in place of its rows. */
function createTable(
  ids: readonly number[],
  rowBytes = 1_000,
  fails: (bounds: Bounds) => Read<never> | undefined = () => undefined,
): Table {
  const looked: number[] = [];
  const most = { readsAtOnce: 0 };
  let reading = 0;
  const between = (after: number, upTo: number): readonly number[] =>
    ids.filter((id) => id > after && id <= upTo);
  return {
    ...{ looked, most },
    bounds: async (after, size, upTo) => {
      const own = between(after, upTo).slice(0, size);
      const last = own.at(-1);
      return { ok: true, value: last === undefined ? undefined : { after, upTo: last, looked: own.length } };
    },
    read: async (bounds) => {
      looked.push(bounds.looked);
      reading += 1;
      most.readsAtOnce = Math.max(most.readsAtOnce, reading);
      await new Promise((resolve) => setImmediate(resolve));
      reading -= 1;
      const own = between(bounds.after, bounds.upTo);
      return fails(bounds) ?? { ok: true, value: { ids: own, bytes: own.length * rowBytes } };
    },
  };
}

async function idsOf(table: Table): Promise<readonly number[]> {
  const ids: number[] = [];
  for await (const found of walkWindows(table)) ids.push(...found.ids);
  return ids;
}

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);

describe('walking through windows of a table', () => {
  it('gives every row once and in order, wherever ids are missing', async () => {
    const ids = upTo(3_000).filter((id) => id % 3 !== 0 || id > 2_000);
    expect(await idsOf(createTable(ids))).toEqual(ids);
  });

  it('gives nothing of an empty table', async () => {
    expect(await idsOf(createTable([]))).toEqual([]);
  });

  it('reads three windows side by side, and no more', async () => {
    const table = createTable(upTo(5_000));
    await idsOf(table);
    expect(table.most.readsAtOnce).toBe(3);
  });

  it('makes windows as large as weigh half a megabyte', async () => {
    const light = createTable(upTo(20_000), 200);
    await idsOf(light);
    expect(Math.max(...light.looked)).toBe(2_000);
    const heavy = createTable(upTo(2_000), 30_000);
    await idsOf(heavy);
    expect(heavy.looked.slice(6).every((rows) => rows <= 50)).toBe(true);
  });

  it('reads a window that takes too long in smaller ones, and goes on with those', async () => {
    const table = createTable(upTo(4_000), 1_000, ({ looked }) => (looked > 100 ? timeout() : undefined));
    expect(await idsOf(table)).toEqual(upTo(4_000));
  });

  it('says so when even the smallest takes too long', async () => {
    const table = createTable(upTo(400), 1_000, () => timeout());
    await expect(idsOf(table)).rejects.toMatchObject({ missing: { why: 'timeout' } });
  });

  it('says at once that the server is away', async () => {
    const table = createTable(upTo(4_000), 1_000, () => timeout('unreachable'));
    await expect(idsOf(table)).rejects.toMatchObject({ missing: { why: 'unreachable' } });
    expect(table.looked.length).toBeLessThanOrEqual(3);
  });
});
