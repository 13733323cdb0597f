import { describe, expect, it } from 'vitest';
import type { RowsQuery } from '../../src/core/runbook-description.ts';
import { NoTime, rowsStatements } from '../../src/laravel/rows-sql.ts';
import type { TableColumns } from '../../src/laravel/table-columns.ts';
import { createZone } from '../../src/laravel/zoned-time.ts';

const text = (type: string, characters: number | undefined = undefined) => ({ type, characters });
const columns: TableColumns = new Map([
  ['status', text('varchar', 16)],
  ['last_error', text('text', 65_535)],
  ['long_code', text('varchar', 255)],
  ['created_at', text('timestamp')],
  ['updated_at', text('datetime')],
  ['day', text('date')],
  ['available_at', text('int')],
  ['meta_json', text('json')],
]);
const now = new Date('2026-11-25T03:00:00Z');
const shanghai = createZone('Asia/Shanghai');
const statements = (query: Partial<RowsQuery>) =>
  rowsStatements({ table: 'report_snapshots', groupBy: [], show: [], ...query }, columns, shanghai, now);
const groups = (query: Partial<RowsQuery>) => statements(query).groups;

describe('the statements of a rows step', () => {
  it('count, within a limit, all rows where nothing is asked', () => {
    expect(groups({})).toEqual({
      text: 'SELECT COUNT(*) AS n FROM (SELECT 1 AS one FROM `report_snapshots` LIMIT 50001) hits',
      values: [],
    });
  });

  it("put the operator's condition in parentheses, exactly as it was written", () => {
    const where = "status = 'a' OR\n status = 'b'";
    const { text: said } = groups({ where, since: 'created_at', olderThanSeconds: 300 });
    expect(said).toContain(`WHERE (${where}) AND \`created_at\` <= ?`);
  });

  it("compare a naive time in the application's zone", () => {
    expect(groups({ since: 'created_at', olderThanSeconds: 300 }).values).toEqual(['2026-11-25 10:55:00']);
    expect(groups({ since: 'day', newerThanSeconds: 86_400 }).values).toEqual(['2026-11-24 11:00:00']);
  });

  it('compare an integer as unix seconds', () => {
    expect(groups({ since: 'available_at', olderThanSeconds: 60, newerThanSeconds: 3600 }).values).toEqual([
      now.getTime() / 1000 - 60,
      now.getTime() / 1000 - 3600,
    ]);
  });

  it('group by several columns, the largest first, and look only at the beginning of long texts', () => {
    const query = {
      groupBy: ['status', 'last_error', 'long_code'],
      since: 'created_at',
      updated: 'updated_at',
    };
    expect(groups(query).text).toBe(
      'SELECT g0, g1, g2, COUNT(*) AS n, MIN(t) AS oldest, MAX(t) AS newest, MAX(u) AS updated ' +
        'FROM (SELECT `status` AS g0, LEFT(`last_error`, 200) AS g1, LEFT(`long_code`, 200) AS g2, ' +
        '`created_at` AS t, `updated_at` AS u FROM `report_snapshots` LIMIT 50001) hits ' +
        'GROUP BY g0, g1, g2 ORDER BY n DESC, g0, g1, g2 LIMIT 1001',
    );
  });

  it('show the newest rows, by the time that age is counted from', () => {
    const { newest } = statements({
      show: ['status', 'meta_json'],
      since: 'created_at',
      updated: 'updated_at',
    });
    expect(newest?.text).toBe(
      'SELECT `status` AS c0, LEFT(`meta_json`, 4000) AS c1 FROM `report_snapshots` ORDER BY `created_at` DESC LIMIT 5',
    );
    expect(statements({ show: ['status'], updated: 'updated_at' }).newest?.text).toContain('BY `updated_at`');
    expect(statements({ show: ['status'] }).newest?.text).not.toContain('ORDER');
    expect(statements({}).newest).toBeUndefined();
  });

  it('look only among keys that are known, of none at all for nothing, and ask the condition again', () => {
    const among = (values: readonly string[]) =>
      rowsStatements(
        { table: 'orders', where: "status = 'x'", groupBy: [], show: ['status'] },
        ...([columns, shanghai, now, { column: 'id', values }] as const),
      );
    expect(among(['a', 'b']).groups).toMatchObject({ values: [['a', 'b']] });
    expect(among(['a', 'b']).newest?.text).toContain("WHERE `id` IN (?) AND (status = 'x') LIMIT 5");
    expect(among([]).groups).toMatchObject({ values: [[null]] });
  });

  it('refuse to count age from what is no time', () => {
    expect(() => statements({ since: 'status' })).toThrow(NoTime);
    expect(() => statements({ updated: 'meta_json' })).toThrow('meta_json is json');
  });

  it('leave a column that is not there to the server, which names it', () => {
    expect(groups({ since: 'creatd_at' }).text).toContain('`creatd_at` AS t');
  });

  it('never let a name out of its quotes', () => {
    expect(() => statements({ table: 'a`; DROP TABLE b' })).toThrow();
  });
});
