import type { Approvals, PressedCard, RunControl } from './approval-ports.ts';
import type { AuditActor } from './audit.ts';
import type { Clock } from './clock.ts';
import type { FieldErrors, Form, Submission } from './form.ts';
import type { RequestId } from './ids.ts';
import type { Incident } from './incident.ts';
import type { Locale, Role } from './people.ts';
import { accept, type Judged } from './refusal.ts';
import type { Reply } from './reply.ts';
import type { ArtisanCallRecord, ExecutionState, FrozenTarget, NewRequest, RequestView } from './request.ts';
import type { Requests, RetryAllowance, RunningExecution } from './store-ports.ts';
import type { Words } from './words.ts';

/**
 * An operation is a declaration; the pipeline runs them all. What a verb may do, who may do it and how it is seen to be
 * done stands in one file of `src/operations/`. `World` is what operations may ask of the world; core knows nothing of it.
 */
export type Operation<Input, Planned, World> =
  | ReadOperation<Input, World>
  | WriteOperation<Input, Planned, World>
  | GuardedOperation<Input, World>
  | RecordOperation<Input, World>;

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
  /**
   * Said after a mention in an incident's thread: what the incident supplies of the words that were left out. They come
   * right after the verb. Pure; left out: nothing.
   */
  inThread?(words: Words, incident: Incident): readonly string[];
}

/** Looks, and answers within 10 s whatever is slow or dead. */
export interface ReadOperation<Input, World> extends Declared<Input, World> {
  readonly effect: 'read';
  answer(input: Input, context: ReadContext<World>): Promise<Judged<Reply>>;
}

/**
 * Looks at what takes seconds: one visible message, posted at the first picture and drawn again at the next ones. In a
 * direct message and in a shell it answers once, like any other.
 */
export interface LiveOperation<Input, World> extends Declared<Input, World> {
  readonly effect: 'read';
  /** Shows its first picture at once; the last one is what it returns. Ends within 9 s whatever is slow or dead. */
  watch(input: Input, context: ReadContext<World>, show: Show): Promise<Judged<Picture>>;
}

/**
 * Changes something: it has a request number, an intent before and an outcome after, and a card drawn from the store.
 * The pipeline calls plan → request → run → settle → follow; after a crash another process calls settle and follow alone.
 */
export interface WriteOperation<Input, Planned, World> extends Declared<Input, World> {
  readonly effect: 'write' | 'destructive';
  /** Looks at what it would touch and judges whether it may. Changes nothing. */
  plan(input: Input, context: ReadContext<World>): Promise<Judged<Planned>>;
  /**
   * The one exception to "no effect without a record" (the kill switch): done before the request is recorded, and done
   * also where it can't be, which its answer then says. Noted in the audit by the store by itself.
   */
  brake?(planned: Planned, context: BrakeContext<World>): Promise<Reply>;
  /** What the store records before anything else happens. */
  request(planned: Planned): Planning;
  /** Does it: each call to a host between its recorded intent and result. Throws only for outages and bugs. */
  run(planned: Planned, context: RunContext<World>): Promise<void>;
  /**
   * Judges by the data, from the store's records alone, what was done; so it serves after a crash as well. Waits until
   * neither a process nor a statement of an unclean call can still live.
   */
  settle(context: RunContext<World>): Promise<Settled>;
  /** Watches what becomes of it after the outcome, for a bounded time. */
  follow?(context: RunContext<World>): Promise<void>;
  /** The card, drawn again at each change. Pure. */
  card(view: RequestView, world: World, locale: Locale): Reply;
}

/**
 * What could hurt: it waits for other persons' buttons, and then runs exactly what they saw. The pipeline calls mayAsk →
 * (survey → form → the person → readForm) → freeze → ask; a button of another person approves; whichever replica claims it
 * calls verify → run → settle → follow, from the store's records alone.
 */
