import type { AlertRule, Severity } from '../core/alert-description.ts';
import type { Judgement } from './judgement.ts';

/** Where one rule stands for one fingerprint (rule, app, queue). Times are of the store's clock. */
export interface RuleState {
  readonly phase: 'ok' | 'pending' | 'firing';
  /** Of the episode that fires; never steps down before it is over. */
  readonly severity: Severity | undefined;
  /** Since when the condition holds, at all and as critical. */
  readonly holdsSince: Date | undefined;
  readonly criticalSince: Date | undefined;
  /** So long, and so many evaluations in a row, recovery was seen while it fires. */
  readonly recoveredSeconds: number;
  readonly recoveredTicks: number;
  /** The last evaluation that could be made, and whether one failed since. */
  readonly knownAt: Date | undefined;
  readonly missesSince: number;
  readonly value: number | undefined;
  /** It would hold, were it not for this operation of ours: `pause #12`. */
  readonly heldBackBy?: string | undefined;
}

export type Transition = 'fired' | 'rose' | 'resolved';

/** How long each thing must last. */
export interface Patience {
  readonly forSeconds: Readonly<Record<Severity, number>>;
  readonly recoverSeconds: number;
  readonly recoverTicks: number;
  /** Of a rule that is looked at more seldom than usual; left out: `longestGapSeconds`. */
  readonly longestGapSeconds?: number;
}

/** A longer pause than this between two evaluations (a restart, an outage) is not counted as time in which it held. */
export const longestGapSeconds = 90;
/** So many failed evaluations in a row, and we are blind. */
export const blindAfterMisses = 3;

export const calmState: RuleState = {
  ...{ phase: 'ok', severity: undefined, holdsSince: undefined, criticalSince: undefined },
  ...{ recoveredSeconds: 0, recoveredTicks: 0, knownAt: undefined, missesSince: 0, value: undefined },
};

/** One evaluation later. Pure; an unknown judgement changes nothing but that it was one. */
export function step(
  state: RuleState,
  judgement: Judgement,
  patience: Patience,
  now: Date,
): { readonly state: RuleState; readonly transition: Transition | undefined } {
  if (judgement.kind === 'unknown')
    return { state: { ...state, missesSince: state.missesSince + 1 }, transition: undefined };
  const gap = state.knownAt === undefined ? 0 : secondsBetween(state.knownAt, now);
  // A clock that was set back has lost time as well: what it then said began must not lie ahead.
  const lost = gap < 0 || gap > (patience.longestGapSeconds ?? longestGapSeconds) ? gap : 0;
  const since = (before: Date | undefined, holds: boolean): Date | undefined =>
    holds ? later(before ?? now, before === undefined ? 0 : lost) : undefined;
  const clocks = {
    holdsSince: since(state.holdsSince, judgement.holds !== undefined),
    criticalSince: since(state.criticalSince, judgement.holds === 'critical'),
  };
  const seen = { ...state, ...clocks, knownAt: now, missesSince: 0, value: judgement.value };
  const due = dueSeverity(clocks, patience, now);
  if (state.phase !== 'firing') {
    if (due !== undefined)
      return { state: { ...seen, phase: 'firing', severity: due, ...unrecovered }, transition: 'fired' };
    const phase = clocks.holdsSince === undefined ? 'ok' : 'pending';
    return { state: { ...seen, phase }, transition: undefined };
  }
  if (due === 'critical' && state.severity === 'warning')
    return { state: { ...seen, severity: 'critical', ...unrecovered }, transition: 'rose' };
  if (!judgement.recovered) return { state: { ...seen, ...unrecovered }, transition: undefined };
  const recovered = {
    // Time counts between two evaluations that both saw it, without one in between that could not be made.
    recoveredSeconds:
      state.recoveredTicks > 0 && state.missesSince === 0 && lost === 0
        ? state.recoveredSeconds + gap
        : state.recoveredSeconds,
    recoveredTicks: state.recoveredTicks + 1,
  };
  const isOver =
    recovered.recoveredSeconds >= patience.recoverSeconds &&
    recovered.recoveredTicks >= patience.recoverTicks;
  return isOver
    ? { state: { ...calmState, knownAt: now, value: judgement.value }, transition: 'resolved' }
    : { state: { ...seen, ...recovered }, transition: undefined };
}

const unrecovered = { recoveredSeconds: 0, recoveredTicks: 0 } as const;

function dueSeverity(
  { holdsSince, criticalSince }: Pick<RuleState, 'holdsSince' | 'criticalSince'>,
  { forSeconds }: Patience,
  now: Date,
): Severity | undefined {
  if (criticalSince !== undefined && secondsBetween(criticalSince, now) >= forSeconds.critical)
    return 'critical';
  if (holdsSince !== undefined && secondsBetween(holdsSince, now) >= forSeconds.warning) return 'warning';
  return undefined;
}

const secondsBetween = (from: Date, to: Date): number => (to.getTime() - from.getTime()) / 1_000;
const later = (date: Date, seconds: number): Date => new Date(date.getTime() + seconds * 1_000);

/** The patience that a rule's own numbers ask for, and the time between two of its evaluations. */
export function patienceOf(rule: AlertRule, tickSeconds = 30): Patience {
  const step = Math.max(rule.everySeconds ?? 0, tickSeconds);
  const gap = { longestGapSeconds: Math.max(longestGapSeconds, blindAfterMisses * step) };
  const usual = {
    forSeconds: { warning: rule.forSeconds, critical: rule.forSeconds },
    ...{ recoverSeconds: 0, recoverTicks: 1, ...gap },
  };
  switch (rule.watch) {
    case 'failed_jobs':
      return { ...usual, recoverTicks: rule.recoverTicks };
    case 'backlog':
    case 'stale_share':
      return { ...usual, recoverSeconds: rule.recoverForSeconds };
    case 'surge':
      return { ...usual, recoverSeconds: rule.recoverWindows * rule.windowSeconds };
    case 'workers':
      return usual;
    case 'utilization':
      return {
        forSeconds: { warning: rule.warnForSeconds, critical: rule.breachForSeconds },
        ...{ recoverSeconds: rule.recoverForSeconds, recoverTicks: 1, ...gap },
      };
  }
}
