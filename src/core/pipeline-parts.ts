import type { Approvals, PolicyKeeper, Preapprovals, RunControl } from './approval-ports.ts';
import type { Clock } from './clock.ts';
import type { ApprovalPolicy } from './configuration.ts';
import type { ExecutionRunner } from './execution-runner.ts';
import type { RequestId } from './ids.ts';
import type { Gathering, Incident } from './incident.ts';
import type { Cards, Directory } from './invocation.ts';
import type { Log } from './log.ts';
import type { PressOperation, SealedOperation } from './operation.ts';
import type { Locale, Roster } from './people.ts';
import type { Recent } from './recent.ts';
import type { Refusal } from './refusal.ts';
import type { Reply } from './reply.ts';
import type { RequestView } from './request.ts';
import type { AuditLog, Inbound, Requests } from './store-ports.ts';

export interface PipelineParts<World> {
  readonly operations: readonly SealedOperation<World>[];
  readonly presses: readonly PressOperation<World>[];
  /** By the app's name; the first one is the default. */
  readonly worlds: ReadonlyMap<string, World>;
  readonly roster: Roster;
  readonly commandChannels: readonly string[] | undefined;
  readonly directory: Directory;
  readonly audit: Pick<AuditLog, 'note'>;
  readonly inbound: Inbound;
  readonly recent: Recent;
  readonly executions: Pick<ExecutionRunner<World>, 'start'>;
  readonly approving: ApprovingParts;
  readonly threads: IncidentThreads;
  readonly say: Sayings;
  readonly newAuditId: () => string;
  readonly clock: Clock;
  readonly log: Log;
  /** Of the channels: for visible posts. */
  readonly locale: Locale;
}

/** Which incident a thread is about. */
export interface IncidentThreads {
  /** Undefined: none. Rejects with `StoreUnavailable` when the store is away. */
  findByThread(channel: string, threadTs: string): Promise<Incident | undefined>;
  /** Whose root it is below where many incidents were gathered. */
  findGatheringByThread(channel: string, threadTs: string): Promise<Gathering | undefined>;
  /** The post of a root there was begun, and nobody knows yet as which message: it may be this thread's. */
  isPosting(channel: string): Promise<boolean>;
}

/** What asking other persons, and their answers, need. */
export interface ApprovingParts {
  readonly approvals: Approvals;
  readonly control: RunControl;
  readonly requests: Pick<Requests, 'find'>;
  readonly preapprovals: Pick<Preapprovals, 'find'>;
  readonly policyKeeper: Pick<PolicyKeeper, 'active' | 'settled'>;
  readonly policy: ApprovalPolicy;
  readonly policyVersion: string;
  /** `slack.channels.approvals`: where the main card is; undefined: where it was asked. */
  readonly channel: string | undefined;
  /** An open request pages who may approve it. */
  readonly pages: boolean;
  readonly cards: Cards;
  /** A request may be approved now. */
  readonly kick: () => void;
  readonly newId: () => RequestId;
}

/** Sentences, which core has none of. */
export interface Sayings {
  refusal(refusal: Refusal, locale: Locale): Reply;
  fault(auditId: string, locale: Locale): Reply;
  share(locale: Locale): string;
  /** In place of a form that can't be opened here: the button that does. */
  openForm(verb: string, words: string, locale: Locale): Reply;
  /** A request was asked: its number, and where its main card is. */
  asked(view: RequestView, channel: string, locale: Locale): Reply;
}
