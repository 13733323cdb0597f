import { queueLabel } from '../core/app-description.ts';
import { findDangerousWord } from '../core/drill-command.ts';
import { type ReadContext, sealWrite } from '../core/operation.ts';
import { accept, type Judged, refuse } from '../core/refusal.ts';
import { StoreUnavailable } from '../core/store-ports.ts';
import { atMost, parseQueue } from './arguments.ts';
import { drawDrillCard } from './drill/drill-card.ts';
import { type DrillFacts, drillFactsToPlain } from './drill/drill-facts.ts';
import { isProduction } from './drill/production.ts';
import { runDrill } from './drill/run-drill.ts';
import { settleDrill } from './drill/settle-drill.ts';
import { followJobs } from './follow-jobs.ts';
import { findQueue } from './job-buttons.ts';
import type { QueueName } from './ports.ts';
import type { World } from './world.ts';

const declared = { verb: 'drill', usage: 'QUEUE' } as const;

interface Input {
  readonly queue: QueueName;
}

interface Planned {
  readonly facts: DrillFacts;
  readonly world: World;
}

/**
 * The runbook's drill, in a test environment: make a failure, see it, retry it, and verify job, business and audit. It
 * goes from step to step by itself, on one visible card, and ends in a record.
 */
export const drill = sealWrite<Input, Planned, World>({
  ...declared,
  typed: ['drill'],
  who: 'operator',
  filters: [],
  effect: 'write',

  parse(words, world): Judged<Input> {
    const fits = atMost(words, 1, declared);
    if (!fits.ok) return fits;
    const typed = words.plain[0];
    if (typed === undefined) return refuse({ code: 'missing-argument', ...declared });
    const queue = parseQueue(typed, world);
    if (!queue.ok) return queue;
    const known = world.app.description.queues.map(({ name }) => name);
    // Whose failures would count is known of configured queues alone.
    return findQueue(world, queue.value) === undefined
      ? refuse({ code: 'unknown-queue', typed, known })
      : accept({ queue: queue.value });
  },

  target: ({ queue }) => `queue=${queueLabel(queue)}`,

  async plan({ queue }, context): Promise<Judged<Planned>> {
    const { world } = context;
    const environment = await judgeEnvironment(context);
    if (!environment.ok) return environment;
    const words = world.drills.get(queue.name)?.makeFailure?.artisan;
    if (words !== undefined && findDangerousWord(words) !== undefined)
      return refuse({ code: 'drill-command', words: words.join(' ') });
    const other = await findOther(world);
    if (!other.ok) return other;
    const highest = await world.app.failures.highest(context.signal);
    if (!highest.ok) return refuse({ code: 'part-missing', missing: [highest.missing] });
    const classes = findQueue(world, queue)?.jobs ?? [];
    const facts = { queue, classes, words, highest: highest.value, appEnv: environment.value };
    return accept({ facts, world });
  },

  request: ({ facts, world }) => ({
    ...{ app: world.app.description.name, host: world.app.artisan.host, takesSlot: true },
    ...{ template: 'drill', targets: [], facts: drillFactsToPlain(facts) },
  }),

  run: ({ facts }, context) => runDrill(context, facts),
  settle: settleDrill,
  follow: (context) => followJobs(context),
  card: drawDrillCard,
});

/** The application's own APP_ENV, where neither it nor the configuration says production. Unknown is not "not production". */
async function judgeEnvironment({ world, signal }: ReadContext<World>): Promise<Judged<string>> {
  const { environment: configured } = world.app.description;
  if (isProduction(configured))
    return refuse({ code: 'drill-in-production', said: 'configuration', environment: configured });
  const facts = await world.app.facts.read(signal);
  if (!facts.ok) return refuse({ code: 'drill-environment-unknown', missing: facts.missing });
  const { environment } = facts.value;
  return isProduction(environment)
    ? refuse({ code: 'drill-in-production', said: 'application', environment })
    : accept(environment);
}

/** Two drills of an application would take each other's failures. */
async function findOther({ drillRecords, app }: World): Promise<Judged<null>> {
  try {
    const request = await drillRecords.underWay(app.description.name);
    return request === undefined ? accept(null) : refuse({ code: 'busy', request });
  } catch (error) {
    if (error instanceof StoreUnavailable) return refuse({ code: 'store-unreachable' });
    throw error;
  }
}
