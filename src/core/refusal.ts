import type { MissingPart } from './reading.ts';

/**
 * Why something was not done: a code and its parameters, turned into a sentence in `src/text/refusals.ts` alone.
 * A refusal is a value; what is thrown is a bug or an outage.
 */
export type Refusal =
  // What was typed
  | { readonly code: 'unknown-verb'; readonly typed: string; readonly nearest?: string }
  | {
      readonly code: 'unknown-queue';
      readonly typed: string;
      readonly nearest?: string;
      readonly known: readonly string[];
    }
  | { readonly code: 'ambiguous-queue'; readonly typed: string; readonly candidates: readonly string[] }
  | { readonly code: 'unknown-app'; readonly typed: string; readonly known: readonly string[] }
  | {
      readonly code: 'unknown-filter';
      readonly verb: string;
      readonly key: string;
      readonly known: readonly string[];
    }
  | { readonly code: 'unclosed-quote'; readonly quote: string }
  | { readonly code: 'filter-twice'; readonly key: string }
  | { readonly code: 'missing-argument'; readonly verb: string; readonly usage: string }
  | {
      readonly code: 'too-many-arguments';
      readonly verb: string;
      readonly usage: string;
      readonly extra: string;
    }
  | { readonly code: 'not-a-job-id'; readonly typed: string }
  | { readonly code: 'not-a-duration'; readonly key: string; readonly typed: string }
  | {
      readonly code: 'not-a-number';
      readonly key: string;
      readonly typed: string;
      readonly least: number;
      readonly most: number;
    }
  | { readonly code: 'duration-too-long'; readonly typed: string; readonly mostSeconds: number }
  | { readonly code: 'not-a-person'; readonly typed: string }
  | { readonly code: 'too-long'; readonly what: string; readonly limit: number }
  // Who and where
  | {
      readonly code: 'not-a-member';
      readonly standing: 'guest' | 'stranger' | 'bot' | 'deactivated' | 'unknown';
    }
  | {
      readonly code: 'needs-role';
      readonly role: 'operator' | 'approver';
      readonly verb: string;
      readonly unreadableGroups: readonly string[];
    }
  | { readonly code: 'channel-not-allowed'; readonly allowed: readonly string[] }
  | { readonly code: 'channel-shared' }
  | { readonly code: 'not-in-channel'; readonly verb: string }
  | { readonly code: 'not-in-direct-message'; readonly verb: string }
  | { readonly code: 'slack-unreadable' }
  /** Asked from a shell, which has no person. */
  | { readonly code: 'no-person'; readonly verb: string }
  // What it would touch
  | {
      readonly code: 'job-not-found';
      readonly verb: string;
      readonly typed: readonly string[];
      /** The others that were named. */
      readonly others: readonly string[];
    }
  | {
      readonly code: 'job-unsafe';
      readonly verb: string;
      readonly jobs: readonly UnsafeJob[];
      readonly others: readonly string[];
    }
  | {
      readonly code: 'needs-approval';
      readonly verb: string;
      readonly count: number;
      readonly limit: number;
      readonly costly: boolean;
      readonly usedInWindow: number;
      readonly withinSeconds: number;
      /** Words that ask another person for the same; the pipeline goes on with them. */
      readonly instead: string;
    }
  // What two persons decide
  | { readonly code: 'app-frozen'; readonly reason: string; readonly byUserId: string; readonly at: Date }
  | { readonly code: 'not-frozen' }
  | { readonly code: 'policy-outdated' }
  | { readonly code: 'nothing-to-do'; readonly verb: string; readonly leftOut: number }
  | { readonly code: 'open-request'; readonly request: number }
  | { readonly code: 'too-many-requests'; readonly limit: number }
  | { readonly code: 'own-request'; readonly request: number }
  | { readonly code: 'only-requester'; readonly request: number }
  | { readonly code: 'voted-already'; readonly request: number }
  | { readonly code: 'no-vote'; readonly request: number }
  /** Decided, expired or begun meanwhile. */
  | { readonly code: 'request-moved-on'; readonly request: number; readonly state: string }
  | { readonly code: 'unknown-request'; readonly typed: string }
  | { readonly code: 'not-its-card' }
  | { readonly code: 'group-too-young'; readonly hours: number }
  | { readonly code: 'reason-missing'; readonly verb: string }
  | { readonly code: 'too-few-hours'; readonly typed: string }
  | { readonly code: 'no-preapproval'; readonly why: 'not-configured' | 'costly' | 'too-long' | 'too-many' }
  | {
      readonly code: 'restore-impossible';
      readonly request: number;
      readonly why: 'no-write-account' | 'nothing-archived' | 'running';
    }
  | {
      readonly code: 'restart-impossible';
      readonly queue: string;
      readonly why: 'no-workers' | 'not-listed';
      readonly group?: string;
    }
  /** `said`: by the configuration, or by the application's own APP_ENV. */
  | {
      readonly code: 'drill-in-production';
      readonly said: 'configuration' | 'application';
      readonly environment: string;
    }
  /** Unknown is not "not production". */
  | { readonly code: 'drill-environment-unknown'; readonly missing: MissingPart }
  | { readonly code: 'drill-command'; readonly words: string }
  | { readonly code: 'form-lost'; readonly verb: string; readonly words: string }
  // Pauses of queues
  | {
      readonly code: 'no-pause';
      readonly verb: 'pause' | 'resume';
      readonly queue: string;
      readonly why: 'not-configured' | 'no-shared-cache' | 'old-laravel';
      /** Laravel's, where it is too old. */
      readonly version: string;
      /** What would be stopped by Supervisor instead. */
      readonly instead?: SupervisorStop;
    }
  /** What it needs to look at is away; what is known all the same. */
  | {
      readonly code: 'pause-blind';
      readonly verb: 'pause' | 'resume';
      readonly queue: string;
      /** Undefined: nobody knows. */
      readonly paused: boolean | undefined;
      readonly missing: readonly MissingPart[];
      readonly instead?: SupervisorStop;
    }
  | {
      readonly code: 'already-paused';
      readonly queue: string;
      /** Words that let workers come back. */
      readonly resume: string;
      /** Left out: it was paused past Queuekeeper. */
      readonly by?: { readonly userId: string; readonly request: number; readonly until: Date | null };
    }
  | { readonly code: 'not-paused'; readonly queue: string }
  | { readonly code: 'paused-by-run'; readonly queue: string; readonly request: number }
  // Incidents and their rules
  | { readonly code: 'unknown-incident'; readonly typed: string }
  /** Said below the root of many; `words`: the same of this one. */
  | {
      readonly code: 'which-incident';
      readonly verb: string;
      readonly incidents: readonly {
        readonly number: number;
        readonly rule: string;
        readonly queue: string | undefined;
        readonly severity: 'warning' | 'critical';
        readonly words: string;
      }[];
    }
  | { readonly code: 'incident-resolved'; readonly incident: number; readonly at: Date }
  /** Requests and incidents share one sequence of numbers. */
  | {
      readonly code: 'other-kind';
      readonly number: number;
      readonly is: 'request' | 'incident';
      readonly verb: string;
    }
  | {
      readonly code: 'unknown-rule';
      readonly typed: string;
      readonly nearest?: string;
      readonly known: readonly string[];
    }
  /** `only`: the queue that the rule is about; left out: the whole application. */
  | {
      readonly code: 'rule-without-queue';
      readonly rule: string;
      readonly queue: string;
      readonly only?: string;
    }
  | { readonly code: 'silence-too-long'; readonly typed: string }
  /** `incident`: what is critical now; left out: the rule's own severity is. */
  | { readonly code: 'silence-critical'; readonly rule: string; readonly incident?: number }
  // One job by hand
  | {
      readonly code: 'no-once';
      readonly queue: string;
      readonly why: 'not-configured' | 'maintenance';
    }
  /** `resume`: words that let workers come back. */
  | { readonly code: 'once-paused'; readonly queue: string; readonly resume: string }
  | {
      readonly code: 'queue-empty';
      readonly queue: string;
      readonly delayed: number | undefined;
      readonly reserved: number | undefined;
    }
  /** `words`: the same, asked about. */
  | { readonly code: 'once-costly'; readonly queue: string; readonly words: string }
  | { readonly code: 'trend-too-long'; readonly typed: string }
  // The state of things
  | { readonly code: 'busy'; readonly request: number }
  | { readonly code: 'audit-not-writable' }
  | { readonly code: 'store-unreachable' }
  /** `change`: it would have changed something, and did not. */
  | { readonly code: 'part-missing'; readonly missing: readonly MissingPart[]; readonly change?: true }
  | { readonly code: 'out-of-date' }
  | { readonly code: 'not-yet'; readonly verb: string }
  | { readonly code: 'shutting-down' };

/** A failure that artisan would destroy, or run twice, if it were told to retry it (with the reason). */
export interface UnsafeJob {
  readonly id: number;
  readonly why:
    | 'uuid-missing'
    | 'uuid-doubled'
    | 'payload-undecodable'
    | 'double-risk'
    | 'connection-unknown';
}

export interface SupervisorStop {
  readonly group: string;
  readonly hosts: readonly string[];
}

export type Refused = { readonly ok: false; readonly refusal: Refusal };
export type Accepted<T> = { readonly ok: true; readonly value: T };
export type Judged<T> = Accepted<T> | Refused;

export const refuse = (refusal: Refusal): Refused => ({ ok: false, refusal });
export const accept = <T>(value: T): Accepted<T> => ({ ok: true, value });
