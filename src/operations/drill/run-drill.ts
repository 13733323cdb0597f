import { queueLabel } from '../../core/app-description.ts';
import { type DrillStepName, drillSteps } from '../../core/drill.ts';
import type { RunContext } from '../../core/operation.ts';
import { PartMissing } from '../../core/reading.ts';
import type { World } from '../world.ts';
import type { DrillFacts } from './drill-facts.ts';
import { createDrillRun, type DrillRun, type EndMark } from './drill-run.ts';
import { followJob } from './follow-job.ts';
import { makeFailure } from './make-failure.ts';
import { retryFailure } from './retry-failure.ts';
import { seeAudit } from './see-audit.ts';
import { seeBusiness } from './see-business.ts';
import { seeFailure } from './see-failure.ts';

const steps: Readonly<Record<DrillStepName, (run: DrillRun) => Promise<EndMark>>> = {
  make: makeFailure,
  see: seeFailure,
  retry: retryFailure,
  job: followJob,
  business: seeBusiness,
  audit: seeAudit,
};

/** One step after the other, by itself, until all are done or one is not. What it comes to is `settle`'s to say. */
export async function runDrill(context: RunContext<World>, facts: DrillFacts): Promise<void> {
  const { world, execution } = context;
  const { name } = facts.queue;
  const run = createDrillRun(context, facts, world.drills.get(name) ?? { queue: name });
  run.state.other = await world.drillRecords.begin(execution, queueLabel(facts.queue));
  if (run.state.other !== undefined) return run.save();
  for (const step of drillSteps) {
    await run.begin(step);
    const mark = (await run.isHalted()) ? 'stopped' : await attempt(run, step);
    await run.end(mark);
    if (mark === 'failed' || mark === 'stopped') return;
  }
}

/** What can't be looked at fails the step: a drill that saw nothing has proved nothing. */
async function attempt(run: DrillRun, step: DrillStepName): Promise<EndMark> {
  try {
    return await steps[step](run);
  } catch (error) {
    if (!(error instanceof PartMissing)) throw error;
    run.saw({ code: 'part-missing', part: error.missing });
    return 'failed';
  }
}
