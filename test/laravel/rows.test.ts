import { describe, expect, it } from 'vitest';
import type { Read } from '../../src/core/reading.ts';
import { mustRead } from '../../src/core/reading.ts';
import type { RowsQuery } from '../../src/core/runbook-description.ts';
import type { AppDatabase, Row } from '../../src/laravel/database.ts';
import { createRows } from '../../src/laravel/rows.ts';
import type { RowsFound } from '../../src/operations/runbook-ports.ts';

const { signal } = new AbortController();
const now = Date.UTC(2026, 10, 25, 3) / 1000;

interface Answers {
  readonly groups?: readonly Row[];
  readonly total?: number;
  readonly newest?: readonly Row[];
}

/** A database with one table; answers each of the statements, and counts them. */
function databaseWith(answers: Answers): { readonly database: AppDatabase; readonly asked: string[] } {
  const asked: string[] = [];
  const all = async (text: string): Promise<readonly Row[]> => {
    asked.push(text);
    if (text.includes('information_schema'))
      return ['created_at', 'updated_at', 'status', 'api_token', 'note'].map((name) => ({
        ...{ name, type: name.endsWith('_at') ? 'timestamp' : 'varchar', characters: 50 },
      }));
    if (text.includes('UNIX_TIMESTAMP')) return [{ now }];
    if (text.includes('1 AS one') && text.includes('COUNT') && answers.total !== undefined)
      return [{ n: answers.total }];
    return text.includes('hits') ? (answers.groups ?? []) : (answers.newest ?? []);
  };
  return {
    asked,
    database: {
      read: async (_signal, work) => ({ ok: true, value: await work({ all }) }),
      readLocking: () => Promise.reject(new Error('nobody locks here')),
      close: async () => undefined,
    },
  };
}

const look = (query: Partial<RowsQuery>, answers: Answers, timezone = 'UTC'): Promise<Read<RowsFound>> =>
  createRows(databaseWith(answers).database, { name: 'fap', timezone }).look(
    { table: 'orders', groupBy: [], show: [], ...query },
    signal,
  );

