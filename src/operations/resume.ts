import { queueLabel } from '../core/app-description.ts';
import { type PlannedWrite, type Planning, type RunContext, sealWrite } from '../core/operation.ts';
import type { QueuePause } from '../core/pause-ports.ts';
import { accept, refuse } from '../core/refusal.ts';
import { atMost, parseQueue } from './arguments.ts';
import { drawResume } from './pause-card.ts';
import { callPause, isPausedNow, untilPaused, whyNot } from './pause-effect.ts';
import { lookBeforePause } from './pause-look.ts';
import type { QueueName } from './ports.ts';
import { queueInFacts } from './queue-in-facts.ts';
import type { World } from './world.ts';

const declared = { verb: 'resume', usage: 'QUEUE' } as const;

interface Input {
  readonly queue: QueueName;
}

interface Planned extends Input {
  readonly world: World;
  /** Left out: it was paused past Queuekeeper. */
  readonly live?: QueuePause;
}

/** Lets workers come back to a queue, whoever paused it. A brake. */
export const resume = sealWrite<Input, Planned, World>({
  ...declared,
  typed: ['resume'],
  who: 'operator',
  filters: [],
  effect: 'write',

  parse(words, world) {
    const fits = atMost(words, 1, declared);
    if (!fits.ok) return fits;
    const typed = words.plain[0];
    if (typed === undefined) return refuse({ code: 'missing-argument', ...declared });
    const queue = parseQueue(typed, world);
    return queue.ok ? accept({ queue: queue.value }) : queue;
  },

  target: ({ queue }) => `queue=${queueLabel(queue)}`,

  async plan({ queue }, context) {
    const seen = await lookBeforePause('resume', queue, context);
    if (!seen.ok) return seen;
    const { paused, live, heldBy } = seen.value;
    const label = queueLabel(queue);
    if (live === undefined && !paused) return refuse({ code: 'not-paused', queue: label });
    // Its jobs are being pushed: with workers there, what fails at once would be lost.
    if (live === undefined && heldBy !== undefined)
      return refuse({ code: 'paused-by-run', queue: label, request: heldBy });
    return accept({ queue, world: context.world, ...(live === undefined ? {} : { live }) });
  },

  request: (planned) => planningOf(planned, false),
  run: ({ queue }, context) => lift(queue, context),

  async settle(context) {
    const { world, execution, requests } = context;
    const queue = await queueInFacts(context);
    const label = queueLabel(queue);
    const handedTo = (await world.pauses.heldByRuns(execution.app)).get(label);
    const isDue = (await requests.find({ id: execution.requestId }))?.facts['due'] === true;
    if (handedTo !== undefined || (await untilPaused(context, queue, false))) {
      await world.pauses.end(execution, label, isDue ? 'due' : 'resumed');
      const handed = handedTo === undefined ? {} : { handedTo };
      return { state: 'succeeded', detail: { queue: label, ...handed } };
    }
    await world.pauses.keep(execution, label);
    const { state, why } = whyNot(await requests.calls(execution.executionId), -1);
    return { state, detail: { queue: label, why } };
  },

  card: drawResume,
});

/** The same where nobody typed it: the time of a pause is over. */
export const resumeDue = (pause: QueuePause, queue: QueueName, world: World): PlannedWrite<World> => ({
  request: planningOf({ queue, world, live: pause }, true),
  run: (context) => liftUntilDone(queue, context),
});

function planningOf({ queue, world, live }: Planned, due: boolean): Planning {
  return {
    ...{ app: world.app.description.name, host: world.app.artisan.host },
    ...{ takesSlot: false, template: 'resume', targets: [] },
    facts: {
      queue: queueLabel(queue),
      ...(live === undefined ? {} : { pause: live.number, pausedBy: live.by.userId }),
      ...(due ? { due } : {}),
    },
  };
}

/** A run that needs the queue paused goes on without it being lifted under its hands, and lets go of it by itself. */
async function lift(queue: QueueName, context: RunContext<World>, number = 1): Promise<void> {
  const { world, execution } = context;
  const label = queueLabel(queue);
  const isHeld = async (): Promise<boolean> => (await world.pauses.heldByRuns(execution.app)).has(label);
  await world.pauses.lift(execution, label);
  if (await isHeld()) return;
  await callPause(context, 'resume', queue, number);
  // One that began meanwhile relied on the pause.
  if (await isHeld()) await callPause(context, 'pause', queue, number + 1);
}

/** So long after a failed try comes the next one; after the last one the request ends, and the pause is due again later. */
const pausesMs = [2_000, 5_000, 10_000, 20_000, 30_000, 60_000, 60_000];

/** Nobody waits for the answer who could try again. */
async function liftUntilDone(queue: QueueName, context: RunContext<World>): Promise<void> {
  for (const [tries, pauseMs] of pausesMs.entries()) {
    await lift(queue, context, 1 + 2 * tries);
    const held = await context.world.pauses.heldByRuns(context.execution.app);
    if (held.has(queueLabel(queue)) || !(await isPausedNow(context, queue).catch(() => true))) return;
    context.changed();
    await context.clock.wait(pauseMs, context.signal);
  }
}
