import { queueLabel } from '../../core/app-description.ts';
import type { RunContext } from '../../core/operation.ts';
import type { WorkerGroup } from '../ports.ts';
import type { World } from '../world.ts';
import type { RunState } from './run-state.ts';

/** A worker that was started meanwhile may be believed so long to be dead still. */
const lookEveryMs = 10_000;

/** Those of the queues (`connection:queue`) of which it is known that nobody works on them: what is pushed there only waits. */
export const unservedOf = (
  queues: readonly string[],
  groups: readonly WorkerGroup[],
  { description }: Pick<World['app'], 'description'>,
): readonly string[] =>
  queues.filter((label) => {
    const described = description.queues.find((one) => queueLabel(one) === label);
    return groups.some(({ group, alive }) => group === described?.workers?.group && alive === 0);
  });

/** Notes them in the run's state, which is written every few seconds, until the signal ends: such a run waits for nothing. */
export async function keepUnserved(
  { world, clock, signal }: RunContext<World>,
  state: RunState,
  queues: readonly string[],
  ended: AbortSignal,
): Promise<void> {
  while (!ended.aborted && !signal.aborted) {
    const { value: groups } = await world.app.workers.list(signal);
    state.unserved = unservedOf(queues, groups, world.app);
    await clock.wait(lookEveryMs, ended).catch(() => undefined);
  }
}
