import type { QueueDescription } from '../../core/app-description.ts';
import {
  addCounts,
  type Count,
  countValue,
  type Gathered,
  type MissingPart,
  unknownCount,
} from '../../core/reading.ts';
import type { QueueName, QueueSizes, ReservedJob, WaitingJob } from '../../operations/ports.ts';
import type { BacklogFacts } from '../facts.ts';
import { markOf, seenInPart } from '../marks.ts';
import type { RunbookApp, StepContext } from '../ports.ts';
import type { Mark, ResultOf } from '../step-result.ts';

type Result = ResultOf<'backlog'>;

const shownNext = 3;
const mostHeld = 50;
/** Between two looks at a queue that seems to stand: workers look for work every few seconds. */
const secondLookMs = 1_000;
/** Younger work may simply not have been fetched yet. */
const freshSeconds = 10;

/** What waits, what is held, and whether anything moves. */
export async function lookAtBacklog(
  number: number,
  step: Result['step'],
  context: StepContext,
): Promise<Result> {
  const { app, signal } = context;
  const queue = findQueue(app, step.queue, context.queue);
  const [sizes, { next, at }, held] = await Promise.all([
    app.queues.sizes(signal, queue),
    app.queues.next(queue, shownNext, signal).then((next) => ({ next, at: context.clock.now() })),
    app.queues.reserved(queue, mostHeld, signal),
  ]);
  // What was known a moment ago is no look: with its store away nobody knows what waits.
  const away = ofThisQueue([...sizes.missing, ...(next.ok ? [] : [next.missing])], queue, app);
  const own = away.length > 0 ? undefined : sizes.value.find((one) => isSame(one, queue));
  const waiting = next.ok ? next.value : [];
  const due = own === undefined ? unknownCount : known(addCounts(own.pending, own.stuck));
  const seems = (countValue(due) ?? 0) > 0 && held.missing.length === 0 && held.value.length === 0;
  const standing = seems
    ? await seenStanding(queue, waiting, own?.oldestSeconds, at, context)
    : noneStands(due, held.missing);
  const facts = {
    ...factsOf(queue, own, due, held, waiting, standing, app),
    heldByGroup: away.length > 0 ? undefined : heldByGroup(sizes.value, queue, app),
  };
  // In a big table not every held job is found in time; how many are held too long is counted apart.
  const missing = away.length > 0 ? away : ofThisQueue(held.missing.filter(isOutage), queue, app);
  return {
    ...{ kind: 'backlog', number, step, facts, missing, next: waiting, held: held.value },
    mark: markBacklog(due, facts, step, describe(app, queue), missing.length > 0),
  };
}

const isOutage = ({ why }: MissingPart): boolean => why !== 'timeout';

/** A runbook may name a queue as it stands in the configuration, or as artisan writes it. */
function findQueue(app: RunbookApp, named: string, own: QueueName): QueueName {
  const label = (queue: QueueName): string => `${queue.connection}:${queue.name}`;
  if (named === own.name || named === label(own)) return own;
  const found = app.description.queues.find((queue) => queue.name === named || label(queue) === named);
  return found === undefined ? { connection: own.connection, name: named } : found;
}

const isSame = (a: QueueName, b: QueueName): boolean => a.name === b.name && a.connection === b.connection;

const describe = (app: RunbookApp, queue: QueueName): QueueDescription | undefined =>
  app.description.queues.find((one) => isSame(one, queue));

/** The other driver's outage says nothing of this queue. */
function ofThisQueue(
  missing: readonly MissingPart[],
  queue: QueueName,
  app: RunbookApp,
): readonly MissingPart[] {
  const part = app.description.connections.get(queue.connection)?.driver;
  const own = missing.filter((one) => one.part === part);
  return own.filter((one, index) => own.findIndex(({ why }) => why === one.why) === index);
}

/** None among those that were looked at: of the others nobody knows. */
const known = (count: Count): Count => (count.kind === 'capped' && count.value === 0 ? unknownCount : count);

