import type { MissingPart } from '../core/reading.ts';
import type { StepDescription } from '../core/runbook-description.ts';
import type { FailureGroup, JobSketch, WaitingJob, WorkerProcess, WorkerTrap } from '../operations/ports.ts';
import type { LogFound, RowsFound } from '../operations/runbook-ports.ts';
import type {
  BacklogFacts,
  ConditionFacts,
  FailuresFacts,
  LogFacts,
  RowsFacts,
  WorkersFacts,
} from './facts.ts';

/** How a step ended. `unseen`: it could not be looked at, which is never good news. */
export type Mark = 'fine' | 'suspicious' | 'broken' | 'unseen';

type Of<Kind extends StepDescription['kind']> = Extract<StepDescription, { readonly kind: Kind }>;

interface Ended {
  /** In the runbook, from 1; 0 is the application's own state, which every diagnosis looks at. */
  readonly number: number;
  readonly mark: Mark;
  /** What of it could not be read. */
  readonly missing: readonly MissingPart[];
}

/** What one step looked at and what it found: facts for the verdict, and more of the same for people. */
export type StepResult = Ended &
  (
    | { readonly kind: 'condition'; readonly facts: ConditionFacts | undefined }
    | {
        readonly kind: 'workers';
        readonly step: Of<'workers'>;
        readonly facts: WorkersFacts | undefined;
        readonly processes: readonly WorkerProcess[];
        readonly traps: readonly WorkerTrap[];
      }
    | {
        readonly kind: 'backlog';
        readonly step: Of<'backlog'>;
        readonly facts: BacklogFacts | undefined;
        readonly next: readonly WaitingJob[];
        readonly held: readonly (JobSketch & { readonly heldSeconds: number; readonly overdue: boolean })[];
      }
    | {
        readonly kind: 'failures';
        readonly step: Of<'failures'>;
        readonly facts: FailuresFacts | undefined;
        readonly groups: readonly FailureGroup[];
      }
    | {
        readonly kind: 'rows';
        readonly step: Of<'rows'>;
        readonly facts: RowsFacts | undefined;
        readonly found: RowsFound | undefined;
      }
    | {
        readonly kind: 'log';
        readonly step: Of<'log'>;
        readonly facts: LogFacts | undefined;
        readonly found: LogFound | undefined;
      }
  );

export type ResultOf<Kind extends StepResult['kind']> = Extract<StepResult, { readonly kind: Kind }>;
