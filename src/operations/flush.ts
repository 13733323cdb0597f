import type { FrozenPlan, ReadContext, RunContext, Survey } from '../core/operation.ts';
import { sealGuarded } from '../core/operation.ts';
import { accept, type Judged } from '../core/refusal.ts';
import type { FrozenTarget } from '../core/request.ts';
import { verifySet } from './bulk/verify-set.ts';
import { archiveFrozen } from './flush-archive.ts';
import { drawFlushCard } from './flush-card.ts';
import { flushForm, readFlushForm } from './flush-form.ts';
import { openNotes } from './flush-notes.ts';
import { flushOneByOne } from './flush-one-by-one.ts';
import { findPlan, planToFacts } from './flush-plan.ts';
import { readFlushSet, type Sight } from './flush-set.ts';
import { settleFlush } from './flush-settle.ts';
import { flushByStatement } from './flush-statement.ts';
import { type Flush, flushDeclared, flushFilters, flushTarget, parseFlush } from './flush-words.ts';
import { mayAskFor } from './may-ask.ts';
import type { World } from './world.ts';

/**
 * Removes failures that nobody wants to run again, exactly those that were frozen: archived first, the old ones by
 * artisan's own flush with hours that newcomers can't be among, the others one by one.
 */
export const flush = sealGuarded<Flush, World>({
  ...flushDeclared,
  typed: ['flush'],
  who: 'operator',
  filters: flushFilters,
  effect: 'guarded',
  quorum: 'flush',

  parse: parseFlush,
  target: flushTarget,
  mayAsk: (input, context) => mayAskFor('flush', flushTarget(input), context),

  survey: surveyFlush,
  form: flushForm,
  readForm: (input, submission, _world, locale) => readFlushForm(input, submission, locale),

  async *freeze(input, context): AsyncGenerator<readonly FrozenTarget[], Judged<FrozenPlan>> {
    const set = yield* readFlushSet(input, context);
    if (!set.ok) return set;
    const { facts, plan } = set.value;
    return accept({
      ...{ app: context.world.app.description.name, host: context.world.app.artisan.host },
      ...{ takesSlot: true, template: 'flush', target: flushTarget(input), coveredBy: [] },
      reason: input.asked?.reason ?? '',
      facts: {
        ...facts,
        ...planToFacts(plan),
        review: input.asked?.review ?? '',
        filter: flushTarget(input),
      },
    });
  },

  verify: verifySet,
  run,
  settle: settleFlush,
  card: drawFlushCard,
});

/**
 * The whole set and how it will go. Where the time for looking is over before its end, what was counted until then is shown
 * and said to be so; the freeze has more time, and the card says the rest.
 */
async function surveyFlush(input: Flush, context: ReadContext<World>): Promise<Judged<Survey>> {
  const sight: Sight = {};
  const set = readFlushSet(input, context, sight);
  for (;;) {
    const { value, done } = await set.next();
    if (done !== true) continue;
    const highest = sight.seen?.highest ?? 0;
    if (value.ok) {
      const { facts, plan } = value.value;
      return accept({ highest, count: facts.count, detail: { ...facts, ...planToFacts(plan) } });
    }
    const counted = sight.facts?.();
    if (!context.signal.aborted || counted === undefined || counted.count === 0) return value;
    return accept({ highest, count: counted.count, detail: { ...counted, complete: false } });
  }
}

/** Each step finds by the records what is done already, so another process goes on where this one stopped. */
async function run(context: RunContext<World>): Promise<void> {
  const view = await context.requests.find({ id: context.execution.requestId });
  const plan = view === undefined ? undefined : findPlan(view.facts);
  if (plan === undefined) throw new Error(`request #${context.execution.number} has no plan of a flush`);
  const notes = await openNotes(context);
  if (notes.now().ended !== undefined) return;
  if (!(await archiveFrozen(context, notes))) return;
  // Where the card promised none, each goes by its id, however old it is by now.
  if (plan.inStatement > 0) {
    const done = await flushByStatement(context, plan, notes);
    if (done !== 'done') return;
  }
  await flushOneByOne(context, plan, notes);
}
