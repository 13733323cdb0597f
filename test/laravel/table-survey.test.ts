import { describe, expect, it } from 'vitest';
import type { AppDatabase, AppSql, Row } from '../../src/laravel/database.ts';
import { createTableSurvey, type TableSurvey } from '../../src/laravel/table-survey.ts';

interface World {
  readonly survey: TableSurvey;
  readonly scans: () => number;
  readonly move: (ms: number) => void;
  away: boolean;
}

/** A table of 60,000 rows that is walked in two chunks; each statement takes `chunkMs` of the clock. */
function worldWith(chunkMs: number): World {
  let now = 0;
  let scans = 0;
  const sql: AppSql = {
    async all(text, values = []): Promise<readonly Row[]> {
      if (text.includes('OFFSET')) {
        if (values[0] === '0') scans += 1;
        return values[0] === '0' ? [{ id: 50_000 }] : [];
      }
      now += chunkMs;
      const first = values.at(-2) === '0';
      return [
        {
          queue: first ? 'Ops' : 'ops',
          total: 1,
          due: first ? 3 : 4,
          later: 0,
          stuck: 0,
          oldest_due: 5,
          now: 9,
        },
      ];
    },
  };
  const database: AppDatabase = {
    async read(_signal, work) {
      if (world.away) return { ok: false, missing: { part: 'database', name: 'fap', why: 'timeout' } };
      return { ok: true, value: await work(sql) };
    },
    readLocking: () => Promise.reject(new Error('nobody locks here')),
    close: async () => undefined,
  };
  const options = { database, table: '`jobs`', retryAfter: { sql: '?', values: [90] } };
  const world: World = {
    survey: createTableSurvey({ ...options, clock: { now: () => new Date(now) } }),
    scans: () => scans,
    away: false,
    move: (ms) => {
      now += ms;
    },
  };
  return world;
}

describe('a survey of a big table', () => {
  it('adds its chunks, whatever the letter case of the queue', async () => {
    const { survey } = worldWith(0);
    expect((await survey.latest())?.tallies.get('ops')).toMatchObject({ due: 7, oldestDue: 5 });
  });

  it('serves for a while before another one is made', async () => {
    const { survey, scans, move } = worldWith(0);
    await survey.latest();
    move(9_000);
    await survey.latest();
    expect(scans()).toBe(1);
    move(2_000);
    await survey.latest();
    expect(scans()).toBe(2);
  });

  it('rests the longer the more it costs', async () => {
    const { survey, scans, move } = worldWith(1_000);
    await survey.latest();
    move(25_000);
    await survey.latest();
    expect(scans()).toBe(1);
    move(6_000);
    await survey.latest();
    expect(scans()).toBe(2);
  });

  it('is not shown when it is older than 30 s', async () => {
    const world = worldWith(0);
    await world.survey.latest();
    world.away = true;
    world.move(30_000);
    expect(await world.survey.latest()).toBeDefined();
    world.move(1);
    expect(await world.survey.latest()).toBeUndefined();
  });

  it('leaves a table alone that takes too long', async () => {
    const { survey, scans, move } = worldWith(7_000);
    expect(await survey.latest()).toBeUndefined();
    move(300_000);
    expect(await survey.latest()).toBeUndefined();
    expect(scans()).toBe(1);
  });
});
