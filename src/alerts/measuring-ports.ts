/**
 * What a tick reads of one application, as small as the measurer uses it; `src/laravel` provides it, over one connection.
 * What could not be read in time is a missing part, or undefined where only one number is: never 0.
 */
import type { StaleShareRule, SurgeRule } from '../core/alert-description.ts';
import type { AppDescription } from '../core/app-description.ts';
import type { Accepted } from '../core/incident.ts';
import type { Gathered, Read } from '../core/reading.ts';
import type { QueueName, WorkerReader } from '../operations/ports.ts';
import type { StaleCounts } from './judge-stale-share.ts';

/** One tick: when it must end, and what its statements cost. */
export interface Tick {
  readonly signal: AbortSignal;
  /** Milliseconds of the statement of this name; said once for each that was run. */
  cost(statement: string, milliseconds: number): void;
  /** For how long failures by timeout count; left out: 60 minutes. The same at every tick of a process. */
  readonly timeoutWindowSeconds?: number;
}

export interface MeasuredApp {
  readonly description: AppDescription;
  readonly alerts: AlertReader;
  readonly workers: Pick<WorkerReader, 'list'>;
}

export interface AlertReader {
  /** Every configured queue. `rows`: so many of a queue (by its label) are looked at one by one, where it matters. */
  queues(rows: ReadonlyMap<string, number>, tick: Tick): Promise<Gathered<readonly QueueLevel[]>>;
  failures(accepted: readonly Accepted[], tick: Tick): Promise<Read<FailureLevels>>;
  stale(ask: RowsAsk & StaleAsk, tick: Tick): Promise<Read<StaleFound>>;
  surge(ask: RowsAsk & SurgeAsk, tick: Tick): Promise<Read<SurgeFound>>;
  /** For the message of a surge that holds: all rows of the newest window, whatever their state, and what is usual. */
  traffic(ask: RowsAsk & SurgeAsk, tick: Tick): Promise<Read<Traffic>>;
}

export interface QueueLevel extends QueueName {
  /** What a worker could take now; undefined: it could not be counted. */
  readonly due: number | undefined;
  /**
   * `whole`: too many to be looked at one by one, most of those at the head are due; so these are all rows of the queue.
   * `least`: so many were found to be due, and there may be more.
   */
  readonly counted: 'exact' | 'whole' | 'least';
  /** Age of the oldest due job, 0 when nothing is due; undefined: it can't be known. */
  readonly oldestSeconds: number | undefined;
  /** The jobs that wait say nothing of when they were made, as in Redis before Laravel 12.11: it can never be known. */
  readonly isAgeless?: boolean;
  /** Held by workers within retry_after, near the head of the queue. */
  readonly held: number | undefined;
}

export interface FailureLevels {
  /** All rows of the table, and those that nobody accepted; undefined: not counted to the end yet. */
  readonly total: number;
  readonly notAccepted: number | undefined;
  /** 0: there is none. */
  readonly highestId: number;
  /** By the label of the configured queue; a queue without failures is left out. */
  readonly byQueue: ReadonlyMap<string, QueueFailures>;
  /** Queues that are not in `byQueue` have none, or were not counted to the end yet. */
  readonly isComplete: boolean;
  /** Failures by timeout in the tick's window are known for all queues. */
  readonly timeoutsKnown: boolean;
  /** All kinds of those that nobody accepted, the most frequent first. */
  readonly kinds: readonly FailureKind[];
  /** When the newest of those that nobody accepted failed; left out: there is none, or it is not known yet. */
  readonly newestAt?: Date | undefined;
}

export interface QueueFailures {
  /** That nobody accepted; undefined: not counted to the end yet. */
  readonly notAccepted: number | undefined;
  readonly timeouts: TimeoutFailures;
  readonly kinds: readonly FailureKind[];
  readonly newestAt?: Date | undefined;
}

/** Of the tick's window. `either` counts a failure once that is one by its class and by its text. */
export interface TimeoutFailures {
  readonly byClass: number;
  readonly byText: number;
  readonly either: number;
}

/** Failures that look alike. */
export interface FailureKind {
  /** The label of its queue. */
  readonly queue: string;
  readonly jobClass: string;
  readonly exceptionClass: string;
  /** The exception's message without what differs from job to job. */
  readonly fingerprint: string;
  readonly count: number;
  readonly oldestId: number;
  readonly newestId: number;
}

/** `timeoutSeconds`: the rule's own, for each statement. */
export interface RowsAsk {
  readonly rule: string;
  readonly timeoutSeconds: number | undefined;
}

export type StaleAsk = Pick<
  StaleShareRule,
  'table' | 'where' | 'since' | 'olderThanSeconds' | 'lookBackSeconds' | 'leastStale' | 'staleFrom'
>;

export interface StaleFound extends Pick<StaleCounts, 'stale'> {
  /** Undefined: there are too many rows to count them in time. */
  readonly eligible: number | undefined;
  readonly oldestSeconds: number | undefined;
}

export type SurgeAsk = Pick<
  SurgeRule,
  'table' | 'where' | 'since' | 'windowSeconds' | 'baselineSeconds' | 'skipSeconds' | 'show'
> & {
  /** Earlier episodes, as stretches of so many seconds ago; what is in them is not usual. */
  readonly unusual: readonly { readonly fromAgo: number; readonly untilAgo: number }[];
};

export interface SurgeFound {
  readonly count: number;
  /** Undefined: what is usual could not be read yet. */
  readonly baseline: readonly number[] | undefined;
  /** The newest window by the values of the columns that the condition speaks of (`stateOf` names them); the most frequent first, at most 5. */
  readonly stateOf: string;
  readonly states: readonly { readonly state: string; readonly count: number }[];
}

export interface Traffic {
  readonly all: number;
  /** Rows in a window on average over the hour before. */
  readonly usual: number | undefined;
  /** The most frequent values of each of `show`'s columns among the rows that surge, redacted. */
  readonly shown: readonly { readonly column: string; readonly value: string; readonly count: number }[];
}
