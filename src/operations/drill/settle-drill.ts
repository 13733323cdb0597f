import { queueLabel } from '../../core/app-description.ts';
import { type DrillConclusion, drillSteps } from '../../core/drill.ts';
import type { FailedJobId } from '../../core/ids.ts';
import type { RunContext, Settled } from '../../core/operation.ts';
import type { RequestView, TargetState } from '../../core/request.ts';
import { judgeUnclean } from '../retry-effect.ts';
import { outlive, settleCalls } from '../settle-calls.ts';
import type { World } from '../world.ts';
import { drillFactsOf } from './drill-facts.ts';
import { closeSteps, conclude, otherIn, stepsIn } from './drill-state.ts';
import { listMade } from './find-made.ts';

/**
 * The conclusion, from the store and the data alone: by the process that ran it, or by another one after a crash, which
 * runs nothing of it again. What the drill leaves in `failed_jobs` is named.
 */
export async function settleDrill(context: RunContext<World>): Promise<Settled> {
  const { requests, execution, world } = context;
  await settleCalls(context, { judge: judgeUnclean, notesFirstPresent: true });
  const view = await requests.find({ id: execution.requestId });
  if (view === undefined) throw new Error('a drill whose request is not there');
  const facts = drillFactsOf(view.facts);
  const progress = view.execution?.progress ?? {};
  const begun = stepsIn(progress);
  const conclusion = conclude(begun, execution.takenOver, otherIn(progress));
  const steps = closeSteps(begun, conclusion);
  const hasLeft = conclusion.kind !== 'passed' && conclusion.kind !== 'not-begun';
  const left = hasLeft ? await leftBehind(context, view) : [];
  if (conclusion.kind !== 'not-begun') {
    await world.drillRecords.end(execution, {
      ...{ requestId: execution.requestId, number: execution.number, app: execution.app },
      ...{ queue: queueLabel(facts.queue), actor: execution.requester, conclusion, steps, left },
    });
  }
  return {
    state: states[conclusion.kind],
    detail: {
      ...{ conclusion: conclusion.kind, left, queue: queueLabel(facts.queue) },
      ...('step' in conclusion ? { step: drillSteps.indexOf(conclusion.step) + 1 } : {}),
      ...('other' in conclusion ? { other: conclusion.other } : {}),
      steps: steps.map(({ name, mark, tookMs }) => ({ name, mark, tookMs })),
    },
  };
}

const states: Readonly<Record<DrillConclusion['kind'], Settled['state']>> = {
  passed: 'succeeded',
  failed: 'failed',
  stopped: 'partial',
  'cut-short': 'partial',
  'not-begun': 'not_started',
};

const isThere: ReadonlySet<TargetState> = new Set(['present', 'stuck', 'double_risk', 'frozen']);

/** Failures of this drill that are in the table now. */
async function leftBehind(context: RunContext<World>, view: RequestView): Promise<readonly FailedJobId[]> {
  if (view.targets.length > 0) {
    return view.targets.flatMap(({ failedId, failedAgainAs, state }) => {
      if (state === 'failed_again' && failedAgainAs !== null) return [failedAgainAs];
      return isThere.has(state) ? [failedId] : [];
    });
  }
  // It ended before it had found its failure: the command may be at work still.
  for (const call of await context.requests.calls(context.execution.executionId))
    if (call.state === 'intended' || call.state === 'unknown') await outlive(context, call);
  return listMade(context.world, drillFactsOf(view.facts), context.signal);
}