const noneStands = (due: Count, missing: readonly MissingPart[]): boolean | undefined =>
  due.kind === 'unknown' || missing.length > 0 ? undefined : false;

/**
 * The same job is still first a moment later, so nobody has taken one meanwhile. Nothing may be first although work is due: what
 * was delayed stays where it is until a worker looks for it.
 */
async function seenStanding(
  queue: QueueName,
  before: readonly WaitingJob[],
  oldestSeconds: number | undefined,
  seenAt: Date,
  { app, clock, signal }: StepContext,
): Promise<boolean | undefined> {
  const first = before.find(({ ageSeconds }) => ageSeconds === undefined || ageSeconds >= 0);
  if ((first?.ageSeconds ?? oldestSeconds ?? freshSeconds) < freshSeconds) return false;
  // The sizes may have taken a part of that time.
  const since = clock.now().getTime() - seenAt.getTime();
  await clock.wait(Math.max(0, secondLookMs - Math.max(0, since)), signal);
  const next = await app.queues.next(queue, 1, signal);
  return next.ok ? next.value[0]?.key === before[0]?.key : undefined;
}

function factsOf(
  queue: QueueName,
  sizes: QueueSizes | undefined,
  due: Count,
  { value: held, missing }: Gathered<readonly ReservedJob[]>,
  next: readonly WaitingJob[],
  standing: boolean | undefined,
  app: RunbookApp,
): Omit<BacklogFacts, 'heldByGroup'> {
  const nextDue = next[0]?.ageSeconds;
  return {
    ...{ queue: `${queue.connection}:${queue.name}`, due: countValue(due), standing },
    isAtLeast: due.kind === 'capped',
    delayed: sizes && countValue(known(sizes.delayed)),
    // All that are held may have been found, though only the head of the queue was counted.
    reserved:
      sizes?.reserved.kind === 'capped' && missing.length === 0 && held.length < mostHeld
        ? held.filter(({ overdue }) => !overdue).length
        : sizes && countValue(known(sizes.reserved)),
    stuck: sizes && countValue(known(sizes.stuck)),
    oldestSeconds: sizes?.oldestSeconds,
    longestHeldSeconds: held.length === 0 ? undefined : Math.max(...held.map((job) => job.heldSeconds)),
    retryAfterSeconds: app.description.connections.get(queue.connection)?.retryAfterSeconds,
    nextDueSeconds: nextDue !== undefined && nextDue < 0 ? -nextDue : undefined,
  };
}

/** Workers that serve several queues may be busy in another one. */
function heldByGroup(sizes: readonly QueueSizes[], queue: QueueName, app: RunbookApp): number | undefined {
  const group = describe(app, queue)?.workers?.group;
  const served = app.description.queues.filter(
    (one) => isSame(one, queue) || (group !== undefined && one.workers?.group === group),
  );
  const held = served.map((one) =>
    countValue(sizes.find((size) => isSame(size, one))?.reserved ?? unknownCount),
  );
  return held.reduce((sum, one) => (sum === undefined || one === undefined ? undefined : sum + one), 0);
}

function markBacklog(
  due: Count,
  facts: BacklogFacts,
  step: Result['step'],
  queue: QueueDescription | undefined,
  isPart: boolean,
): Mark {
  const mark = markOf(due, step, ownMark(facts, queue));
  return isPart ? seenInPart(mark) : mark;
}

/** Work that nobody takes, or that is past its service level, is broken; work that waits for long deserves a look. */
function ownMark(facts: BacklogFacts, queue: QueueDescription | undefined): Mark {
  const { due = 0, stuck = 0, oldestSeconds = 0, standing } = facts;
  const { maxPending = Number.POSITIVE_INFINITY, maxOldestSeconds = Number.POSITIVE_INFINITY } =
    queue?.slo ?? {};
  if (stuck > 0 || standing === true || due > maxPending || oldestSeconds > maxOldestSeconds) return 'broken';
  return due > 0 && oldestSeconds >= longWaitSeconds ? 'suspicious' : 'fine';
}

const longWaitSeconds = 60;
