import { queueLabel } from '../../core/app-description.ts';
import type { RunContext } from '../../core/operation.ts';
import { callArtisan } from '../call-artisan.ts';
import { findQueue } from '../job-buttons.ts';
import type { QueueName } from '../ports.ts';
import type { World } from '../world.ts';
import type { RunState } from './run-state.ts';

/**
 * Keeps workers from a chunk's queues while it is pushed: a job that failed again before artisan had forgotten its old row
 * could not be recorded and would be in no table.
 */
export interface Pauses {
  around<T>(queues: readonly QueueName[], work: () => Promise<T>): Promise<T>;
  /** Resumes what is still paused by this run, also by an earlier process of it. False: some could not be resumed. */
  resumeAll(): Promise<boolean>;
}

/** New work waits meanwhile, so no queue is held for longer than this without a rest. */
const longestHoldMs = 20_000;
const restMs = 3_000;
const lookAgainMs = 100;
const resumeTries = 5;

interface Held {
  users: number;
  /** Clock's milliseconds. */
  since: number;
  /** Settles when the queue is paused, or is known not to be. */
  ready: Promise<void>;
}

export function createPauses(context: RunContext<World>, state: RunState, save: () => Promise<void>): Pauses {
  const { world, clock, signal } = context;
  const held = new Map<string, Held>();
  const restUntil = new Map<string, number>();
  let possible = world.app.description.cache !== undefined;
  let calls = 0;
  const isTired = (label: string): boolean => {
    const now = clock.now().getTime();
    const hold = held.get(label);
    return (restUntil.get(label) ?? 0) > now || (hold !== undefined && now - hold.since > longestHoldMs);
  };

  const isPaused = async (label: string): Promise<boolean | undefined> => {
    const read = await world.app.condition.pausedNow(signal);
    return read?.ok === true ? read.value.some((queue) => queueLabel(queue) === label) : undefined;
  };
  const call = (verb: 'pause' | 'resume', queue: QueueName): Promise<unknown> => {
    calls += 1;
    const number = `${verb}-${clock.now().getTime()}-${calls}`;
    const argv = [`queue:${verb}`, queueLabel(queue)];
    return callArtisan(context, [], number, argv, (limits) => world.app.artisan[verb](queue, limits));
  };
  const pause = async (queue: QueueName): Promise<void> => {
    const label = queueLabel(queue);
    const before = await isPaused(label);
    // Somebody paused it: it stays so, and is not ours to resume.
    if (before === true) return;
    if (before === undefined) {
      state.unpaused = true;
      return;
    }
    state.paused.add(label);
    // In the store first: whoever takes this run over resumes it.
    await save();
    await call('pause', queue);
    if ((await isPaused(label)) === true) return;
    possible = false;
    state.unpaused = true;
    state.paused.delete(label);
    await save();
  };
  const resume = async (label: string): Promise<boolean> => {
    const queue = queueNamed(label, world);
    for (let tries = 0; queue !== undefined && tries < resumeTries; tries += 1) {
      if ((await isPaused(label)) === false) break;
      await call('resume', queue);
      if ((await isPaused(label)) === false) break;
      await clock.wait(1_000, signal);
    }
    if (queue !== undefined && (await isPaused(label)) !== false) return false;
    state.paused.delete(label);
    await save();
    return true;
  };

  const take = async (queue: QueueName): Promise<void> => {
    const label = queueLabel(queue);
    const hold = held.get(label);
    if (hold !== undefined) {
      hold.users += 1;
      return hold.ready;
    }
    const ready = pause(queue);
    held.set(label, { users: 1, since: clock.now().getTime(), ready });
    return ready;
  };
  const leave = async (queue: QueueName): Promise<void> => {
    const label = queueLabel(queue);
    const hold = held.get(label);
    if (hold === undefined) return;
    hold.users -= 1;
    if (hold.users > 0) return;
    held.delete(label);
    if (!state.paused.has(label)) return;
    if (clock.now().getTime() - hold.since > longestHoldMs)
      restUntil.set(label, clock.now().getTime() + restMs);
    await resume(label);
  };

  return {
    async around(queues, work) {
      const own = queues.filter((queue) => findQueue(world, queue) !== undefined);
      if (own.length < queues.length || !possible) state.unpaused = true;
      if (!possible) return work();
      // All at once or none, so that no two chunks wait for each other.
      while (own.some((queue) => isTired(queueLabel(queue)))) await clock.wait(lookAgainMs, signal);
      const taken = await Promise.allSettled(own.map(take));
      try {
        for (const one of taken) if (one.status === 'rejected') throw one.reason;
        return await work();
      } finally {
        await Promise.all(own.map(leave));
      }
    },
    async resumeAll() {
      const done = await Promise.all([...state.paused].map(resume));
      return done.every((one) => one);
    },
  };
}

function queueNamed(label: string, world: World): QueueName | undefined {
  const found = world.app.description.queues.find((queue) => queueLabel(queue) === label);
  return found === undefined ? undefined : { connection: found.connection, name: found.name };
}
