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
  /**
   * Resumes what is still paused by this run, also by an earlier process of it. False: some could not be resumed. `notes`:
   * it stays noted, since a pause of which nobody saw the end may still come.
   */
  resumeAll(notes?: 'kept'): Promise<boolean>;
}

/** New work waits meanwhile, so no queue is held for longer than this without a rest in which workers come to it. */
const longestHoldMs = 60_000;
const restMs = 15_000;
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
  /** A pause of ours may come later than it was looked for: these stay noted until nothing of it can live. */
  const mayCome = new Set<string>();
  const restUntil = new Map<string, number>();
  let possible = world.app.description.cache !== undefined;
  let calls = 0;
  const now = (): number => clock.now().getTime();
  const isTired = (label: string): boolean => {
    const hold = held.get(label);
    return (restUntil.get(label) ?? 0) > now() || (hold !== undefined && now() - hold.since > longestHoldMs);
  };

  const readPaused = async (): Promise<ReadonlySet<string> | undefined> => {
    const read = await world.app.condition.pausedNow(signal);
    return read?.ok === true ? new Set(read.value.map(queueLabel)) : undefined;
  };
  /** Returns those of which nobody saw the end. */
  const callEach = async (
    verb: 'pause' | 'resume',
    labels: readonly string[],
  ): Promise<ReadonlySet<string>> => {
    const unseen = new Set<string>();
    await Promise.all(
      labels.map(async (label) => {
        const queue = queueNamed(label, world);
        if (queue === undefined) return;
        calls += 1;
        const number = `${verb}-${now()}-${calls}`;
        const result = await callArtisan(context, [], number, [`queue:${verb}`, label], (limits) =>
          world.app.artisan[verb](queue, limits),
        );
        if (result.kind === 'unknown') unseen.add(label);
      }),
    );
    return unseen;
  };

  /** What a person has paused here stays paused when this run lets go of it, and needs this run while that is lifted. */
  const readPersons = async (): Promise<ReadonlySet<string>> => {
    const live = await world.pauses.list(world.app.description.name);
    return new Set(live.filter(({ lifting }) => !lifting).map(({ queue }) => queue));
  };

  const pause = async (labels: readonly string[]): Promise<void> => {
    const [before, persons] = await Promise.all([readPaused(), readPersons()]);
    if (before === undefined) {
      state.unpaused = true;
      return;
    }
    // What was paused past Queuekeeper stays so, and is not ours to resume. A person's pause may be lifted meanwhile.
    const ours = labels.filter((label) => !before.has(label) || persons.has(label));
    if (ours.length === 0) return;
    for (const label of ours) state.paused.add(label);
    // In the store first: whoever takes this run over resumes them.
    await save();
    const unseen = await callEach('pause', ours);
    const after = await readPaused();
    const failed = ours.filter((label) => after?.has(label) !== true);
    if (failed.length === 0) return;
    for (const label of failed) if (unseen.has(label)) mayCome.add(label);
    // Laravel is too old, its cache is another one, or the host is away: no use in trying again with every chunk.
    possible = false;
    state.unpaused = true;
    // What can't be read may be paused all the same.
    if (after === undefined) return;
    for (const label of failed) if (!mayCome.has(label)) state.paused.delete(label);
  };
  const resume = async (labels: readonly string[], notes?: 'kept'): Promise<boolean> => {
    let left = labels.filter((label) => state.paused.has(label));
    if (left.length === 0) return true;
    const letGo = (labels: readonly string[]): void => {
      for (const label of labels) if (notes !== 'kept' && !mayCome.has(label)) state.paused.delete(label);
      left = left.filter((label) => !labels.includes(label));
    };
    for (let tries = 0; left.length > 0 && tries < resumeTries; tries += 1) {
      if (tries > 0) await clock.wait(1_000, signal);
      const before = await readPersons();
      letGo(left.filter((label) => before.has(label)));
      await callEach('resume', left);
      const [paused, after] = await Promise.all([readPaused(), readPersons()]);
      const done = left.filter((label) => paused?.has(label) === false);
      // Paused by a person while it was resumed here.
      await callEach(
        'pause',
        done.filter((label) => after.has(label)),
      );
      letGo(done);
    }
    await save();
    return left.length === 0;
  };

  /** Those that nobody holds yet are paused together. */
  const take = (labels: readonly string[]): Promise<unknown> => {
    const fresh = labels.filter((label) => !held.has(label));
    const ready = fresh.length === 0 ? Promise.resolve() : pause(fresh);
    for (const label of fresh) held.set(label, { users: 0, since: now(), ready });
    const holds = labels.flatMap((label) => held.get(label) ?? []);
    for (const hold of holds) hold.users += 1;
    return Promise.all(holds.map((hold) => hold.ready));
  };
  const leave = async (labels: readonly string[]): Promise<void> => {
    const free: string[] = [];
    for (const label of labels) {
      const hold = held.get(label);
      if (hold === undefined) continue;
      hold.users -= 1;
      if (hold.users > 0) continue;
      held.delete(label);
      if (now() - hold.since > longestHoldMs) restUntil.set(label, now() + restMs);
      free.push(label);
    }
    await resume(free);
  };

  return {
    async around(queues, work) {
      const labels = queues.filter((queue) => findQueue(world, queue) !== undefined).map(queueLabel);
      if (labels.length < queues.length || !possible) state.unpaused = true;
      if (!possible) return work();
      // All at once or none, so that no two chunks wait for each other.
      while (labels.some(isTired)) await clock.wait(lookAgainMs, signal);
      const taken = take(labels);
      try {
        await taken;
        return await work();
      } finally {
        await leave(labels);
      }
    },
    resumeAll: (notes) => resume([...state.paused], notes),
  };
}

function queueNamed(label: string, world: World): QueueName | undefined {
  const found = world.app.description.queues.find((queue) => queueLabel(queue) === label);
  return found === undefined ? undefined : { connection: found.connection, name: found.name };
}