describe('rows of a table', () => {
  it('are counted by group, with the ages of the oldest, the newest and the last change', async () => {
    const found = mustRead(
      await look(
        { groupBy: ['status', 'note'], since: 'created_at', updated: 'updated_at' },
        {
          groups: [
            {
              ...{
                g0: 'pending',
                g1: null,
                n: 3,
                oldest: '2026-11-25 10:00:00',
                newest: '2026-11-25 10:58:00',
              },
              updated: '2026-11-25 10:59:50',
            },
            { g0: 'running', g1: 'x', n: '2', oldest: null, newest: null, updated: null },
          ],
        },
        'Asia/Shanghai',
      ),
    );
    expect(found.total).toEqual({ kind: 'exact', value: 5 });
    expect(found.groups).toEqual([
      {
        ...{ values: ['pending', null], count: { kind: 'exact', value: 3 } },
        ...{ oldestSeconds: 3600, newestSeconds: 120, updatedSeconds: 10 },
      },
      {
        ...{ values: ['running', 'x'], count: { kind: 'exact', value: 2 } },
        ...{ oldestSeconds: undefined, newestSeconds: undefined, updatedSeconds: undefined },
      },
    ]);
  });

  it('are one group without values where nothing is grouped, be it empty', async () => {
    const found = mustRead(await look({}, { groups: [{ n: 0 }] }));
    expect(found.total).toEqual({ kind: 'exact', value: 0 });
    expect(found.groups).toMatchObject([{ values: [], count: { kind: 'exact', value: 0 } }]);
  });

  it('are counted by themselves where there are more groups than are read', async () => {
    const groups = Array.from({ length: 1001 }, (_, index) => ({ g0: `e${index}`, n: 2 }));
    const found = mustRead(await look({ groupBy: ['note'] }, { groups, total: 5000 }));
    expect(found.total).toEqual({ kind: 'exact', value: 5000 });
    expect(found.groups).toHaveLength(20);
  });

  it('are "so many or more" where there are more than are counted', async () => {
    const found = mustRead(
      await look(
        { groupBy: ['status'] },
        {
          groups: [
            { g0: 'a', n: 50_000 },
            { g0: 'b', n: 1 },
          ],
        },
      ),
    );
    expect(found.total).toEqual({ kind: 'capped', value: 50_000 });
    expect(found.groups.map(({ count }) => count.kind)).toEqual(['capped', 'capped']);
  });

  it('are not looked at for showing where there are none', async () => {
    const { database, asked } = databaseWith({ groups: [{ n: 0 }] });
    const rows = createRows(database, { name: 'fap', timezone: 'UTC' });
    mustRead(await rows.look({ table: 'orders', groupBy: [], show: ['status'] }, signal));
    expect(asked.filter((text) => text.includes('LIMIT 5') && !text.includes('LIMIT 50'))).toEqual([]);
  });

  it('show no secrets, whether the column or the text tells them, and no control characters', async () => {
    const groups = [{ g0: 'password=hunter2', g1: 'abc', n: 1 }];
    const newest = [{ c0: 'a\u001b[31mb', c1: 'abc', c2: `{"token":"abc"} ${'x'.repeat(900)}` }];
    const found = mustRead(
      await look(
        { groupBy: ['note', 'api_token'], show: ['status', 'api_token', 'note'] },
        { groups, newest },
      ),
    );
    expect(found.groups[0]?.values).toEqual(['password=[redacted]', '[redacted]']);
    const [status, token, note] = found.rows[0] ?? [];
    expect([status, token]).toEqual(['ab', '[redacted]']);
    expect(note).toContain('{"token":"[redacted]"} xxx');
    expect(note).toHaveLength(500);
  });

  it('show numbers, binary values and nothing as text', async () => {
    const newest = [
      { c0: 7, c1: Buffer.from([0, 255]) },
      { c0: null, c1: Buffer.from('ü') },
    ];
    const found = mustRead(await look({ show: ['status', 'note'] }, { groups: [{ n: 2 }], newest }));
    expect(found.rows).toEqual([
      ['7', '0x00ff'],
      [null, 'ü'],
    ]);
  });

  it('have no age by a zero date, and none below zero by a clock that is ahead', async () => {
    const groups = [{ n: 2, oldest: '0000-00-00 00:00:00', newest: '2026-11-25 03:00:09' }];
    const found = mustRead(await look({ since: 'created_at' }, { groups }));
    expect(found.groups[0]).toMatchObject({ oldestSeconds: undefined, newestSeconds: 0 });
  });

  it('are missing, with the reason, where age would be counted from what is no time', async () => {
    const read = await look({ since: 'status' }, {});
    expect(read).toEqual({
      ok: false,
      missing: {
        ...{ part: 'database', name: 'fap', why: 'failed' },
        detail: 'status is varchar, which tells no time',
      },
    });
  });

  it('are missing, with the table named, where the server stopped the statement', async () => {
    const { database } = databaseWith({});
    const late = Object.assign(new Error('late'), { errno: 1969, sqlState: '70100' });
    const slow: AppDatabase = {
      ...database,
      read: async (_signal, work) => ({ ok: true, value: await work({ all: () => Promise.reject(late) }) }),
    };
    const rows = createRows(slow, { name: 'fap', timezone: 'UTC' });
    expect(await rows.look({ table: 'orders', groupBy: [], show: [] }, signal)).toEqual({
      ok: false,
      missing: { part: 'database', name: 'fap', why: 'timeout', detail: 'orders, > 3 s' },
    });
  });

  it('ask for the columns of a table once a minute only', async () => {
    const { database, asked } = databaseWith({ groups: [{ n: 0 }] });
    const rows = createRows(database, { name: 'fap', timezone: 'UTC' });
    for (let n = 0; n < 3; n += 1) await rows.look({ table: 'orders', groupBy: [], show: [] }, signal);
    expect(asked.filter((text) => text.includes('information_schema'))).toHaveLength(1);
  });
});
