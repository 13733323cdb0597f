import { queueLabel } from '../core/app-description.ts';
import { type FailedJobId, failedJobId } from '../core/ids.ts';
import { accept, type Judged, refuse } from '../core/refusal.ts';
import type { Words } from '../core/words.ts';
import { atMost, optionalDuration } from './arguments.ts';
import { parseIds, parseQueueFilter } from './bulk/retry-words.ts';
import type { FailureSelection, QueueName } from './ports.ts';
import type { World } from './world.ts';

/** What `flush` is asked for; what the form adds is absent until it was sent. */
export interface Flush {
  readonly queue?: QueueName;
  readonly jobClass?: string;
  readonly olderSeconds?: number;
  /** In place of a filter: named one by one, by a `forget` that needs other persons. */
  readonly ids?: readonly FailedJobId[];
  readonly asked?: {
    readonly reason: string;
    /** Link of the review. */
    readonly review: string;
    /** What failed after the form was filled does not join. */
    readonly upTo: FailedJobId;
  };
}

export const flushDeclared = { verb: 'flush', usage: '[queue=] [class=] [older=]' } as const;
/** `ids` comes from `forget` and stands in no help. */
export const flushFilters = ['queue', 'class', 'older', 'ids'] as const;

const longestText = 200;
/** Artisan counts whole hours, and fewer than two can reach what has just failed. */
const leastOlderSeconds = 7_200;

export function parseFlush(words: Words, world: World): Judged<Flush> {
  const fits = atMost(words, 0, flushDeclared);
  if (!fits.ok) return fits;
  const queue = parseQueueFilter(words.filters.get('queue'), world);
  if (!queue.ok) return queue;
  const older = optionalDuration(words, 'older');
  if (!older.ok) return older;
  if (older.value !== undefined && older.value < leastOlderSeconds)
    return refuse({ code: 'too-few-hours', typed: words.filters.get('older') ?? '' });
  const ids = parseIds(words.filters.get('ids'));
  if (!ids.ok) return ids;
  const jobClass = words.filters.get('class') ?? '';
  if (jobClass.length > longestText) return refuse({ code: 'too-long', what: 'class=', limit: longestText });
  return accept({
    ...(queue.value === undefined ? {} : { queue: queue.value }),
    ...(jobClass === '' ? {} : { jobClass }),
    ...(older.value === undefined ? {} : { olderSeconds: older.value }),
    ...(ids.value === undefined ? {} : { ids: ids.value }),
  });
}

/** The same set in the same words: the audit's target, and what may be open once. */
export function flushTarget(input: Flush): string {
  const { queue, jobClass, olderSeconds, ids } = input;
  const filters = [
    ...(queue === undefined ? [] : [`queue=${queueLabel(queue)}`]),
    ...(jobClass === undefined ? [] : [`class=${jobClass}`]),
    ...(olderSeconds === undefined ? [] : [`older=${olderSeconds}s`]),
    ...(ids === undefined ? [] : [`failed_jobs=${[...ids].sort((a, b) => a - b).join(',')}`]),
  ];
  return filters.length === 0 ? 'all queues' : filters.join(' ');
}

/** Rows that may be meant; `older=` is judged row by row, by the database's clock. */
export const flushSelection = (input: Flush, upTo: FailedJobId): FailureSelection => ({
  filter: {
    ...(input.queue === undefined ? {} : { queue: input.queue }),
    ...(input.jobClass === undefined ? {} : { jobClass: input.jobClass }),
  },
  ...(input.ids === undefined ? {} : { ids: input.ids }),
  upTo: failedJobId(Math.min(upTo, input.asked?.upTo ?? upTo)),
});

/** Artisan's own flush knows only how old a failure is; a set chosen otherwise goes one by one. */
export const mayUseStatement = ({ queue, jobClass, ids }: Flush): boolean =>
  queue === undefined && jobClass === undefined && ids === undefined;
