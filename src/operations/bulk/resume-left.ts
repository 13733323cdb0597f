import type { RunContext } from '../../core/operation.ts';
import { PartMissing } from '../../core/reading.ts';
import type { World } from '../world.ts';
import { createPauses } from './pauses.ts';
import { createSaver, type RunState } from './run-state.ts';

/** Longer than this nothing waits for a host that can't be reached: the card then says which queues stay paused. */
const giveUpAfterMs = 10 * 60_000;

/**
 * Resumes what a process that is gone had paused. Throws `PartMissing`, so that it is tried again, while it is not long
 * ago that the run was begun.
 */
export async function resumeLeft(context: RunContext<World>, state: RunState): Promise<void> {
  if (state.paused.size === 0) return;
  const pauses = createPauses(context, state, createSaver(context, state));
  const began = (await context.requests.find({ id: context.execution.requestId }))?.execution?.startedAt;
  if (await pauses.resumeAll()) return;
  const now = (await context.requests.now()).getTime();
  if (began !== undefined && now - began.getTime() < giveUpAfterMs)
    throw new PartMissing({ part: 'host', name: context.world.app.artisan.host, why: 'unreachable' });
}