export interface GuardedOperation<Input, World> extends Declared<Input, World> {
  readonly effect: 'guarded';
  /** Key in `approvals.quorum`. */
  readonly quorum: 'retry-all' | 'flush' | 'restore';
  /** Known within a second and without looking at the jobs: what forbids to ask at all. */
  mayAsk(input: Input, context: ReadContext<World>): Promise<Judged<null>>;
  /** Everything it would touch, for the form: plain data. May take up to 30 s with 100,000 failures; listens to the signal. */
  survey(input: Input, context: ReadContext<World>): Promise<Judged<Survey>>;
  /** The form that asks. Pure. `survey` undefined: it is still being looked at. */
  form(input: Input, survey: Survey | undefined, world: World, locale: Locale): GuardedForm;
  /** Pure: also called before Slack's acknowledgement. Bad fields are told beside them, in the person's language. */
  readForm(input: Input, submission: Submission, world: World, locale: Locale): FormRead<Input>;
  /**
   * Streams what it would touch now, in id order, within what the form showed; what may not be touched is left out and
   * counted in the plan that it returns last.
   */
  freeze(
    input: Input,
    context: ReadContext<World>,
  ): AsyncGenerator<readonly FrozenTarget[], Judged<FrozenPlan>>;
  /** Reads the frozen rows again, right before the claim. */
  verify(view: RequestView, context: VerifyContext<World>): Promise<Verified>;
  /** Does what is not done yet: after a stop between two calls another process goes on with it. */
  run(context: RunContext<World>): Promise<void>;
  /**
   * A call that touches no job and can be made again: another process goes on also where nobody saw its end, and `run` sees
   * to what it may have done. Pure; left out: it makes none.
   */
  isHarmless?(call: ArtisanCallRecord): boolean;
  settle(context: RunContext<World>): Promise<Settled>;
  follow?(context: RunContext<World>): Promise<void>;
  /** Pure, in every state from `pending` to the end. */
  card(view: RequestView, world: World, locale: Locale): Reply;
}

/**
 * Changes only what Queuekeeper keeps of incidents, in one transaction with its sealed row and its number: no host, no job,
 * no card of its own. The store tells it in the threads that it is about; neither `freeze` nor a running request holds it up.
 */
export interface RecordOperation<Input, World> extends Declared<Input, World> {
  readonly effect: 'record';
  /** Approvers who are no operators may say it too; what they may do by it `record` demands. */
  readonly orApprover?: true;
  /** Before a form is opened: whether it would be taken from this person. `record` judges again. Left out: nobody is refused yet. */
  mayAsk?(input: Input, context: RecordContext<World>): Promise<Judged<null>>;
  /** Asks for what the words left out, where a form can be opened. Pure. Undefined: the words say it all. */
  form?(input: Input, world: World, locale: Locale): GuardedForm | undefined;
  /** Pure: also called before Slack's acknowledgement. */
  readForm?(input: Input, submission: Submission, world: World, locale: Locale): FormRead<Input>;
  record(input: Input, context: RecordContext<World>): Promise<Judged<Recorded>>;
}

export interface RecordContext<World> extends ReadContext<World> {
  readonly actor: AuditActor;
  /** The incident in whose thread it was said. */
  readonly incident: Incident | undefined;
  /** Judges by facts of this moment whether this person has this role, as for a vote. */
  demand(role: 'operator' | 'approver'): Promise<Judged<null>>;
}

export interface Recorded {
  readonly picture: Picture;
  /** True: colleagues see it where it was said. False: a thread tells them, or there is nothing new. */
  readonly forAll: boolean;
}

export type GuardedForm = Omit<Form, 'carries'>;

/** What a survey found: `highest` bounds the set that is frozen later; the rest is the operation's own. */
export interface Survey {
  readonly highest: number;
  readonly count: number;
  readonly detail: Readonly<Record<string, unknown>>;
}

export type FormRead<Input> =
  | { readonly ok: true; readonly value: Input }
  | { readonly ok: false; readonly errors: FieldErrors };

export interface FrozenPlan {
  readonly app: string;
  readonly host: string;
  readonly takesSlot: boolean;
  readonly template: string;
  readonly reason: string;
  /** Verb and canonical filter: one request of the same may be open at a time. */
  readonly target: string;
  readonly facts: Readonly<Record<string, unknown>>;
  /** Ids of live preapprovals inside which every frozen row lies. Always empty for flush, restore and costly queues. */
  readonly coveredBy: readonly string[];
}

export interface VerifyContext<World> {
  readonly world: World;
  readonly signal: AbortSignal;
}

/** `digest` over the frozen rows with the hashes that the rows have now; rows that are gone keep their frozen one. */
export type Verified =
  | { readonly kind: 'unchanged'; readonly digest: string; readonly gone: number }
  | { readonly kind: 'changed'; readonly why: string; readonly ids: readonly number[] }
  | { readonly kind: 'unreadable'; readonly why: string };

/**
 * A button of a request: it is pressed, never typed, and carries nothing but the request's id. What it may do follows from
 * the request as it is in the store and from who pressed it.
 */
export interface PressOperation<World> {
  readonly effect: 'press';
  /** Also the button's action_id. */
  readonly verb: string;
  /** `everybody`: the operation looks itself who may (the requester's Cancel, an operator's or approver's Stop). */
  readonly who: Role;
  /** Refused in a direct message and where the bot is not. */
  readonly changes: boolean;
  /** Undefined: done, and the card tells it. */
  press(view: RequestView, context: PressContext<World>): Promise<Judged<Reply | undefined>>;
}

