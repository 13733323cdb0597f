import { type QueueDescription, queueLabel } from '../core/app-description.ts';

/** What is kept of each queue over time: jobs that a worker could take, failures, age of the oldest due job in seconds. */
export type Trend = 'pending' | 'failed' | 'oldest';

/** The name of a queue's series of samples: `pending/fap/database:reports`. */
export const trendSeries = (
  trend: Trend,
  app: string,
  queue: Pick<QueueDescription, 'connection' | 'name'>,
): string => `${trend}/${app}/${queueLabel(queue)}`;
