import { queueLabel } from '../core/app-description.ts';
import { type RunContext, sealWrite } from '../core/operation.ts';
import { mustRead } from '../core/reading.ts';
import { accept, refuse } from '../core/refusal.ts';
import { atMost, parseQueue } from './arguments.ts';
import { callHost } from './call-host.ts';
import { drawOnce } from './once-card.ts';
import { candidatesRead, lookBeforeOnce, type OnceSeen } from './once-look.ts';
import { candidateOf, type OnceRecord, recordToPlain } from './once-record.ts';
import { settleOnce } from './once-settle.ts';
import type { QueueName, WorkResult } from './ports.ts';
import type { World } from './world.ts';

const declared = { verb: 'once', usage: 'QUEUE' } as const;

interface Input {
  readonly queue: QueueName;
  /** A button asked about what is costly. */
  readonly sure: boolean;
}

interface Planned extends OnceSeen {
  readonly queue: QueueName;
  readonly world: World;
}

/**
 * Runs one job of a queue here and now, by the application's own worker and as the queue's own workers would: to see it fail
 * or pass while people watch. Its end is told by the data.
 */
export const once = sealWrite<Input, Planned, World>({
  ...declared,
  typed: ['once'],
  who: 'operator',
  filters: ['sure'],
  effect: 'write',

  parse(words, world) {
    const fits = atMost(words, 1, declared);
    if (!fits.ok) return fits;
    const typed = words.plain[0];
    if (typed === undefined) return refuse({ code: 'missing-argument', ...declared });
    const queue = parseQueue(typed, world);
    if (!queue.ok) return queue;
    return accept({ queue: queue.value, sure: words.filters.get('sure') === 'yes' });
  },

  target: ({ queue }) => `queue=${queueLabel(queue)}`,

  async plan({ queue, sure }, context) {
    const seen = await lookBeforeOnce(queue, sure, context);
    return seen.ok ? accept({ ...seen.value, queue, world: context.world }) : seen;
  },

  request: ({ queue, worker, assumed, limitSeconds, costly, world }) => ({
    ...{ app: world.app.description.name, host: world.app.artisan.host },
    ...{ takesSlot: true, template: 'work-one', targets: [] },
    facts: { queue: queueLabel(queue), ...worker, assumed, limitSeconds, costly },
  }),

  run: (planned, context) => workOne(planned, context),
  settle: settleOnce,
  card: drawOnce,
});

async function workOne({ queue, worker, limitSeconds }: Planned, context: RunContext<World>): Promise<void> {
  const { world, signal, control, execution } = context;
  const { queues, failures, artisan } = world.app;
  const [mark, highest, upcoming] = await Promise.all([
    queues.mark([queue], signal),
    failures.highest(signal),
    queues.upcoming(queue, candidatesRead, signal),
  ]);
  const before: OnceRecord = {
    ...{ before: mustRead(upcoming).map(candidateOf), mark: mustRead(mark), highest: mustRead(highest) },
    ...{ worked: undefined, durationMs: undefined },
  };
  // In the store before the call: whoever takes this over compares with it.
  await control.progress(execution, recordToPlain(before));
  const { result } = await callHost<WorkResult>(context, {
    ...{ number: 1, failedIds: [], countsBefore: { waiting: before.before.length } },
    argv: ['queue:work', queueLabel(queue), `--tries=${worker.tries}`, `--timeout=${worker.timeoutSeconds}`],
    ...{ timeoutSeconds: limitSeconds, call: (limits) => artisan.workOne(queue, worker, limits) },
  });
  if (result.kind === 'not-started') return;
  const worked = 'worked' in result ? result.worked : undefined;
  const durationMs = result.kind === 'ended' ? result.durationMs : undefined;
  await control.progress(execution, recordToPlain({ ...before, worked, durationMs }));
}
