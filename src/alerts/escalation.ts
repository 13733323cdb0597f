import type { EscalationStep } from '../core/alert-description.ts';

export interface Climbing {
  readonly severity: 'warning' | 'critical';
  readonly firedAt: Date;
  /** Since when the condition held; a queue's own step counts from here. */
  readonly breachedAt: Date;
  readonly queue: string | undefined;
  readonly acknowledged: boolean;
  /** Indexes of the steps that were taken in this episode. */
  readonly taken: ReadonlySet<number>;
}

/**
 * Indexes of the steps that are due now, in the chain's order. The first step is for whatever fires; further ones are for
 * what is critical, and wait while somebody has acknowledged it.
 */
export function dueSteps(chain: readonly EscalationStep[], incident: Climbing, now: Date): readonly number[] {
  return chain.flatMap((step, index) => {
    if (incident.taken.has(index)) return [];
    if (step.queue !== undefined && step.queue !== incident.queue) return [];
    const isFirst = step.afterSeconds === 0;
    if (!isFirst && (incident.severity !== 'critical' || incident.acknowledged)) return [];
    const from = step.queue === undefined ? incident.firedAt : incident.breachedAt;
    const elapsed = (now.getTime() - from.getTime()) / 1_000;
    // A queue's own step waits until its time is over, not until it is reached.
    return (step.queue === undefined ? elapsed >= step.afterSeconds : elapsed > step.afterSeconds)
      ? [index]
      : [];
  });
}
