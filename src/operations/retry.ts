import { queueLabel } from '../core/app-description.ts';
import type { JobReference } from '../core/ids.ts';
import { type ReadContext, sealWrite } from '../core/operation.ts';
import { accept, type Judged, refuse } from '../core/refusal.ts';
import { referenceText } from './arguments.ts';
import { allowanceFor, findTargets, frozen, parseJobs, queueOf, queuesOf } from './failed-jobs-request.ts';
import { followJobs } from './follow-jobs.ts';
import { appWords, findQueue } from './job-buttons.ts';
import { drawJobsCard } from './jobs-card.ts';
import { concludeJobs } from './jobs-outcome.ts';
import type { QueueName, TargetCandidate } from './ports.ts';
import { markToFacts } from './queue-mark.ts';
import { retryChunk } from './retry-chunk.ts';
import { judgeUnclean } from './retry-effect.ts';
import { settleCalls } from './settle-calls.ts';
import type { World } from './world.ts';

const declared = { verb: 'retry', usage: 'ID…' } as const;
/** Uuids of one artisan call: about 4 kB of arguments. */
const chunkSize = 100;

interface Input {
  readonly jobs: readonly JobReference[];
}

interface Planned {
  readonly candidates: readonly TargetCandidate[];
  /** Words that ask other persons for the same. */
  readonly instead: string;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly world: World;
}

/** Pushes failed jobs back onto their queues by the application's own artisan, and sees by the data that it did. */
export const retry = sealWrite<Input, Planned, World>({
  ...declared,
  typed: ['retry'],
  who: 'operator',
  filters: [],
  effect: 'write',

  parse(words): Judged<Input> {
    const jobs = parseJobs(words, declared);
    return jobs.ok ? accept({ jobs: jobs.value }) : jobs;
  },

  target: ({ jobs }) => `failed_jobs=${jobs.map(referenceText).join(',')}`,

  async plan({ jobs }, context): Promise<Judged<Planned>> {
    const targets = await findTargets(jobs, 'retry', context);
    if (!targets.ok) return targets;
    const candidates = targets.value;
    const instead = insteadOf(candidates, context.world);
    const alone = mayAlone(candidates, context.world, instead);
    if (!alone.ok) return alone;
    return accept({ candidates, instead, world: context.world, facts: await noteFacts(candidates, context) });
  },

  request: ({ candidates, instead, facts, world }) => ({
    ...{
      app: world.app.description.name,
      host: world.app.artisan.host,
      takesSlot: true,
      template: 'retry',
      facts,
    },
    targets: candidates.map(frozen),
    allowance: allowanceFor(candidates, world),
    instead,
  }),

  async run({ candidates }, context) {
    const { requests, execution, world, signal } = context;
    const ids = candidates.map(({ failedId }) => failedId);
    await requests.archive(execution, world.app.failures.rows(ids, signal));
    for (let at = 0; at < candidates.length; at += chunkSize) {
      const clean = await retryChunk(candidates.slice(at, at + chunkSize), at / chunkSize + 1, context);
      if (!clean) return;
    }
  },

  async settle(context) {
    await settleCalls(context, { judge: judgeUnclean, notesFirstPresent: true });
    return concludeJobs(context);
  },

  follow: (context) => followJobs(context),
  card: (view, world, locale) => drawJobsCard('retry', view, world, locale),
});

const insteadOf = (candidates: readonly TargetCandidate[], world: World): string =>
  `retry all ids=${candidates.map(({ failedId }) => failedId).join(',')}${appWords(world)}`;

/** What is too much even for somebody who has used nothing yet is said before the store is asked and a slot waited for. */
function mayAlone(candidates: readonly TargetCandidate[], world: World, instead: string): Judged<null> {
  const { ids, costlyIds, limits, withinSeconds } = allowanceFor(candidates, world);
  const costly = costlyIds > limits.costly;
  if (!costly && ids <= limits.ids) return accept(null);
  return refuse({
    ...{ code: 'needs-approval', verb: declared.verb, count: ids, usedInWindow: 0, withinSeconds },
    ...{ costly, limit: costly ? limits.costly : limits.ids, instead },
  });
}

/** What the card says beside the jobs, and what lets another process find again what was pushed. */
async function noteFacts(
  candidates: readonly TargetCandidate[],
  { world, signal }: ReadContext<World>,
): Promise<Readonly<Record<string, unknown>>> {
  const queues = queuesOf(candidates, world);
  const [mark, highest] = await Promise.all([
    world.app.queues.mark(queues, signal),
    world.app.failures.highest(signal),
  ]);
  const cancelled = candidates.filter(({ batchCancelled }) => batchCancelled).map(({ failedId }) => failedId);
  return {
    limits: queues.map((queue) => limitsOf(queue, candidates, world)),
    costly: queues.some(({ connection, name }) => findQueue(world, { connection, name })?.costly === true),
    ...(cancelled.length === 0 ? {} : { batchCancelled: cancelled }),
    ...(mark.ok ? { mark: markToFacts(mark.value) } : {}),
    ...(highest.ok ? { highest: highest.value } : {}),
  };
}

function limitsOf(
  queue: QueueName,
  candidates: readonly TargetCandidate[],
  world: World,
): Readonly<Record<string, unknown>> {
  const own = candidates.filter((candidate) => queueLabel(queueOf(candidate, world)) === queueLabel(queue));
  const timeouts = own.flatMap(({ timeoutSeconds }) =>
    timeoutSeconds === undefined ? [] : [timeoutSeconds],
  );
  const connection = world.app.description.connections.get(queue.connection);
  return {
    queue: queueLabel(queue),
    retryAfterSeconds: connection?.retryAfterSeconds ?? 0,
    ...(timeouts.length === 0 ? {} : { timeoutSeconds: Math.max(...timeouts) }),
  };
}
