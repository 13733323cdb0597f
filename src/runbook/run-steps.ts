import { queueLabel } from '../core/app-description.ts';
import type { MissingPart } from '../core/reading.ts';
import type { RunbookDescription, StepDescription } from '../core/runbook-description.ts';
import { within } from '../core/within.ts';
import type { QueueName } from '../operations/ports.ts';
import type { RunbookApp, StepContext } from './ports.ts';
import type { StepResult } from './step-result.ts';
import { lookAtBacklog } from './steps/backlog.ts';
import { lookAtCondition } from './steps/condition.ts';
import { lookAtFailures } from './steps/failures.ts';
import { lookAtLog } from './steps/log.ts';
import { lookAtRows } from './steps/rows.ts';
import { lookAtWorkers } from './steps/workers.ts';

/** A step's own time; what does not listen to its signal is left behind a moment later. All end well within 10 s. */
export const stepLimitMs = 6_500;
const graceMs = 500;
const dayInSeconds = 86_400;

/** The steps of a queue's runbook; without one: workers (where it has any), backlog, failures of the last day. */
export function stepsOf(
  queue: QueueName,
  runbooks: ReadonlyMap<string, RunbookDescription>,
  app: Pick<RunbookApp, 'description'>,
): readonly StepDescription[] {
  const runbook = runbookOf(queue, runbooks, app);
  if (runbook !== undefined) return runbook.steps;
  const own = app.description.queues.find(
    ({ name, connection }) => name === queue.name && connection === queue.connection,
  );
  return [
    ...(own?.workers === undefined ? [] : [{ kind: 'workers', group: own.workers.group } as const]),
    { kind: 'backlog', queue: queueLabel(queue) },
    { kind: 'failures', jobs: [], withinSeconds: dayInSeconds },
  ];
}

/** A runbook names a queue of the configuration: of one with the same name on another connection it says nothing. */
export const runbookOf = (
  queue: QueueName,
  runbooks: ReadonlyMap<string, RunbookDescription>,
  { description }: Pick<RunbookApp, 'description'>,
): RunbookDescription | undefined =>
  description.queues.some((one) => queueLabel(one) === queueLabel(queue))
    ? (runbooks.get(queueLabel(queue)) ?? runbooks.get(queue.name))
    : undefined;

/** Looks at one step, within its time. Never rejects: what went wrong is a step that could not be looked at. */
export async function lookAtStep(
  number: number,
  step: StepDescription,
  context: StepContext,
): Promise<StepResult> {
  const own = { ...context, signal: AbortSignal.any([context.signal, AbortSignal.timeout(stepLimitMs)]) };
  const late = unseen(number, step, context, 'timeout');
  try {
    return await within(look(number, step, own), stepLimitMs + graceMs, late);
  } catch (error) {
    return own.signal.aborted ? late : unseen(number, step, context, 'failed', nameOf(error));
  }
}

/** Maintenance mode and pauses, with the same promise. */
export async function lookAtApplication(context: StepContext): Promise<StepResult> {
  const own = { ...context, signal: AbortSignal.any([context.signal, AbortSignal.timeout(stepLimitMs)]) };
  const late = unseenCondition(context, 'timeout');
  try {
    return await within(lookAtCondition(own), stepLimitMs + graceMs, late);
  } catch (error) {
    return own.signal.aborted ? late : unseenCondition(context, 'failed', nameOf(error));
  }
}

function look(number: number, step: StepDescription, context: StepContext): Promise<StepResult> {
  switch (step.kind) {
    case 'workers':
      return lookAtWorkers(number, step, context);
    case 'backlog':
      return lookAtBacklog(number, step, context);
    case 'failures':
      return lookAtFailures(number, step, context);
    case 'rows':
      return lookAtRows(number, step, context);
    case 'log':
      return lookAtLog(number, step, context);
  }
}

/** Only the kind of an error: its words may hold anything. */
const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'Error');

function unseen(
  number: number,
  step: StepDescription,
  { app, queue }: StepContext,
  why: MissingPart['why'],
  detail?: string,
): StepResult {
  const { name, artisan, connections } = app.description;
  const driver = connections.get(queue.connection)?.driver ?? 'database';
  const of = (part: MissingPart['part'], whose = name): readonly MissingPart[] => [
    { part, name: whose, why, ...(detail === undefined ? {} : { detail }) },
  ];
  const ended = { number, mark: 'unseen', facts: undefined } as const;
  switch (step.kind) {
    case 'workers':
      return { ...ended, kind: 'workers', step, missing: of('host', artisan.host), processes: [], traps: [] };
    case 'backlog':
      return { ...ended, kind: 'backlog', step, missing: of(driver), next: [], held: [] };
    case 'failures':
      return { ...ended, kind: 'failures', step, missing: of('database'), groups: [] };
    case 'rows':
      return { ...ended, kind: 'rows', step, missing: of('database'), found: undefined };
    case 'log':
      return { ...ended, kind: 'log', step, missing: of('log'), found: undefined };
  }
}

function unseenCondition({ app }: StepContext, why: MissingPart['why'], detail?: string): StepResult {
  const missing: MissingPart = {
    ...{ part: 'host', name: app.description.artisan.host, why },
    ...(detail === undefined ? {} : { detail }),
  };
  return { kind: 'condition', number: 0, mark: 'unseen', missing: [missing], facts: undefined };
}
