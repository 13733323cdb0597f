import type { Gathered } from '../../core/reading.ts';
import { within } from '../../core/within.ts';
import type {
  InspectedGroup,
  InspectedProcess,
  QueueName,
  WorkerGroup,
  WorkerTrap,
} from '../../operations/ports.ts';
import type { WorkersFacts } from '../facts.ts';
import type { RunbookApp, StepContext } from '../ports.ts';
import type { Mark, ResultOf } from '../step-result.ts';

type Result = ResultOf<'workers'>;

/** Of the step's time; the rest is for the list alone. */
const inspectLimitMs = 4_500;

/** The workers of one group, as Supervisor sees them on each of its hosts. */
export async function lookAtWorkers(
  number: number,
  step: Result['step'],
  { app, queue, signal }: StepContext,
): Promise<Result> {
  const { value, missing } = await inspect(app.workers, signal);
  const group = value.find((one) => one.group === step.group);
  if (group === undefined) {
    const { host } = app.description.artisan;
    const notListed = { part: 'host', name: host, why: 'not-configured', detail: step.group } as const;
    const parts = missing.length > 0 ? missing : [notListed];
    return {
      ...{ kind: 'workers', number, step, mark: 'unseen', missing: parts },
      ...{ facts: undefined, processes: [], traps: [] },
    };
  }
  const dark = missing.filter(({ name }) => group.unknownHosts.includes(name));
  const facts = workersFacts(group, queue);
  return {
    ...{ kind: 'workers', number, step, facts, processes: group.processes, traps: group.traps },
    ...{ mark: markWorkers(facts), missing: dark },
  };
}

/** What is told beside Supervisor's list may be slow; who is alive is told without it. */
async function inspect(
  workers: RunbookApp['workers'],
  signal: AbortSignal,
): Promise<Gathered<readonly InspectedGroup[]>> {
  const inspected = await within(workers.inspect(signal), inspectLimitMs, undefined);
  if (inspected !== undefined) return inspected;
  const { value, missing } = await workers.list(signal);
  return { value: value.map(uninspected), missing };
}

const uninspected = (group: WorkerGroup): InspectedGroup => ({
  ...group,
  processes: group.processes.map((process) => ({
    ...process,
    ...{ command: undefined, settings: undefined, restarts: undefined },
  })),
  traps: [],
});

export function workersFacts(
  { group, alive, expected, processes, traps }: InspectedGroup,
  queue: QueueName,
): WorkersFacts {
  const having = (...states: readonly InspectedProcess['state'][]): readonly InspectedProcess[] =>
    processes.filter(({ state }) => states.includes(state));
  const dying = processes.filter(isDying);
  const uptimes = having('RUNNING').flatMap(({ uptimeSeconds }) => uptimeSeconds ?? []);
  return {
    ...{ group, alive, expected },
    missing: alive === undefined || expected === undefined ? undefined : Math.max(0, expected - alive),
    ...{ stopped: having('STOPPED').length, exited: having('EXITED').length, dying: dying.length },
    starting: having('STARTING', 'STOPPING').filter((process) => !isDying(process)).length,
    reason: dying[0]?.description,
    youngestSeconds: uptimes.length === 0 ? undefined : Math.min(...uptimes),
    oldestSeconds: uptimes.length === 0 ? undefined : Math.max(...uptimes),
    ...trapFacts(traps, queue),
  };
}

/** Longer than any start takes: who is still starting then dies as it starts. */
const longestStartSeconds = 8;

const isDying = ({ state, restlessSeconds = 0 }: InspectedProcess): boolean =>
  state === 'BACKOFF' || state === 'FATAL' || (state === 'STARTING' && restlessSeconds > longestStartSeconds);

function trapFacts(traps: readonly WorkerTrap[], queue: QueueName): TrapFacts {
  const first = <Kind extends WorkerTrap['kind']>(kind: Kind): TrapOf<Kind> | undefined =>
    traps.find((trap): trap is TrapOf<Kind> => trap.kind === kind);
  const timeout = first('timeout-over-retry-after');
  const missing = traps.find(
    (trap): trap is TrapOf<'queue-missing'> =>
      trap.kind === 'queue-missing' &&
      trap.queue.name === queue.name &&
      trap.queue.connection === queue.connection,
  );
  const other = traps.find(
    (trap): trap is TrapOf<'other-connection'> => trap.kind === 'other-connection' && !trap.sameTable,
  );
  const old = first('old-code');
  return {
    timeoutOverRetryAfter: timeout !== undefined,
    ...{ timeoutSeconds: timeout?.timeoutSeconds, timeoutRetryAfterSeconds: timeout?.retryAfterSeconds },
    ...{ missesQueue: missing !== undefined, takes: missing?.takes.join(', ') },
    ...{ elsewhere: other !== undefined, connection: other?.connection, expectedConnection: other?.expected },
    ...{ oldCode: old !== undefined, changedSeconds: old?.changedSecondsAgo, changedFile: old?.file },
    staysExited: first('stays-exited') !== undefined,
    stopKills: first('stop-kills-jobs') !== undefined,
  };
}

type TrapOf<Kind extends WorkerTrap['kind']> = Extract<WorkerTrap, { readonly kind: Kind }>;

type TrapFacts = Omit<
  WorkersFacts,
  | 'group'
  | 'alive'
  | 'expected'
  | 'missing'
  | 'stopped'
  | 'exited'
  | 'dying'
  | 'starting'
  | 'reason'
  | 'youngestSeconds'
  | 'oldestSeconds'
>;

/** That the diagnosed queue is served by nobody is as bad as nobody alive. Traps that have not sprung change no mark. */
function markWorkers(facts: WorkersFacts): Mark {
  const { alive, expected, dying, exited } = facts;
  if (alive === undefined) return 'unseen';
  if (alive === 0 || facts.missesQueue || facts.elsewhere) return 'broken';
  return alive < (expected ?? 1) || dying > 0 || exited > 0 || facts.oldCode ? 'suspicious' : 'fine';
}
