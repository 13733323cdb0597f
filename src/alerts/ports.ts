/**
 * What alerts need of the world. `src/store` keeps, `src/laravel` and `src/hosts` measure, `src/slack` says; `src/app.ts`
 * puts it together. Store calls reject with `StoreUnavailable` when it is away; what could not be measured is a value.
 */
import type { AlertRule, Severity } from '../core/alert-description.ts';
import type { AuditActor } from '../core/audit.ts';
import type { CardPicture } from '../core/card-picture.ts';
import type { Chart } from '../core/chart.ts';
import type {
  Accepted,
  Digest,
  Fingerprint,
  Gathering,
  GatheringId,
  Incident,
  IncidentFacts,
  IncidentId,
  NumberedEntry,
  Silence,
  ThreadEntry,
} from '../core/incident.ts';
import type { Read } from '../core/reading.ts';
import type { RuleState } from './episode.ts';
import type { Judgement, Sample } from './judgement.ts';
import type { FailureKind } from './measuring-ports.ts';

export type { Chart } from '../core/chart.ts';

// ── Measuring (src/laravel, src/hosts through operations' ports) ─────────────────────────────────────────────────

/**
 * What one rule's evaluation sees: one judgement for each fingerprint, made of the tick's measurements. Everything that
 * several rules need is measured once a tick. Ages are by the application database's clock.
 */
export interface Measured {
  readonly fingerprint: Fingerprint;
  readonly queue: string | undefined;
  readonly judgement: Judgement;
  /** What goes into the ring of samples: the rule's own value. */
  readonly sample: number | undefined;
  /** Top class and exception, live workers, empty in about … for the message; only made for what holds or is an open incident. */
  readonly facts: IncidentFacts;
  /** Where failures are what is measured: how they look, the most frequent first, so that a new kind is noticed. */
  readonly kinds?: readonly FailureKind[];
}

export interface Measurer {
  /**
   * One tick over the rules that are due. Never rejects: what failed is an unknown judgement. `memory`: as the store loaded
   * it for this tick; its clock is that of the samples. Trend values are measured at every tick, whatever is due.
   */
  measure(due: readonly AlertRule[], signal: AbortSignal, memory: KnownToMeasure): Promise<MeasuredTick>;
}

export type KnownToMeasure = Pick<AlertMemory, 'now' | 'accepted' | 'open'>;

export interface MeasuredTick {
  readonly measured: readonly { readonly rule: AlertRule; readonly of: readonly Measured[] }[];
  /** Trend values for `trend` and charts, named by `trendSeries` (`trend-series.ts`). */
  readonly series: ReadonlyMap<string, number>;
  /** Milliseconds by statement's name, for the tick's recorded cost. */
  readonly cost: ReadonlyMap<string, number>;
}

// ── Keeping (src/store) ──────────────────────────────────────────────────────────────────────────────────────────

export interface AlertStore {
  /**
   * The one evaluator's lease with its token, for 60 s from now; undefined: another replica has it. The same holder gets
   * it again, with the same token while it is not over.
   */
  takeLease(holder: string): Promise<EvaluatorLease | undefined>;
  /** Ends the lease at once, so that another replica need not wait (shutdown). */
  handBack(lease: EvaluatorLease): Promise<void>;
  /**
   * States of all fingerprints, open incidents, live silences and accepted failures, at the store's own now. Loaded anew for
   * each tick: a commit whose answer was lost may have been taken. Throws `LeaseLost`.
   */
  load(lease: EvaluatorLease): Promise<AlertMemory>;
  /**
   * One transaction, checked against the lease's token and time: states, samples, incidents with their thread entries
   * (numbered, each put into the outbox once), sealed audit rows. Silences whose end has come are sealed as ended. Where
   * more than five roots wait to be posted they are gathered. Of an incident that is resolved or not there nothing
   * changes. One that is resolved and was to page owes its pager the end from here on, until `pageEnds` names it. Throws
   * `LeaseLost`.
   */
  commit(lease: EvaluatorLease, tick: TickChanges): Promise<void>;
  /** Ascending, of one series or fingerprint; thinned as they age (30 s for a day, 5 min for a month). */
  samples(series: string, since: Date, until?: Date): Promise<readonly Sample[]>;
  /** Deletes and thins what is old; bounded, called now and then by the evaluator. */
  thin(): Promise<void>;
}

