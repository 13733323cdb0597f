import type { QueueSlo } from './app-description.ts';
import type { Secret } from './secret.ts';

/**
 * Alert rules as the configuration describes them, with every number that a rule uses. Frozen; made by `src/config`. Times
 * are in seconds; shares are 0 to 1. What each number means, and why it is what it is: docs/alerts.md.
 */
export type Severity = 'warning' | 'critical';

/** All of `alerts`. Left out of the file: no rules, so nothing is evaluated. */
export interface AlertsDescription {
  /** Between two ticks. */
  readonly everySeconds: number;
  /** So long after its end one of our own operations still explains what its queue looks like. */
  readonly holdAfterSeconds: number;
  readonly quiet?: QuietWindow;
  readonly page?: PageTargets;
  /** Called while all is well with Queuekeeper itself. Of the URL not even the path is shown: it may be a key. */
  readonly heartbeat?: { readonly url: Secret; readonly everySeconds: number };
  /** In the order of the file. */
  readonly escalate: readonly EscalationStep[];
  /** One for each app that a rule is about, so a name may stand here more than once. */
  readonly rules: readonly AlertRule[];
}

/** A part of each day in which warnings keep still; start included, end excluded, and it may cross midnight. */
export interface QuietWindow {
  /** `HH:MM` of the zone's wall clock. */
  readonly from: string;
  readonly to: string;
  /** IANA name. */
  readonly timezone: string;
}

/** Where pages go: to one or to both. */
export interface PageTargets {
  /** A routing key of Events API v2, and the address that takes it. */
  readonly pagerduty?: { readonly key: Secret; readonly url: string };
  readonly webhook?: Secret;
}

/** A step of the chain that an incident climbs while nobody has acknowledged it. */
export interface EscalationStep {
  readonly afterSeconds: number;
  /** Slack user or group. */
  readonly mention?: string;
  /** Only for this queue, counted from the beginning of its breach. */
  readonly queue?: string;
  readonly page: boolean;
}

export type AlertRule = RuleBase &
  (FailedJobsRule | BacklogRule | StaleShareRule | SurgeRule | WorkersRule | UtilizationRule);

export type RuleKind = AlertRule['watch'];

/** Thresholds are strict: a value that equals one is no breach. */
interface RuleBase {
  readonly name: string;
  readonly app: string;
  /** A queue's name as in the file. Left out: the whole application, or each of its queues. */
  readonly queue?: string;
  /** Of `utilization` it means nothing: its judgement knows warning and critical itself. */
  readonly severity: Severity;
  /** So long the condition must hold before it fires; likewise meaningless for `utilization`. */
  readonly forSeconds: number;
  /** Left out: at every tick. */
  readonly everySeconds?: number;
  readonly timeoutSeconds?: number;
}

export interface FailedJobsRule {
  readonly watch: 'failed_jobs';
  readonly above: number;
  /** It is over when so many evaluations in a row find nothing. */
  readonly recoverTicks: number;
  /** More failures of kinds that are known are told in the thread at most so often. */
  readonly tellEverySeconds: number;
}

/** More than `above` wait, and they have not become fewer over a window. */
export interface BacklogRule {
  readonly watch: 'backlog';
  readonly above: number;
  readonly noDeclineForSeconds: number;
  /** Of the samples that the window should have, so many must be there. */
  readonly leastSamplesShare: number;
  /** The medians of so many samples at each end are compared. */
  readonly endSamples: number;
  /** A fall to this share of the window's beginning is recovery too. */
  readonly declineTo: number;
  readonly recoverForSeconds: number;
}

/** Rows that have been in a state for too long, as a share of those created lately. */
export interface StaleShareRule {
  readonly watch: 'stale_share';
  readonly table: string;
  readonly where: string;
  readonly since: string;
  readonly olderThanSeconds: number;
  /** Rows created up to so long before that count as well as older stale ones. */
  readonly lookBackSeconds: number;
  readonly shareAbove: number;
  readonly leastStale: number;
  /** The 95 % Wilson lower bound of the share must reach this, so that 3 of 30 are no alarm. */
  readonly boundFrom: number;
  /** So many stale rows fire whatever their share. */
  readonly staleFrom: number;
  readonly recoverBelow: number;
  readonly recoverForSeconds: number;
  /** Names of the queues whose jobs write these rows, of a rule that names none: what of ours stops them explains what is stuck. */
  readonly writtenBy?: readonly string[];
}

/** Rows that entered a state, against what is usual. */
export interface SurgeRule {
  readonly watch: 'surge';
  readonly table: string;
  readonly where: string;
  readonly since: string;
  readonly windowSeconds: number;
  readonly baselineSeconds: number;
  /** The newest part of the baseline, left out. */
  readonly skipSeconds: number;
  /** The mean is that of the lowest share of windows. */
  readonly trimTo: number;
  readonly leastMean: number;
  readonly leastCount: number;
  readonly ratio: number;
  readonly probabilityBelow: number;
  /** So many are critical, whatever is usual. */
  readonly criticalFrom: number;
  /** With less baseline than this only `fewCount` fires. */
  readonly leastBaselineSeconds: number;
  readonly fewCount: number;
  readonly recoverBelow: number;
  readonly recoverRatio: number;
  readonly recoverWindows: number;
  /** Columns whose most frequent values the message shows. */
  readonly show?: readonly string[];
}

/** Nobody alive although work is due. */
export interface WorkersRule {
  readonly watch: 'workers';
}

/** The queues' service levels: the highest of value / threshold. */
export interface UtilizationRule {
  readonly watch: 'utilization';
  /** Those of its queues that have some, by label: they are its thresholds. */
  readonly levels?: Readonly<Record<string, QueueSlo>>;
  readonly warnAbove: number;
  readonly warnForSeconds: number;
  readonly breachForSeconds: number;
  readonly recoverUpTo: number;
  readonly recoverForSeconds: number;
}
