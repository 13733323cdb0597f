import { type DrillConclusion, type DrillStep, type DrillStepName, drillSteps } from '../../core/drill.ts';
import type { FailedJobId } from '../../core/ids.ts';
import type { QueueMark } from '../ports.ts';
import { markToFacts } from '../queue-mark.ts';

type Plain = Readonly<Record<string, unknown>>;

/** What a drill knows of itself while it runs, written as its execution's progress: the card is drawn from it. */
export interface DrillState {
  steps: readonly DrillStep[];
  /** Positions right before the push; see `notedBefore`. */
  mark: QueueMark | undefined;
  highest: FailedJobId | undefined;
  /** Another drill of the app, because of which this one did not begin. */
  other: number | undefined;
}

export const newState = (): DrillState => ({
  ...{ steps: [], mark: undefined, highest: undefined, other: undefined },
});

export const stateToPlain = ({ steps, mark, highest, other }: DrillState): Plain => ({
  steps,
  ...(mark === undefined ? {} : { mark: markToFacts(mark) }),
  ...(highest === undefined ? {} : { highest }),
  ...(other === undefined ? {} : { other }),
});

/** The steps that were begun, as an earlier process wrote them. */
export function stepsIn(progress: Plain): readonly DrillStep[] {
  const { steps } = progress;
  return Array.isArray(steps) ? steps.filter(isStep) : [];
}

export const otherIn = ({ other }: Plain): number | undefined =>
  typeof other === 'number' ? other : undefined;

/** What stands in the store was written by `stateToPlain`; a step whose name is not known comes of another version. */
const isStep = (value: unknown): value is DrillStep =>
  typeof value === 'object' &&
  value !== null &&
  'name' in value &&
  drillSteps.some((name) => name === value.name) &&
  'saw' in value &&
  Array.isArray(value.saw);

/** Pure. `takenOver`: its process was gone before it came to its end. */
export function conclude(
  steps: readonly DrillStep[],
  takenOver: boolean,
  other: number | undefined,
): DrillConclusion {
  if (other !== undefined) return { kind: 'not-begun', other };
  const last = steps.at(-1);
  if (last?.mark === 'failed' || last?.mark === 'stopped') return { kind: last.mark, step: last.name };
  const next = stepAfter(last);
  if (next === undefined) {
    const partly = steps.filter(({ mark }) => mark === 'partly').map(({ name }) => name);
    return { kind: 'passed', reservations: partly };
  }
  return { kind: takenOver ? 'cut-short' : 'failed', step: next };
}

/** The step that a drill is at after what it has done; undefined: all are done. */
function stepAfter(last: DrillStep | undefined): DrillStepName | undefined {
  if (last === undefined) return drillSteps[0];
  if (last.mark !== 'done' && last.mark !== 'partly') return last.name;
  return drillSteps[drillSteps.indexOf(last.name) + 1];
}

/** The steps as the conclusion leaves them: one that was under way ended with it. */
export function closeSteps(steps: readonly DrillStep[], conclusion: DrillConclusion): readonly DrillStep[] {
  const { kind } = conclusion;
  if (kind !== 'cut-short' && kind !== 'failed') return steps;
  return steps.map((step) => {
    if (step.mark !== 'running' && step.mark !== 'waiting') return step;
    const saw = kind === 'failed' ? [...step.saw, { code: 'broke-off' } as const] : step.saw;
    return { ...step, mark: kind, saw };
  });
}