export interface PressContext<World> extends ReadContext<World> {
  readonly actor: AuditActor;
  readonly pressed: PressedCard;
  readonly approvals: Approvals;
  readonly control: RunControl;
  readonly policyVersion: string;
  /** How it came, for the audit. */
  readonly provenance: Readonly<Record<string, unknown>>;
  /** What else came with the button: a page's beginning. */
  readonly argument: string;
  changed(requestId: RequestId): void;
}

/** Who puts the brake on. Rejects with `StoreUnavailable` where nothing could be done. */
export interface BrakeContext<World> {
  readonly world: World;
  readonly locale: Locale;
  readonly actor: AuditActor;
}

export type Planning = Pick<NewRequest, 'host' | 'takesSlot' | 'alone' | 'template' | 'targets' | 'facts'> & {
  readonly app: string;
  /** Left out: nobody gave one. */
  readonly reason?: string;
  /** Counted against `retry_without_approval` in the same transaction that opens the request. */
  readonly allowance?: Omit<RetryAllowance, 'person'>;
  /** Words that ask other persons for the same, where the allowance is used up. */
  readonly instead?: string;
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
  readonly control: RunControl;
  /** Aborted when the process stops or the lease is lost. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** The request's state has changed: draw its card again. */
  changed(): void;
}

/** An operation whose own types are closed over, so that a list can hold them all. */
export type SealedOperation<World> =
  | SealedRead<World>
  | SealedWrite<World>
  | SealedGuarded<World>
  | SealedRecord<World>;

interface SealedBase {
  readonly verb: string;
  readonly typed: readonly string[];
  readonly usage: string;
  readonly who: Role;
  readonly filters: readonly string[];
  readonly inThread?: (words: Words, incident: Incident) => readonly string[];
}

export interface SealedRead<World> extends SealedBase {
  readonly effect: 'read';
  parse(words: Words, world: World): Judged<ParsedRead<World>>;
}

export interface ParsedRead<World> {
  readonly target: string;
  answer(context: ReadContext<World>): Promise<Judged<Reply>>;
  /** Only of a live operation: the same, shown while it goes on. */
  readonly watch?: (context: ReadContext<World>, show: Show) => Promise<Judged<Picture>>;
}

/** How something stands, in either language: a channel reads it in its own, a person in theirs. Pure. */
export type Picture = (locale: Locale) => Reply;

/** Says how it stands now; the newest picture wins. */
export type Show = (picture: Picture) => void;

export interface SealedWrite<World> extends SealedBase {
  readonly effect: 'write' | 'destructive';
  parse(words: Words, world: World): Judged<ParsedWrite<World>>;
  settle(context: RunContext<World>): Promise<Settled>;
  follow(context: RunContext<World>): Promise<void>;
  card(view: RequestView, world: World, locale: Locale): Reply;
}

export interface ParsedWrite<World> {
  readonly target: string;
  plan(context: ReadContext<World>): Promise<Judged<PlannedWrite<World>>>;
}

export interface PlannedWrite<World> {
  /** Absent: it is no brake. */
  readonly brake?: (context: BrakeContext<World>) => Promise<Reply>;
  readonly request: Planning;
  run(context: RunContext<World>): Promise<void>;
}

export interface SealedGuarded<World> extends SealedBase {
  readonly effect: 'guarded';
  readonly quorum: 'retry-all' | 'flush' | 'restore';
  parse(words: Words, world: World): Judged<ParsedGuarded<World>>;
  verify(view: RequestView, context: VerifyContext<World>): Promise<Verified>;
  run(context: RunContext<World>): Promise<void>;
  readonly isHarmless: (call: ArtisanCallRecord) => boolean;
  settle(context: RunContext<World>): Promise<Settled>;
  follow(context: RunContext<World>): Promise<void>;
  card(view: RequestView, world: World, locale: Locale): Reply;
}

/** One thing that could be asked, with its input closed over. */
export interface ParsedGuarded<World> {
  readonly target: string;
  mayAsk(context: ReadContext<World>): Promise<Judged<null>>;
  survey(context: ReadContext<World>): Promise<Judged<Survey>>;
  form(survey: Survey | undefined, world: World, locale: Locale): GuardedForm;
  /** The same with what the form said. */
  readForm(submission: Submission, world: World, locale: Locale): FormRead<ParsedGuarded<World>>;
  freeze(context: ReadContext<World>): AsyncGenerator<readonly FrozenTarget[], Judged<FrozenPlan>>;
}

export interface SealedRecord<World> extends SealedBase {
  readonly effect: 'record';
  readonly orApprover: boolean;
  parse(words: Words, world: World): Judged<ParsedRecord<World>>;
}

/** One thing that could be recorded, with its input closed over. */
export interface ParsedRecord<World> {
  readonly target: string;
  mayAsk(context: RecordContext<World>): Promise<Judged<null>>;
  form(world: World, locale: Locale): GuardedForm | undefined;
  /** The same with what the form said. */
  readForm(submission: Submission, world: World, locale: Locale): FormRead<ParsedRecord<World>>;
  record(context: RecordContext<World>): Promise<Judged<Recorded>>;
}

