import { type GuardedOperation, type RunContext, sealGuarded } from '../core/operation.ts';
import { accept, type Judged, refuse } from '../core/refusal.ts';
import type { RequestView } from '../core/request.ts';
import { StoreUnavailable } from '../core/store-ports.ts';
import { type Coverage, createCoverage } from './bulk/coverage.ts';
import { followBulk } from './bulk/follow-bulk.ts';
import { freezeSet } from './bulk/freeze-set.ts';
import { resumeLeft } from './bulk/resume-left.ts';
import { drawRetryCard } from './bulk/retry-card.ts';
import { costlyFirst, readRetryForm, retryForm } from './bulk/retry-form.ts';
import {
  parseRetryAll,
  type RetryAll,
  retryAllDeclared,
  retryAllFilters,
  selectionOf,
  targetOf,
} from './bulk/retry-words.ts';
import { runBulk } from './bulk/run-bulk.ts';
import { restoreState } from './bulk/run-state.ts';
import { settleBulk } from './bulk/settle-bulk.ts';
import { surveySet } from './bulk/survey-set.ts';
import { verifySet } from './bulk/verify-set.ts';
import type { World } from './world.ts';

const typed = 'retry all';
const openShown = 50;

/**
 * Pushes a whole set of failed jobs back onto their queues, after other persons have seen and approved exactly that set.
 * The literal `all` never reaches artisan: it is told uuids.
 */
const operation: GuardedOperation<RetryAll, World> = {
  ...retryAllDeclared,
  typed: ['retry', 'all'],
  who: 'operator',
  filters: retryAllFilters,
  effect: 'guarded',
  quorum: 'retry-all',

  parse: parseRetryAll,
  target: targetOf,

  async mayAsk(input, { world }) {
    const app = world.app.description.name;
    try {
      const [freeze, recent] = await Promise.all([
        world.switches.find(app),
        world.approvals.list(app, openShown),
      ]);
      if (freeze !== undefined) {
        const { reason, by, at } = freeze;
        return refuse({ code: 'app-frozen', reason, byUserId: by.userId, at });
      }
      const open = recent.find((view) => isOpen(view) && view.facts['filter'] === targetOf(input));
      return open === undefined ? accept(null) : refuse({ code: 'open-request', request: open.number });
    } catch (error) {
      if (error instanceof StoreUnavailable) return refuse({ code: 'store-unreachable' });
      throw error;
    }
  },

  survey: (input, context) => surveySet(selectionOf(input), typed, context),
  form: retryForm,
  readForm: (input, submission, _, locale) => readRetryForm(input, submission, locale),

  async *freeze(input, context) {
    const { world } = context;
    const { description } = world.app;
    const coverage = await coverageOf(world);
    if (!coverage.ok) return coverage;
    const set = yield* freezeSet(selectionOf(input), typed, coverage.value, context, input.asked?.risks);
    if (!set.ok) return set;
    const filter = targetOf(input);
    const first = input.first ?? (set.value.costly ? costlyFirst : undefined);
    return accept({
      ...{ app: description.name, host: world.app.artisan.host, takesSlot: true, template: 'retry' },
      ...{ reason: input.asked?.reason ?? '', target: `${retryAllDeclared.verb} ${filter}` },
      facts: {
        ...{ ...set.value, filter },
        ...(first === undefined ? {} : { first }),
        ...(input.pace === undefined ? {} : { pace: input.pace }),
        ...(input.asked === undefined ? {} : { frozenUpTo: input.asked.upTo }),
      },
      coveredBy: coverage.value.covering(),
    });
  },

  verify: verifySet,
  run: async (context) => runBulk(context, await viewOf(context)),
  // Its pauses and resumes; each is made again before the next jobs are pushed, or lifted.
  isHarmless: ({ failedIds }) => failedIds.length === 0,

  async settle(context) {
    const state = restoreState(await viewOf(context));
    await resumeLeft(context, state);
    return settleBulk(context, await viewOf(context), state);
  },

  follow: async (context) => followBulk(context, await viewOf(context)),
  card: drawRetryCard,
};

export const retryAll = sealGuarded<RetryAll, World>(operation);

const isOpen = ({ verb, state }: RequestView): boolean =>
  verb === retryAllDeclared.verb && (state === 'pending' || state === 'approved');

async function viewOf({ requests, execution }: RunContext<World>): Promise<RequestView> {
  const view = await requests.find({ id: execution.requestId });
  if (view === undefined) throw new Error('a request that runs is not in the store');
  return view;
}

async function coverageOf(world: World): Promise<Judged<Coverage>> {
  try {
    return accept(createCoverage(await world.preapprovals.live(world.app.description.name), world));
  } catch (error) {
    if (error instanceof StoreUnavailable) return refuse({ code: 'store-unreachable' });
    throw error;
  }
}
