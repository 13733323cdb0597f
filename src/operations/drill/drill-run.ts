import type { DrillStep, DrillStepName, Seen, StepMark } from '../../core/drill.ts';
import type { RunContext } from '../../core/operation.ts';
import { PartMissing } from '../../core/reading.ts';
import type { DrillDescription } from '../../core/runbook-description.ts';
import type { World } from '../world.ts';
import type { DrillFacts } from './drill-facts.ts';
import { type DrillState, newState, stateToPlain } from './drill-state.ts';

/** How a step ended. */
export type EndMark = Extract<StepMark, 'done' | 'partly' | 'failed' | 'stopped'>;

/** One drill under way: what its steps need of it, and how they tell what they saw. */
export interface DrillRun {
  readonly context: RunContext<World>;
  readonly facts: DrillFacts;
  readonly description: DrillDescription;
  readonly state: DrillState;
  /** Since the drill's first step, in whole seconds, rounded up. */
  elapsedSeconds(): number;
  begin(name: DrillStepName): Promise<void>;
  /** Adds to what the step under way has seen. */
  saw(...seen: readonly Seen[]): void;
  /** Shows what is seen meanwhile, in place of what was shown so before; undefined: nothing more. */
  show(mark: 'running' | 'waiting', seen: Seen | undefined): Promise<void>;
  end(mark: EndMark): Promise<void>;
  save(): Promise<void>;
  /** True: a person has pressed Stop, or the application was frozen, which the step then tells. */
  isHalted(): Promise<boolean>;
  /** Looks again and again; `late`: not within the limit. Throws `PartMissing` where the last look could not be had. */
  until<T>(limits: PollLimits, look: () => Promise<T | undefined>): Promise<Polled<T>>;
}

export interface PollLimits {
  readonly forMs: number;
  readonly everyMs: number;
  /** Called now and then while nothing is found, with the seconds that are left. */
  readonly telling?: (leftSeconds: number) => Promise<void>;
}

export type Polled<T> =
  | { readonly kind: 'found'; readonly value: T }
  | { readonly kind: 'late' }
  | { readonly kind: 'halted' };

const tellEveryMs = 5_000;

export function createDrillRun(
  context: RunContext<World>,
  facts: DrillFacts,
  description: DrillDescription,
): DrillRun {
  const { clock, control, execution, signal } = context;
  const state = newState();
  const began = clock.now().getTime();
  const now = (): number => clock.now().getTime();

  const save = async (): Promise<void> => {
    await control.progress(execution, stateToPlain(state));
    context.changed();
  };
  const change = (to: (step: DrillStep) => DrillStep): void => {
    const last = state.steps.at(-1);
    if (last !== undefined) state.steps = [...state.steps.slice(0, -1), to(last)];
  };
  let shown: Seen | undefined;
  const withoutShown = (saw: readonly Seen[]): readonly Seen[] => saw.filter((one) => one !== shown);

  const run: DrillRun = {
    ...{ context, facts, description, state, save },
    elapsedSeconds: () => Math.ceil((now() - began) / 1_000),
    async begin(name) {
      const step: DrillStep = { name, beganMs: now(), tookMs: undefined, mark: 'running', saw: [] };
      state.steps = [...state.steps, step];
      await save();
    },
    saw: (...seen) => change((step) => ({ ...step, saw: [...step.saw, ...seen] })),
    async show(mark, seen) {
      change((step) => ({
        ...step,
        mark,
        saw: [...withoutShown(step.saw), ...(seen === undefined ? [] : [seen])],
      }));
      shown = seen;
      await save();
    },
    async end(mark) {
      change((step) => ({ ...step, mark, tookMs: now() - step.beganMs, saw: withoutShown(step.saw) }));
      shown = undefined;
      await save();
    },
    async isHalted() {
      const go = await control.mayGoOn(execution);
      if (go.kind === 'frozen') run.saw({ code: 'frozen', reason: go.freeze.reason });
      return go.kind !== 'go';
    },
    async until({ forMs, everyMs, telling }, look) {
      const start = now();
      let told = Number.NEGATIVE_INFINITY;
      let missing: PartMissing | undefined;
      for (;;) {
        if (await run.isHalted()) return { kind: 'halted' };
        const looked = await attempt(look);
        if (looked instanceof PartMissing) missing = looked;
        else if (looked !== undefined) return { kind: 'found', value: looked };
        else missing = undefined;
        const left = start + forMs - now();
        if (left <= 0 && missing !== undefined) throw missing;
        if (left <= 0) return { kind: 'late' };
        if (telling !== undefined && now() - told >= tellEveryMs) {
          told = now();
          await telling(Math.ceil(left / 1_000));
        }
        await clock.wait(Math.min(everyMs, left), signal);
      }
    },
  };
  return run;
}

/** A part that is away for a moment is looked at again. */
async function attempt<T>(look: () => Promise<T>): Promise<T | PartMissing> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof PartMissing) return error;
    throw error;
  }
}
