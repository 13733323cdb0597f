import type { ExecutionId, IncidentId, RequestId, RunId } from './ids.ts';

/** Events of the audit log (facts: a closed set, so that a reader can rely on it). */
export type AuditEvent =
  | 'REQUESTED'
  | 'VOTED'
  | 'WITHDRAWN'
  | 'REJECTED'
  | 'EXPIRED'
  | 'CANCELLED'
  | 'INVALIDATED'
  | 'CLAIMED'
  | 'INTENT'
  | 'RESULT'
  | 'OUTCOME'
  | 'RECONCILED'
  | 'ARCHIVED'
  | 'RESTORED'
  | 'ALERT_FIRED'
  | 'ALERT_ROSE'
  | 'ALERT_RESOLVED'
  | 'ACKNOWLEDGED'
  | 'ACK_LAPSED'
  | 'SILENCED'
  | 'SILENCE_ENDED'
  | 'ESCALATED'
  | 'PAGED'
  | 'ACCEPTED'
  | 'PREAPPROVED'
  | 'STOPPED'
  | 'CONTINUED'
  | 'CONFIG_CHANGED'
  | 'ROSTER_CHANGED'
  | 'KILL_SWITCH'
  | 'AUTH_DENIED'
  | 'READ';

/** Who did it: a person with the account used and the name as it was seen, or Queuekeeper itself. */
export interface AuditActor {
  readonly person: string;
  readonly teamId: string;
  readonly userId: string;
  readonly name: string;
}

/** What Queuekeeper does by itself: who expires a request, lifts a pause whose time is over, sees who came into a group. */
export const queuekeeper: AuditActor = {
  ...{ person: 'queuekeeper', teamId: '', userId: '', name: 'Queuekeeper' },
};

/** What is written; `seq`, `at` and the hashes come from the store. */
export interface AuditEntry {
  readonly event: AuditEvent;
  readonly actor: AuditActor;
  readonly verb: string;
  readonly app: string;
  /** What it was about, in short and canonical form: `host=api-1 queue=database:reports`. */
  readonly target: string;
  readonly reason?: string;
  /** Of an incident's rows: the incident. */
  readonly requestId?: RequestId | IncidentId;
  readonly runId?: RunId | ExecutionId;
  readonly outcome?: string;
  /** Plain data; stored as canonical JSON text (keys sorted). No secrets: it is redacted before it gets here. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** An entry as it stands in `audit_log`. Times are UTC with microseconds, by the store's clock. */
export interface AuditRow {
  readonly seq: number;
  /** `2026-11-25 03:00:00.123456`, UTC. */
  readonly at: string;
  readonly event: string;
  /** Canonical JSON text. */
  readonly actor: string;
  readonly verb: string;
  readonly app: string;
  readonly target: string;
  readonly reason: string | null;
  readonly requestId: string | null;
  readonly runId: string | null;
  readonly outcome: string | null;
  /** Canonical JSON text. */
  readonly detail: string;
  readonly prevHash: string;
  readonly hash: string;
}
