import type { AppDescription } from '../core/app-description.ts';
import type { Clock } from '../core/clock.ts';
import { coalesce } from '../core/coalesce.ts';
import type { Gathered, Read } from '../core/reading.ts';
import type { HostRunner } from '../operations/host-port.ts';
import type { WorkerGroup, WorkerProcess, WorkerReader } from '../operations/ports.ts';
import { missing, missingHost } from './missing-host.ts';
import { parseSupervisorStatus } from './supervisor-status.ts';

export interface SupervisedHost {
  readonly runner: HostRunner;
  /** Argv of `supervisorctl` there; undefined: this host has none to ask. */
  readonly supervisorctl: readonly string[] | undefined;
}

const keepMs = 5_000;
const keepPartialMs = 1_000;
const lookLimitMs = 7_000;
const statusLimitSeconds = 6;

/** The workers of the configured groups, each host asked once for all of them. */
export function createWorkers(
  description: AppDescription,
  hosts: ReadonlyMap<string, SupervisedHost>,
  clock: Clock,
): WorkerReader {
  const names = [...new Set(description.queues.flatMap((queue) => queue.workers?.hosts ?? []))];
  const list = coalesce(
    async (): Promise<Gathered<readonly WorkerGroup[]>> => {
      const signal = AbortSignal.timeout(lookLimitMs);
      const reads = await Promise.all(names.map((name) => readHost(name, hosts.get(name), signal)));
      const processes = reads.flatMap((read) => (read.ok ? read.value : []));
      const dark = new Set(reads.flatMap((read) => (read.ok ? [] : [read.missing.name])));
      const missing = reads.flatMap((read) => (read.ok ? [] : [read.missing]));
      return { value: groupsOf(description, processes, dark), missing };
    },
    clock,
    ({ missing }) => (missing.length === 0 ? keepMs : keepPartialMs),
  );
  return { list: () => list() };
}

async function readHost(
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
  // Judged by the lines: 3 is an answer (something is not running), and a crash loop exits 0.
  const processes = parseSupervisorStatus(result.stdout.text, name);
  return processes.length === 0 && result.rc !== 0
    ? missing(name, 'failed', words)
    : { ok: true, value: processes };
}

const firstLine = (text: string): string => text.trim().split('\n')[0] ?? '';

/** A group that serves several queues is one group, on all hosts that any of them names. */
function groupsOf(
  description: AppDescription,
  processes: readonly WorkerProcess[],
  dark: ReadonlySet<string>,
): readonly WorkerGroup[] {
  const served = description.queues.flatMap(({ workers, connection, name }) =>
    workers === undefined ? [] : [{ workers, queue: { connection, name } }],
  );
  return [...new Set(served.map(({ workers }) => workers.group))].map((group) => {
    const own = served.filter(({ workers }) => workers.group === group);
    const hosts = new Set(own.flatMap(({ workers }) => workers.hosts));
    const listed = processes.filter(({ host, name }) => hosts.has(host) && isOfGroup(name, group));
    const unknownHosts = [...hosts].filter((host) => dark.has(host));
    const isKnown = unknownHosts.length === 0;
    const expected = own.flatMap(({ workers }) => workers.expected ?? []);
    return {
      ...{ group, queues: own.map(({ queue }) => queue), processes: listed, unknownHosts },
      // Nobody knows how many are alive where nobody could look.
      alive: isKnown ? listed.filter(({ state }) => state === 'RUNNING').length : undefined,
      expected:
        expected.length > 0 ? Math.max(...expected) : isKnown ? Math.max(listed.length, 1) : undefined,
    };
  });
}

/** `group:group_00`, or the bare name of a program of one process. */
const isOfGroup = (name: string, group: string): boolean => name === group || name.startsWith(`${group}:`);
