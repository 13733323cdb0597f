import type { RunContext, Settled } from '../core/operation.ts';
import type { TargetRecord, TargetState } from '../core/request.ts';
import type { World } from './world.ts';

/** States in which a job is known to have been pushed back, whatever became of it afterwards. */
const pushed: ReadonlySet<TargetState> = new Set([
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
  const detail = { requested: targets.length, ...counts, ...(why === undefined ? {} : { why }) };
  const confirmed = targets.filter(({ state }) => pushed.has(state)).length;
  const still = targets.filter(({ state }) => untouched.has(state)).length;
  if (confirmed === targets.length) return { state: 'succeeded', detail };
  if (still < targets.length) return { state: 'partial', detail };
  return { state: ran ? 'failed' : 'not_started', detail };
}

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