/** What people do with incidents; each in one transaction with its sealed row and its thread entry. */
export interface AlertDesk {
  /** Open ones first, newest first. */
  incidents(app: string, limit: number): Promise<readonly Incident[]>;
  find(key: { readonly id: IncidentId } | { readonly number: number }): Promise<Incident | undefined>;
  /** The incident whose thread this is; undefined also in a gathering's thread, which is that of many. */
  findByThread(channel: string, threadTs: string): Promise<Incident | undefined>;
  findGatheringByThread(channel: string, threadTs: string): Promise<Gathering | undefined>;
  /** The post of a root there was begun, and Slack's answer is not in the store yet. */
  isPosting(channel: string): Promise<boolean>;
  findGathering(id: GatheringId): Promise<Gathering | undefined>;
  /** What the incident's thread says, in order. */
  entries(id: IncidentId): Promise<readonly NumberedEntry[]>;
  states(app: string): Promise<readonly StoredState[]>;
  /** Live ones, those that end first before the others. */
  silences(app: string): Promise<readonly Silence[]>;
  accepted(app: string): Promise<readonly Accepted[]>;
  samples: AlertStore['samples'];
  /** With a number of its own; where it is acknowledged already nothing happens, and none is taken. */
  acknowledge(id: IncidentId, actor: AuditActor): Promise<Changed>;
  /** From now by the store's clock; told in the threads of the open incidents that it is for. Has a number of its own. */
  silence(
    silence: Omit<Silence, 'id' | 'from' | 'until' | 'request'> & { readonly seconds: number },
  ): Promise<Silence>;
  /** Of the same queue and class the newest counts. Has a number of its own. */
  accept(accepted: Omit<Accepted, 'at' | 'request'>): Promise<Accepted>;
  /** One of these three, by its number. */
  findAct(number: number): Promise<NumberedAct | undefined>;
  /**
   * An operation that touches an open incident's queue, or was started in its thread: begun, and its outcome; each is told
   * once. One that names no queue touches the incidents of the whole app. The entry's facts: `request`, `verb`, `phase`,
   * `outcome`, `by` (user id), `value` (the incident's, then), and at the end `before` (the value when it began).
   */
  noteOperation(note: OperationNote): Promise<void>;
  /**
   * Requests whose beginning a thread tells and not their end, although they may have had their outcome for longer than
   * anybody waits for a measurement; at most a day ago. Ascending.
   */
  unendedOperations(): Promise<readonly number[]>;
}

/** What a person said of incidents or failures, as `audit #15` names it. */
export interface NumberedAct {
  readonly number: number;
  readonly verb: string;
  /** `rule=slo queue=database:reports`. */
  readonly target: string;
}

export type Changed =
  | { readonly ok: true; readonly incident: Incident }
  | {
      readonly ok: false;
      readonly why: 'no-incident' | 'resolved' | 'already';
      readonly incident?: Incident;
    };

export interface OperationNote {
  readonly app: string;
  readonly queue: string | undefined;
  readonly incidentId?: IncidentId;
  readonly requestNumber: number;
  readonly verb: string;
  readonly phase: 'began' | 'ended';
  readonly outcome?: string;
  readonly actor: AuditActor;
}

export interface EvaluatorLease {
  readonly token: number;
}

export interface StoredState {
  readonly fingerprint: Fingerprint;
  readonly rule: string;
  readonly app: string;
  readonly queue: string | undefined;
  readonly state: RuleState;
  readonly incidentId: IncidentId | undefined;
  /** Hash of the rule's own numbers: a changed rule begins anew. */
  readonly ruleHash: string;
}

export interface AlertMemory {
  /** The store's clock. */
  readonly now: Date;
  /** When a tick was committed last, whichever replica's; undefined: none ever was. */
  readonly tickedAt: Date | undefined;
  readonly states: ReadonlyMap<Fingerprint, StoredState>;
  readonly open: ReadonlyMap<Fingerprint, Incident>;
  readonly silences: readonly Silence[];
  /** Ended, and not yet sealed as such: the commit does it. Their end is for the threads of their incidents. */
  readonly endedSilences: readonly Silence[];
  /** Came and went while they were hushed, and not in a digest yet. */
  readonly passed: readonly Incident[];
  readonly accepted: readonly Accepted[];
  /** They are over, and that whoever was paged about them knows it is not written down; those that were resolved first before the others. */
  readonly unended: readonly Incident[];
  /** Our own pauses, restarts and bulk retries that run or ended less than `alerts.hold_after` ago. */
  readonly doings: readonly Doing[];
  /** How often it fired or was resolved in the last hour, by fingerprint, for flapping. */
  readonly recent: ReadonlyMap<Fingerprint, number>;
}

