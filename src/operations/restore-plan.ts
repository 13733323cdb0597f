import type { FailedJobId, RequestId } from '../core/ids.ts';
import { idsIn } from './flush-plan.ts';

/** Which request, and what the form adds. */
export interface Restore {
  readonly number: number;
  readonly reason?: string;
}

/** Why an archived row is not put back. */
export type NotBack =
  /** Its uuid is in the table again, or the row itself is. */
  | 'exists'
  /** Its job waits in a queue or is being run: its next failure could not be recorded beside the row. */
  | 'queued'
  /** It was restored before: each archived row comes back once. */
  | 'before'
  /** The archive does not have it, or not as it was sealed. */
  | 'archive'
  /** Claimed, and its insert was cut off; the data do not show it. */
  | 'interrupted'
  /** The run ended before its turn. */
  | 'not-reached';

const reasons = [
  'exists',
  'queued',
  'before',
  'archive',
  'interrupted',
  'not-reached',
] as const satisfies NotBack[];

/** How many, and the first ones by name. */
export type Skipped = {
  readonly [why in NotBack]?: { readonly count: number; readonly ids: readonly FailedJobId[] };
};

const named = 20;

export function addSkipped(skipped: Skipped, why: NotBack, ids: readonly FailedJobId[]): Skipped {
  if (ids.length === 0) return skipped;
  const { count = 0, ids: before = [] } = skipped[why] ?? {};
  return { ...skipped, [why]: { count: count + ids.length, ids: [...before, ...ids].slice(0, named) } };
}

/** Of the store's plain data. */
export function findSkipped(plain: unknown): Skipped {
  let found: Skipped = {};
  for (const why of reasons) {
    const one: unknown = typeof plain === 'object' && plain !== null ? Reflect.get(plain, why) : undefined;
    if (typeof one !== 'object' || one === null) continue;
    const { count, ids } = one as Readonly<Record<string, unknown>>; // checked next
    if (typeof count === 'number') found = { ...found, [why]: { count, ids: idsIn(ids) } };
  }
  return found;
}

/** Which request is restored, in the facts of the one that restores it. Undefined: these are no such facts. */
export function findOrigin(
  facts: Readonly<Record<string, unknown>>,
): { readonly requestId: RequestId; readonly number: number } | undefined {
  const { from, fromNumber } = facts;
  if (typeof from !== 'string' || typeof fromNumber !== 'number') return undefined;
  return { requestId: from as RequestId, number: fromNumber }; // written by the freeze, from the store's own view
}
