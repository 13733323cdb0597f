/**
 * What approvals need of the store: `src/store` provides it, core and operations use it. The rules are those of
 * docs/approvals.md. Like the other ports, each call rejects with `StoreUnavailable` when the store is away and with
 * `AuditNotWritable` when its record can't be sealed; a state that has moved on is a value.
 */
import type { AuditActor } from './audit.ts';
import type { FailedJobId, RequestId } from './ids.ts';
import type { Digest, IncidentId, NumberedEntry, Silence } from './incident.ts';
import type {
  FailedRow,
  FrozenTarget,
  NewRequest,
  Place,
  RequestView,
  TargetRecord,
  TargetState,
} from './request.ts';
import type { RunningExecution } from './store-ports.ts';

/** The life of a request from the question to the claim. Times are the store's clock alone. */
export interface Approvals {
  /** Adds frozen rows to a request that is not asked yet. Rows of a request that is never asked are swept after an hour. */
  freeze(id: RequestId, rows: readonly FrozenTarget[]): Promise<void>;
  /**
   * One transaction: number, request (`pending`, or `approved` at once by a preapproval), its cards and the sealed
   * REQUESTED row. `digest` and `count` must be those of the rows frozen before.
   */
  ask(request: AskedRequest, limits: AskLimits): Promise<Asked>;
  /**
   * One vote, withdrawal, rejection or cancellation, with its sealed row and the change of state that follows from it, in
   * one transaction. Whether the person has the right was judged by the caller, just now and from the current policy.
   */
  decide(decision: Decision): Promise<Decided>;
  /** True where the message is one of the request's cards (or is adopted as one whose post was not noted). */
  isItsCard(id: RequestId, pressed: PressedCard): Promise<boolean>;
  /** Approved requests that wait for their run, the longest waiting first. */
  approved(limit: number): Promise<readonly RequestView[]>;
  /**
   * From `approved` to `consumed` with its execution, once: state, version and `run_by` by the store's clock, votes counted
   * anew with their sealed rows (hash recomputed) of this request and digest, without those of `voided` persons; the kill
   * switch; the active policy; the slot. Sealed as CLAIMED and anchored before it resolves.
   */
  claim(view: RequestView, claim: ClaimChecks): Promise<Claimed>;
  /** From `pending` or `approved` to `invalidated`, sealed. False: its state had moved on. */
  invalidate(view: RequestView, why: string, detail: Readonly<Record<string, unknown>>): Promise<boolean>;
  /** Tidies: expires what is over (sealed as EXPIRED), notes reminders that are due, sweeps rows that were never asked. */
  sweep(): Promise<void>;
  /** Newest first; open ones before all others. */
  list(app: string, limit: number): Promise<readonly RequestView[]>;
}

export type AskedRequest = Omit<NewRequest, 'targets' | 'takesSlot'> & {
  readonly takesSlot: boolean;
  readonly count: number;
  readonly highest: FailedJobId;
  /** What makes two requests the same: verb and canonical filter. One of them may be open at a time. */
  readonly target: string;
  readonly quorum: number;
  readonly expiresSeconds: number;
  readonly runWithinSeconds: number;
  /** Where cards are shown: the approvals channel, and the thread it was asked from. The first one is the main card. */
  readonly cards: readonly Place[];
  /** Preapprovals that cover the whole frozen set and whose signers have their right now; the first that has room is used. */
  readonly preapprovals: readonly RequestId[];
  /** Who may approve is paged, too (`approvals.page`). Left out: nobody is. */
  readonly pages?: boolean;
};

export interface AskLimits {
  /** Requests one person may open within an hour. */
  readonly perHour: number;
}

export type Asked =
  | { readonly ok: true; readonly view: RequestView }
  | { readonly ok: false; readonly why: 'open'; readonly number: number }
  | { readonly ok: false; readonly why: 'rate'; readonly limit: number }
  | { readonly ok: false; readonly why: 'frozen'; readonly freeze: Freeze }
  | { readonly ok: false; readonly why: 'policy' };