export interface Doing {
  readonly app: string;
  readonly queue: string | undefined;
  readonly verb: string;
  readonly requestNumber: number;
  readonly endedAt: Date | undefined;
}

export interface TickChanges {
  /** The tick's own now, as `load` gave it: when its incidents fired and were resolved, and when samples were taken. */
  readonly at: Date;
  readonly states: readonly StoredState[];
  readonly samples: ReadonlyMap<string, number>;
  readonly opened: readonly NewIncident[];
  readonly changed: readonly IncidentChange[];
  /** Fingerprints whose rule or queue is no longer configured: their states go. */
  readonly forgotten?: readonly Fingerprint[];
  readonly digest?: Digest;
  /** Silences whose end no incident's thread tells: the channel is told. */
  readonly silencesOver?: readonly Silence[];
  /** Incidents whose pager knows that they are over, or never will. */
  readonly pageEnds?: readonly PageEnd[];
  readonly costMs: number;
}

export interface PageEnd {
  readonly id: IncidentId;
  /** False: given up. */
  readonly taken: boolean;
}

export interface NewIncident {
  readonly id: IncidentId;
  readonly fingerprint: Fingerprint;
  readonly rule: string;
  readonly app: string;
  readonly queue: string | undefined;
  readonly severity: Severity;
  readonly breachedAt: Date;
  readonly value: number | undefined;
  /** Steps of the escalation that are taken at once. */
  readonly steps?: readonly number[];
  readonly facts: IncidentFacts;
  /** Held back by the quiet window or a silence: no root is posted until it is let out. */
  readonly hushed: boolean;
  readonly entries: readonly ThreadEntry[];
}

/** Only what changes; entries are added. */
export interface IncidentChange {
  readonly id: IncidentId;
  readonly severity?: Severity;
  readonly state?: Incident['state'];
  readonly value?: number;
  readonly worst?: number;
  readonly facts?: IncidentFacts;
  readonly flapping?: boolean;
  readonly steps?: readonly number[];
  readonly acknowledgement?: Incident['acknowledgement'] | null;
  readonly hushed?: boolean;
  readonly entries: readonly ThreadEntry[];
}

// ── Saying (src/slack) and paging ────────────────────────────────────────────────────────────────────────────────

/** Draws a picture of series over time. PNG bytes; in words: its alt text is made beside it. */
export interface ChartDrawer {
  draw(chart: Chart): Promise<Uint8Array>;
}

/** Which roots have a picture, and who makes the next one. All replicas share it. */
export interface RootPictures {
  /**
   * Roots of incidents that stand by themselves and whose picture nobody is making: open ones, and those that were resolved
   * a moment ago. `now`: the store's clock.
   */
  list(): Promise<{ readonly now: Date; readonly roots: readonly RootPicture[] }>;
  /** True for exactly one caller: the picture of this state is its to make within the next minute. */
  claim(root: RootPicture, of: string): Promise<boolean>;
  /** Slack has the file and may show it in so many seconds: the root is drawn again then. Undefined: there is nothing to draw. */
  made(root: RootPicture, picture: CardPicture | undefined, readyInSeconds: number): Promise<void>;
  failed(root: RootPicture): Promise<void>;
}

export interface RootPicture {
  readonly incident: Incident;
  readonly channel: string;
  /** Counts the tries: two that make the same one are told apart by it. */
  readonly turn: number;
  /** The last try; undefined: there was none. */
  readonly last: LastPicture | undefined;
}

export interface LastPicture {
  /** The state that it shows. */
  readonly of: string;
  readonly at: Date;
  /** In a row, in this state. */
  readonly failures: number;
  /** Its process died. */
  readonly unfinished: boolean;
}

export interface Pager {
  /** `key`: one per incident. Rejections are values: a page that fails is tried again and told in the thread. */
  page(
    event: 'trigger' | 'acknowledge' | 'resolve',
    incident: Incident,
    summary: string,
    signal: AbortSignal,
  ): Promise<Read<null>>;
}
