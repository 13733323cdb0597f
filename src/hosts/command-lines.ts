import type { HostRunner } from '../operations/host-port.ts';
import type { WorkerCommand } from '../operations/ports.ts';
import { parseWorkerCommand } from './worker-command.ts';

const limitSeconds = 4;

/** What these processes were started with, as any login may see; those that it can't see are left out. */
export async function readCommandLines(
  runner: HostRunner,
  pids: readonly number[],
  signal: AbortSignal,
): Promise<ReadonlyMap<number, WorkerCommand>> {
  if (pids.length === 0) return new Map();
  const result = await runner.run(
    {
      argv: ['ps', '-ww', '-o', 'pid=,args=', '-p', pids.join(',')],
      verb: { name: 'facts', args: ['processes', pids.join(',')] },
    },
    { timeoutSeconds: limitSeconds, signal },
  );
  if (result.kind !== 'ended') return new Map();
  return new Map(
    result.stdout.text.split('\n').flatMap((line): [number, WorkerCommand][] => {
      const [, pid, args = ''] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
      const command = parseWorkerCommand(args);
      return pid === undefined || command === undefined ? [] : [[Number(pid), command]];
    }),
  );
}
