import { queueLabel } from '../../core/app-description.ts';
import { type FailedJobId, failedJobId } from '../../core/ids.ts';
import { narrow } from '../../core/narrow.ts';
import { accept, type Judged, refuse } from '../../core/refusal.ts';
import type { Words } from '../../core/words.ts';
import { atMost, optionalDuration, parseQueue } from '../arguments.ts';
import type { FailureSelection, QueueName } from '../ports.ts';
import type { World } from '../world.ts';

/** What `retry all` is asked for; what the form adds is absent until it was sent. */
export interface RetryAll {
  readonly queue?: QueueName;
  readonly jobClass?: string;
  readonly error?: string;
  readonly sinceSeconds?: number;
  /** In place of a filter: named one by one, by a `retry` that needs other persons. */
  readonly ids?: readonly FailedJobId[];
  /** So many at first, whose outcomes are awaited. */
  readonly first?: number;
  /** At most so many of ours waiting in the queues at a time. */
  readonly pace?: number;
  readonly asked?: {
    readonly reason: string;
    /** What failed after the form was filled does not join. */
    readonly upTo: FailedJobId;
    /** Jobs at double risk that were ticked by name. */
    readonly risks: readonly FailedJobId[];
  };
}

export const retryAllDeclared = {
  verb: 'retry-all',
  usage: '[queue=] [class=] [since=] [error=] [first=] [pace=]',
} as const;
/** `ids` comes from `retry` and stands in no help. */
export const retryAllFilters = ['queue', 'class', 'since', 'error', 'first', 'pace', 'ids'] as const;

const longestText = 200;
/** As many as `retry` takes. */
const mostIds = 100;
export const mostFirst = 1_000;
export const mostPace = 100_000;

export function parseRetryAll(words: Words, world: World): Judged<RetryAll> {
  const fits = atMost(words, 0, retryAllDeclared);
  if (!fits.ok) return fits;
  const { filters } = words;
  const queue = parseQueueFilter(filters.get('queue'), world);
  if (!queue.ok) return queue;
  const since = optionalDuration(words, 'since');
  if (!since.ok) return since;
  const ids = parseIds(filters.get('ids'));
  if (!ids.ok) return ids;
  const first = parseNumber('first', filters.get('first'), mostFirst);
  if (!first.ok) return first;
  const pace = parseNumber('pace', filters.get('pace'), mostPace);
  if (!pace.ok) return pace;
  const texts = { jobClass: filters.get('class') ?? '', error: filters.get('error') ?? '' };
  for (const [key, text] of [
    ['class=', texts.jobClass],
    ['error=', texts.error],
  ] as const) {
    if (text.length > longestText) return refuse({ code: 'too-long', what: key, limit: longestText });
  }
  return accept({
    ...(queue.value === undefined ? {} : { queue: queue.value }),
    ...(texts.jobClass === '' ? {} : { jobClass: texts.jobClass }),
    ...(texts.error === '' ? {} : { error: texts.error }),
    ...(since.value === undefined ? {} : { sinceSeconds: since.value }),
    ...(ids.value === undefined ? {} : { ids: ids.value }),
    ...(first.value === undefined ? {} : { first: first.value }),
    ...(pace.value === undefined ? {} : { pace: pace.value }),
  });
}

export function parseQueueFilter(typed: string | undefined, world: World): Judged<QueueName | undefined> {
  return typed === undefined || typed === '' ? accept(undefined) : parseQueue(typed, world);
}

export function parseIds(typed: string | undefined): Judged<readonly FailedJobId[] | undefined> {
  if (typed === undefined) return accept(undefined);
  const words = typed.split(',').filter((word) => word !== '');
  const wrong = words.find((word) => !/^[1-9]\d{0,15}$/.test(word));
  if (wrong !== undefined || words.length === 0)
    return refuse({ code: 'not-a-job-id', typed: wrong ?? typed });
  if (words.length > mostIds) return refuse({ code: 'too-long', what: 'ids=', limit: mostIds });
  return accept([...new Set(words)].map((word) => failedJobId(Number(word))));
}

function parseNumber(key: string, typed: string | undefined, most: number): Judged<number | undefined> {
  if (typed === undefined) return accept(undefined);
  const digits = narrow(typed);
  const value = /^[1-9]\d{0,6}$/.test(digits) ? Number(digits) : Number.NaN;
  return value <= most ? accept(value) : refuse({ code: 'not-a-number', key, typed, least: 1, most });
}

/** The same set in the same words, whatever order they were typed in: the audit's target, and what may be open once. */
export function targetOf(input: RetryAll): string {
  const { queue, jobClass, error, sinceSeconds, ids } = input;
  const filters = [
    ...(queue === undefined ? [] : [`queue=${queueLabel(queue)}`]),
    ...(jobClass === undefined ? [] : [`class=${jobClass}`]),
    ...(error === undefined ? [] : [`error=${error}`]),
    ...(sinceSeconds === undefined ? [] : [`since=${sinceSeconds}s`]),
    ...(ids === undefined ? [] : [`failed_jobs=${[...ids].sort((a, b) => a - b).join(',')}`]),
  ];
  return filters.length === 0 ? 'all queues' : filters.join(' ');
}

/** Which rows are meant. */
export function selectionOf(input: RetryAll): FailureSelection {
  const { queue, jobClass, error, sinceSeconds, ids, asked } = input;
  return {
    filter: {
      ...(queue === undefined ? {} : { queue }),
      ...(jobClass === undefined ? {} : { jobClass }),
      ...(error === undefined ? {} : { error }),
      ...(sinceSeconds === undefined ? {} : { sinceSeconds }),
    },
    ...(ids === undefined ? {} : { ids }),
    ...(asked === undefined ? {} : { upTo: asked.upTo }),
  };
}
