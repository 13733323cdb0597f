import type { AppDescription } from '../core/app-description.ts';
import type { Clock } from '../core/clock.ts';
import { coalesce } from '../core/coalesce.ts';
import type { Gathered, MissingPart, Read } from '../core/reading.ts';
import { capText } from '../core/strip.ts';
import type { HostRunner } from '../operations/host-port.ts';
import type { WorkerGroup, WorkerProcess, WorkerReader } from '../operations/ports.ts';
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
const notReachable = 4;

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
  const missing = (why: MissingPart['why'], detail?: string): Read<never> => ({
    ok: false,
    missing: { part: 'host', name, why, ...(detail === undefined ? {} : { detail: capText(detail, 200) }) },
  });
  if (host?.supervisorctl === undefined) return missing('not-configured', 'supervisorctl');
  const result = await host.runner.run(
    { argv: [...host.supervisorctl, 'status'] },
    { timeoutSeconds: statusLimitSeconds, signal },
  );
  if (result.kind === 'not-started') return missing(reasonOf(result.why), result.detail);
  if (result.kind === 'unknown') return missing('timeout', result.why);
  const processes = parseSupervisorStatus(result.stdout.text, name);
  // 3 is an answer (something is not running); judged by the lines, since a crash loop exits 0.
  if (processes.length === 0 && (result.rc === notReachable || result.timedOut)) {
    return missing(
      result.timedOut ? 'timeout' : 'failed',
      firstLine(result.stdout.text) || firstLine(result.stderr.text),
    );
  }
  if (processes.length === 0 && result.rc !== 0)
    return missing('failed', firstLine(result.stderr.text) || firstLine(result.stdout.text));
  return { ok: true, value: processes };
}

const firstLine = (text: string): string => text.trim().split('\n')[0] ?? '';

function reasonOf(why: string): MissingPart['why'] {
  if (why === 'timeout') return 'timeout';
  if (why === 'host-key' || why === 'authentication' || why === 'key-file') return 'refused';
  return why === 'unreachable' ? 'unreachable' : 'failed';
}

function groupsOf(
  description: AppDescription,
  processes: readonly WorkerProcess[],
  dark: ReadonlySet<string>,
): readonly WorkerGroup[] {
  const groups = new Map<string, WorkerGroup>();
  for (const queue of description.queues) {
    const { workers } = queue;
    if (workers === undefined) continue;
    const known = groups.get(workers.group);
    const own = processes.filter(
      ({ host, name }) => workers.hosts.includes(host) && isOfGroup(name, workers.group),
    );
    const unknownHosts = workers.hosts.filter((host) => dark.has(host));
    const alive = own.filter(({ state }) => state === 'RUNNING').length;
    groups.set(workers.group, {
      group: workers.group,
      queues: [...(known?.queues ?? []), { connection: queue.connection, name: queue.name }],
      // Nobody knows how many are alive where nobody could look.
      alive: unknownHosts.length > 0 ? undefined : alive,
      expected: workers.expected ?? (unknownHosts.length > 0 ? undefined : Math.max(own.length, 1)),
      ...{ processes: own, unknownHosts },
    });
  }
  return [...groups.values()];
}

/** `group:group_00`, or the bare name of a program of one process. */
const isOfGroup = (name: string, group: string): boolean => name === group || name.startsWith(`${group}:`);
