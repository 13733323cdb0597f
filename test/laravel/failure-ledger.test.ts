import { beforeEach, describe, expect, it } from 'vitest';
import type { Accepted } from '../../src/core/incident.ts';
import {
  createFailureLedger,
  type FailureLedger,
  type LedgerEntry,
} from '../../src/laravel/failure-ledger.ts';
import { description } from '../fakes/world.ts';

const now = new Date('2026-11-25T03:00:00Z');
const entry = (id: number, change: Partial<LedgerEntry> = {}): LedgerEntry => ({
  ...{ id, connection: 'database', name: 'reports', jobClass: 'GenerateReportJob' },
  ...{ exceptionClass: 'RuntimeException', fingerprint: 'no model', failedAt: now.getTime() - 60_000 },
  ...{ isTimeoutByClass: false, isTimeoutByText: false, ...change },
});
const accepted = (change: Partial<Accepted>): Accepted => ({
  ...{ app: 'fap', queue: undefined, jobClass: undefined, upTo: 0, at: now, reason: 'old' },
  by: { kind: 'system' } as unknown as Accepted['by'], // who accepted plays no part here
  ...change,
});

let ledger: FailureLedger;
beforeEach(() => {
  ledger = createFailureLedger(description);
  ledger.add([
    entry(1),
    entry(2, { connection: 'database_reports' }),
    entry(3, { name: 'commerce', jobClass: 'App\\Jobs\\RefundOrderJob' }),
    entry(1_500, { name: 'commerce', jobClass: 'App\\Jobs\\ReplayJob' }),
  ]);
});
const tell = (...marks: readonly Accepted[]) => ledger.tell(marks, now);
const failed = (label: string, ...marks: readonly Accepted[]) =>
  tell(...marks).byQueue.get(label)?.notAccepted;

describe('the ledger of failures', () => {
  it('counts by configured queue, whichever connection of its table they were recorded under', () => {
    expect(failed('database:reports')).toBe(2);
    expect(failed('database:commerce')).toBe(2);
    expect(tell().notAccepted).toBe(4);
  });

  it.each([
    ['up to an id', accepted({ upTo: 2 }), 2],
    ['of a queue by its label', accepted({ upTo: 2_000, queue: 'database:commerce' }), 2],
    ['of a queue by its name', accepted({ upTo: 3, queue: 'commerce' }), 3],
    ['of a class by its short name', accepted({ upTo: 2_000, jobClass: 'refundorderjob' }), 3],
    ['of another application', accepted({ upTo: 2_000, app: 'other' }), 4],
  ])('no longer counts what was accepted %s', (_, mark, left) => {
    expect(tell(mark).notAccepted).toBe(left);
  });

  it('notices ids that vanished, and one that came back in the place of another', () => {
    const all = [
      { bucket: 0, count: 3, sum: 6 },
      { bucket: 1, count: 1, sum: 1_500 },
    ];
    expect(ledger.differing(all)).toEqual([]);
    expect(
      ledger.differing([{ bucket: 0, count: 3, sum: 7 }, all[1] ?? { bucket: 1, count: 1, sum: 1_500 }]),
    ).toEqual([0]);
    expect(ledger.keepOnly([0], [1, 2, 4])).toEqual([4]);
    expect(ledger.size).toBe(3);
    expect(failed('database:commerce')).toBe(1);
  });

  it('forgets a bucket that is empty at once', () => {
    expect(ledger.differing([{ bucket: 0, count: 3, sum: 6 }])).toEqual([]);
    expect(ledger.size).toBe(3);
  });

  it('counts time-outs of the last hour by class and by text, and one that is both once', () => {
    ledger.add([
      entry(2_000, { isTimeoutByClass: true }),
      entry(2_001, { isTimeoutByText: true }),
      entry(2_002, { isTimeoutByClass: true, isTimeoutByText: true }),
      entry(2_003, { isTimeoutByClass: true, failedAt: now.getTime() - 3_601_000 }),
    ]);
    // What was accepted has timed out all the same.
    expect(tell(accepted({ upTo: 9_999 })).byQueue.get('database:reports')?.timeouts).toEqual({
      ...{ byClass: 2, byText: 2, either: 3 },
    });
  });

  it('shows the most frequent kind first, with its oldest and newest id, and each other one', () => {
    ledger.add(Array.from({ length: 50 }, (_, n) => entry(3_000 + n, { fingerprint: `f${n}` })));
    const { kinds } = tell();
    const ids = { count: 2, oldestId: 1, newestId: 2 };
    expect(kinds[0]).toMatchObject({ jobClass: 'GenerateReportJob', queue: 'database:reports', ...ids });
    expect(kinds).toHaveLength(53);
    expect(kinds.at(-1)).toMatchObject({ fingerprint: 'f49', count: 1, oldestId: 3_049 });
    // What was there before is read after what is new.
    ledger.add([entry(2_500, { fingerprint: 'f49' })]);
    expect(tell().kinds[1]).toMatchObject({ fingerprint: 'f49', count: 2, oldestId: 2_500, newestId: 3_049 });
  });

  it('knows when the newest failed that nobody accepted', () => {
    ledger.add([
      entry(5_000, { failedAt: now.getTime() - 5_000 }),
      entry(4_000, { failedAt: now.getTime() }),
    ]);
    expect(tell().newestAt).toEqual(new Date(now.getTime() - 5_000));
    expect(tell(accepted({ upTo: 4_999 })).byQueue.get('database:reports')?.newestAt).toEqual(
      new Date(now.getTime() - 5_000),
    );
    expect(tell(accepted({ upTo: 5_000 })).newestAt).toBeUndefined();
  });

  it('takes what comes on top of two thousand kinds for one kind of each class', () => {
    ledger.add(
      Array.from({ length: 3_000 }, (_, n) =>
        entry(10_000 + n, { fingerprint: `f${n}`, jobClass: n % 2 === 0 ? 'A' : 'B' }),
      ),
    );
    const { kinds, notAccepted } = tell();
    expect([kinds.length, notAccepted]).toEqual([2_002, 3_004]);
    expect(kinds.slice(0, 2)).toMatchObject([{ fingerprint: '…' }, { fingerprint: '…' }]);
  });
});
