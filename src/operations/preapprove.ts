import { type QueueDescription, queueLabel, shortClass } from '../core/app-description.ts';
import type { PreapprovalFilter, PreapprovalTerms } from '../core/approval-ports.ts';
import { parseDuration } from '../core/duration.ts';
import { narrow } from '../core/narrow.ts';
import { sealWrite } from '../core/operation.ts';
import { accept, type Judged, refuse } from '../core/refusal.ts';
import type { Words } from '../core/words.ts';
import { parseQueue } from './arguments.ts';
import { demandPolicyInForce } from './ask-store.ts';
import { drawPreapproval } from './preapproval-card.ts';
import { parseReason } from './reason.ts';
import type { World } from './world.ts';

const declared = {
  verb: 'preapprove',
  usage: '[queue=] [class=] [error=] [max=] DURATION REASON',
} as const;
const longestFilter = 200;

interface Planned {
  readonly app: string;
  readonly terms: PreapprovalTerms;
  /** Costly queues that its filter would let through: never preapproved. */
  readonly leftOut: readonly string[];
}

/**
 * An approver's signature in advance, for when nobody else is awake: operators may then `retry all` within its filter,
 * number and time. Costly queues are never covered, and neither are flush and restore.
 */
export const preapprove = sealWrite<PreapprovalTerms, Planned, World>({
  ...declared,
  typed: ['preapprove', 'retry'],
  who: 'approver',
  filters: ['queue', 'class', 'error', 'max'],
  effect: 'write',

  parse(words, world) {
    const { preapproval } = world.policy;
    if (preapproval === undefined) return refuse({ code: 'no-preapproval', why: 'not-configured' });
    const terms = parseTerms(words, world, preapproval.most);
    if (!terms.ok) return terms;
    const { seconds, most } = terms.value;
    if (seconds > preapproval.longestSeconds) return refuse({ code: 'no-preapproval', why: 'too-long' });
    return most > preapproval.most ? refuse({ code: 'no-preapproval', why: 'too-many' }) : terms;
  },

  target: ({ filter, most, seconds }) => `${filterWords(filter)} max=${most} seconds=${seconds}`.trim(),

  async plan(terms, { world }) {
    const reached = reachedQueues(terms.filter, world.app.description.queues);
    const costly = reached.filter((queue) => queue.costly);
    if (costly.length > 0 && costly.length === reached.length) {
      return refuse({ code: 'no-preapproval', why: 'costly' });
    }
    const inForce = await demandPolicyInForce(world);
    if (!inForce.ok) return inForce;
    return accept({ app: world.app.description.name, terms, leftOut: costly.map(queueLabel) });
  },

  request: ({ app, terms: { filter, most, reason }, leftOut }) => ({
    ...{ app, reason, host: '', takesSlot: false, template: '', targets: [] },
    facts: { filter, most, leftOut },
  }),

  async run({ terms }, { world, execution }) {
    await world.preapprovals.sign(execution, terms);
  },

  async settle({ world, execution }) {
    const signed = await world.preapprovals.find(execution.requestId);
    return signed === undefined
      ? { state: 'not_started', detail: {} }
      : { state: 'succeeded', detail: { endsAt: signed.endsAt.toISOString() } };
  },

  card: drawPreapproval,
});

function parseTerms(words: Words, world: World, mostAllowed: number): Judged<PreapprovalTerms> {
  const [typed] = words.plain;
  if (typed === undefined)
    return refuse({ code: 'missing-argument', verb: 'preapprove retry', usage: declared.usage });
  const seconds = parseDuration(typed);
  if (seconds === undefined) return refuse({ code: 'not-a-duration', key: '', typed });
  const reason = parseReason(words.plain.slice(1), declared.verb);
  if (!reason.ok) return reason;
  const most = parseMost(words.filters.get('max'), mostAllowed);
  if (!most.ok) return most;
  const filter = parseFilter(words, world);
  return filter.ok
    ? accept({ filter: filter.value, most: most.value, seconds, reason: reason.value })
    : filter;
}

function parseMost(typed: string | undefined, most: number): Judged<number> {
  if (typed === undefined) return accept(most);
  const digits = narrow(typed);
  return /^[1-9]\d{0,8}$/.test(digits)
    ? accept(Number(digits))
    : refuse({ code: 'not-a-number', key: 'max', typed, least: 1, most });
}

function parseFilter({ filters }: Words, world: World): Judged<PreapprovalFilter> {
  for (const key of ['class', 'error']) {
    const length = [...(filters.get(key) ?? '')].length;
    if (length > longestFilter) return refuse({ code: 'too-long', what: `${key}=`, limit: longestFilter });
  }
  const [typed, jobClass, error] = [filters.get('queue'), filters.get('class'), filters.get('error')];
  const queue = typed === undefined ? undefined : parseQueue(typed, world);
  if (queue !== undefined && !queue.ok) return queue;
  return accept({
    ...(queue === undefined ? {} : { queue: queue.value }),
    ...(jobClass === undefined || jobClass === '' ? {} : { jobClass }),
    ...(error === undefined || error === '' ? {} : { error }),
  });
}

/** Configured queues whose jobs the filter can let through: of a class that belongs somewhere those alone. */
function reachedQueues(
  { queue, jobClass }: PreapprovalFilter,
  queues: readonly QueueDescription[],
): readonly QueueDescription[] {
  if (queue !== undefined) {
    return queues.filter(({ name, connection }) => name === queue.name && connection === queue.connection);
  }
  const wanted = jobClass === undefined ? undefined : shortClass(jobClass).toLowerCase();
  const own = queues.filter(({ jobs }) => jobs.some((job) => shortClass(job).toLowerCase() === wanted));
  return own.length > 0 ? own : queues;
}

/** As it would be typed. */
export function filterWords({ queue, jobClass, error }: PreapprovalFilter): string {
  return [
    ...(queue === undefined ? [] : [`queue=${queueLabel(queue)}`]),
    ...(jobClass === undefined ? [] : [`class=${jobClass}`]),
    ...(error === undefined ? [] : [`error="${error}"`]),
  ].join(' ');
}
