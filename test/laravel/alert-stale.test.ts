import { describe, expect, it } from 'vitest';
import type { LookAtRows, RowsLook } from '../../src/laravel/alert-rows.ts';
import { createStaleReader } from '../../src/laravel/alert-stale.ts';
import { createZone } from '../../src/laravel/zoned-time.ts';

const ask = {
  ...{ rule: 'snapshots', timeoutSeconds: undefined, table: 'report_snapshots', where: "status = 'pending'" },
  ...{ since: 'created_at', olderThanSeconds: 300, lookBackSeconds: 3_600, leastStale: 3, staleFrom: 20 },
};
const tick = { signal: new AbortController().signal, cost: () => undefined };

/** A table with so many stale rows whose window takes too long to count; the time limits that counting it was given. */
function bigTable(stale: () => number) {
  const limits: (number | undefined)[] = [];
  const counted: { readonly text: string; readonly values: unknown }[] = [];
  const sql: RowsLook['sql'] = {
    async all(text, values, statementMs) {
      if (text.endsWith(') recent')) {
        counted.push({ text, values });
        limits.push(statementMs);
        throw Object.assign(new Error('it took too long'), { errno: 1969, sqlState: '70100' });
      }
      if (!text.endsWith(') stale')) return [];
      return [{ n: stale(), recent: 0, oldest: null }];
    },
  };
  const rows: RowsLook = {
    ...{ sql, table: '`report_snapshots`', since: '`created_at`', kind: 'naive', columns: new Map() },
    ...{ indexesOf: async () => new Map(), zone: createZone('UTC'), now: new Date('2026-11-27T02:00:00Z') },
  };
  const look: LookAtRows = async (_, __, work) => ({ ok: true, value: await work(rows) });
  return { limits, counted, read: createStaleReader(look) };
}

describe('how many rows could be stale', () => {
  it('is those created within (now − 65 min, now − 5 min], never the whole table', async () => {
    const { counted, read } = bigTable(() => 3);
    await read(ask, tick);
    expect(counted[0]?.values).toEqual(['2026-11-27 00:55:01', '2026-11-27 01:55:00']);
    expect(counted[0]?.text).toMatch(/WHERE \(`created_at` BETWEEN \? AND \?\) LIMIT \d+\) recent$/);
  });

  it.each([2, 20])('is asked briefly, then left alone, where %i are: no share decides', async (stale) => {
    const { limits, read } = bigTable(() => stale);
    for (let turn = 0; turn < 3; turn += 1)
      expect(await read(ask, tick)).toMatchObject({ ok: true, value: { stale, eligible: undefined } });
    expect(limits).toEqual([250]);
  });

  it('is asked at each tick, for as long as the rule may, where it decides', async () => {
    const { limits, read } = bigTable(() => 19);
    for (let turn = 0; turn < 2; turn += 1) await read(ask, tick);
    expect(limits).toEqual([undefined, undefined]);
  });
});
