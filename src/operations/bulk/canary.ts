import type { RunContext } from '../../core/operation.ts';
import type { TargetState } from '../../core/request.ts';
import { countIn } from '../jobs-outcome.ts';
import type { World } from '../world.ts';
import type { Lanes } from './run-lanes.ts';
import type { RunState } from './run-state.ts';
import type { Turn } from './turn.ts';
import type { Watch } from './watch.ts';

export interface CanaryParts {
  readonly context: RunContext<World>;
  readonly state: RunState;
  readonly lanes: Lanes;
  readonly watch: Watch | undefined;
  readonly turn: Turn;
  readonly save: (asks?: boolean) => Promise<void>;
}

const waitLimitMs = 30 * 60_000;
const lookEveryMs = 2_000;
/** More of them than this not well: a person must say whether to go on. */
export const tolerated = 0.2;

const well: ReadonlySet<TargetState> = new Set(['done', 'left']);
const notWell: ReadonlySet<TargetState> = new Set(['failed_again', 'ended_quietly', 'vanished']);
const awaited: ReadonlySet<TargetState> = new Set(['pushed', 'waiting']);
const untried: ReadonlySet<TargetState> = new Set(['frozen']);

/**
 * Pushes `first` jobs, waits for what becomes of them, and goes on by itself if at most a fifth did not go well; else waits
 * for a person's word. Counts come from the store, so that another process goes on where this one ended.
 */
export async function runCanary(parts: CanaryParts, first: number, count: number): Promise<void> {
  const { context, state, lanes, turn, save } = parts;
  if (state.canaryPassed || state.ended !== undefined) return;
  const before = await countsOf(context);
  const tried = count - countIn(before, untried);
  if (tried < first) await lanes.run(1, first - tried);
  if (state.ended !== undefined) return;
  await turn.letGo();
  if (!(await outcomesCome(parts))) return;
  const counts = await countsOf(context);
  const bad = countIn(counts, notWell);
  if (bad > tolerated * (bad + countIn(counts, well)) && !(await isTold(parts))) return;
  Object.assign(state, { canaryPassed: true, since: undefined, phase: 'pushing' });
  await save();
  await turn.takeAgain();
}

const countsOf = ({ control, execution }: RunContext<World>): ReturnType<typeof control.countsByState> =>
  control.countsByState(execution.requestId);

/** False: they did not come in time, or the run was stopped. */
async function outcomesCome(parts: CanaryParts): Promise<boolean> {
  const { context, state, watch } = parts;
  await beginWait(parts, 'canary');
  for (;;) {
    await watch?.look();
    const counts = await countsOf(context);
    // Of those without a uuid in their payload nobody can tell; they hold nothing up.
    if (countIn(counts, awaited) === 0 || watch?.open === 0) return true;
    if (!(await parts.turn.mayGoOn())) return false;
    if (isOver(parts)) {
      state.ended = 'canary-silent';
      return false;
    }
    await context.clock.wait(lookEveryMs, context.signal);
  }
}

async function isTold(parts: CanaryParts): Promise<boolean> {
  const { context, state, turn } = parts;
  state.since = undefined;
  await beginWait(parts, 'asking');
  for (;;) {
    if (!(await turn.mayGoOn())) {
      if (state.ended === 'stopped') state.ended = 'canary-failed';
      return false;
    }
    if (turn.continued) return true;
    if (isOver(parts)) {
      state.ended = 'canary-unanswered';
      return false;
    }
    await parts.watch?.look();
    await context.clock.wait(lookEveryMs, context.signal);
  }
}

async function beginWait({ context, state, save }: CanaryParts, phase: 'canary' | 'asking'): Promise<void> {
  state.phase = phase;
  state.since ??= context.clock.now().getTime();
  await save(phase === 'asking');
}

const isOver = ({ context, state }: CanaryParts): boolean =>
  context.clock.now().getTime() - (state.since ?? 0) > waitLimitMs;
