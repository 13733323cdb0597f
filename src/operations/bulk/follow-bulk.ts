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
/** A watch's lease lives 60 s. */
const keepEveryMs = 15_000;

/**
 * Watches what becomes of pushed jobs until none is left in a queue: closely for ten minutes, then every minute for an
 * hour. Holds its own lease, so another process goes on where this one ended.
 */
export async function followBulk(context: RunContext<World>, view: RequestView): Promise<void> {
  const { control, execution, clock, signal } = context;
  const state = restoreState(view);
  const { mark, highest } = state;
  if (mark === undefined || highest === undefined) return void (await control.keepFollow(execution, true));
  const watch = createWatch(context, state, { mark, highest: failedJobId(highest) });
  for await (const page of pagesOf(context, ['pushed', 'waiting'])) watch.add(page);
  const save = createSaver(context, state);
  const began = view.execution?.finishedAt?.getTime() ?? clock.now().getTime();
  let saidWaiting = false;
  while (!signal.aborted) {
    if (!(await control.keepFollow(execution, false))) return;
    const looking = clock.now().getTime();
    const changed = await watch.look();
    // Its exceptions are shown by the card; without them it only says less.
    if (changed !== undefined && changed > 0) await save().catch(() => context.changed());
    const now = clock.now().getTime();
    const isLate = now - began >= followForMs;
    if (watch.open === 0 || isLate) {
      await callWaiting(watch, context);
      await control.keepFollow(execution, true);
      return context.changed();
    }
    const isClose = now - began < closelyForMs;
    if (!isClose && !saidWaiting) {
      saidWaiting = true;
      await callWaiting(watch, context);
    }
    await waitUntil(
      context,
      now + (isClose ? Math.max(leastEveryMs, (now - looking) * shareOfTime) : laterEveryMs),
    );
  }
}

async function callWaiting(watch: Watch, context: RunContext<World>): Promise<void> {
  if (watch.open === 0) return;
  await watch.callWaiting();
  context.changed();
}

async function waitUntil(
  { control, execution, clock, signal }: RunContext<World>,
  until: number,
): Promise<void> {
  for (;;) {
    const left = until - clock.now().getTime();
    if (left <= 0 || signal.aborted) return;
    await clock.wait(Math.min(left, keepEveryMs), signal).catch(() => undefined);
    if (left > keepEveryMs && !signal.aborted) await control.keepFollow(execution, false);
  }
}
