import type { AlertDesk } from '../alerts/ports.ts';
import type { AlertRule } from '../core/alert-description.ts';
import type {
  Approvals,
  KillSwitches,
  PolicyKeeper,
  Preapprovals,
  RunControl,
} from '../core/approval-ports.ts';
import type { Clock } from '../core/clock.ts';
import type { ApprovalPolicy } from '../core/configuration.ts';
import type { AuditProof, DrillRecords } from '../core/drill.ts';
import type { QueuePauses } from '../core/pause-ports.ts';
import type { Roster } from '../core/people.ts';
import type { DrillDescription, RunbookDescription } from '../core/runbook-description.ts';
import type { AuditLog, Requests } from '../core/store-ports.ts';
import type { App } from './ports.ts';

/** All that an operation may ask of the world, for one application. */
export interface World {
  readonly app: App;
  /** What `diagnose` looks at, by the queue's name; a queue that is not in it gets workers, backlog and failures. */
  readonly runbooks: ReadonlyMap<string, RunbookDescription>;
  /** Names of all configured applications, the default first. */
  readonly appNames: readonly string[];
  readonly audit: Pick<AuditLog, 'list'>;
  readonly requests: Pick<Requests, 'find' | 'history' | 'doubleRisks'>;
  readonly approvals: Pick<Approvals, 'list'>;
  readonly control: Pick<RunControl, 'targetPage' | 'countsByState' | 'archived'>;
  readonly switches: KillSwitches;
  readonly preapprovals: Preapprovals;
  readonly pauses: QueuePauses;
  readonly keeper: Pick<PolicyKeeper, 'membership' | 'active'>;
  /** This replica's. */
  readonly policyVersion: string;
  /** Where cards of requests are shown; undefined: only where they were asked. */
  readonly approvalsChannel: string | undefined;
  readonly policy: ApprovalPolicy;
  readonly roster: Roster;
  /** What `drill` does, by the queue's name: those of the app's own queues. */
  readonly drills: ReadonlyMap<string, DrillDescription>;
  readonly drillRecords: DrillRecords;
  readonly auditProof: AuditProof;
  /** What people do with incidents of any app. */
  readonly alerts: AlertDesk;
  /** Those about this app, in the order of the file. */
  readonly alertRules: readonly AlertRule[];
  /** So long after its end one of our own operations still holds them back. */
  readonly holdAfterSeconds: number;
  readonly clock: Clock;
}
