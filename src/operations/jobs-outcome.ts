import type { RunContext, Settled } from '../core/operation.ts';
import type { TargetRecord, TargetState } from '../core/request.ts';
import type { World } from './world.ts';

/** States in which a job is known to have been pushed back, whatever became of it afterwards. */
export const pushed: ReadonlySet<TargetState> = new Set([
  'pushed',
  'done',
  'left',
  'ended_quietly',
  'failed_again',
  'waiting',
  'vanished',
  'forgotten',
]);
const untouched: ReadonlySet<TargetState> = new Set(['present', 'stuck', 'double_risk', 'frozen']);

/**
 * succeeded: every row is gone and confirmed. partial: some, or some unconfirmed. failed: none, and artisan ran.
 * not_started: no row moved and artisan is not known to have run.
 */
export function outcomeOf(targets: readonly TargetRecord[], ran: boolean, why: string | undefined): Settled {
  const counts: { [state in TargetState]?: number } = {};
  for (const { state } of targets) counts[state] = (counts[state] ?? 0) + 1;
  return outcomeOfCounts(counts, targets.length, ran, why);
}

/** The same from counts, where targets are too many to be held. */
export function outcomeOfCounts(
  counts: { readonly [state in TargetState]?: number },
  requested: number,
  ran: boolean,
  why: string | undefined,
): Settled {
  const detail = { requested, ...counts, ...(why === undefined ? {} : { why }) };
  const confirmed = countIn(counts, pushed);
  if (confirmed === requested) return { state: 'succeeded', detail };
  if (countIn(counts, untouched) < requested) return { state: 'partial', detail };
  return { state: ran ? 'failed' : 'not_started', detail };
}

export const countIn = (
  counts: { readonly [state in TargetState]?: number },
  states: ReadonlySet<TargetState>,
): number => [...states].reduce((sum, state) => sum + (counts[state] ?? 0), 0);

/** The outcome of a request over failed jobs, from its targets' states and its calls. */
export async function concludeJobs({ requests, execution }: RunContext<World>): Promise<Settled> {
  const [targets, calls] = await Promise.all([
    requests.targets(execution.requestId),
    requests.calls(execution.executionId),
  ]);
  const ran = calls.some(({ state }) => state === 'ended');
  const why = calls.find(({ state }) => state === 'not-started')?.output;
  return outcomeOf(targets, ran, why);
}
