import { queueLabel } from '../../core/app-description.ts';
import { type FailedJobId, failedJobId } from '../../core/ids.ts';
import type { QueueName } from '../ports.ts';

/** What a drill notes before it begins, in its request's facts. */
export interface DrillFacts {
  readonly queue: QueueName;
  /** Short or full class names whose failures count; empty: of any class. */
  readonly classes: readonly string[];
  /** Artisan's words that make the failure; undefined: it is made by hand. */
  readonly words: readonly string[] | undefined;
  /** Highest `failed_jobs.id` before: what is above it came later. */
  readonly highest: FailedJobId;
  /** The application's own APP_ENV. */
  readonly appEnv: string;
}

export const drillFactsToPlain = ({
  queue,
  words,
  ...rest
}: DrillFacts): Readonly<Record<string, unknown>> => ({
  ...{ queue: queueLabel(queue), connection: queue.connection, name: queue.name, ...rest },
  ...(words === undefined ? {} : { words }),
});

/** Back from the store. Throws where they are no such facts: this request is no drill. */
export function drillFactsOf(plain: Readonly<Record<string, unknown>>): DrillFacts {
  const { connection, name, classes, words, highest, appEnv } = plain;
  if (typeof connection !== 'string' || typeof name !== 'string' || typeof highest !== 'number')
    throw new Error('the facts of a drill are not there');
  return {
    queue: { connection, name },
    classes: textsIn(classes),
    words: Array.isArray(words) ? textsIn(words) : undefined,
    highest: failedJobId(highest),
    appEnv: typeof appEnv === 'string' ? appEnv : '',
  };
}

const textsIn = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
