import { describe, expect, it } from 'vitest';
import { createQueueLevels } from '../../src/laravel/alert-queues.ts';
import type { AppDatabase, AppSql } from '../../src/laravel/database.ts';
import { description as fap } from '../fakes/world.ts';

const tick = { signal: new AbortController().signal, cost: () => undefined };
const late = Object.assign(new Error('it took too long'), { errno: 1969, sqlState: '70100' });

/** The levels of queues in tables, where the server answers like this; and the time limits that its statements had. */
async function levelsOf(answer: (text: string, queue: string) => readonly Record<string, unknown>[]) {
  const limits = new Set<number | undefined>();
  const sql: AppSql = {
    async all(text, values = [], statementMs) {
      limits.add(statementMs);
      return answer(text, String(values.find((value) => typeof value === 'string')));
    },
  };
  const database: AppDatabase = {
    read: async (_, work) => ({ ok: true, value: await work(sql) }),
    readLocking: () => Promise.reject(new Error('nothing here locks')),
    close: async () => undefined,
  };
  const { value, missing } = await createQueueLevels({ database, description: fap })(new Map(), tick);
  const level = (name: string) => value.find((one) => one.name === name);
  return { level, missing, limits };
}

const head = (looked: number, due: number) => [{ looked, due, held: 0, oldest_due: 900, now: 1_000 }];

describe('what a worker could take', () => {
  it('is unknown of a queue whose statement took too long, and of no other one', async () => {
    const { level, missing, limits } = await levelsOf((_, queue) => {
      if (queue === 'reports') throw late;
      return head(3, 2);
    });
    expect(level('reports')).toMatchObject({ due: undefined, oldestSeconds: undefined, held: undefined });
    expect(level('commerce')).toMatchObject({ due: 2, oldestSeconds: 100, counted: 'exact' });
    expect(missing).toEqual([]);
    expect([...limits]).toEqual([1_000]);
  });

  it('is unknown as well where only the count above the cap took too long', async () => {
    const { level } = await levelsOf((text) => {
      if (text.includes('AS total')) throw late;
      return head(1_001, 1_001);
    });
    expect(level('reports')).toMatchObject({ due: undefined });
  });

  it('is "so many or more" where thousands at the head are not due', async () => {
    const { level } = await levelsOf((text) => (text.includes('AS total') ? [] : head(10_001, 7)));
    expect(level('reports')).toMatchObject({ due: 7, counted: 'least' });
  });
});
