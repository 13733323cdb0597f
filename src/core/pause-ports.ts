import type { AuditActor } from './audit.ts';
import type { RequestId } from './ids.ts';
import type { Place } from './request.ts';
import type { RunningExecution } from './store-ports.ts';

/**
 * Who has paused which queue, and until when; `src/store` provides it. The pause itself is a key in the application's
 * cache that says neither. At most one pause of persons is in force per queue; runs keep theirs in their own progress.
 * Queues are written `connection:queue`. Rejects with `StoreUnavailable`, and with `LeaseLost` where an execution writes.
 */
export interface QueuePauses {
  /** Pauses of persons that are in force, those that end first before the others. */
  list(app: string): Promise<readonly QueuePause[]>;
  /** By queue: the number of a request whose run keeps workers from it right now. */
  heldByRuns(app: string): Promise<ReadonlyMap<string, number>>;
  /** Noted before artisan is called; an earlier pause of the queue ends as `replaced`. Counts from now by the store's clock. */
  begin(execution: RunningExecution, queue: string, seconds: number | undefined): Promise<void>;
  /** Noted before artisan is told to resume: from now on no run leaves the queue paused for its sake. */
  lift(execution: RunningExecution, queue: string): Promise<void>;
  /** The queue's pause is over, by this execution; `lapsed`: it was never in force, or others had lifted it. */
  end(execution: RunningExecution, queue: string, how: Exclude<PauseEnd, 'replaced'>): Promise<void>;
  /** It could not be lifted: it is in force again. */
  keep(execution: RunningExecution, queue: string): Promise<void>;
  /**
   * One pause of these applications whose time is over, claimed by this process alone: nobody else gets it for a while,
   * which grows with each try, nor while the request that lifts it runs.
   */
  takeDue(apps: readonly string[]): Promise<QueuePause | undefined>;
}

export interface QueuePause {
  /** Of the request that paused. */
  readonly requestId: RequestId;
  readonly number: number;
  readonly app: string;
  /** `connection:queue`. */
  readonly queue: string;
  readonly by: AuditActor;
  readonly reason: string | null;
  readonly place: Place;
  readonly since: Date;
  /** Null: until somebody resumes it. */
  readonly until: Date | null;
  /** A request is lifting it right now. */
  readonly lifting: boolean;
}

/** `due`: its time was over. */
export type PauseEnd = 'resumed' | 'due' | 'replaced' | 'lapsed';

/** How a request's own pause stands, for its card. */
export interface PauseView {
  readonly until: Date | null;
  readonly endedAt: Date | null;
  readonly ended: PauseEnd | null;
  /** The request that ended it. */
  readonly endedNumber: number | null;
  readonly endedBy: AuditActor | null;
}