export type DecisionKind = 'approve' | 'reject' | 'withdraw' | 'cancel';

export interface Decision {
  readonly kind: DecisionKind;
  readonly requestId: RequestId;
  readonly actor: AuditActor;
  /** Where the button was pressed; must be one of the request's cards (or adopted as one whose post was not noted). */
  readonly pressed: PressedCard;
  readonly policyVersion: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface PressedCard {
  readonly teamId: string;
  readonly channel: string;
  readonly messageTs: string;
}

export type Decided =
  | { readonly ok: true; readonly view: RequestView }
  | { readonly ok: false; readonly why: 'no-request' | 'not-its-card' }
  /** The requester, by any of their accounts. */
  | { readonly ok: false; readonly why: 'own-request'; readonly view: RequestView }
  | { readonly ok: false; readonly why: 'not-requester'; readonly view: RequestView }
  | { readonly ok: false; readonly why: 'voted-already' | 'no-vote'; readonly view: RequestView }
  /** Decided, expired or begun meanwhile: the view tells how it stands. */
  | { readonly ok: false; readonly why: 'too-late'; readonly view: RequestView }
  | { readonly ok: false; readonly why: 'policy'; readonly view: RequestView };

export interface ClaimChecks {
  /** Persons whose right to vote is gone: their votes count nothing, and are noted so. */
  readonly voided: readonly string[];
  readonly policyVersion: string;
  /** Digest recomputed from the application's data right before. */
  readonly digest: string;
}

export type Claimed =
  | { readonly ok: true; readonly execution: RunningExecution }
  /** Another execution of the app holds the slot; `run_by` was moved, by at most an hour in all. */
  | { readonly ok: false; readonly why: 'busy'; readonly number: number }
  | { readonly ok: false; readonly why: 'frozen'; readonly freeze: Freeze }
  | { readonly ok: false; readonly why: 'moved-on' | 'expired' | 'quorum' | 'policy' | 'digest' };

/** What a claimed run asks and writes besides `Requests`. Each write checks the lease. */
export interface RunControl {
  /** Read before every chunk. */
  mayGoOn(execution: RunningExecution): Promise<GoOn>;
  /**
   * What the card shows of a run: plain data; replaces what stood there and grows the request's version. `asks`: it waits
   * for a person's word from now on, and who asked for it is told so, once.
   */
  progress(
    execution: RunningExecution,
    progress: Readonly<Record<string, unknown>>,
    asks?: boolean,
  ): Promise<void>;
  /** A run that waits (canary, pace, Continue) lets others pass. */
  letSlotGo(execution: RunningExecution): Promise<void>;
  /** False: another execution holds it. */
  takeSlotAgain(execution: RunningExecution): Promise<boolean>;
  /** The same, told by whom: the number of the request that holds it; undefined: it is ours now. */
  askSlot(execution: RunningExecution): Promise<number | undefined>;
  /** A person's Stop or Continue, sealed. False: there is nothing to stop or to continue. */
  press(kind: 'stop' | 'continue', requestId: RequestId, actor: AuditActor): Promise<boolean>;
  /** Targets by id, a page at a time, so that no run holds all of them. */
  targetPage(requestId: RequestId, page: TargetPage): Promise<readonly TargetRecord[]>;
  countsByState(requestId: RequestId): Promise<{ readonly [state in TargetState]?: number }>;
  /** Rows that the archive holds for a request, by id, a page of at most `bytes`; exactly as they were. */
  archived(requestId: RequestId, after: FailedJobId, bytes: number): Promise<readonly ArchivedRow[]>;
  /** Claims archived rows for this restore, each at most once ever; returns those that are ours. Sealed as RESTORED by `restored`. */
  claimRestore(
    execution: RunningExecution,
    from: RequestId,
    ids: readonly FailedJobId[],
  ): Promise<ReadonlySet<FailedJobId>>;
  /** Seals what came back, once, and adds it to what is known of the request `from` whose rows these are. */
  restored(
    execution: RunningExecution,
    from: RequestId | undefined,
    detail: Readonly<Record<string, unknown>>,
  ): Promise<void>;
  /** Requests whose jobs are still to be watched and whose watcher is gone; the lease is ours then for 60 s. */
  takeOverFollow(): Promise<RunningExecution | undefined>;
  /** Extends the watch's lease; `ended` gives it up for good. */
  keepFollow(execution: RunningExecution, ended: boolean): Promise<boolean>;
}

export type GoOn =
  | { readonly kind: 'go'; readonly continued: boolean }
  | { readonly kind: 'stopped'; readonly by: AuditActor }
  | { readonly kind: 'frozen'; readonly freeze: Freeze; readonly continued: boolean };

export interface TargetPage {
  readonly after: FailedJobId;
  readonly limit: number;
  /** Left out: all states. */
  readonly states?: readonly TargetState[];
}

export interface ArchivedRow extends FailedRow {
  /** Its own hash agrees with its bytes; the whole archive's with the sealed ARCHIVED row is `RunControl.archived`'s duty. */
  readonly intact: boolean;
  readonly restoredAt: Date | null;
}

/** The kill switch: app-wide, read at claim and before every chunk. Works while the audit log does not. */
export interface KillSwitches {
  find(app: string): Promise<Freeze | undefined>;
  /**
   * The switch is thrown first, by itself; then its KILL_SWITCH row is sealed, or noted where that is refused or slow. Of
   * an app that is frozen already the first freeze stays, and another reason is added to its own.
   */
  freeze(app: string, reason: string, actor: AuditActor): Promise<Freeze>;
  /** Needs its sealed row. False: it was not frozen. */
  unfreeze(app: string, actor: AuditActor): Promise<boolean>;
}

export interface Freeze {
  readonly app: string;
  readonly reason: string;
  readonly by: AuditActor;
  readonly at: Date;
}

/**
 * Standing approvals given in advance. Each is signed by the execution of its own request, whose id and number it has, so
 * that request's card is its card: `RequestView.preapproved` tells how it stands. A row whose sealed PREAPPROVED row is
 * missing, broken or says something else is no preapproval and is never returned.
 */
export interface Preapprovals {
  /** Under the execution's lease; signed again, it changes nothing. `endsAt` counts from now by the store's clock. */
  sign(execution: RunningExecution, terms: PreapprovalTerms): Promise<Preapproval>;
  find(id: RequestId): Promise<Preapproval | undefined>;
  /** Live ones of an app, those that end first before the others: not over, not withdrawn, with room left. */
  live(app: string): Promise<readonly Preapproval[]>;
  /** Live and recent ones, newest first. */
  list(app: string, limit: number): Promise<readonly Preapproval[]>;
  /** By its signer or another approver, judged by the caller; sealed as WITHDRAWN. False: it was over or withdrawn before. */
  withdraw(id: RequestId, actor: AuditActor): Promise<boolean>;
}

export interface PreapprovalTerms {
  readonly filter: PreapprovalFilter;
  /** Jobs, over all uses. */
  readonly most: number;
  readonly seconds: number;
  readonly reason: string;
}

/** All that is given must hold for each job. */
export interface PreapprovalFilter {
  readonly queue?: { readonly connection: string; readonly name: string };
  /** Short or full class name, compared without letter case. */
  readonly jobClass?: string;
  readonly error?: string;
}

export interface Preapproval extends PreapprovalTerms {
  /** Of the request that signed it. */
  readonly id: RequestId;
  readonly number: number;
  readonly app: string;
  readonly signer: AuditActor;
  readonly place: Place;
  /** In force when it was signed. */
  readonly policyVersion: string;
  readonly used: number;
  readonly endsAt: Date;
  readonly withdrawnAt: Date | null;
  readonly withdrawnBy: AuditActor | null;
  /** Its end has come, by the store's clock. */
  readonly over: boolean;
}

/** Which replica's policy is in force, and since when people are in their groups. */
export interface PolicyKeeper {
  /** Makes this replica's policy the active one; CONFIG_CHANGED where it was another one. */
  activate(version: string, detail: Readonly<Record<string, unknown>>): Promise<void>;
  /** The active version; empty before the first one was activated. */
  active(): Promise<string>;
  /**
   * Notes who is in a group now (sealed as ROSTER_CHANGED, and posted, for who came and went) and tells who may vote
   * through it: members who have been seen in it for 24 h by the store's clock, or were there when the group was first
   * seen. `members` must be Slack's answer of this moment, never a remembered one: who is missing in it has left.
   */
  settled(groupId: string, members: ReadonlySet<string>): Promise<ReadonlySet<string>>;
  /** What was last noted of one person in a group; notes nothing. Undefined: not in it, or never looked at. */
  membership(groupId: string, userId: string): Promise<Membership | undefined>;
}

export interface Membership {
  /** Null: was there when the group was first seen. */
  readonly since: Date | null;
  /** From then on votes through this group count; null: they always did. */
  readonly settledAt: Date | null;
  readonly settled: boolean;
}

/**
 * Messages that are said once, in order, until Slack has taken them; what they say is drawn from the request or the
 * incident.
 */
export interface Outbox {
  /**
   * Those that can be said now: the approvals lane before all others, in each lane the oldest first, of each channel the
   * oldest few. Those under a card that is not posted yet are not among them; of each incident only its next entry is.
   */
  waiting(limit: number): Promise<readonly Notice[]>;
  /** Noted before a post begins. */
  attempt(notice: Notice): Promise<void>;
  said(notice: Notice, messageTs: string): Promise<void>;
  giveUp(notice: Notice): Promise<void>;
}

export type Notice = RequestNotice | EntryNotice | DigestNotice | SilenceEndNotice;

interface WaitingNotice {
  /** In the message's metadata, so that a post whose answer was lost is found again. */
  readonly id: string;
  readonly lane: 'approvals' | 'alerts';
  readonly channel: string;
  /** Undefined: into the channel. Of a notice under a card: the card's message, or the thread that the card is in. */
  readonly threadTs: string | undefined;
  /** Said in the thread of the card in this channel, as soon as that is posted. */
  readonly underCard: boolean;
  /** A user id: said in that person's direct messages, and in the place above only where these can't be opened. */
  readonly privateTo?: string;
  /** A post was begun and its answer never noted: look for the message before posting again. */
  readonly attempted: boolean;
}

/**
 * `reminder`: it expires soon. `asking`: to the requester, a run waits for somebody's word. `outcome`: to the requester, whatever came of it. `became`: to the requester alone, what
 * became of jobs of which `outcome` could only say that they were sent. `used`: to the signer of a preapproval,
 * about the request that used it. `page-failed`: who may approve could not be paged (`detail`: target, why). `roster`: who came into a group and who left (`detail`: group, joined, left).
 */
export interface RequestNotice extends WaitingNotice {
  readonly kind: 'reminder' | 'asking' | 'outcome' | 'became' | 'used' | 'page-failed' | 'roster';
  /** What it is about. Of a roster's change: an id of its own. */
  readonly requestId: RequestId;
  /** Plain data: what can't be drawn from the request. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** One entry of an incident's thread. */
export interface EntryNotice extends WaitingNotice {
  readonly kind: 'entry';
  readonly incidentId: IncidentId;
  readonly entry: NumberedEntry;
  /** It is older than what the root said when it was first posted: the root has told it already. */
  readonly toldByRoot: boolean;
}

/** What a quiet window held back. */
export interface DigestNotice extends WaitingNotice {
  readonly kind: 'digest';
  readonly digest: Digest;
}

/** A silence is over, and no incident is open whose thread could say so. */
export interface SilenceEndNotice extends WaitingNotice {
  readonly kind: 'silence-end';
  readonly silence: Pick<Silence, 'app' | 'rule' | 'queue' | 'request'>;
}
