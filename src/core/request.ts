import type { AuditActor } from './audit.ts';
import type { ExecutionId, FailedJobId, JobUuid, RequestId, RunId } from './ids.ts';
import type { PauseView } from './pause-ports.ts';

/** States of a request and of its execution; docs/architecture.md tells how one leads to the next. */
export type RequestState =
  | 'pending'
  | 'approved'
  | 'consumed'
  | 'rejected'
  | 'expired'
  | 'cancelled'
  | 'invalidated';
export type ExecutionState = 'executing' | 'unknown' | 'succeeded' | 'partial' | 'failed' | 'not_started';

/** A failed job that a request is frozen on. */
export interface FrozenTarget {
  readonly failedId: FailedJobId;
  /** Of the row; NULL under the failed driver `database`, and in rows older than the column. */
  readonly uuid: JobUuid | null;
  /** Inside the payload: by it the job is found in queues and in later failures, whatever the row says. */
  readonly jobUuid: JobUuid | null;
  readonly connection: string;
  readonly queue: string;
  /** Lower-case hex. */
  readonly payloadSha256: string;
  /** The true class, short, for cards; taken from the payload when it was frozen. */
  readonly jobClass: string;
  /** Value of the outcome rule's property, where one is configured and could be read. */
  readonly businessKey: string | null;
}

/**
 * What is known of one target. First the effect on `failed_jobs`, then what became of the job:
 * frozen → pushed | unconfirmed | removed | present | stuck | double_risk
 * pushed → done | left | ended_quietly | failed_again | waiting | vanished
 */
export type TargetState =
  | 'frozen'
  /** Row gone and artisan confirmed it: pushed back onto the queue. */
  | 'pushed'
  /** Row gone without artisan's word: pushed, or removed by someone else. */
  | 'unconfirmed'
  /** Row gone before we touched it. */
  | 'gone_before'
  /** Deleted by `forget`. */
  | 'forgotten'
  /** Row still there: nothing was done to it. */
  | 'present'
  /** Artisan could not decode it. */
  | 'stuck'
  /** May have been pushed although its row is still there: never run again unasked. */
  | 'double_risk'
  /** Its business row is good. */
  | 'done'
  /** Left the queue, and no business row is configured for its class. */
  | 'left'
  /** Left the queue without failing, while its business row is not good. */
  | 'ended_quietly'
  /** A new failure with the same uuid; see `failedAgainAs`. */
  | 'failed_again'
  /** Still in the queue, or being run. */
  | 'waiting'
  /** Left the queue, in no table, business row not good. */
  | 'vanished'
  /** A restore put its row back. */
  | 'restored'
  /** A restore left it out: its uuid exists again, is queued now, or its row was restored before. */
  | 'not_restored';

export interface TargetRecord extends FrozenTarget {
  readonly state: TargetState;
  readonly failedAgainAs: FailedJobId | null;
}

/** Where the request was made: its card is drawn there. */
export interface Place {
  readonly teamId: string;
  readonly channel: string;
  readonly threadTs?: string;
}

export interface NewRequest {
  readonly id: RequestId;
  readonly verb: string;
  /** Words that would ask for the same again; kept for the audit and the card. */
  readonly words: string;
  readonly app: string;
  readonly host: string;
  /** Takes the app's one execution slot; brakes (pause, resume, restart) don't. */
  readonly takesSlot: boolean;
  /** While it is under way no other one with this name is opened for the app; nobody waits for that. */
  readonly alone?: string;
  /** Name of the artisan template used. */
  readonly template: string;
  readonly requester: AuditActor;
  readonly reason: string | null;
  readonly place: Place;
  readonly targets: readonly FrozenTarget[];
  /** SHA-256 over the frozen rows ordered by id, lower-case hex. */
  readonly digest: string;
  readonly policyVersion: string;
  /** Plain data that the operation's card explains: timeouts, warnings. Stored as canonical JSON. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/** A request as the store knows it: all that a card is drawn from. */
export interface RequestView {
  readonly id: RequestId;
  /** `#12`: one sequence for requests and incidents. */
  readonly number: number;
  readonly verb: string;
  readonly words: string;
  readonly app: string;
  readonly host: string;
  readonly requester: AuditActor;
  readonly reason: string | null;
  readonly place: Place;
  readonly digest: string;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly count: number;
  readonly state: RequestState;
  /** Grows at every change; an edit with a lower version than the one shown is dropped. */
  readonly version: number;
  readonly requestedAt: Date;
  /** Persons other than the requester who must approve; 0 where nobody must. */
  readonly quorum: number;
  /** Votes may come until then; null where nobody must vote. */
  readonly expiresAt: Date | null;
  /** Once approved: it must begin by then. */
  readonly runBy: Date | null;
  /** Live votes, oldest first; withdrawn ones are not among them. */
  readonly votes: readonly VoteView[];
  /** The preapproval that it used. */
  readonly preapproval: { readonly id: string; readonly number: number } | null;
  /** Of a request that signed a preapproval: how that stands. Absent: it signed none. */
  readonly preapproved?: PreapprovedView;
  /** Of a request that paused a queue: how that stands. Absent: it paused none. */
  readonly pause?: PauseView;
  /** Who rejected or cancelled it, or why it was invalidated: plain data. */
  readonly decision: Readonly<Record<string, unknown>>;
  readonly policyVersion: string;
  readonly takesSlot: boolean;
  readonly template: string;
  readonly execution: ExecutionView | null;
  /** At most 50, by id; `countsByState` covers all. */
  readonly targets: readonly TargetRecord[];
  readonly countsByState: { readonly [state in TargetState]?: number };
  /** So many of its rows restores have put back. */
  readonly restored: number;
}

export interface PreapprovedView {
  readonly most: number;
  readonly used: number;
  readonly endsAt: Date;
  /** Its end had come when the view was read, by the store's clock. */
  readonly over: boolean;
  readonly withdrawnBy: AuditActor | null;
}

export interface VoteView {
  readonly person: string;
  readonly actor: AuditActor;
  readonly decision: 'approve' | 'reject';
  readonly at: Date;
  /** Found without right at the claim: it counted nothing. */
  readonly voided: boolean;
}

export interface ExecutionView {
  readonly id: ExecutionId;
  readonly state: ExecutionState;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  /** Written with the outcome: plain data that the operation's card explains, e.g. why it did not start. */
  readonly detail: Readonly<Record<string, unknown>>;
  /** Of a run that takes long: plain data that the operation's card explains. */
  readonly progress: Readonly<Record<string, unknown>>;
  readonly stoppedBy: AuditActor | null;
  /** What becomes of its jobs is still being watched. */
  readonly followed: boolean;
}

/** One call of artisan, from its intent to its result. */
export interface ArtisanCallRecord {
  readonly runId: RunId;
  readonly executionId: ExecutionId;
  readonly failedIds: readonly FailedJobId[];
  readonly state: 'intended' | 'ended' | 'unknown' | 'not-started';
  /** Neither the process nor, with the store's lock wait added, its statement lives after this instant (store's clock). */
  readonly lifeEndsAt: Date;
  readonly rc: number | null;
  /** Redacted head of what it said, at most 2 KB. */
  readonly output: string;
}

/** A row of `failed_jobs`, byte for byte. */
export interface FailedRow {
  readonly id: FailedJobId;
  readonly uuid: string | null;
  readonly connection: string;
  readonly queue: string;
  readonly payload: Buffer;
  readonly exception: Buffer;
  /** Naive text in the application's zone, as stored. */
  readonly failedAt: string;
}
