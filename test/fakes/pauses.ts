import type { PauseEnd, QueuePause, QueuePauses } from '../../src/core/pause-ports.ts';
import type { RunningExecution } from '../../src/core/store-ports.ts';

/** Pauses in memory. `ended` tells how each ended; `held` are the requests whose runs hold a queue. */
export function createFakePauses(now: () => Date = () => new Date(0)): QueuePauses & {
  readonly live: Map<string, QueuePause>;
  readonly ended: { readonly queue: string; readonly how: PauseEnd; readonly by: number }[];
  readonly held: Map<string, number>;
} {
  const live = new Map<string, QueuePause>();
  const ended: { queue: string; how: PauseEnd; by: number }[] = [];
  const held = new Map<string, number>();
  const claimed = new Set<QueuePause>();
  const mark = (queue: string, lifting: boolean): void => {
    const pause = live.get(queue);
    if (pause !== undefined) live.set(queue, { ...pause, lifting });
  };
  const finish = (queue: string, how: PauseEnd, { number }: RunningExecution): void => {
    if (live.delete(queue)) ended.push({ queue, how, by: number });
  };
  return {
    ...{ live, ended, held },
    list: async (app) => [...live.values()].filter((one) => one.app === app),
    heldByRuns: async () => held,
    async begin(execution, queue, seconds) {
      const { requestId, number, app, requester: by, place } = execution;
      if (live.get(queue)?.requestId === requestId) return;
      finish(queue, 'replaced', execution);
      const since = now();
      const until = seconds === undefined ? null : new Date(since.getTime() + seconds * 1000);
      live.set(queue, {
        ...{ requestId, number, app, queue, by, reason: null, place, since, until, lifting: false },
      });
    },
    lift: async (_, queue) => mark(queue, true),
    end: async (execution, queue, how) => finish(queue, how, execution),
    keep: async (_, queue) => mark(queue, false),
    async takeDue(apps) {
      const due = [...live.values()].find(
        (one) => apps.includes(one.app) && one.until !== null && one.until <= now() && !claimed.has(one),
      );
      if (due !== undefined) claimed.add(due);
      return due;
    },
  };
}
