import type { Clock } from '../core/clock.ts';
import type { RestartsSeen, WorkerProcess } from '../operations/ports.ts';

/** What this process saw between its looks: new pids, and who never came to run. It knows nothing of what was before. */
export function createRestartsSeen(clock: Pick<Clock, 'now'>): {
  readonly saw: (processes: readonly WorkerProcess[]) => void;
  readonly of: (process: WorkerProcess) => RestartsSeen | undefined;
  /** For how long it has been starting or backing off at every look; undefined: it is not. */
  readonly restlessSeconds: (process: WorkerProcess) => number | undefined;
} {
  const seen = new Map<string, { pid: number; count: number; looks: number; readonly since: number }>();
  const restless = new Map<string, number>();
  return {
    saw(processes) {
      for (const process of processes) {
        if (!isRestless(process)) restless.delete(nameOf(process));
        else if (!restless.has(nameOf(process))) restless.set(nameOf(process), clock.now().getTime());
        // One that is dead at the moment has no pid; the next one that it gets is another.
        if (process.pid === undefined) continue;
        const known = seen.get(nameOf(process));
        if (known === undefined) {
          seen.set(nameOf(process), { pid: process.pid, count: 0, looks: 1, since: clock.now().getTime() });
          continue;
        }
        if (known.pid !== process.pid) known.count += 1;
        known.pid = process.pid;
        known.looks += 1;
      }
    },
    of(process) {
      const known = seen.get(nameOf(process));
      if (known === undefined || known.looks < 2) return undefined;
      return { count: known.count, sinceSeconds: (clock.now().getTime() - known.since) / 1000 };
    },
    restlessSeconds(process) {
      const since = restless.get(nameOf(process));
      return since === undefined ? undefined : (clock.now().getTime() - since) / 1000;
    },
  };
}

/** Between two deaths Supervisor says either. */
const isRestless = ({ state }: WorkerProcess): boolean => state === 'STARTING' || state === 'BACKOFF';

const nameOf = ({ host, name }: WorkerProcess): string => `${name} @ ${host}`;
