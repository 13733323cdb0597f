import { queueLabel } from '../../core/app-description.ts';
import { failedJobId } from '../../core/ids.ts';
import type { RunContext } from '../../core/operation.ts';
import type { RequestView, TargetState } from '../../core/request.ts';
import { countIn } from '../jobs-outcome.ts';
import type { QueueName } from '../ports.ts';
import type { World } from '../world.ts';
import { runCanary, tolerated } from './canary.ts';
import { createChunkSource, mostLanes } from './chunk-source.ts';
import { createPace } from './pace.ts';
import { createPauses } from './pauses.ts';
import { createProgress } from './progress.ts';
import { endPauses } from './resume-left.ts';
import { createLanes } from './run-lanes.ts';
import { createSaver, type RunState, restoreState } from './run-state.ts';
import { findSetFacts } from './set-parts.ts';
import { pagesOf, settleEnded } from './settle-bulk.ts';
import { createTurn, type Turn } from './turn.ts';
import { keepUnserved } from './unserved.ts';
import { createWatch, type Watch } from './watch.ts';

const lookEveryMs = 3_000;
/** Fewer outcomes than this say nothing about the rest. */
const fewestJudged = 20;

/** What was asked for, as the request's facts have it. */
interface Plan {
  readonly first: number | undefined;
  readonly pace: number | undefined;
  readonly queues: readonly QueueName[];
}

/**
 * Pushes what is still frozen of a request, from the store's records alone: canary first, then three calls side by side,
 * or one where a pace is kept. Ends early where its state says why. Throws for outages.
 */
export async function runBulk(context: RunContext<World>, view: RequestView): Promise<void> {
  const plan = planOf(view);
  const state = restoreState(view);
  const save = createSaver(context, state);
  const pauses = createPauses(context, state, save);
  await endPauses(context, state, pauses);
  if (context.execution.takenOver) await settleEnded(context, state);
  await noteMark(context, state, plan);
  await save();
  const watch = await watchFor(context, state, plan);
  const turn = createTurn(context, state, save);
  const progress = createProgress(context, state, save, view.count);
  const pace = createPace({ context, state, turn, watch, most: plan.pace });
  const source = createChunkSource({ context, total: view.count, atMost: pace.atMost });
  const lanes = createLanes({
    ...{ context, state, source, pauses, mayGoOn: turn.mayGoOn, untilRoom: pace.untilRoom },
    onPushed(pushed) {
      watch?.add(pushed);
      progress.count(pushed.length);
    },
  });
  const ended = new AbortController();
  const beside = [
    progress.keep(ended.signal),
    ...(watch ? [keepUnserved(context, state, plan.queues.map(queueLabel), ended.signal)] : []),
    ...(watch && plan.first ? [guard(context, state, watch, turn, ended.signal)] : []),
  ];
  try {
    await turn.takeAgain();
    if (plan.first !== undefined)
      await runCanary({ context, state, lanes, watch, turn, save }, plan.first, view.count);
    if (state.ended === undefined) await lanes.run(plan.pace === undefined ? mostLanes : 1);
  } finally {
    ended.abort();
    await Promise.all(beside);
    await pauses.resumeAll();
    await save();
  }
}

function planOf({ facts }: RequestView): Plan {
  const { first, pace } = facts;
  const queues = findSetFacts(facts).queues.map(({ queue }): QueueName => {
    const colon = queue.indexOf(':');
    return { connection: queue.slice(0, colon), name: queue.slice(colon + 1) };
  });
  return {
    ...{ first: typeof first === 'number' ? first : undefined, queues },
    pace: typeof pace === 'number' ? pace : undefined,
  };
}

/** Before the first push, so that what is pushed can be found again without a scan. */
async function noteMark({ world, signal }: RunContext<World>, state: RunState, plan: Plan): Promise<void> {
  if (state.mark !== undefined && state.highest !== undefined) return;
  const [mark, highest] = await Promise.all([
    world.app.queues.mark(plan.queues, signal),
    world.app.failures.highest(signal),
  ]);
  if (mark.ok) state.mark ??= mark.value;
  if (highest.ok) state.highest ??= highest.value;
}

/** Only where outcomes decide how it goes on; else they are looked at afterwards. */
async function watchFor(
  context: RunContext<World>,
  state: RunState,
  { first, pace }: Plan,
): Promise<Watch | undefined> {
  const { mark, highest } = state;
  if ((first === undefined && pace === undefined) || mark === undefined || highest === undefined)
    return undefined;
  const watch = createWatch(context, state, { mark, highest: failedJobId(highest) });
  // Of an earlier process.
  for await (const page of pagesOf(context, ['pushed', 'waiting'])) watch.add(page);
  return watch;
}

const notWell: readonly TargetState[] = ['failed_again', 'ended_quietly', 'vanished'];

/** After a canary that went well, more than a fifth failing again stops the run by itself. */
async function guard(
  { control, execution, clock }: RunContext<World>,
  state: RunState,
  watch: Watch,
  turn: Turn,
  ended: AbortSignal,
): Promise<void> {
  while (!ended.aborted) {
    await clock.wait(lookEveryMs, ended).catch(() => undefined);
    if (ended.aborted || !state.canaryPassed || state.ended !== undefined) continue;
    // A world that can't be seen just now ends nothing; the next look tells.
    const looked = await watch.look().catch(() => undefined);
    if (looked === undefined) continue;
    const counts = await control.countsByState(execution.requestId).catch(() => undefined);
    if (counts === undefined) continue;
    const bad = countIn(counts, new Set(notWell));
    const judged = bad + (counts.done ?? 0) + (counts.left ?? 0);
    // Whoever pressed Continue has seen that they fail.
    if (!turn.continued && judged >= fewestJudged && bad > tolerated * judged) state.ended ??= 'failing';
  }
}
