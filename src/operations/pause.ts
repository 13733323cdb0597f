import { queueLabel } from '../core/app-description.ts';
import { parseDuration } from '../core/duration.ts';
import { narrow } from '../core/narrow.ts';
import { sealWrite } from '../core/operation.ts';
import { accept, type Judged, refuse } from '../core/refusal.ts';
import type { Words } from '../core/words.ts';
import { parseQueue } from './arguments.ts';
import { drawPause, resumeWords } from './pause-card.ts';
import { callPause, isPausedNow, untilPaused, whyNot } from './pause-effect.ts';
import { lookBeforePause, type PauseSeen } from './pause-look.ts';
import type { QueueName } from './ports.ts';
import { queueInFacts } from './queue-in-facts.ts';
import { parseReason } from './reason.ts';
import type { World } from './world.ts';

const declared = { verb: 'pause', usage: 'QUEUE [DURATION] [REASON]' } as const;
/** Whoever pauses for longer does not want it back by itself. */
const mostSeconds = 30 * 86_400;

interface Input {
  readonly queue: QueueName;
  /** Left out: until somebody resumes it. */
  readonly seconds?: number;
  readonly reason?: string;
}

interface Planned extends Input {
  readonly world: World;
}

/** Keeps workers from a queue by the application's own artisan, for a while or until it is resumed. A brake. */
export const pause = sealWrite<Input, Planned, World>({
  ...declared,
  typed: ['pause'],
  who: 'operator',
  filters: [],
  effect: 'write',

  parse(words, world) {
    const typed = words.plain[0];
    if (typed === undefined) return refuse({ code: 'missing-argument', ...declared });
    const queue = parseQueue(typed, world);
    if (!queue.ok) return queue;
    const rest = parseRest(words);
    return rest.ok ? accept({ queue: queue.value, ...rest.value }) : rest;
  },

  target: ({ queue }) => `queue=${queueLabel(queue)}`,

  async plan(input, context) {
    const seen = await lookBeforePause('pause', input.queue, context);
    if (!seen.ok) return seen;
    const already = judgeAlready(input, seen.value, context.world);
    return already.ok ? accept({ ...input, world: context.world }) : already;
  },

  request: ({ queue, seconds, reason, world }) => ({
    ...{ app: world.app.description.name, host: world.app.artisan.host },
    ...{ takesSlot: false, template: 'pause', targets: [] },
    ...(reason === undefined ? {} : { reason }),
    facts: { queue: queueLabel(queue), ...(seconds === undefined ? {} : { seconds }) },
  }),

  async run({ queue, seconds }, context) {
    // In the store first: a run that lets go of the queue meanwhile leaves it paused, and its end is known to all.
    await context.world.pauses.begin(context.execution, queueLabel(queue), seconds);
    context.changed();
    for (const number of [1, 2]) {
      const said = await callPause(context, 'pause', queue, number);
      if (said === 'unconfirmed' || (await isPausedNow(context, queue))) return;
      // A run may have let go of the queue in this moment: once more.
    }
    // Paused where nobody looks: it would be lifted by nobody, and shown by nobody.
    await callPause(context, 'resume', queue, 3);
  },

  async settle(context) {
    const { world, execution, requests } = context;
    const queue = await queueInFacts(context);
    const label = queueLabel(queue);
    const isPaused = await untilPaused(context, queue, true);
    const mine = (await world.pauses.list(execution.app)).some(
      ({ requestId }) => requestId === execution.requestId,
    );
    if (isPaused && mine) return { state: 'succeeded', detail: { queue: label } };
    const calls = await requests.calls(execution.executionId);
    // Another request has resumed or paused it since.
    if (!mine && calls.some(({ state }) => state === 'ended'))
      return { state: 'succeeded', detail: { queue: label, overtaken: true } };
    if (mine) await world.pauses.end(execution, label, 'lapsed');
    const { state, why } = whyNot(calls, 0);
    return { state, detail: { queue: label, why, ...(calls.length > 2 ? { takenBack: true } : {}) } };
  },

  card: drawPause,
});

/** `10 minutes`, `5min`, `十分钟`, `半小时`: a pause without an end would come of it. */
const likeDuration = /^\d|^[一二两三四五六七八九十百半几]+个?(秒|分|小时|钟头|天|日)/u;

/** `10m the provider is down`. What begins like a duration and is none is a slip, never a reason. */
function parseRest(words: Words): Judged<Omit<Input, 'queue'>> {
  const [, first, ...others] = words.plain;
  if (first === undefined) return accept({});
  const seconds = parseDuration(first);
  if (seconds === undefined && likeDuration.test(narrow(first)))
    return refuse({ code: 'not-a-duration', key: '', typed: first });
  if (seconds !== undefined && seconds > mostSeconds)
    return refuse({ code: 'duration-too-long', typed: first, mostSeconds });
  const said = seconds === undefined ? [first, ...others] : others;
  const timed = seconds === undefined ? {} : { seconds };
  if (said.length === 0) return accept(timed);
  const reason = parseReason(said, declared.verb);
  return reason.ok ? accept({ ...timed, reason: reason.value }) : reason;
}

/**
 * A pause without end stays what it is, and one that was made past Queuekeeper is its maker's. Anything else (another end,
 * a pause that was lifted past us, a run's own) is made anew.
 */
function judgeAlready(
  { queue, seconds }: Input,
  { paused, live, heldBy }: PauseSeen,
  world: World,
): Judged<null> {
  const label = queueLabel(queue);
  const resume = resumeWords(label, world);
  if (!paused) return accept(null);
  if (live === undefined)
    return heldBy === undefined ? refuse({ code: 'already-paused', queue: label, resume }) : accept(null);
  if (seconds !== undefined || live.until !== null) return accept(null);
  const by = { userId: live.by.userId, request: live.number, until: live.until };
  return refuse({ code: 'already-paused', queue: label, resume, by });
}
