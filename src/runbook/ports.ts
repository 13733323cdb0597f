import type { Clock } from '../core/clock.ts';
import type { App, QueueName } from '../operations/ports.ts';

/** What steps ask of an application. */
export type RunbookApp = Pick<
  App,
  'description' | 'queues' | 'failures' | 'workers' | 'condition' | 'rows' | 'logs'
>;

export interface StepContext {
  readonly app: RunbookApp;
  /** The queue that is diagnosed. */
  readonly queue: QueueName;
  readonly clock: Clock;
  /** Of the step: aborted when its time is over. */
  readonly signal: AbortSignal;
}
