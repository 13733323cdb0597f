import type { AuditActor } from './audit.ts';
import type { RequestId } from './ids.ts';
import type { MissingPart } from './reading.ts';
import type { UnsafeJob } from './refusal.ts';
import type { FrozenTarget, TargetState } from './request.ts';
import type { RunningExecution } from './store-ports.ts';

/** What a drill does, in this order. A step's number is its place here, from 1. */
export const drillSteps = ['make', 'see', 'retry', 'job', 'business', 'audit'] as const;
export type DrillStepName = (typeof drillSteps)[number];

/**
 * `waiting`: for a person. `partly`: what could be looked at was well, something could not be looked at. `stopped`: by a
 * person or by the kill switch. `cut-short`: its process was gone before it ended.
 */
export type StepMark = 'running' | 'waiting' | 'done' | 'partly' | 'failed' | 'stopped' | 'cut-short';

/** One step of a drill that was begun. Plain data, so that it can stand in the store. */
export interface DrillStep {
  readonly name: DrillStepName;
  /** Milliseconds since 1970, by the clock of the process that did it. */
  readonly beganMs: number;
  /** How long it took; while it runs, undefined. */
  readonly tookMs: number | undefined;
  readonly mark: StepMark;
  /** What was seen, step by step; or why it failed. */
  readonly saw: readonly Seen[];
}

/** What a step saw: the proof. Texts from outside are redacted and capped before they get here. */
export type Seen =
  | { readonly code: 'command-ended'; readonly words: string; readonly rc: number; readonly ms: number }
  | { readonly code: 'command-unknown'; readonly words: string; readonly why: string }
  | { readonly code: 'command-not-started'; readonly words: string; readonly why: string }
  | { readonly code: 'command-forbidden'; readonly words: string }
  | { readonly code: 'command-made-nothing'; readonly words: string; readonly said: string }
  | { readonly code: 'by-hand'; readonly classes: readonly string[]; readonly leftSeconds: number }
  | { readonly code: 'made-by-hand'; readonly waitedSeconds: number }
  | { readonly code: 'not-made'; readonly minutes: number }
  | {
      readonly code: 'row';
      readonly id: number;
      readonly uuid: string;
      readonly jobClass: string;
      readonly exceptionClass: string;
      readonly above: number;
    }
  | {
      readonly code: 'no-row';
      readonly above: number;
      readonly classes: readonly string[];
      readonly seconds: number;
    }
  | { readonly code: 'listed'; readonly listed: number }
  | { readonly code: 'not-listed'; readonly id: number; readonly listed: number }
  | { readonly code: 'not-asked'; readonly rows: number; readonly limit: number }
  | { readonly code: 'unsafe'; readonly id: number; readonly why: UnsafeJob['why'] }
  | { readonly code: 'busy'; readonly request: number }
  | { readonly code: 'archived-and-pushed'; readonly id: number }
  | { readonly code: 'not-pushed'; readonly id: number; readonly state: TargetState; readonly said: string }
  | { readonly code: 'left-queue'; readonly queue: string }
  | { readonly code: 'failed-again'; readonly as: number }
  | { readonly code: 'still-waiting'; readonly queue: string; readonly seconds: number }
  | { readonly code: 'workers'; readonly group: string; readonly alive: number | null }
  | { readonly code: 'maintenance' }
  | { readonly code: 'paused'; readonly queue: string }
  | { readonly code: 'row-good'; readonly jobClass: string; readonly key: string }
  | { readonly code: 'row-not-good'; readonly jobClass: string; readonly key: string }
  | { readonly code: 'recovered'; readonly table: string; readonly rows: number }
  | { readonly code: 'not-recovered'; readonly table: string; readonly seconds: number }
  | { readonly code: 'no-business-rule'; readonly jobClass: string }
  | { readonly code: 'audit-rows'; readonly events: readonly string[] }
  | { readonly code: 'audit-rows-missing'; readonly missing: readonly string[] }
  | { readonly code: 'chain-holds'; readonly from: number; readonly to: number }
  | { readonly code: 'chain-broken'; readonly kind: string; readonly seq: number }
  | { readonly code: 'part-missing'; readonly part: MissingPart }
  | { readonly code: 'frozen'; readonly reason: string }
  | { readonly code: 'broke-off' };

/** How a drill ended. `reservations`: steps that could not look at all that they should. */
export type DrillConclusion =
  | { readonly kind: 'passed'; readonly reservations: readonly DrillStepName[] }
  | { readonly kind: 'failed' | 'stopped' | 'cut-short'; readonly step: DrillStepName }
  /** Another drill of the app was under way. */
  | { readonly kind: 'not-begun'; readonly other: number };

export interface DrillRecord {
  readonly requestId: RequestId;
  readonly number: number;
  readonly app: string;
  /** `connection:queue`. */
  readonly queue: string;
  readonly actor: AuditActor;
  readonly conclusion: DrillConclusion;
  readonly steps: readonly DrillStep[];
  /** Failures of this drill that are still there, by `failed_jobs.id`. */
  readonly left: readonly number[];
}

/** What a drill keeps in the store beside its request. Every write checks the lease of its execution. */
export interface DrillRecords {
  /** Opens the record. The number of another drill of the app that is under way; undefined: this one has begun. */
  begin(execution: RunningExecution, queue: string): Promise<number | undefined>;
  /** The failure that a drill has found becomes a target of its request, frozen like all others. */
  target(execution: RunningExecution, failure: FrozenTarget): Promise<void>;
  /** Time, person and conclusion. A second time it changes nothing. */
  end(execution: RunningExecution, record: DrillRecord): Promise<void>;
  /** The number of the drill of this app that is under way. */
  underWay(app: string): Promise<number | undefined>;
}

/** Whether a request's rows stand in the audit log and the chain holds over them. */
export interface AuditProof {
  /** Recomputes each seal from the request's first row to the log's newest. Missing: the store did not say in time. */
  prove(requestId: RequestId, signal: AbortSignal): Promise<AuditProofFound>;
}

export type AuditProofFound =
  | {
      readonly kind: 'holds';
      /** Of the request, in their order. */
      readonly events: readonly string[];
      readonly from: number;
      readonly to: number;
    }
  | { readonly kind: 'broken'; readonly fault: string; readonly seq: number }
  | { readonly kind: 'missing'; readonly part: MissingPart };
