import { describe, expect, it } from 'vitest';
import { exact } from '../../src/core/reading.ts';
import { addTallies, countQueue, noRows, type Tally, tallyOf } from '../../src/laravel/table-tally.ts';

const tally = (change: Partial<Tally>): Tally => ({ ...noRows, now: 1_000, ...change });
const at = new Date(0);

describe('what is said of a queue in a table', () => {
  it('is exact where all rows were looked at', () => {
    const head = tally({ total: 6, due: 3, later: 1, held: 1, stuck: 1, oldestDue: 940 });
    expect(countQueue(6, head, undefined)).toEqual({
      ...{ pending: exact(3), delayed: exact(1), reserved: exact(1), stuck: exact(1), oldestSeconds: 60 },
    });
  });

  it('is a least number where only the head was looked at', () => {
    const head = tally({ total: 1_000, due: 900, later: 100, oldestDue: 990 });
    const said = countQueue(400_000, head, undefined);
    expect(said.pending).toEqual({ kind: 'capped', value: 900 });
    expect(said.oldestSeconds).toBe(10);
    expect(said.oldestUnknown).toBeUndefined();
  });

  it('carries its age where a survey counted it', () => {
    const head = tally({ total: 1_000, due: 900, oldestDue: 990 });
    const survey = { tally: tally({ total: 399_000, due: 380_000, stuck: 2 }), at };
    expect(countQueue(400_000, head, survey)).toMatchObject({
      pending: { kind: 'aged', value: 380_000, asOf: at },
      stuck: { kind: 'aged', value: 2, asOf: at },
      oldestSeconds: 10,
    });
  });

  it('does not know the oldest where the head holds only delayed jobs', () => {
    const head = tally({ total: 1_000, later: 1_000 });
    expect(countQueue(400_000, head, undefined)).toMatchObject({
      ...{ oldestSeconds: undefined, oldestUnknown: 'timeout' },
    });
    const survey = { tally: tally({ due: 5, oldestDue: 900 }), at };
    expect(countQueue(400_000, head, survey).oldestSeconds).toBe(100);
  });

  it('is exactly nothing where there is nothing', () => {
    expect(countQueue(0, noRows, undefined)).toMatchObject({ pending: exact(0), oldestSeconds: undefined });
  });

  it('reads decimals and nulls as the driver gives them', () => {
    const row = { total: 4, due: '1', later: '1', stuck: '1', oldest_due: null, now: 1_000 };
    expect(tallyOf(row)).toEqual(tally({ total: 4, due: 1, later: 1, held: 1, stuck: 1 }));
  });

  it('adds parts and keeps the oldest of them', () => {
    const sum = addTallies(tally({ due: 1, oldestDue: 900 }), tally({ due: 2, oldestDue: 800, now: 1_001 }));
    expect(sum).toMatchObject({ due: 3, oldestDue: 800, now: 1_001 });
    expect(addTallies(noRows, tally({ oldestDue: 5 })).oldestDue).toBe(5);
  });
});
