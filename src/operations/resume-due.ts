import type { Clock } from '../core/clock.ts';
import type { ExecutionRunner } from '../core/execution-runner.ts';
import type { Log } from '../core/log.ts';
import type { QueuePause, QueuePauses } from '../core/pause-ports.ts';
import { configuredQueue } from './queue-in-facts.ts';
import { resume, resumeDue } from './resume.ts';
import type { World } from './world.ts';

export interface DueParts {
  readonly pauses: Pick<QueuePauses, 'takeDue'>;
  readonly worlds: ReadonlyMap<string, World>;
  readonly executions: Pick<ExecutionRunner<World>, 'start'>;
  readonly clock: Clock;
  readonly log: Log;
}

const lookEveryMs = 1_000;

/**
 * Pauses whose time is over are lifted by a request of their own, in the name of who paused and where it was asked. Looked
 * for on every replica, so it outlives each of them; the store gives each pause to one. Until the signal ends it.
 */
export async function resumeWhenDue(parts: DueParts, signal: AbortSignal): Promise<void> {
  const { pauses, worlds, clock, log } = parts;
  while (!signal.aborted) {
    try {
      const due = await pauses.takeDue([...worlds.keys()]);
      if (due !== undefined) await resumeOne(parts, due);
    } catch (error) {
      log.warn({ err: error }, 'pauses whose time is over can not be looked for now');
    }
    await clock.wait(lookEveryMs, signal).catch(() => undefined);
  }
}

async function resumeOne({ worlds, executions, log }: DueParts, due: QueuePause): Promise<void> {
  const world = worlds.get(due.app);
  const queue = world && configuredQueue(due.queue, world);
  const about = { queue: due.queue, request: due.number };
  if (world === undefined || queue === undefined) {
    log.error(about, 'a pause is over, and its queue is not in the configuration any more');
    return;
  }
  const started = await executions.start({
    ...{ operation: resume, planned: resumeDue(due, queue, world), world },
    ...{ requester: due.by, place: due.place, words: `resume ${due.queue}` },
  });
  if (!started.ok)
    log.warn({ ...about, why: started.refusal.code }, 'a pause is over and can not be lifted now');
}
