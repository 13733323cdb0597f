import type { Clock } from '../core/clock.ts';
import type { App, QueueName } from '../operations/ports.ts';
import type { LogReader, RowsReader } from '../operations/runbook-ports.ts';

/** What steps ask of an application. */
export type RunbookApp = Pick<App, 'description' | 'queues' | 'failures' | 'workers' | 'condition'> & {
  /** Left out: this application's tables can't be looked at. */
  readonly rows?: RowsReader;
  /** Left out: its logs can't be looked at. */
  readonly logs?: LogReader;
};

export interface StepContext {
  readonly app: RunbookApp;
  /** The queue that is diagnosed. */
  readonly queue: QueueName;
  readonly clock: Clock;
  /** Of the step: aborted when its time is over. */
  readonly signal: AbortSignal;
}
