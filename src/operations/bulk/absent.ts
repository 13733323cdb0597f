import { shortClass } from '../../core/app-description.ts';
import type { FailedJobId } from '../../core/ids.ts';
import type { TargetState } from '../../core/request.ts';
import type { World } from '../world.ts';

/**
 * Failing deletes a job first and records it second. A host that stands still in between must not make a failure look like
 * something else, so that only what its business row calls good is believed sooner than after so many looks.
 */
export const looksUntilSure = 3;

/** A job that is in no queue and has no newer failure. */
export interface Absent {
  readonly failedId: FailedJobId;
  readonly jobClass: string;
  readonly businessKey: string | null;
  /** Had it failed, it would be recorded: its old row was gone, or workers were kept away, before it could run. */
  readonly recordable: boolean;
}

/**
 * Where the configuration knows a job's business row, the row decides; a class's rows are asked for together. What could
 * not be read is left out.
 */
export async function judgeAbsent(
  absent: readonly Absent[],
  world: World,
  signal: AbortSignal,
): Promise<ReadonlyMap<FailedJobId, TargetState>> {
  const judged = new Map<FailedJobId, TargetState>();
  const byClass = new Map<string, (Absent & { readonly businessKey: string })[]>();
  for (const one of absent) {
    const name = shortClass(one.jobClass);
    const { businessKey } = one;
    if (businessKey === null || !world.app.description.outcomes.has(name)) judged.set(one.failedId, 'left');
    else {
      const jobs = byClass.get(name) ?? [];
      jobs.push({ ...one, businessKey });
      byClass.set(name, jobs);
    }
  }
  for (const [name, jobs] of byClass) {
    const keys = [...new Set(jobs.map(({ businessKey }) => businessKey))];
    const good = await world.app.business.goodKeys(name, keys, signal);
    if (!good.ok) continue;
    for (const { failedId, businessKey, recordable } of jobs) {
      const isGood = good.value.has(businessKey);
      judged.set(failedId, isGood ? 'done' : recordable ? 'ended_quietly' : 'vanished');
    }
  }
  return judged;
}
