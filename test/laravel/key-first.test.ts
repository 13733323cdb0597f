import { describe, expect, it } from 'vitest';
import { columnsIn } from '../../src/laravel/condition-columns.ts';
import type { AppSql, Row } from '../../src/laravel/database.ts';
import { findKeys } from '../../src/laravel/key-first.ts';
import { findCovering, storedBy, type TableIndexes } from '../../src/laravel/table-indexes.ts';

const column = (name: string, isWhole = true, mayBeNull = false) => ({ name, isWhole, mayBeNull });
const snapshots: TableIndexes = new Map([
  ['attempt_unique', { isUnique: true, columns: [column('attempt_id')] }],
  ['org', { isUnique: false, columns: [column('org_id')] }],
  ['org_status', { isUnique: false, columns: [column('org_id'), column('attempt_id'), column('status')] }],
]);
const columns = new Map(
  ['attempt_id', 'org_id', 'status', 'last_error'].map((name) => [name, { type: 'varchar', characters: 64 }]),
);

describe('the column that a table is stored by', () => {
  it.each<[string, TableIndexes, string | undefined]>([
    [
      'the primary key',
      new Map([['PRIMARY', { isUnique: true, columns: [column('id')] }], ...snapshots]),
      'id',
    ],
    ['else the one unique key without NULLs', snapshots, 'attempt_id'],
    [
      'no key that may be NULL',
      new Map([['u', { isUnique: true, columns: [column('a', true, true)] }]]),
      undefined,
    ],
    [
      "no key of values' beginnings",
      new Map([['u', { isUnique: true, columns: [column('a', false)] }]]),
      undefined,
    ],
    [
      'not one of several keys',
      new Map([...snapshots, ['u', { isUnique: true, columns: [column('a')] }]]),
      undefined,
    ],
    [
      'not a key of several columns',
      new Map([['PRIMARY', { isUnique: true, columns: [column('a'), column('b')] }]]),
      undefined,
    ],
    ['not of a table without indexes', new Map(), undefined],
  ])('is %s', (_, indexes, name) => {
    expect(storedBy(indexes)).toBe(name);
  });
});

describe('an index that covers a condition', () => {
  it('holds all its columns, together with the key, and is the narrowest', () => {
    expect(findCovering(snapshots, 'attempt_id', new Set(['status']))).toBe('org_status');
    expect(findCovering(snapshots, 'attempt_id', new Set(['org_id', 'attempt_id']))).toBe('org');
    expect(findCovering(snapshots, 'attempt_id', new Set(['status', 'last_error']))).toBeUndefined();
  });

  it('holds whole values', () => {
    const indexes = new Map([['part', { isUnique: false, columns: [column('status', false)] }]]);
    expect(findCovering(indexes, 'id', new Set(['status']))).toBeUndefined();
  });
});

describe('the columns of a condition', () => {
  it.each<[string, readonly string[] | undefined]>([
    ["status IN ('pending')", ['status']],
    ["`Status` = 'last_error' AND org_id = 1", ['status', 'org_id']],
    ['report_snapshots.status = 1', ['status']],
    ['attempt_id IN (SELECT attempt_id FROM orders)', undefined],
    ["note = 'status'", []],
  ])('of %s are %j', (condition, names) => {
    const found = columnsIn(condition, columns);
    expect(found === undefined ? undefined : [...found]).toEqual(names);
  });
});

describe('keys that are looked for first', () => {
  interface Server {
    readonly plan: Row;
    readonly keys?: readonly Row[] | Error;
  }
  const keysOf = async ({ plan, keys = [] }: Server, where = "status = 'pending'") => {
    const asked: string[] = [];
    const sql: AppSql = {
      async all(text) {
        asked.push(text);
        if (text.startsWith('EXPLAIN')) return [plan];
        if (keys instanceof Error) throw keys;
        return keys;
      },
    };
    const found = await findKeys(
      sql,
      { table: 'report_snapshots', where },
      { text: 'SELECT 1', values: [] },
      { columns, indexesOf: async () => snapshots },
    );
    return { found, asked };
  };
  const scan = { table: 'report_snapshots', type: 'ALL', rows: '923088' };

  it('are read from the index alone where the server would read a whole big table', async () => {
    const { found, asked } = await keysOf({ plan: scan, keys: [{ k: 'a1' }, { k: 'a2' }] });
    expect(found).toEqual({ column: 'attempt_id', values: ['a1', 'a2'] });
    expect(asked[1]?.replace(/\s+/g, ' ')).toBe(
      "SELECT `attempt_id` AS k FROM `report_snapshots` FORCE INDEX (`org_status`) WHERE (status = 'pending') LIMIT 10001",
    );
  });

  it.each<[string, Server, string?]>([
    ['the server knows an index itself', { plan: { ...scan, type: 'range' } }],
    ['the table is small', { plan: { ...scan, rows: '5000' } }],
    ['no index holds what is asked', { plan: scan }, "last_error LIKE '%x%'"],
    [
      'the condition looks into other tables',
      { plan: scan },
      'attempt_id IN (SELECT attempt_id FROM orders)',
    ],
    ['too much fits', { plan: scan, keys: Array.from({ length: 10_001 }, (_, k) => ({ k })) }],
    ['keys are binary', { plan: scan, keys: [{ k: Buffer.from('a') }] }],
    [
      'the index can not be used',
      { plan: scan, keys: Object.assign(new Error('no'), { errno: 1176, sqlState: 'x' }) },
    ],
  ])('are not where %s', async (_, server, where) => {
    expect((await keysOf(server, where)).found).toBeUndefined();
  });

  it('end with the time', async () => {
    const late = Object.assign(new Error('late'), { errno: 1969, sqlState: '70100' });
    await expect(keysOf({ plan: scan, keys: late })).rejects.toBe(late);
  });
});
