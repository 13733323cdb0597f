import { queueLabel } from '../../core/app-description.ts';
import { followJobs } from '../follow-jobs.ts';
import { findQueue } from '../job-buttons.ts';
import type { DrillRun, EndMark } from './drill-run.ts';
import { onlyTarget } from './only-target.ts';

/** A worker that lives has mostly taken it by then; if not, Supervisor is asked, which takes its time. */
const askWorkersAfterMs = 2_000;
const askWorkersEveryMs = 10_000;

/** Step 4: the row is gone, the job was pushed and leaves its queue. Ends early where nobody is there to take it. */
export async function followJob(run: DrillRun): Promise<EndMark> {
  const { context, facts } = run;
  const queue = queueLabel(facts.queue);
  const began = context.clock.now().getTime();
  const elapsed = (): number => context.clock.now().getTime() - began;
  let halted = false;
  let asked = askWorkersAfterMs - askWorkersEveryMs;
  let alive: number | undefined;
  await followJobs(context, async () => {
    halted = await run.isHalted();
    if (halted) return true;
    if (elapsed() - asked >= askWorkersEveryMs) {
      asked = elapsed();
      alive = await aliveWorkers(run);
    }
    return alive === 0;
  });
  const target = await onlyTarget(context);
  switch (target.state) {
    case 'done':
    case 'left':
    case 'ended_quietly':
      run.saw({ code: 'left-queue', queue });
      return 'done';
    case 'failed_again':
      run.saw({ code: 'failed-again', as: target.failedAgainAs ?? 0 });
      return 'failed';
    default:
      if (halted) return 'stopped';
      run.saw({ code: 'still-waiting', queue, seconds: Math.round(elapsed() / 1_000) });
      await tellWhy(run, alive);
      return 'failed';
  }
}

async function aliveWorkers({ context: { world, signal }, facts }: DrillRun): Promise<number | undefined> {
  const group = findQueue(world, facts.queue)?.workers?.group;
  if (group === undefined) return undefined;
  const { value } = await world.app.workers.list(signal);
  return value.find((one) => one.group === group)?.alive;
}

/** Why nobody takes it, as far as it can be seen. */
async function tellWhy(run: DrillRun, known: number | undefined): Promise<void> {
  const { world, signal } = run.context;
  const queue = queueLabel(run.facts.queue);
  const { maintenance, paused } = (await world.app.condition.read(signal)).value;
  if (maintenance === true) run.saw({ code: 'maintenance' });
  if (paused?.some((one) => queueLabel(one) === queue) === true) run.saw({ code: 'paused', queue });
  const group = findQueue(world, run.facts.queue)?.workers?.group;
  if (group === undefined) return;
  run.saw({ code: 'workers', group, alive: known ?? (await aliveWorkers(run)) ?? null });
}
