import type { BreakId } from '../panel/model.ts';

/** What really happened since the tour began, read from the store, the simulated Slack and the world. */
export interface Evidence {
  readonly broken: ReadonlySet<BreakId>;
  readonly reads: readonly ReadSeen[];
  /** Oldest first. */
  readonly requests: readonly RequestSeen[];
  /** Ids of failed reports, oldest first; at most a few. */
  readonly failedReports: readonly number[];
}

/** A reading command that was answered, to one person or in one message for all. */
export interface ReadSeen {
  readonly verb: string;
  readonly target: string;
}

export interface RequestSeen {
  /** `#12`. */
  readonly number: number;
  /** As the audit writes it: `retry-all`. */
  readonly verb: string;
  readonly state: string;
  /** Undefined: nothing was begun. */
  readonly execution: string | undefined;
  readonly approvals: number;
  /** Failed jobs that it is about. */
  readonly count: number;
  /** Those whose work is done, as far as is known. */
  readonly done: number;
}
