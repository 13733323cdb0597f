import { queueLabel } from '../core/app-description.ts';
import type { QueueName } from '../operations/ports.ts';
import type {
  BacklogFacts,
  Findings,
  FlowFacts,
  Marked,
  OverallFacts,
  RowsFacts,
  WorkersFacts,
} from './facts.ts';
import type { Mark, ResultOf, StepResult } from './step-result.ts';

/** Rows that changed this recently may be of a job that has just ended. */
const settledSeconds = 60;

/**
 * What all steps together say of the diagnosed queue. A runbook may also look at other queues' backlog and workers: those
 * have marks, but the rules about workers and backlog speak of this queue alone. Pure.
 */
export function findingsOf(
  results: readonly StepResult[],
  queue: QueueName,
  group: string | undefined,
): Findings {
  const workers = only(results, 'workers').find(
    ({ step }) => group === undefined || step.group === group,
  )?.facts;
  const backlog = marked(only(results, 'backlog')).find((facts) => facts.queue === queueLabel(queue));
  return {
    condition: only(results, 'condition')[0]?.facts,
    ...{ workers, backlog, failures: failuresOf(results) },
    rows: marked(only(results, 'rows')).map((facts) => withOrphans(facts, backlog)),
    log: marked(only(results, 'log')),
    flow: flowOf(workers, backlog),
    overall: overallOf(results, queue),
  };
}

function only<Kind extends StepResult['kind']>(
  results: readonly StepResult[],
  kind: Kind,
): readonly ResultOf<Kind>[] {
  return results.filter((result): result is ResultOf<Kind> => result.kind === kind);
}

/** The facts of steps that were looked at, with whether they are marked. */
const marked = <Facts extends object>(
  results: readonly { readonly mark: Mark; readonly facts: Facts | undefined }[],
): readonly (Facts & Marked)[] =>
  results.flatMap(({ mark, facts }) =>
    facts === undefined ? [] : [{ ...facts, isMarked: mark === 'suspicious' || mark === 'broken' }],
  );

/** Where a runbook has several looks at failures, the one that found most. */
function failuresOf(results: readonly StepResult[]): Findings['failures'] {
  return [...marked(only(results, 'failures'))].sort((a, b) => b.recent - a.recent)[0];
}

/** More rows say that they are being worked on than workers hold jobs. Only where it has been so for a while. */
function withOrphans(facts: RowsFacts & Marked, backlog: BacklogFacts | undefined): RowsFacts & Marked {
  const held = heldBy(backlog);
  const isSettled = (facts.updatedSeconds ?? facts.inWorkOldestSeconds ?? 0) >= settledSeconds;
  if (held === undefined || !isSettled) return facts;
  return { ...facts, orphaned: Math.max(0, facts.inWork - held) };
}

const heldBy = (backlog: BacklogFacts | undefined): number | undefined =>
  backlog?.reserved === undefined || backlog.stuck === undefined
    ? undefined
    : backlog.reserved + backlog.stuck;

function flowOf(workers: WorkersFacts | undefined, backlog: BacklogFacts | undefined): FlowFacts {
  const alive = workers?.alive;
  const { heldByGroup: held, standing, longestHeldSeconds, retryAfterSeconds } = backlog ?? {};
  const stands =
    alive === undefined || held === undefined || standing === undefined ? undefined : alive > 0 && standing;
  const isOverdue =
    longestHeldSeconds !== undefined &&
    retryAfterSeconds !== undefined &&
    longestHeldSeconds >= retryAfterSeconds;
  return {
    busy: alive === undefined || held === undefined ? undefined : alive > 0 && held >= alive,
    killed:
      alive === undefined || longestHeldSeconds === undefined
        ? undefined
        : isOverdue && (workers?.oldestSeconds ?? 0) < longestHeldSeconds,
    idle: stands && held === 0,
    busyElsewhere: stands && (held ?? 0) > 0,
  };
}

function overallOf(results: readonly StepResult[], queue: QueueName): OverallFacts {
  const count = (mark: Mark): number => results.filter((result) => result.mark === mark).length;
  return {
    steps: results.length,
    ...{ fine: count('fine'), suspicious: count('suspicious') },
    ...{ broken: count('broken'), unseen: count('unseen') },
    storeAway: only(results, 'backlog').some(
      ({ step, mark, missing }) =>
        mark === 'unseen' &&
        [queue.name, queueLabel(queue)].includes(step.queue) &&
        missing.some(({ part, why }) => part !== 'host' && (why === 'unreachable' || why === 'timeout')),
    ),
  };
}
