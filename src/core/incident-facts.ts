import type { RuleKind } from './alert-description.ts';
import type { EntryKind } from './incident.ts';

/**
 * What an incident's facts are called: whoever measures or evaluates writes them, the root message and its thread read
 * them. All may be missing: then nothing is said of it. Words from outside stand here as they came, escaped where shown.
 */
export interface RootFacts {
  /** Left out: the rule of this name in the configuration. `blind`: a rule that can't be evaluated. */
  readonly watch?: RuleKind | 'blind';
  /** The value that may not be exceeded, in the unit of the incident's value. */
  readonly threshold?: number;
  /** What a worker could take now, the age of the oldest of it, and workers alive and expected. */
  readonly due?: number;
  readonly oldestSeconds?: number;
  readonly alive?: number;
  readonly expected?: number;
  /** So many are RUNNING at the look, but were started since the one before, and nothing of what waits was taken. 0: none. */
  readonly restarting?: number;
  /** Net change of what waits; and at that pace. */
  readonly perMinute?: number;
  readonly emptyInSeconds?: number;
  /** Failures: the most frequent class with its exception and queue, and how many there are of it. */
  readonly count?: number;
  readonly topClass?: string;
  readonly topException?: string;
  readonly topQueue?: string;
  readonly topCount?: number;
  /** ISO 8601, UTC: when the newest of the failures that nobody accepted failed. */
  readonly newestFailedAt?: string;
  /** The queue in which more than half of them are. */
  readonly mainQueue?: string;
  /** Failures stand there that are older than the installation: accepting them is proposed. */
  readonly proposeAccept?: boolean;
  /** Stale rows of those that count; share is 0 to 1. */
  readonly stale?: number;
  readonly eligible?: number;
  readonly share?: number;
  /** Surge: the usual number in a window, and all rows of the window with what is usual of them. */
  readonly usual?: number;
  readonly all?: number;
  readonly usualAll?: number;
  /** Service levels by metric; `max_` and the metric: its threshold. */
  readonly pending?: number;
  readonly failed?: number;
  readonly oldest?: number;
  readonly timeouts?: number;
  /** Laravel's own classes, and the policy's words in a message: one failure may be both. */
  readonly timeoutsByClass?: number;
  readonly timeoutsByText?: number;
  readonly max_pending?: number;
  readonly max_failed?: number;
  readonly max_oldest?: number;
  readonly max_timeouts?: number;
  /** What can't be read, as it is named to people; of rules that are blind, or of an incident that can't be evaluated now. */
  readonly why?: string;
  /** ISO 8601, UTC: when an incident that can't be evaluated now could be for the last time. */
  readonly unreadSince?: string;
  /** ISO 8601, UTC: since when all is as its end asks for; it is over when that has lasted. */
  readonly wellSince?: string;
  /** The blind rule's name. */
  readonly blindRule?: string;
  /** While one of our own operations explains it: its verb and request number, and for how long after its end it does. */
  readonly heldBackBy?: string;
  readonly heldBackRequest?: number;
  readonly heldBackSeconds?: number;
}

/** Besides these: `worst_FACT`, what it was when the value was worst: what is over is told by these. */
export const worstPrefix = 'worst_';

/** And: `top_COLUMN`, a column's most frequent value and how often it stands there: `stripe (12)`. */
export const topPrefix = 'top_';

/**
 * Facts of entries, by kind; likewise all may be missing. `by`: a Slack user id; beside it `name`: as it was seen, since a reply
 * that tells what was done mentions nobody. Times are ISO 8601, UTC.
 */
export interface EntryFacts {
  readonly rose: { readonly value?: number; readonly threshold?: number };
  /** How long it took since it fired. */
  readonly resolved: { readonly seconds?: number; readonly value?: number };
  readonly acknowledged: { readonly by?: string; readonly value?: number };
  readonly 'ack-lapsed': { readonly by?: string; readonly why?: 'rose' | 'doubled'; readonly value?: number };
  readonly 'ack-reminder': { readonly by?: string; readonly seconds?: number; readonly value?: number };
  readonly repeated: { readonly seconds?: number; readonly value?: number };
  /** `mention`: user or group id; null: nobody, so that it only pages. `seconds`: of the chain's step. */
  readonly escalated: {
    readonly mention?: string | null;
    readonly step?: number;
    readonly seconds?: number;
    readonly page?: boolean;
  };
  readonly paged: { readonly target?: string; readonly event?: string };
  readonly 'page-failed': { readonly target?: string; readonly event?: string; readonly why?: string };
  readonly silenced: { readonly by?: string; readonly until?: string; readonly reason?: string };
  /** Failures up to this id are known from here on. */
  readonly accepted: {
    readonly by?: string;
    readonly upTo?: number;
    readonly reason?: string;
    readonly request?: number | null;
  };
  readonly 'silence-ended': { readonly firing?: boolean; readonly value?: number };
  readonly burst: {
    readonly new?: number;
    readonly count?: number;
    readonly topClass?: string;
    readonly topException?: string;
    readonly topQueue?: string;
  };
  readonly 'new-fingerprint': {
    readonly topClass?: string;
    readonly topException?: string;
    /** Its message without what differs from job to job: often all that tells it from those that are known. */
    readonly topMessage?: string;
    readonly topQueue?: string;
  };
  readonly operation: {
    readonly request?: number;
    readonly verb?: string;
    readonly phase?: 'began' | 'ended';
    readonly outcome?: string;
    readonly by?: string;
    readonly value?: number | null;
    readonly before?: number | null;
  };
  readonly 'held-back': { readonly verb?: string; readonly request?: number; readonly seconds?: number };
  readonly flapping: { readonly changes?: number; readonly over?: boolean };
  /** Instants. `found`: what the first look after it saw of the condition. */
  readonly unwatched: {
    readonly from?: string;
    readonly until?: string;
    readonly found?: 'over' | 'firing' | 'unknown';
  };
}

export type FactsOf<Kind extends EntryKind> = EntryFacts[Kind];
