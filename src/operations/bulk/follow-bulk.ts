import { failedJobId } from '../../core/ids.ts';
import type { RunContext } from '../../core/operation.ts';
import type { RequestView } from '../../core/request.ts';
import type { World } from '../world.ts';
import { createSaver, restoreState } from './run-state.ts';
import { pagesOf } from './settle-bulk.ts';
import { createWatch, type Watch } from './watch.ts';

const closelyForMs = 10 * 60_000;
const followForMs = 70 * 60_000;
const laterEveryMs = 60_000;
const leastEveryMs = 2_000;
/** A look may take a twentieth of the time, so that watching 100,000 jobs costs their servers little. */
const shareOfTime = 20;

/**
 * Watches what becomes of pushed jobs until none is left in a queue: closely for ten minutes, then every minute for an
 * hour. Works from the store's records, so that another process goes on where this one ended.
 */
export async function followBulk(context: RunContext<World>, view: RequestView): Promise<void> {
  const { clock, signal } = context;
  const state = restoreState(view);
  const { mark, highest } = state;
  if (mark === undefined || highest === undefined) return;
  const watch = createWatch(context, state, { mark, highest: failedJobId(highest) });
  for await (const page of pagesOf(context, ['pushed', 'waiting'])) watch.add(page);
  const save = createSaver(context, state);
  const began = view.execution?.finishedAt?.getTime() ?? clock.now().getTime();
  let saidWaiting = false;
  while (!signal.aborted) {
    const looking = clock.now().getTime();
    const changed = await watch.look();
    // Its exceptions are shown by the card; without them it only says less.
    if (changed !== undefined && changed > 0) await save().catch(() => context.changed());
    const now = clock.now().getTime();
    const isLate = now - began >= followForMs;
    if (watch.open === 0 || isLate) {
      return callWaiting(watch, context);
    }
    const isClose = now - began < closelyForMs;
    if (!isClose && !saidWaiting) {
      saidWaiting = true;
      await callWaiting(watch, context);
    }
    const pauseMs = isClose ? Math.max(leastEveryMs, (now - looking) * shareOfTime) : laterEveryMs;
    await clock.wait(pauseMs, signal).catch(() => undefined);
  }
}

async function callWaiting(watch: Watch, context: RunContext<World>): Promise<void> {
  if (watch.open === 0) return;
  await watch.callWaiting();
  context.changed();
}
