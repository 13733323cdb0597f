import type { Evidence } from './evidence.ts';
import type { Hand, StepId, StepNow, TaskId, TaskNow, TourNow } from './model.ts';
import type { Step, Task, Way } from './steps.ts';

/** What a tour remembers: ticks stay although the world moves on. */
export interface Progress {
  readonly ticked: readonly TaskId[];
  readonly skipped: readonly StepId[];
}

export const noProgress: Progress = { ticked: [], skipped: [] };

/** The steps that this bot can play, each on the way that it has the verbs for. */
export function possibleSteps(
  steps: readonly Step[],
  verbs: ReadonlySet<string>,
): readonly (Pick<Step, 'id'> & Way)[] {
  return steps.flatMap(({ id, ways }) => {
    const way = ways.find(({ needs }) => needs.every((verb) => verbs.has(verb)));
    return way === undefined ? [] : [{ id, ...way }];
  });
}

/** Ticks what was seen to be done, whoever did it and in whatever order. */
export function tick(possible: readonly Way[], progress: Progress, evidence: Evidence): Progress {
  const fresh = possible
    .flatMap(({ tasks }) => tasks)
    .filter(({ id, isDone }) => !progress.ticked.includes(id) && isDone(evidence))
    .map(({ id }) => id);
  return fresh.length === 0 ? progress : { ...progress, ticked: [...progress.ticked, ...fresh] };
}

/** The first step that is neither done nor skipped is the current one. */
export function showTour(
  possible: readonly (Pick<Step, 'id'> & Way)[],
  progress: Progress,
  evidence: Evidence,
  nameOf: (id: string) => string,
): TourNow['steps'] {
  const isOver = ({ id, tasks }: Pick<Step, 'id'> & Way): boolean =>
    progress.skipped.includes(id) || tasks.every((task) => progress.ticked.includes(task.id));
  const current = possible.find((step) => !isOver(step))?.id;
  return possible.map(({ id, tasks }): StepNow => {
    const isDone = tasks.every((task) => progress.ticked.includes(task.id));
    const rest = progress.skipped.includes(id) ? 'skipped' : 'ahead';
    return {
      id,
      state: isDone ? 'done' : id === current ? 'current' : rest,
      tasks: tasks.map((task) => showTask(task, progress, evidence, nameOf)),
    };
  });
}

const showTask = (
  { id, by, type, facts }: Task,
  { ticked }: Progress,
  evidence: Evidence,
  nameOf: (id: string) => string,
): TaskNow => ({
  id,
  isDone: ticked.includes(id),
  hand: by === undefined ? undefined : handOf(by, nameOf),
  type: type?.(evidence),
  needsWords: type !== undefined,
  facts: facts?.(evidence) ?? {},
});

const handOf = (
  { userId, channelId }: { readonly userId: string; readonly channelId: string },
  nameOf: (id: string) => string,
): Hand => ({ userId, name: nameOf(userId), channelId, channelName: nameOf(channelId) });
