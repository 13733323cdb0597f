/** What the runbook's verbs need of the world besides `ports.ts`; same rules. */
import type { Count, Gathered, Read } from '../core/reading.ts';
import type { LogQuery, RowsQuery } from '../core/runbook-description.ts';

// ── Rows (src/laravel) ───────────────────────────────────────────────────────────────────────────────────────────

export interface RowsReader {
  /**
   * Counts and groups rows on the read-only account, in a read-only transaction with a time limit and a row cap. What the
   * limit cut short is a missing part with `why: 'timeout'`, never a smaller number; its `detail` names the table where the
   * server itself stopped the statement.
   */
  look(query: RowsQuery, signal: AbortSignal): Promise<Read<RowsFound>>;
}

export interface RowsFound {
  readonly total: Count;
  /** By `groupBy`, largest first, at most 20; one without values where nothing was grouped. Texts that begin alike (200 characters) are one group. */
  readonly groups: readonly RowsGroup[];
  /** Newest first (by `since`, else `updated`, else in no order), at most 5: `show`'s columns as redacted text of at most 500 characters. */
  readonly rows: readonly (readonly (string | null)[])[];
}

export interface RowsGroup {
  /** As redacted text, at most 200 characters; in the order of `groupBy`. */
  readonly values: readonly (string | null)[];
  readonly count: Count;
  /**
   * Age of the oldest and the newest by `since`; undefined without that column or without a time in it. Where the count
   * is capped these are of the rows that were counted: the oldest is at least so old.
   */
  readonly oldestSeconds: number | undefined;
  readonly newestSeconds: number | undefined;
  /** Since the last change by `updated`. */
  readonly updatedSeconds: number | undefined;
}

// ── Logs (src/hosts) ─────────────────────────────────────────────────────────────────────────────────────────────

export interface LogReader {
  /** Undefined: no log is configured. Each host is searched by itself; one that can't be is missing. */
  search(query: LogQuery, signal: AbortSignal): Promise<Gathered<LogFound> | undefined>;
}

export interface LogFound {
  readonly matches: Count;
  /** Ascending; minutes without a match are left out. */
  readonly perMinute: readonly { readonly at: Date; readonly count: number }[];
  /** Newest first, at most 5, redacted, at most 300 characters each. */
  readonly newest: readonly {
    readonly host: string;
    readonly at: Date | undefined;
    readonly text: string;
  }[];
  readonly bytes: number;
  /** False: the cap came before the beginning of the window; `back`: what was looked at reaches back to here. */
  readonly complete: boolean;
  readonly back: Date | undefined;
}
