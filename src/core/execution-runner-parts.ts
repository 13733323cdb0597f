import type { RunControl } from './approval-ports.ts';
import type { AuditActor } from './audit.ts';
import type { Clock } from './clock.ts';
import type { Cards } from './invocation.ts';
import type { Log } from './log.ts';
import type { PlannedWrite, RunContext, SealedGuarded, SealedWrite } from './operation.ts';
import type { Place, RequestView } from './request.ts';
import type { Requests, RunningExecution } from './store-ports.ts';

export interface ExecutionRunnerParts<World> {
  readonly requests: Requests;
  readonly control: RunControl;
  readonly cards: Cards;
  readonly teller: OperationTeller;
  /** By verb. */
  readonly operations: ReadonlyMap<string, RunningOperation<World>>;
  readonly worlds: ReadonlyMap<string, World>;
  readonly policyVersion: string;
  readonly newId: () => string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Tells others what begins and ends here. What it throws is logged; telling the same again does nothing. */
export interface OperationTeller {
  began(view: RequestView): Promise<void>;
  /** May wait for what was reached to be seen, until `closing`. */
  ended(view: RequestView, closing: AbortSignal): Promise<void>;
}

/** What can be judged, and watched, from the store's records alone. */
export type RunningOperation<World> = SealedWrite<World> | SealedGuarded<World>;

export interface Order<World> {
  readonly operation: SealedWrite<World>;
  readonly planned: PlannedWrite<World>;
  readonly world: World;
  readonly requester: AuditActor;
  readonly place: Place;
  readonly words: string;
}

/** An execution that is ours, with what it takes to carry it on. */
export interface Runnable<World> {
  readonly execution: RunningExecution;
  readonly operation: RunningOperation<World>;
  readonly world: World;
  /** Left out: it is only judged. */
  readonly run?: (context: RunContext<World>) => Promise<void>;
}

export interface RunSignals {
  /** Nothing new begins: what is between two steps is left to the next process. */
  readonly closing: AbortSignal;
  /** What is under way is cut off. */
  readonly stopping: AbortSignal;
}

/** The process stops: a run ends between two of its steps and is handed back, so that another process goes on with it. */
export class Closing extends Error {
  override readonly name = 'Closing';
}

export function runContext<World>(
  { requests, control, clock, cards }: ExecutionRunnerParts<World>,
  { execution, world }: Runnable<World>,
  signal: AbortSignal,
  closing?: AbortSignal,
): RunContext<World> {
  const mayGoOn: RunControl['mayGoOn'] = async (asked) => {
    closing?.throwIfAborted();
    return control.mayGoOn(asked);
  };
  const changed = (): void => cards.changed(execution.requestId);
  return { world, execution, requests, control: { ...control, mayGoOn }, signal, clock, changed };
}
