import { queueLabel } from '../core/app-description.ts';
import { narrow } from '../core/narrow.ts';
import { type Picture, type ReadContext, type Show, sealLive } from '../core/operation.ts';
import { accept, type Judged, refuse } from '../core/refusal.ts';
import type { StepDescription } from '../core/runbook-description.ts';
import type { Words } from '../core/words.ts';
import { findingsOf } from '../runbook/find.ts';
import { lookAtApplication, lookAtStep, runbookOf, stepsOf } from '../runbook/run-steps.ts';
import type { StepResult } from '../runbook/step-result.ts';
import { judge } from '../runbook/verdict.ts';
import { atMost, parseQueue } from './arguments.ts';
import { type Diagnosis, drawAlone, drawEnd, drawLooking } from './draw-diagnosis.ts';
import { concernedQueue } from './incident-words.ts';
import { readPauses } from './paused-queues.ts';
import type { QueueName } from './ports.ts';
import type { World } from './world.ts';

const declared = { verb: 'diagnose', usage: 'QUEUE [step=]' } as const;

interface Input {
  readonly queue: QueueName;
  /** From 1; undefined: all of them. */
  readonly step: number | undefined;
}

/** The runbook in the chat: its steps side by side, each shown when it ends, and then what they most likely mean. */
export const diagnose = sealLive<Input, World>({
  ...declared,
  typed: ['diagnose'],
  who: 'everybody',
  filters: ['step'],
  effect: 'read',
  parse,
  inThread({ plain }, incident) {
    const queue = concernedQueue(incident);
    return plain.length === 0 && queue !== undefined ? [queue] : [];
  },
  target: ({ queue, step }) => `queue=${queueLabel(queue)}${step === undefined ? '' : ` step=${step}`}`,
  watch,
});

function parse(words: Words, world: World): Judged<Input> {
  const fits = atMost(words, 1, declared);
  if (!fits.ok) return fits;
  const typed = words.plain[0];
  if (typed === undefined) return refuse({ code: 'missing-argument', ...declared });
  const queue = parseQueue(typed, world);
  if (!queue.ok) return queue;
  const asked = words.filters.get('step');
  if (asked === undefined) return accept({ queue: queue.value, step: undefined });
  const step = narrow(asked);
  const most = stepsOf(queue.value, world.runbooks, world.app).length;
  return /^[1-9]\d?$/.test(step) && Number(step) <= most
    ? accept({ queue: queue.value, step: Number(step) })
    : refuse({ code: 'not-a-number', key: 'step', typed: step, least: 1, most });
}

async function watch(
  { queue, step }: Input,
  context: ReadContext<World>,
  show: Show,
): Promise<Judged<Picture>> {
  const { world, signal } = context;
  const steps = stepsOf(queue, world.runbooks, world.app);
  const startedAt = world.clock.now();
  const about: Diagnosis = {
    world,
    queue,
    steps,
    startedAt,
    runbook: runbookOf(queue, world.runbooks, world.app),
  };
  const asked = steps.flatMap((one, index): readonly (readonly [number, StepDescription])[] =>
    step === undefined || step === index + 1 ? [[index + 1, one]] : [],
  );
  const stepContext = { app: world.app, queue, clock: world.clock, signal };
  const looks = [
    ...(step === undefined ? [() => lookAtApplication(stepContext)] : []),
    ...asked.map(
      ([number, one]) =>
        () =>
          lookAtStep(number, one, stepContext),
    ),
  ];
  const [results, pauses] = await Promise.all([
    lookSideBySide(looks, (some) => show(drawLooking(about, asked.length, some))),
    step === undefined ? readPauses(world) : undefined,
  ]);
  const endedAt = world.clock.now();
  const [alone] = results;
  if (step !== undefined && alone !== undefined) return accept(drawAlone(about, alone, endedAt));
  const group = world.app.description.queues.find(
    ({ name, connection }) => name === queue.name && connection === queue.connection,
  )?.workers?.group;
  const verdict = judge(results, findingsOf(results, queue, group), about.runbook?.verdicts ?? []);
  const known = pauses?.ok === true ? pauses.value : undefined;
  return accept(drawEnd(about, results, verdict, known, endedAt));
}

/** Results in the order of their numbers; `tell` hears of them at once, and each time when there is one more. */
async function lookSideBySide(
  looks: readonly (() => Promise<StepResult>)[],
  tell: (results: readonly StepResult[]) => void,
): Promise<readonly StepResult[]> {
  let results: readonly StepResult[] = [];
  tell(results);
  await Promise.all(
    looks.map(async (look) => {
      const result = await look();
      results = [...results, result].sort((a, b) => a.number - b.number);
      tell(results);
    }),
  );
  return results;
}
