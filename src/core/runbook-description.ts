/** Runbooks and drills as the configuration describes them. Frozen; made by `src/config`. Times are in seconds. */

/** A title in the languages it was given in; `en` where the other is missing. */
export interface Localized {
  readonly en: string;
  readonly 'zh-CN'?: string;
}

/** What `diagnose QUEUE` looks at, in this order. A queue without a runbook gets workers, backlog and failures. */
export interface RunbookDescription {
  readonly queue: string;
  readonly title?: Localized;
  /** Where people read more: the address of the written runbook. */
  readonly link?: string;
  readonly steps: readonly StepDescription[];
  /** The operator's own rules for the verdict, in order; left out: none. */
  readonly verdicts?: readonly VerdictRule[];
}

/**
 * What these steps' findings mean, in the operator's words. It holds when all its conditions do; one about a step that
 * could not be looked at never holds.
 */
export interface VerdictRule {
  readonly when: readonly VerdictCondition[];
  /** `{count}` stands for what the first condition counted. */
  readonly say: Localized;
  /** Words after `/queue` that its button stands for: `restart reports`. Left out: no button. */
  readonly do?: string;
}

/**
 * About one step. What it counts: alive workers, due jobs, failures within its window, rows, lines with the log's match.
 * Of the things asked (`above`, `below`, `mark`) all must hold; at least one is given.
 */
export interface VerdictCondition {
  /** Its number in the runbook, from 1. */
  readonly step: number;
  /** Counts only the groups in which one of these values occurs (rows), or these exceptions (failures). */
  readonly value?: readonly string[];
  readonly above?: number;
  readonly below?: number;
  readonly mark?: 'fine' | 'suspicious' | 'broken';
}

export type StepDescription = StepLimits &
  (
    | { readonly kind: 'workers'; readonly group: string }
    | { readonly kind: 'backlog'; readonly queue: string }
    | { readonly kind: 'failures'; readonly jobs: readonly string[]; readonly withinSeconds: number }
    | { readonly kind: 'rows'; readonly rows: RowsQuery }
    | { readonly kind: 'log'; readonly log: LogQuery }
  );

/** More than so many (rows, failures, lines, jobs) is suspicious, or broken; left out: the step's own judgement. */
export interface StepLimits {
  readonly title?: Localized;
  readonly suspiciousAbove?: number;
  readonly brokenAbove?: number;
}

/** Rows of a table of the application, by the operator's own SQL. Names are checked identifiers. */
export interface RowsQuery {
  readonly table: string;
  /** SQL condition, checked by `src/config/sql-condition.ts`. */
  readonly where?: string;
  readonly groupBy: readonly string[];
  /** Column with the time that age is counted from. */
  readonly since?: string;
  /** Column with the time of the last change. */
  readonly updated?: string;
  readonly olderThanSeconds?: number;
  readonly newerThanSeconds?: number;
  /** Columns of the newest rows that are shown. */
  readonly show: readonly string[];
}

export interface LogQuery {
  /** Literal text. */
  readonly match: string;
  readonly withinSeconds: number;
}

export interface DrillDescription {
  readonly queue: string;
  /** Left out: the drill waits for a failure that is made by hand. */
  readonly makeFailure?: { readonly artisan: readonly string[] };
  /** `since`: counted from the drill's start. */
  readonly recovered?: { readonly table: string; readonly where: string; readonly since: string };
}
