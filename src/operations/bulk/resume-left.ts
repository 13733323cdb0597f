import { isUnseen } from '../../core/may-resume.ts';
import type { RunContext } from '../../core/operation.ts';
import { PartMissing } from '../../core/reading.ts';
import { outlive } from '../settle-calls.ts';
import type { World } from '../world.ts';
import { createPauses, type Pauses } from './pauses.ts';
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
  if (await endPauses(context, state, pauses)) return;
  const now = (await context.requests.now()).getTime();
  if (began !== undefined && now - began.getTime() < giveUpAfterMs)
    throw new PartMissing({ part: 'host', name: context.world.app.artisan.host, why: 'unreachable' });
}

/**
 * Resumes what is noted as paused. Where nobody saw the end of a call that paused it, that may still come after the resume:
 * then once more when nothing of the call can live, and until then it stays noted. False: some could not be resumed.
 */
export async function endPauses(
  context: RunContext<World>,
  state: RunState,
  pauses: Pauses,
): Promise<boolean> {
  if (state.paused.size === 0) return true;
  const calls = await context.requests.calls(context.execution.executionId);
  const unseen = calls.filter((call) => call.failedIds.length === 0 && isUnseen(call));
  if (unseen.length > 0) {
    state.phase = 'uncertain';
    // At once, since work waits for it.
    await pauses.resumeAll('kept');
    for (const call of unseen) await outlive(context, call);
    state.phase = 'pushing';
  }
  return pauses.resumeAll();
}
