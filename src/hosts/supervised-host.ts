import type { Read } from '../core/reading.ts';
import type { HostRunner } from '../operations/host-port.ts';
import type { WorkerProcess } from '../operations/ports.ts';
import { missing, missingHost } from './missing-host.ts';
import { parseSupervisorStatus } from './supervisor-status.ts';

export interface SupervisedHost {
  readonly runner: HostRunner;
  /** Argv of `supervisorctl` there; undefined: this host has none to ask. */
  readonly supervisorctl: readonly string[] | undefined;
}

const statusLimitSeconds = 6;

/** Every process of a host's Supervisor. `name`: the host's. */
export async function readStatus(
  name: string,
  host: SupervisedHost | undefined,
  signal: AbortSignal,
): Promise<Read<readonly WorkerProcess[]>> {
  if (host?.supervisorctl === undefined) return missing(name, 'not-configured', 'supervisorctl');
  const result = await host.runner.run(
    { argv: [...host.supervisorctl, 'status'], verb: { name: 'supervisor', args: ['status'] } },
    { timeoutSeconds: statusLimitSeconds, signal },
  );
  if (result.kind !== 'ended') return missingHost(name, result);
  const words = firstLine(result.stdout.text) || firstLine(result.stderr.text);
  // What it had printed by then is not the whole list.
  if (result.timedOut) return missing(name, 'timeout', words);
  // Judged by the lines: 3 is an answer (something is not running), and a crash loop exits 0. Supervisor 3 exits 0, too, when
  // nobody answers at its socket: words that list nothing are no empty list.
  const processes = parseSupervisorStatus(result.stdout.text, name);
  return processes.length === 0 && (result.rc !== 0 || result.stdout.text.trim() !== '')
    ? missing(name, 'failed', words)
    : { ok: true, value: processes };
}

const firstLine = (text: string): string => text.trim().split('\n')[0] ?? '';
