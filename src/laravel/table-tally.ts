import { type Count, exact } from '../core/reading.ts';
import type { Row } from './database.ts';
import type { StoreSizes } from './queue-store.ts';

/** Rows of one queue by state, of the whole queue or of its head. Times are the database's own unix seconds. */
export interface Tally {
  readonly total: number;
  readonly due: number;
  readonly later: number;
  readonly held: number;
  readonly stuck: number;
  /** When the oldest due one became due. */
  readonly oldestDue: number | undefined;
  readonly now: number;
}

export const noRows: Tally = {
  ...{ total: 0, due: 0, later: 0, held: 0, stuck: 0, oldestDue: undefined, now: 0 },
};

/** Sums over `reserved_at` and `available_at`; `retryAfter` is SQL for the queue's own retry_after in seconds. */
export const tallyColumns = (retryAfter: string): string =>
  `COUNT(*) AS total,
   SUM(reserved_at IS NULL AND available_at <= UNIX_TIMESTAMP()) AS due,
   SUM(reserved_at IS NULL AND available_at > UNIX_TIMESTAMP()) AS later,
   SUM(reserved_at IS NOT NULL AND reserved_at <= UNIX_TIMESTAMP() - ${retryAfter}) AS stuck,
   MIN(IF(reserved_at IS NULL AND available_at <= UNIX_TIMESTAMP(), available_at, NULL)) AS oldest_due,
   UNIX_TIMESTAMP() AS now`;

export function tallyOf(row: Row): Tally {
  const number = (name: string): number => Number(row[name] ?? 0);
  const [total, due, later, stuck] = [number('total'), number('due'), number('later'), number('stuck')];
  const oldest = row['oldest_due'];
  return {
    ...{ total, due, later, stuck, held: total - due - later - stuck, now: number('now') },
    oldestDue: oldest === null || oldest === undefined ? undefined : Number(oldest),
  };
}

export function addTallies(a: Tally, b: Tally): Tally {
  const dues = [a.oldestDue, b.oldestDue].filter((due) => due !== undefined);
  return {
    ...{ total: a.total + b.total, due: a.due + b.due, later: a.later + b.later },
    ...{ held: a.held + b.held, stuck: a.stuck + b.stuck, now: Math.max(a.now, b.now) },
    oldestDue: dues.length === 0 ? undefined : Math.min(...dues),
  };
}

type Counted = Pick<
  StoreSizes,
  'pending' | 'delayed' | 'reserved' | 'stuck' | 'oldestSeconds' | 'oldestUnknown'
>;

/**
 * What can truthfully be said of a queue of `total` rows: exact where its head was all of it; else what a survey of the
 * whole table counted a little while ago; else that there are at least as many as in the head.
 */
export function countQueue(
  total: number,
  head: Tally,
  survey: { readonly tally: Tally; readonly at: Date } | undefined,
): Counted {
  if (head.total >= total) return { ...counts(head, exact), ...oldest(head.oldestDue, head) };
  if (survey !== undefined) {
    const { tally, at } = survey;
    const aged = (value: number): Count => ({ kind: 'aged', value, asOf: at });
    return { ...counts(tally, aged), ...oldest(head.oldestDue ?? tally.oldestDue, head) };
  }
  const capped = (value: number): Count => ({ kind: 'capped', value });
  const age = oldest(head.oldestDue, head);
  return {
    ...counts(head, capped),
    ...age,
    ...(age.oldestSeconds === undefined ? { oldestUnknown: 'timeout' } : {}),
  };
}

const counts = (
  { due, later, held, stuck }: Tally,
  count: (value: number) => Count,
): Pick<Counted, 'pending' | 'delayed' | 'reserved' | 'stuck'> => ({
  ...{ pending: count(due), delayed: count(later), reserved: count(held), stuck: count(stuck) },
});

const oldest = (oldestDue: number | undefined, { now }: Tally): Pick<Counted, 'oldestSeconds'> => ({
  oldestSeconds: oldestDue === undefined ? undefined : Math.max(0, now - oldestDue),
});
