import type { Severity } from './alert-description.ts';
import type { AuditActor } from './audit.ts';
import type { GatheringId, IncidentId } from './ids.ts';

export type { GatheringId, IncidentId } from './ids.ts';

/** Rule, app and queue label (empty: the whole app), joined by `/`: `reports-backlog/fap/database:reports`. */
export type Fingerprint = string & { readonly fingerprint: unique symbol };

export const fingerprintOf = (rule: string, app: string, queue: string | undefined): Fingerprint =>
  `${rule}/${app}/${queue ?? ''}` as Fingerprint; // this is what a fingerprint is

/** An incident as the store has it: what its root message says follows from this alone. Times are the store's clock. */
export interface Incident {
  readonly id: IncidentId;
  /** Of the one sequence of requests and incidents: `#12`. */
  readonly number: number;
  readonly fingerprint: Fingerprint;
  readonly rule: string;
  readonly app: string;
  /** `database:reports`. */
  readonly queue: string | undefined;
  readonly severity: Severity;
  readonly state: 'open' | 'acknowledged' | 'resolved';
  /** Since when the condition held, and when it fired. */
  readonly breachedAt: Date;
  readonly firedAt: Date;
  readonly resolvedAt: Date | undefined;
  readonly acknowledgement: Acknowledgement | undefined;
  readonly value: number | undefined;
  /** The worst value of the episode. */
  readonly worst: number | undefined;
  /** Numbers and words for the message: threshold, alive, perMinute, top class and exception … */
  readonly facts: IncidentFacts;
  /** Fires and is over again and again: only its root is edited. */
  readonly flapping: boolean;
  /** Indexes of the escalation's steps that were taken. */
  readonly steps: readonly number[];
  /** Held back by the quiet window or a silence: it has no root, and what happens in it is not said. */
  readonly hushed: boolean;
  /** The root that it was gathered under; undefined: it has a root of its own. */
  readonly gatheredIn: GatheringId | undefined;
  /** How many entries its thread has. */
  readonly entries: number;
  /** Grows with each change: a root is drawn again until Slack shows the newest. */
  readonly version: number;
}

export interface Acknowledgement {
  readonly by: AuditActor;
  readonly at: Date;
  /** It lapses when the severity rises or the value reaches twice this. */
  readonly value: number | undefined;
  readonly severity: Severity;
  readonly remindedAt: Date;
  /** Its own number: `#15`. Left out: an earlier release gave it none. */
  readonly request?: number;
}

export type IncidentFacts = Readonly<Record<string, string | number | boolean | null>>;

/** One reply in an incident's thread, numbered within its episode: each is said once, in order. */
export interface ThreadEntry {
  readonly kind: EntryKind;
  readonly at: Date;
  readonly facts: IncidentFacts;
}

/** An entry with its place in the thread, from 1, without gaps. */
export interface NumberedEntry extends ThreadEntry {
  readonly number: number;
  /** The incident's version that it belongs to. */
  readonly version: number;
}

/** Shown in the channel as well as in the thread: what must not wait until somebody opens the thread. */
export const isVisible = ({ kind, facts }: ThreadEntry): boolean =>
  visible.has(kind) || (kind === 'silence-ended' && facts['firing'] === true);

/** Many incidents at once: one root that lists them, and a reply below it for each, where its story lives. */
export interface Gathering {
  readonly id: GatheringId;
  readonly at: Date;
  /** Those that were gathered, in the order in which they fired; they stay until and after they are resolved. */
  readonly incidents: readonly Incident[];
  /** Grows whenever one of them changes. */
  readonly version: number;
}

/** What a quiet window held back, said once at its end. */
export interface Digest {
  /** The end of the window: one digest each. */
  readonly endedAt: Date;
  /** Warnings that still fire: let out by the same tick, each with its own root. */
  readonly firing: readonly IncidentId[];
  /** Those that came and went meanwhile. */
  readonly passed: readonly IncidentId[];
}

export type EntryKind =
  | ('rose' | 'resolved' | 'acknowledged' | 'ack-lapsed' | 'ack-reminder' | 'repeated')
  | ('escalated' | 'paged' | 'page-failed' | 'silenced' | 'silence-ended')
  | ('accepted' | 'burst' | 'new-fingerprint' | 'operation' | 'held-back' | 'flapping' | 'unwatched');

export interface Silence {
  readonly id: string;
  readonly rule: string;
  readonly app: string;
  /** Undefined: the rule wherever it fires. */
  readonly queue: string | undefined;
  readonly from: Date;
  readonly until: Date;
  readonly reason: string;
  readonly by: AuditActor;
  /** An approver's: it holds back what is critical as well. */
  readonly critical: boolean;
  /** Its own number: `#15`. Left out: an earlier release gave it none. */
  readonly request?: number;
}

/** Failures up to this id are known, and no longer counted. */
export interface Accepted {
  readonly app: string;
  readonly queue: string | undefined;
  readonly jobClass: string | undefined;
  readonly upTo: number;
  readonly at: Date;
  readonly reason: string;
  readonly by: AuditActor;
  /** Its own number: `#15`. Left out: an earlier release gave it none. */
  readonly request?: number;
}

const visible: ReadonlySet<EntryKind> = new Set([
  ...(['rose', 'escalated', 'repeated', 'new-fingerprint', 'page-failed'] as const),
]);
