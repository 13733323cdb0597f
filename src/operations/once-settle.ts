import { shortClass } from '../core/app-description.ts';
import { failedJobId, type JobUuid } from '../core/ids.ts';
import type { RunContext, Settled } from '../core/operation.ts';
import { mustRead, PartMissing } from '../core/reading.ts';
import type { ArtisanCallRecord } from '../core/request.ts';
import { becameOf, judgeOnce, type OnceJudged, type OnceSight } from './once-effect.ts';
import { candidatesRead } from './once-look.ts';
import { type Candidate, type OnceRecord, readRecord } from './once-record.ts';
import type { JobSketch, QueueMark, QueueName, ReservedJob } from './ports.ts';
import { queueInFacts } from './queue-in-facts.ts';
import { saidInShort } from './said-in-short.ts';
import type { World } from './world.ts';

const lookAgainMs = 1_000;
/** More than a queue has workers. */
const heldRead = 500;

/** How a `once` ended; each is a sentence in `src/text/once.ts`. */
export type OnceEnd =
  | 'done'
  | 'left'
  | 'ended-quietly'
  | 'failed'
  | 'released'
  | 'held'
  | 'said-done'
  | 'said-failed'
  | 'said-began'
  | 'nothing'
  | 'unclear'
  | 'not-started';

/**
 * Which job ran and how it ended, by the data. A call whose end nobody saw is waited for until its process can't live any
 * more: judged earlier, it could still take another job.
 */
export async function settleOnce(context: RunContext<World>): Promise<Settled> {
  const { requests, execution, clock, signal } = context;
  const view = await requests.find({ id: execution.requestId });
  const record = view === undefined ? undefined : readRecord(view);
  const [call] = await requests.calls(execution.executionId);
  if (record === undefined || call === undefined || call.state === 'not-started')
    return ended('not-started', { why: saidInShort(call?.output) });
  // Waiting may take minutes: colleagues see that nobody knows.
  if (isOpen(call)) await requests.suspect(execution, 'the end of the call was not seen');
  context.changed();
  while (isOpen(call) && call.lifeEndsAt > (await requests.now())) await clock.wait(lookAgainMs, signal);
  const queue = await queueInFacts(context);
  const sight = await look(queue, record, context);
  const took = record.worked?.milliseconds ?? record.durationMs;
  const seen = { unseen: isOpen(call), ...(took === undefined ? {} : { milliseconds: Math.round(took) }) };
  return conclude(judgeOnce(record, sight), sight, seen, call, context);
}

const isOpen = ({ state }: ArtisanCallRecord): boolean => state === 'intended' || state === 'unknown';

async function look(
  queue: QueueName,
  { before, mark, highest }: OnceRecord,
  { world, signal }: RunContext<World>,
): Promise<OnceSight> {
  const { queues, failures } = world.app;
  const [held, upcoming] = await Promise.all([
    queues.reserved(queue, heldRead, signal),
    // Others may have been put before those that waited.
    queues.upcoming(queue, 2 * candidatesRead, signal),
  ]);
  // Failing deletes first and records second: looked for last, what has failed is found.
  const uuids = before.flatMap(({ uuid }) => uuid ?? []);
  const failed = mustRead(await failures.failedAgain(uuids, failedJobId(highest), signal));
  const [missing] = held.missing;
  if (missing !== undefined) throw new PartMissing(missing);
  // What is held past its time waits for any worker, as before.
  const isHeld = ({ name, overdue }: ReservedJob): boolean => name === queue.name && !overdue;
  const sight: OnceSight = {
    ...{ failed, back: new Set() },
    held: new Set(held.value.filter(isHeld).flatMap(namesOf)),
    waiting: new Map(
      mustRead(upcoming).flatMap((job) => namesOf(job).map((name): [string, number] => [name, job.attempts])),
    ),
  };
  const gone = before.filter((job) => becameOf(job, sight) === 'gone').flatMap(({ uuid }) => uuid ?? []);
  return gone.length === 0 ? sight : { ...sight, back: await findBack(queue, gone, mark, world, signal) };
}

const namesOf = ({ key, uuid }: JobSketch): readonly string[] => [key, ...(uuid === undefined ? [] : [uuid])];

/** Those that are in the queue again, perhaps not due yet. Where the newest part does not tell, the whole is looked through. */
async function findBack(
  queue: QueueName,
  uuids: readonly JobUuid[],
  mark: QueueMark,
  { app: { queues } }: World,
  signal: AbortSignal,
): Promise<ReadonlySet<JobUuid>> {
  const jobs = uuids.map((uuid) => ({ ...queue, uuid }));
  const newest = await queues.locate(mark, jobs, signal, new Map());
  return newest.ok ? new Set(newest.value.keys()) : mustRead(await queues.queued(jobs, signal));
}

async function conclude(
  judged: OnceJudged,
  sight: OnceSight,
  seen: Readonly<Record<string, unknown>>,
  call: ArtisanCallRecord,
  context: RunContext<World>,
): Promise<Settled> {
  switch (judged.kind) {
    case 'nothing':
      // A worker that could not even begin says why.
      return call.rc === null || call.rc === 0
        ? ended('nothing', seen)
        : ended('not-started', { ...seen, why: saidInShort(call.output) });
    case 'unclear':
      return ended('unclear', { ...seen, jobs: judged.jobs });
    case 'said':
      return ended(`said-${judged.said}`, { ...seen, jobClass: shortClass(judged.jobClass) });
    case 'ran': {
      const { job, became, sure } = judged;
      const about = {
        ...seen,
        sure,
        jobClass: shortClass(job.jobClass),
        ...(job.uuid === undefined ? {} : { uuid: job.uuid }),
      };
      if (became === 'back') return ended('released', about);
      if (became === 'held') return ended('held', about);
      if (became === 'gone') return ended(await afterLeaving(job, context), about);
      const failedAs = job.uuid === undefined ? undefined : sight.failed.get(job.uuid);
      return ended('failed', { ...about, ...(failedAs === undefined ? {} : { failedAs }) });
    }
  }
}

/** Left the queue without failing: where the configuration knows the job's business row, the row decides. */
async function afterLeaving(
  { jobClass, businessKey }: Candidate,
  { world, signal }: RunContext<World>,
): Promise<OnceEnd> {
  const name = shortClass(jobClass);
  if (businessKey === null || !world.app.description.outcomes.has(name)) return 'left';
  const row = mustRead(await world.app.business.isGood(name, businessKey, signal));
  return row?.good === true ? 'done' : 'ended-quietly';
}

const states: Readonly<Record<OnceEnd, Settled['state']>> = {
  ...{ done: 'succeeded', left: 'succeeded', 'said-done': 'succeeded' },
  ...{ 'ended-quietly': 'partial', released: 'partial', held: 'partial', unclear: 'partial' },
  ...{ failed: 'failed', 'said-failed': 'failed', 'said-began': 'partial' },
  ...{ nothing: 'not_started', 'not-started': 'not_started' },
};

const ended = (end: OnceEnd, detail: Readonly<Record<string, unknown>>): Settled => ({
  state: states[end],
  detail: { end, ...detail },
});

export const isOnceEnd = (value: unknown): value is OnceEnd =>
  typeof value === 'string' && Object.hasOwn(states, value);
