import type { Clock } from '../core/clock.ts';
import type { RestartsSeen, WorkerProcess } from '../operations/ports.ts';

/** Counts new pids between the looks of this process; it knows nothing of what was before. */
export function createRestartsSeen(clock: Pick<Clock, 'now'>): {
  readonly saw: (processes: readonly WorkerProcess[]) => void;
  readonly of: (process: WorkerProcess) => RestartsSeen | undefined;
} {
  const seen = new Map<string, { pid: number; count: number; looks: number; readonly since: number }>();
  return {
    saw(processes) {
      for (const process of processes) {
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
  };
}

const nameOf = ({ host, name }: WorkerProcess): string => `${name} @ ${host}`;
