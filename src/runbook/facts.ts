/**
 * What the steps found, as facts with numbers: all that a verdict may rest on. Undefined is "nobody knows", and no rule ever
 * holds because of it. Times are in seconds.
 */

export interface ConditionFacts {
  readonly maintenance: boolean | undefined;
  /** Whether the diagnosed queue is paused. */
  readonly paused: boolean | undefined;
}

/** Of one group of workers. */
export interface WorkersFacts {
  readonly group: string;
  readonly alive: number | undefined;
  readonly expected: number | undefined;
  /** Of those that are expected. */
  readonly missing: number | undefined;
  /** By Supervisor's states, of the hosts that could be asked. */
  readonly stopped: number;
  readonly exited: number;
  /** Starts and dies again, or was given up: BACKOFF and FATAL. */
  readonly dying: number;
  readonly starting: number;
  /** Supervisor's own words about the first that is dying. */
  readonly reason: string | undefined;
  readonly youngestSeconds: number | undefined;
  readonly oldestSeconds: number | undefined;
  // What their command lines, Supervisor's configuration and the release tell; false where nobody could read those.
  /** A job may run for longer than its connection waits: it would be handed to a second worker. */
  readonly timeoutOverRetryAfter: boolean;
  readonly timeoutSeconds: number | undefined;
  readonly timeoutRetryAfterSeconds: number | undefined;
  /** The diagnosed queue is not among those that they take jobs of. */
  readonly missesQueue: boolean;
  readonly takes: string | undefined;
  /** They look at a connection that holds other jobs. */
  readonly elsewhere: boolean;
  readonly connection: string | undefined;
  readonly expectedConnection: string | undefined;
  /** They started before the newest change of what a release replaces. */
  readonly oldCode: boolean;
  readonly changedSeconds: number | undefined;
  readonly changedFile: string | undefined;
  /** What ends with 0 is not started again. */
  readonly staysExited: boolean;
  /** A stop kills the longest jobs. */
  readonly stopKills: boolean;
}

/** Of one queue. */
export interface BacklogFacts {
  readonly queue: string;
  /** What a worker could take now: due and held by nobody, or held for too long. */
  readonly due: number | undefined;
  /** Only the head of the queue was counted: due, delayed and stuck are that many or more. */
  readonly isAtLeast: boolean;
  readonly delayed: number | undefined;
  /** Held within retry_after. */
  readonly reserved: number | undefined;
  /** Held past retry_after. */
  readonly stuck: number | undefined;
  /** Held now in all queues that the same workers serve. */
  readonly heldByGroup: number | undefined;
  readonly oldestSeconds: number | undefined;
  /** Nothing was held and the same job was first in two looks one after the other, though work was due. */
  readonly standing: boolean | undefined;
  readonly longestHeldSeconds: number | undefined;
  readonly retryAfterSeconds: number | undefined;
  /** Until the first delayed job is due, where that is known. */
  readonly nextDueSeconds: number | undefined;
}

/** Of the failures of a runbook's classes (or of the queue) within the step's window. */
export interface FailuresFacts {
  /** That many or more, where `isAtLeast`. */
  readonly recent: number;
  readonly isAtLeast: boolean;
  readonly withinSeconds: number;
  readonly exceptions: number;
  /** Of the most frequent exception: its share of the recent ones (0 to 1), and which it is. */
  readonly topShare: number;
  readonly topCount: number;
  readonly topException: string;
  readonly topMessage: string;
  readonly topClass: string;
  /** Since its first and its last failure within the window. */
  readonly topFirstSeconds: number | undefined;
  readonly topLastSeconds: number | undefined;
  readonly topNewestId: number | undefined;
  /** Failed by a time limit or by being taken too often, which a killed worker leaves behind. */
  readonly timeouts: number;
  /** Older than the window, still in the table. */
  readonly earlier: number | undefined;
  readonly earlierSeconds: number | undefined;
}

/** Of one look at a table. */
export interface RowsFacts {
  readonly step: number;
  readonly table: string;
  readonly total: number;
  readonly isAtLeast: boolean;
  /** Nothing among them is of the last day. */
  readonly isStale: boolean;
  /** Rows that say that they are being worked on: running, executing, processing. */
  readonly inWork: number;
  readonly inWorkValue: string | undefined;
  readonly inWorkOldestSeconds: number | undefined;
  /** More rows say so than the queue's workers hold jobs; undefined where nobody knows how many those hold. */
  readonly orphaned: number | undefined;
  /** Rows that wait for somebody: pending, queued, approved. */
  readonly waiting: number;
  readonly waitingValue: string | undefined;
  readonly waitingOldestSeconds: number | undefined;
  /** The most frequent error among them: its text and how many rows it stands in. */
  readonly error: string | undefined;
  readonly errorCount: number;
  readonly errorShare: number;
  readonly newestSeconds: number | undefined;
  /** Since anything changed in them. */
  readonly updatedSeconds: number | undefined;
}

/** Of one look into the application's log. */
export interface LogFacts {
  readonly step: number;
  readonly match: string;
  readonly matches: number;
  readonly isAtLeast: boolean;
  readonly withinSeconds: number;
  readonly newestSeconds: number | undefined;
  /** So far back was looked, where the window could not be looked through to its beginning. */
  readonly backSeconds?: number;
}

/** Whether its step is suspicious or broken: where the runbook says from when on a count is too much, no rule knows better. */
export interface Marked {
  readonly isMarked: boolean;
}

/** What follows from several steps together, about the diagnosed queue. */
export interface FlowFacts {
  /** All workers that are alive hold a job. */
  readonly busy: boolean | undefined;
  /** A job is held for longer than any worker of its group has lived: whoever took it is gone. */
  readonly killed: boolean | undefined;
  /** Alive workers hold nothing and take nothing, though work is due. */
  readonly idle: boolean | undefined;
  /** Work stands here while the workers hold jobs of other queues. */
  readonly busyElsewhere: boolean | undefined;
}

/** How the steps ended. */
export interface OverallFacts {
  readonly steps: number;
  readonly fine: number;
  readonly suspicious: number;
  readonly broken: number;
  readonly unseen: number;
  /** What holds the queue's jobs did not answer us. */
  readonly storeAway: boolean;
}

export interface FactsOf {
  readonly condition: ConditionFacts;
  readonly workers: WorkersFacts;
  readonly backlog: BacklogFacts & Marked;
  readonly failures: FailuresFacts & Marked;
  readonly rows: RowsFacts & Marked;
  readonly log: LogFacts & Marked;
  readonly flow: FlowFacts;
  readonly overall: OverallFacts;
}

/** Workers, backlog and failures are those of the diagnosed queue; of rows and logs a runbook may look at several. */
export interface Findings {
  readonly condition: ConditionFacts | undefined;
  readonly workers: WorkersFacts | undefined;
  readonly backlog: FactsOf['backlog'] | undefined;
  readonly failures: FactsOf['failures'] | undefined;
  readonly rows: readonly FactsOf['rows'][];
  readonly log: readonly FactsOf['log'][];
  readonly flow: FlowFacts;
  readonly overall: OverallFacts;
}
