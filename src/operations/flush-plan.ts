import { type FailedJobId, failedJobId } from '../core/ids.ts';
import type { SeenMark } from './ports.ts';

/**
 * How a flush will go about it: how many rows in one statement, how many one by one, which stay. Plain data, in the form,
 * on the card and in the request's facts, from which whoever runs it goes on.
 */
export interface FlushPlan {
  /** `older=`: what the statement can't take is left where it is many. */
  readonly older: boolean;
  /** N of `--hours=N`, as it would be chosen at this moment. */
  readonly hours?: number;
  readonly leastHours: number;
  readonly inStatement: number;
  readonly oneByOne: number;
  /** Rows without a uuid of their own that the statement does not take: nothing can name them to artisan. */
  readonly staying: number;
  readonly stayingIds: readonly FailedJobId[];
  /** Why there is no statement. */
  readonly noStatement?: NoStatement;
  /** Rows whose times show it. */
  readonly oddIds?: readonly FailedJobId[];
  readonly laravel: string;
  readonly seen: SeenMark;
}

export type NoStatement = 'filter' | 'old-laravel' | 'too-new' | 'other-zone';

/** More than these one by one take so long that older ones in one statement are proposed instead. */
export const manyOneByOne = 5_000;
/** Measured with two calls side by side on two cores; archiving and marking included. */
const secondsEach = 0.09;
const archivedASecond = 4_000;

/** How long it takes, as far as one can tell beforehand. */
export const secondsFor = (count: number, oneByOne: number): number =>
  Math.ceil(5 + count / archivedASecond + oneByOne * secondsEach);

export const planToFacts = ({ seen, ...plan }: FlushPlan): Readonly<Record<string, unknown>> => ({
  ...plan,
  seenAt: seen.at.toISOString(),
  seenHighest: seen.highest,
});

/** Undefined: nobody wrote such facts. */
export function findPlan(plain: Readonly<Record<string, unknown>>): FlushPlan | undefined {
  const { inStatement, oneByOne, staying, leastHours, seenAt, seenHighest, laravel } = plain;
  if (typeof inStatement !== 'number' || typeof oneByOne !== 'number' || typeof staying !== 'number')
    return undefined;
  if (typeof seenAt !== 'string' || typeof seenHighest !== 'number' || typeof laravel !== 'string')
    return undefined;
  const { hours, noStatement } = plain;
  return {
    ...{ older: plain['older'] === true, laravel },
    ...(typeof hours === 'number' ? { hours } : {}),
    leastHours: typeof leastHours === 'number' ? leastHours : 2,
    ...{ inStatement, oneByOne, staying, stayingIds: idsIn(plain['stayingIds']) },
    ...(isNoStatement(noStatement) ? { noStatement } : {}),
    oddIds: idsIn(plain['oddIds']),
    seen: { at: new Date(seenAt), highest: failedJobId(seenHighest) },
  };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isNoStatement = (value: unknown): value is NoStatement =>
  value === 'filter' || value === 'old-laravel' || value === 'too-new' || value === 'other-zone';

export const idsIn = (value: unknown): readonly FailedJobId[] =>
  Array.isArray(value) ? value.filter((id) => typeof id === 'number').map(failedJobId) : [];

/** What a run has noted of itself: where it is, and why it ended before its end. Plain data in the store. */
export interface FlushProgress {
  readonly phase: 'archiving' | 'statement' | 'one-by-one';
  readonly done: number;
  readonly of: number;
  readonly perSecond?: number;
  readonly secondsLeft?: number;
  /** All that was there is in the archive. */
  readonly archived?: boolean;
  /** Rows up to this id are in the archive. */
  readonly archivedUpTo?: number;
  readonly statement?: { readonly hours: number; readonly took: number };
  readonly ended?: FlushEnd;
}

export interface FlushEnd {
  readonly why:
    | 'stopped'
    | 'frozen'
    /** Rows were changed in place. */
    | 'changed'
    /** How it would be split is not what was approved. */
    | 'split'
    /** Artisan ran and took nothing. */
    | 'no-effect'
    /** Artisan could not be started. */
    | 'not-started'
    /** What is left of `older=` is too much for one by one. */
    | 'rest';
  readonly text?: string;
  readonly ids?: readonly FailedJobId[];
}

/** Of the store's plain data; fields that are not what they should be are left out. */
export function findProgress(plain: Readonly<Record<string, unknown>>): FlushProgress {
  const { phase, done, of, perSecond, secondsLeft, archivedUpTo, statement, ended } = plain;
  const end = isRecord(ended) ? findEnd(ended) : undefined;
  return {
    phase: phase === 'statement' || phase === 'one-by-one' ? phase : 'archiving',
    ...{ done: numberOr(done, 0), of: numberOr(of, 0), archived: plain['archived'] === true },
    ...(typeof perSecond === 'number' ? { perSecond } : {}),
    ...(typeof secondsLeft === 'number' ? { secondsLeft } : {}),
    ...(typeof archivedUpTo === 'number' ? { archivedUpTo } : {}),
    ...(isRecord(statement)
      ? { statement: { hours: numberOr(statement['hours'], 0), took: numberOr(statement['took'], 0) } }
      : {}),
    ...(end === undefined ? {} : { ended: end }),
  };
}

const ends: ReadonlySet<unknown> = new Set<FlushEnd['why']>([
  ...(['stopped', 'frozen', 'changed', 'split', 'no-effect', 'not-started', 'rest'] as const),
]);
const isEnd = (why: unknown): why is FlushEnd['why'] => ends.has(why);

function findEnd({ why, text, ids }: Readonly<Record<string, unknown>>): FlushEnd | undefined {
  if (!isEnd(why)) return undefined;
  return { why, ids: idsIn(ids), ...(typeof text === 'string' ? { text } : {}) };
}

const numberOr = (value: unknown, otherwise: number): number =>
  typeof value === 'number' ? value : otherwise;
