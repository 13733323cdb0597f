import type { AlertRule } from '../core/alert-description.ts';
import type { RuleState } from './episode.ts';
import type { Judgement } from './judgement.ts';
import type { Doing, Measured } from './ports.ts';

/** What stopping workers or filling a queue upsets. Failures are not among it: nothing of ours excuses them. */
const upset = new Set<AlertRule['watch']>(['backlog', 'workers', 'stale_share', 'utilization']);

/**
 * Our own operation that explains what this rule may find on this queue now, while it runs and for so long after it; the one
 * that still runs before the others.
 */
export function doingBehind(
  rule: AlertRule | undefined,
  { queue }: Pick<Measured, 'queue'>,
  doings: readonly Doing[],
  now: Date,
  holdAfterSeconds: number,
): Doing | undefined {
  if (rule === undefined || !upset.has(rule.watch)) return undefined;
  const own = doings.filter(
    (doing) =>
      doing.app === rule.app &&
      (doing.endedAt === undefined || now.getTime() - doing.endedAt.getTime() < holdAfterSeconds * 1_000) &&
      isAbout(doing, rule, queue),
  );
  return own.find(({ endedAt }) => endedAt === undefined) ?? own[0];
}

/** A rule over a table knows its queues by the configuration's names alone: the one that it names, or those that write its rows. */
function isAbout(doing: Doing, rule: AlertRule, queue: string | undefined): boolean {
  const writers = rule.watch === 'stale_share' ? (rule.writtenBy ?? []) : [];
  const names = rule.queue === undefined ? writers : [rule.queue];
  if (doing.queue === undefined) return queue !== undefined || names.length > 0;
  if (queue !== undefined) return doing.queue === queue;
  return names.some((name) => doing.queue?.endsWith(`:${name}`));
}

/** What an incident says of it: in its root, and in its thread once for each operation. `told`: those that it was said of. */
export function doingFacts(
  { verb, requestNumber }: Doing,
  holdAfterSeconds: number,
  told: readonly string[],
): Measured['facts'] {
  return {
    ...{ heldBackBy: verb, heldBackRequest: requestNumber, heldBackSeconds: holdAfterSeconds },
    heldBackTold: [...told, String(requestNumber)].slice(-mostTold).join(','),
  };
}

const mostTold = 50;

/** Request numbers of the operations that an incident has named. */
export function doingsTold(facts: Measured['facts']): readonly string[] {
  const told = facts['heldBackTold'];
  return typeof told === 'string' && told !== '' ? told.split(',') : [];
}

const failureMetrics = ['failed', 'timeouts'] as const;

/**
 * The judgement while one of our own operations explains it: nothing new fires or rises by it, and what fires goes on and may
 * end. A service level of failures that is broken is no excuse.
 */
export function heldBack(
  judgement: Judgement,
  { phase, severity }: Pick<RuleState, 'phase' | 'severity'>,
  facts: Measured['facts'],
): Judgement {
  if (judgement.kind === 'unknown' || judgement.holds === undefined) return judgement;
  if (failureMetrics.some((metric) => isBroken(metric, judgement.facts, facts))) return judgement;
  if (phase !== 'firing') return { ...judgement, holds: undefined, recovered: false };
  return judgement.holds === 'critical' && severity === 'warning'
    ? { ...judgement, holds: 'warning' }
    : judgement;
}

function isBroken(metric: string, values: Measured['facts'], facts: Measured['facts']): boolean {
  const [value, max] = [values[metric], facts[`max_${metric}`]];
  return typeof value === 'number' && typeof max === 'number' && value > max;
}
