import type { AskedRequest, Freeze, PressedCard } from '../../src/core/approval-ports.ts';
import type { AuditActor } from '../../src/core/audit.ts';
import type { ExecutionId, FailedJobId, RequestId } from '../../src/core/ids.ts';
import type {
  ArtisanCallRecord,
  ExecutionState,
  FailedRow,
  FrozenTarget,
  NewRequest,
  RequestState,
  RequestView,
  TargetRecord,
  TargetState,
  VoteView,
} from '../../src/core/request.ts';
import { AuditNotWritable, LeaseLost, type RunningExecution } from '../../src/core/store-ports.ts';

/** A request in memory. `state` is its execution's; `terms` are there where others vote on it. */
export interface Kept {
  readonly request: NewRequest;
  readonly number: number;
  readonly executionId: ExecutionId;
  readonly terms: KeptTerms | undefined;
  requestState: RequestState;
  begun: boolean;
  state: ExecutionState;
  detail: Readonly<Record<string, unknown>>;
  version: number;
  leaseToken: string;
  targets: TargetRecord[];
  calls: ArtisanCallRecord[];
  archived: number;
  rows: { readonly row: FailedRow; restoredAt: Date | null }[];
  restored: number;
  run: KeptRun;
}

export interface KeptTerms {
  readonly asked: AskedRequest;
  readonly expiresAt: Date;
  readonly preapproval: RequestView['preapproval'];
  runBy: Date | null;
  open: boolean;
  votes: VoteView[];
  decision: Readonly<Record<string, unknown>>;
}

export interface KeptRun {
  progress: Readonly<Record<string, unknown>>;
  stoppedBy: AuditActor | null;
  continuedBy: AuditActor | null;
  hasSlot: boolean;
  followToken: string | undefined;
}

/** What the fakes of one test share. Tests look into it and turn its switches. */
export interface Memory {
  readonly kept: Kept[];
  /** Sealed records, in their order. */
  readonly events: string[];
  readonly notices: { readonly requestId: RequestId; readonly kind: string }[];
  readonly frozen: Map<RequestId, FrozenTarget[]>;
  readonly freezes: Map<string, Freeze>;
  /** Messages of cards; a card that is not among them is found by its channel alone. */
  readonly messages: Map<RequestId, PressedCard>;
  /** Signers of preapprovals that have room. */
  readonly signers: Map<RequestId, AuditActor>;
  activePolicy: string | undefined;
  auditWritable: boolean;
  now(): Date;
}

export const createMemory = (
  options: { readonly auditWritable?: boolean; readonly now?: () => Date } = {},
): Memory => ({
  ...{ kept: [], events: [], notices: [], frozen: new Map(), freezes: new Map(), messages: new Map() },
  ...{ signers: new Map(), activePolicy: undefined, auditWritable: options.auditWritable ?? true },
  now: options.now ?? (() => new Date()),
});

export function sealIn(memory: Memory, event: string): void {
  if (!memory.auditWritable) throw new AuditNotWritable('the audit log is full');
  memory.events.push(event);
}

/** The execution's request; throws `LeaseLost` where the lease is another's. */
export function ownIn(memory: Memory, execution: RunningExecution): Kept {
  const found = memory.kept.find(({ executionId }) => executionId === execution.executionId);
  if (found === undefined || found.leaseToken !== execution.leaseToken) throw new LeaseLost('stolen');
  return found;
}

/** The same for what only a live execution may do. */
export function runningIn(memory: Memory, execution: RunningExecution): Kept {
  const found = ownIn(memory, execution);
  if (!isRunning(found)) throw new LeaseLost('it has its outcome already');
  return found;
}

export const isRunning = ({ begun, state }: Kept): boolean =>
  begun && (state === 'executing' || state === 'unknown');

/** The request that holds the slot of an app and host. */
export const findHolder = (memory: Memory, { app, host }: NewRequest): Kept | undefined =>
  memory.kept.find(
    (one) => isRunning(one) && one.run.hasSlot && one.request.app === app && one.request.host === host,
  );

export const keep = (memory: Memory, request: NewRequest, terms?: KeptTerms): Kept => {
  const number = memory.kept.length + 1;
  const kept: Kept = {
    ...{ request, number, executionId: `E${number}` as ExecutionId, terms }, // this is what ids look like here
    ...{ requestState: terms === undefined ? 'consumed' : 'pending', begun: terms === undefined },
    ...{ state: 'executing', detail: {}, version: 1, leaseToken: 'ours', calls: [], archived: 0, rows: [] },
    restored: 0,
    targets: [...request.targets]
      .sort((a, b) => a.failedId - b.failedId)
      .map((target) => ({ ...target, state: 'frozen', failedAgainAs: null })),
    run: {
      ...{ progress: {}, stoppedBy: null, continuedBy: null, followToken: undefined },
      hasSlot: terms === undefined && request.takesSlot,
    },
  };
  memory.kept.push(kept);
  return kept;
};

export const executionOf = (found: Kept, takenOver: boolean, leaseToken: string): RunningExecution => ({
  ...{ requestId: found.request.id, executionId: found.executionId, number: found.number, takenOver },
  ...{ app: found.request.app, host: found.request.host, verb: found.request.verb },
  ...{ requester: found.request.requester, place: found.request.place, leaseToken },
});

export function countsOf(targets: readonly TargetRecord[]): { readonly [state in TargetState]?: number } {
  const counts: { [state in TargetState]?: number } = {};
  for (const { state } of targets) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

export function viewOf(found: Kept): RequestView {
  const { request, terms, run } = found;
  return {
    ...{ id: request.id, number: found.number, verb: request.verb, words: request.words, app: request.app },
    ...{ host: request.host, requester: request.requester, reason: request.reason, place: request.place },
    ...{ digest: request.digest, facts: request.facts, count: request.targets.length },
    ...{ state: found.requestState, version: found.version, requestedAt: new Date(0) },
    ...{ targets: found.targets.slice(0, 50), countsByState: countsOf(found.targets) },
    restored: found.restored,
    execution: found.begun
      ? {
          ...{
            id: found.executionId,
            state: found.state,
            startedAt: new Date(0),
            finishedAt: isRunning(found) ? null : new Date(0),
          },
          ...{ detail: found.detail, progress: run.progress, stoppedBy: run.stoppedBy },
          followed: run.followToken !== undefined,
        }
      : null,
    ...{ quorum: terms?.asked.quorum ?? 0, expiresAt: terms?.expiresAt ?? null, runBy: terms?.runBy ?? null },
    ...{
      votes: terms?.votes ?? [],
      preapproval: terms?.preapproval ?? null,
      decision: terms?.decision ?? {},
    },
    ...{ policyVersion: request.policyVersion, takesSlot: request.takesSlot, template: request.template },
  };
}

export const idsOf = (targets: readonly TargetRecord[]): readonly FailedJobId[] =>
  targets.map(({ failedId }) => failedId);
