/**
 * What the pipeline needs of Queuekeeper's own tables; `src/store` provides it. A store that can't be reached makes a
 * promise reject with `StoreUnavailable`; a record that can't be sealed with `AuditNotWritable`.
 */
import type { Freeze } from './approval-ports.ts';
import type { AuditActor, AuditEntry, AuditRow } from './audit.ts';
import type { ExecutionId, FailedJobId, JobReference, JobUuid, RequestId, RunId } from './ids.ts';
import type { Read } from './reading.ts';
import type {
  ArtisanCallRecord,
  ExecutionState,
  FailedRow,
  NewRequest,
  Place,
  RequestView,
  TargetRecord,
  TargetState,
} from './request.ts';

/** The store did not answer, or not in time. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

/** The audit log did not take a record: nothing that changes jobs may run. */
export class AuditNotWritable extends Error {
  override readonly name = 'AuditNotWritable';
}

/** Another process has taken this execution over: this one must stop at once. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/** Deduplication over all replicas. */
export interface Inbound {
  /** True for exactly one caller per key, ever (kept for two days). */
  claim(key: string): Promise<boolean>;
}

/** Requests, their executions and their cards. Every write of a running execution checks its lease token. */
export interface Requests {
  /**
   * One transaction: the request (`consumed`, with its execution), its targets, its card, REQUESTED and CLAIMED audit
   * rows and the app's execution slot. Waits up to 10 s for the slot. Two requests for the same target are told apart
   * by the slot: the second finds its rows gone.
   */
  open(request: NewRequest, limits: RetryAllowance | undefined): Promise<Opened>;
  /** INTENT row and `artisan_calls` row, committed before the first byte goes to the host. Throws `LeaseLost`. */
  intend(execution: RunningExecution, call: IntendedCall): Promise<void>;
  /** RESULT row and the call's end; a second time it changes nothing. */
  record(execution: RunningExecution, result: CallResult): Promise<void>;
  setTargets(execution: RunningExecution, states: ReadonlyMap<FailedJobId, TargetChange>): Promise<void>;
  /** The execution is `unknown` until the data tells: the lease and the slot are kept. */
  suspect(execution: RunningExecution, why: string): Promise<void>;
  /** OUTCOME row (after a RECONCILED row where the execution was taken over or suspect), the execution's end, and the slot is free. */
  finish(
    execution: RunningExecution,
    state: ExecutionState,
    detail: Readonly<Record<string, unknown>>,
  ): Promise<void>;
  /** After the end: what became of the jobs. Needs no lease; only targets that are `pushed` or `waiting` move. */
  follow(requestId: RequestId, states: ReadonlyMap<FailedJobId, TargetChange>, last: boolean): Promise<void>;
  find(reference: { readonly id: RequestId } | { readonly number: number }): Promise<RequestView | undefined>;
  /** All targets, by id. */
  targets(requestId: RequestId): Promise<readonly TargetRecord[]>;
  calls(executionId: ExecutionId): Promise<readonly ArtisanCallRecord[]>;
  /** Takes over one execution whose lease is over (crashed or slept); undefined when there is none. */
  takeOver(): Promise<RunningExecution | undefined>;
  /** Extends the lease; false: it was lost. */
  renew(execution: RunningExecution): Promise<boolean>;
  /** Ends the lease at once, so that another process takes the execution over without waiting (shutdown). */
  handBack(execution: RunningExecution): Promise<void>;
  /** Copies whole rows into `archived_failed_jobs` and writes one sealed ARCHIVED row with count and digest. */
  archive(
    execution: RunningExecution,
    rows: AsyncIterable<readonly FailedRow[]>,
  ): Promise<{ readonly count: number; readonly bytes: number }>;
  /**
   * Ids ever marked double risk, among these. An emptied table gives its ids out again, so a mark counts where its uuid is
   * among these uuids too (or it has none).
   */
  doubleRisks(
    app: string,
    ids: readonly FailedJobId[],
    uuids: readonly JobUuid[],
  ): Promise<ReadonlySet<FailedJobId>>;
  /** Earlier requests that touched this uuid, newest first. */
  history(app: string, uuid: JobUuid): Promise<readonly EarlierRequest[]>;
  /** The store's clock: `UTC_TIMESTAMP(6)`. */
  now(): Promise<Date>;
}

