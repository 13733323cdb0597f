import type { Clock } from './clock.ts';
import type { Locale, Role } from './people.ts';
import { accept, type Judged } from './refusal.ts';
import type { Reply } from './reply.ts';
import type { ExecutionState, NewRequest, RequestView } from './request.ts';
import type { Requests, RetryAllowance, RunningExecution } from './store-ports.ts';
import type { Words } from './words.ts';

/**
 * An operation is a declaration; the pipeline runs them all. What a verb may do, who may do it and how it is seen to be
 * done stands in one file of `src/operations/`. `World` is what operations may ask of the world; core knows nothing of it.
 */
export type Operation<Input, Planned, World> =
  | ReadOperation<Input, World>
  | WriteOperation<Input, Planned, World>;

interface Declared<Input, World> {
  /** Key in audit and configuration, and the buttons' action_id; never changes. `retry-all`. */
  readonly verb: string;
  /** How it is typed, in lower case: `['retry', 'all']`. The longest match wins. */
  readonly typed: readonly string[];
  /** Arguments as help shows them: `ID…`, `[QUEUE] [class=] [since=] [error=]`. */
  readonly usage: string;
  readonly who: Role;
  /** Keys that it takes besides `app=`. */
  readonly filters: readonly string[];
  /** `words.plain` starts after the verb. */
  parse(words: Words, world: World): Judged<Input>;
  /** What it is about, for the audit: `queue=database:reports`, `failed_job=123`. */
  target(input: Input): string;
}

/** Looks, and answers within 10 s whatever is slow or dead. */
export interface ReadOperation<Input, World> extends Declared<Input, World> {
  readonly effect: 'read';
  answer(input: Input, context: ReadContext<World>): Promise<Judged<Reply>>;
}

/**
 * Changes something: it has a request number, an intent before and an outcome after, and a card drawn from the store.
 * The pipeline calls plan → request → run → settle → follow; after a crash another process calls settle alone.
 */
export interface WriteOperation<Input, Planned, World> extends Declared<Input, World> {
  readonly effect: 'write' | 'destructive';
  /** Looks at what it would touch and judges whether it may. Changes nothing. */
  plan(input: Input, context: ReadContext<World>): Promise<Judged<Planned>>;
  /** What the store records before anything happens. */
  request(planned: Planned): Planning;
  /** Does it: each call to a host between its recorded intent and result. Throws only for outages and bugs. */
  run(planned: Planned, context: RunContext<World>): Promise<void>;
  /**
   * Judges by the data, from the store's records alone, what was done; so it serves after a crash as well. Waits until
   * neither a process nor a statement of an unclean call can still live.
   */
  settle(context: RunContext<World>): Promise<Settled>;
  /** Watches what becomes of it after the outcome, for a bounded time. */
  follow?(planned: Planned, context: RunContext<World>): Promise<void>;
  /** The card, drawn again at each change. Pure. */
  card(view: RequestView, world: World, locale: Locale): Reply;
}

export type Planning = Pick<NewRequest, 'host' | 'takesSlot' | 'template' | 'targets' | 'facts'> & {
  readonly app: string;
  /** Counted against `retry_without_approval` in the same transaction that opens the request. */
  readonly allowance?: Omit<RetryAllowance, 'person'>;
};

export interface Settled {
  readonly state: Exclude<ExecutionState, 'executing' | 'unknown'>;
  /** Counts and facts for the OUTCOME row and the card. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Who asks, and until when an answer is awaited. */
export interface ReadContext<World> {
  readonly world: World;
  readonly locale: Locale;
  /** Aborted when the time for an answer is over. */
  readonly signal: AbortSignal;
  readonly asker: Asker;
}

export interface Asker {
  readonly teamId: string;
  readonly userId: string;
  readonly name: string;
  readonly operator: boolean;
  readonly approver: boolean;
}

/** A recorded execution and the means to carry it on. */
export interface RunContext<World> {
  readonly world: World;
  readonly execution: RunningExecution;
  readonly requests: Requests;
  /** Aborted when the process stops or the lease is lost. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** The request's state has changed: draw its card again. */
  changed(): void;
}

/** An operation whose own types are closed over, so that a list can hold them all. */
export type SealedOperation<World> = SealedRead<World> | SealedWrite<World>;

interface SealedBase {
  readonly verb: string;
  readonly typed: readonly string[];
  readonly usage: string;
  readonly who: Role;
  readonly filters: readonly string[];
}

export interface SealedRead<World> extends SealedBase {
  readonly effect: 'read';
  parse(words: Words, world: World): Judged<ParsedRead<World>>;
}

export interface ParsedRead<World> {
  readonly target: string;
  answer(context: ReadContext<World>): Promise<Judged<Reply>>;
}

export interface SealedWrite<World> extends SealedBase {
  readonly effect: 'write' | 'destructive';
  parse(words: Words, world: World): Judged<ParsedWrite<World>>;
  settle(context: RunContext<World>): Promise<Settled>;
  card(view: RequestView, world: World, locale: Locale): Reply;
}

export interface ParsedWrite<World> {
  readonly target: string;
  plan(context: ReadContext<World>): Promise<Judged<PlannedWrite<World>>>;
}

export interface PlannedWrite<World> {
  readonly request: Planning;
  run(context: RunContext<World>): Promise<void>;
  follow(context: RunContext<World>): Promise<void>;
}

/** Closes over the input type of a reading operation. */
export function sealRead<Input, World>(operation: ReadOperation<Input, World>): SealedRead<World> {
  const { verb, typed, usage, who, filters, effect } = operation;
  return {
    ...{ verb, typed, usage, who, filters, effect },
    parse(words, world) {
      const parsed = operation.parse(words, world);
      if (!parsed.ok) return parsed;
      return accept({
        target: operation.target(parsed.value),
        answer: (context: ReadContext<World>) => operation.answer(parsed.value, context),
      });
    },
  };
}

/** Closes over the input and plan types of a changing operation. */
export function sealWrite<Input, Planned, World>(
  operation: WriteOperation<Input, Planned, World>,
): SealedWrite<World> {
  const { verb, typed, usage, who, filters, effect } = operation;
  return {
    ...{ verb, typed, usage, who, filters, effect },
    parse(words, world) {
      const parsed = operation.parse(words, world);
      if (!parsed.ok) return parsed;
      const plan = async (context: ReadContext<World>): Promise<Judged<PlannedWrite<World>>> => {
        const planned = await operation.plan(parsed.value, context);
        if (!planned.ok) return planned;
        return accept({
          request: operation.request(planned.value),
          run: (run: RunContext<World>) => operation.run(planned.value, run),
          follow: async (run: RunContext<World>) => operation.follow?.(planned.value, run),
        });
      };
      return accept({ target: operation.target(parsed.value), plan });
    },
    settle: (context) => operation.settle(context),
    card: (view, world, locale) => operation.card(view, world, locale),
  };
}