/** Closes over the input type of a recording operation. */
export function sealRecord<Input, World>(operation: RecordOperation<Input, World>): SealedRecord<World> {
  const { effect, orApprover = false } = operation;
  const close = (input: Input): ParsedRecord<World> => ({
    target: operation.target(input),
    mayAsk: async (context) => (await operation.mayAsk?.(input, context)) ?? accept(null),
    form: (world, locale) => operation.form?.(input, world, locale),
    readForm(submission, world, locale) {
      const read = operation.readForm?.(input, submission, world, locale);
      if (read === undefined) return { ok: true, value: close(input) };
      return read.ok ? { ok: true, value: close(read.value) } : read;
    },
    record: (context) => operation.record(input, context),
  });
  return {
    ...{ ...baseOf(operation), effect, orApprover },
    parse(words, world) {
      const parsed = operation.parse(words, world);
      return parsed.ok ? accept(close(parsed.value)) : parsed;
    },
  };
}

/** What every declaration says of itself. */
function baseOf<Input, World>(declared: Declared<Input, World>): SealedBase {
  const { verb, typed, usage, who, filters } = declared;
  const { inThread } = declared;
  return {
    ...{ verb, typed, usage, who, filters },
    ...(inThread && {
      inThread: (words: Words, incident: Incident) => inThread.call(declared, words, incident),
    }),
  };
}

/** Closes over the input type of a guarded operation. */
export function sealGuarded<Input, World>(operation: GuardedOperation<Input, World>): SealedGuarded<World> {
  const { effect, quorum } = operation;
  const close = (input: Input): ParsedGuarded<World> => ({
    target: operation.target(input),
    mayAsk: (context) => operation.mayAsk(input, context),
    survey: (context) => operation.survey(input, context),
    form: (survey, world, locale) => operation.form(input, survey, world, locale),
    readForm(submission, world, locale) {
      const read = operation.readForm(input, submission, world, locale);
      return read.ok ? { ok: true, value: close(read.value) } : read;
    },
    freeze: (context) => operation.freeze(input, context),
  });
  return {
    ...{ ...baseOf(operation), effect, quorum },
    parse(words, world) {
      const parsed = operation.parse(words, world);
      return parsed.ok ? accept(close(parsed.value)) : parsed;
    },
    verify: (view, context) => operation.verify(view, context),
    run: (context) => operation.run(context),
    isHarmless: (call) => operation.isHarmless?.(call) ?? false,
    settle: (context) => operation.settle(context),
    follow: async (context) => operation.follow?.(context),
    card: (view, world, locale) => operation.card(view, world, locale),
  };
}

/** Closes over the input type of a reading operation. */
export function sealRead<Input, World>(operation: ReadOperation<Input, World>): SealedRead<World> {
  const { effect } = operation;
  return {
    ...{ ...baseOf(operation), effect },
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

/** Closes over the input type of an operation that is watched. */
export function sealLive<Input, World>(operation: LiveOperation<Input, World>): SealedRead<World> {
  const { effect } = operation;
  return {
    ...{ ...baseOf(operation), effect },
    parse(words, world) {
      const parsed = operation.parse(words, world);
      if (!parsed.ok) return parsed;
      const watch = (context: ReadContext<World>, show: Show): Promise<Judged<Picture>> =>
        operation.watch(parsed.value, context, show);
      return accept({
        ...{ target: operation.target(parsed.value), watch },
        async answer(context: ReadContext<World>) {
          const judged = await watch(context, () => undefined);
          return judged.ok ? accept(judged.value(context.locale)) : judged;
        },
      });
    },
  };
}

/** Closes over the input and plan types of a changing operation. */
export function sealWrite<Input, Planned, World>(
  operation: WriteOperation<Input, Planned, World>,
): SealedWrite<World> {
  const { effect } = operation;
  return {
    ...{ ...baseOf(operation), effect },
    parse(words, world) {
      const parsed = operation.parse(words, world);
      if (!parsed.ok) return parsed;
      const plan = async (context: ReadContext<World>): Promise<Judged<PlannedWrite<World>>> => {
        const planned = await operation.plan(parsed.value, context);
        if (!planned.ok) return planned;
        const { brake } = operation;
        return accept({
          ...(brake && { brake: (on: BrakeContext<World>) => brake.call(operation, planned.value, on) }),
          request: operation.request(planned.value),
          run: (run: RunContext<World>) => operation.run(planned.value, run),
        });
      };
      return accept({ target: operation.target(parsed.value), plan });
    },
    settle: (context) => operation.settle(context),
    follow: async (context) => operation.follow?.(context),
    card: (view, world, locale) => operation.card(view, world, locale),
  };
}