/** What one person may do alone, and how much of it this request would take. */
export interface RetryAllowance {
  /** The requester's person; all accounts of one human being share the allowance. */
  readonly person: string;
  /** Jobs of this request, and those of them on queues marked costly. */
  readonly ids: number;
  readonly costlyIds: number;
  /** `approvals.retry_without_approval`; the sums over the window, this request included, may not exceed them. */
  readonly limits: { readonly ids: number; readonly costly: number };
  readonly withinSeconds: number;
  /** `connection:queue` of the queues marked costly. */
  readonly costlyQueues: ReadonlySet<string>;
}

export type Opened =
  | { readonly ok: true; readonly execution: RunningExecution; readonly view: RequestView }
  | { readonly ok: false; readonly why: 'busy'; readonly number: number }
  | {
      readonly ok: false;
      readonly why: 'needs-approval';
      readonly used: number;
      readonly limit: number;
      readonly costly: boolean;
    }
  /** The app is frozen. Brakes (`takesSlot: false`) are not refused so. */
  | { readonly ok: false; readonly why: 'frozen'; readonly freeze: Freeze }
  /** Another replica's policy is the active one. */
  | { readonly ok: false; readonly why: 'policy' };

export interface RunningExecution {
  readonly requestId: RequestId;
  readonly executionId: ExecutionId;
  readonly number: number;
  readonly app: string;
  readonly host: string;
  readonly verb: string;
  readonly requester: AuditActor;
  readonly place: Place;
  readonly leaseToken: string;
  /** True: it was taken over from a process that is gone, and must be judged by the data alone. */
  readonly takenOver: boolean;
}

export interface IntendedCall {
  readonly runId: RunId;
  readonly failedIds: readonly FailedJobId[];
  /** Redacted argv, for the audit. */
  readonly argv: readonly string[];
  /** Deadline + T + kill grace from now, in seconds. */
  readonly lifeSeconds: number;
  readonly countsBefore: Readonly<Record<string, number>>;
}

export interface CallResult {
  readonly runId: RunId;
  readonly state: 'ended' | 'unknown' | 'not-started';
  readonly rc: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
  readonly countsAfter: Readonly<Record<string, number>>;
}

export interface TargetChange {
  readonly state: TargetState;
  readonly failedAgainAs?: FailedJobId;
}

export interface EarlierRequest {
  readonly number: number;
  readonly verb: string;
  readonly requesterUserId: string;
  readonly at: Date;
  readonly targetState: TargetState;
}

/** `number`: what people call the request or incident that it is about, as the store says now; the row itself is sealed without it. */
export interface NumberedRow extends AuditRow {
  readonly number: number | undefined;
}

/** The audit log. Appends are sealed into the chain in one order over all replicas. */
export interface AuditLog {
  /** Resolves when committed; throws `AuditNotWritable` when the store can't take it, is away, or has lost rows. */
  append(entry: AuditEntry): Promise<AuditRow>;
  /** For READ and AUTH_DENIED rows: never throws and never waits; spooled while the store is away. */
  note(entry: AuditEntry): void;
  list(filter: AuditFilter, signal: AbortSignal): Promise<Read<readonly NumberedRow[]>>;
}

export interface AuditFilter {
  /** A failed job's id or uuid; rows that name it as a target. */
  readonly job?: JobReference;
  /** `#12`, of a request or an incident. */
  readonly requestNumber?: number;
  readonly userId?: string;
  readonly verb?: string;
  readonly sinceSeconds?: number;
  /** Keyset: only rows with a lower seq. */
  readonly before?: number;
  readonly limit: number;
}
