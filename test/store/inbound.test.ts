import { describe, expect, it } from 'vitest';
import { StoreUnavailable } from '../../src/core/store-ports.ts';
import type { StoreDatabase } from '../../src/store/database.ts';
import { createInbound } from '../../src/store/inbound.ts';

/** A table with a unique key: a statement takes all of its keys or, with the server's own error number, none. */
function createTable(fault?: Error): {
  readonly database: StoreDatabase;
  readonly statements: (readonly unknown[])[];
} {
  const keys = new Set<unknown>();
  const statements: (readonly unknown[])[] = [];
  const sql = {
    all: async () => [],
    run: async (_text: string, values: readonly unknown[] = []) => {
      statements.push(values);
      if (fault !== undefined) throw fault;
      const taken = values.some((key, index) => keys.has(key) || values.indexOf(key) !== index);
      if (taken) throw Object.assign(new Error('Duplicate entry'), { errno: 1062, sqlState: '23000' });
      for (const key of values) keys.add(key);
      return { affectedRows: values.length };
    },
  };
  const database = { query: (work: (with_: typeof sql) => unknown) => work(sql) };
  return { database: database as unknown as StoreDatabase, statements }; // inbound uses nothing else of it
}

describe('claims of one turn', () => {
  it('share a statement', async () => {
    const { database, statements } = createTable();
    const { claim } = createInbound(database);
    expect(await Promise.all(['a', 'b', 'c'].map(claim))).toEqual([true, true, true]);
    expect(statements).toEqual([['a', 'b', 'c']]);
  });

  it('are judged one by one where a key is taken', async () => {
    const { claim } = createInbound(createTable().database);
    await claim('b');
    expect(await Promise.all(['a', 'b', 'c'].map(claim))).toEqual([true, false, true]);
  });

  it('give a key that comes twice to one of them', async () => {
    const { claim } = createInbound(createTable().database);
    expect((await Promise.all(['a', 'a', 'b'].map(claim))).filter(Boolean)).toHaveLength(2);
  });

  it('are not asked again when the store is away', async () => {
    const { database, statements } = createTable(new StoreUnavailable('away'));
    const { claim } = createInbound(database);
    const claims = await Promise.allSettled(['a', 'b'].map(claim));
    expect(claims.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(statements).toHaveLength(1);
  });
});
