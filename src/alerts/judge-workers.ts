import type { Severity } from '../core/alert-description.ts';
import type { Judgement } from './judgement.ts';

/** `alive` undefined: a host of the group could not be reached, so nobody knows. */
export interface WorkersNow {
  readonly alive: number | undefined;
  /** What a worker could take now; undefined: it could not be read. */
  readonly due: number | undefined;
}

export function judgeWorkers(rule: { readonly severity: Severity }, { alive, due }: WorkersNow): Judgement {
  // One of them is enough to know that all is well.
  if (alive !== undefined && alive > 0) return known(false, rule.severity, alive, due ?? 0);
  if (due === 0) return known(false, rule.severity, alive ?? 0, 0);
  if (alive === undefined) return { kind: 'unknown', why: 'workers' };
  if (due === undefined) return { kind: 'unknown', why: 'backlog' };
  return known(true, rule.severity, alive, due);
}

const known = (holds: boolean, severity: Severity, alive: number, due: number): Judgement => ({
  ...{ kind: 'known', holds: holds ? severity : undefined, recovered: !holds },
  ...{ value: alive, facts: { alive, due } },
});
