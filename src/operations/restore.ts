import { narrow } from '../core/narrow.ts';
import type { FrozenPlan, ReadContext } from '../core/operation.ts';
import { sealGuarded } from '../core/operation.ts';
import { accept, type Judged, refuse } from '../core/refusal.ts';
import type { FrozenTarget, RequestView } from '../core/request.ts';
import type { Words } from '../core/words.ts';
import { atMost } from './arguments.ts';
import { isIncident } from './incident-words.ts';
import { mayAskFor } from './may-ask.ts';
import type { FailureWriter } from './ports.ts';
import { restorableStates } from './restorable.ts';
import { drawRestoreCard, readRestoreForm, restoreForm } from './restore-card.ts';
import type { Restore } from './restore-plan.ts';
import { runRestore } from './restore-run.ts';
import { readRestoreSet } from './restore-set.ts';
import { settleRestore } from './restore-settle.ts';
import { verifyArchive } from './restore-verify.ts';
import type { World } from './world.ts';

const declared = { verb: 'restore', usage: '#N' } as const;

const targetOf = ({ number }: Restore): string => `request=#${number}`;

/**
 * Brings back what a request removed, byte for byte, from the archive: of a flush or forget all that is gone, of a retry
 * only what was not confirmed as pushed. Each archived row comes back once, ever.
 */
export const restore = sealGuarded<Restore, World>({
  ...declared,
  typed: ['restore'],
  who: 'operator',
  filters: [],
  effect: 'guarded',
  quorum: 'restore',

  parse,
  target: targetOf,

  async mayAsk(input, context) {
    const origin = await findOrigin(input, context);
    return origin.ok ? mayAskFor('restore', targetOf(input), context) : origin;
  },

  async survey(input, context) {
    const origin = await findOrigin(input, context);
    if (!origin.ok) return origin;
    const set = readRestoreSet(origin.value.view, origin.value.writer, context);
    let highest = 0;
    for (;;) {
      const { value, done } = await set.next();
      if (done !== true) {
        highest = value.at(-1)?.failedId ?? highest;
        continue;
      }
      return value.ok ? accept({ highest, count: value.value.count, detail: value.value }) : value;
    }
  },

  form: restoreForm,
  readForm: (input, submission, _world, locale) => readRestoreForm(input, submission, locale),

  async *freeze(input, context): AsyncGenerator<readonly FrozenTarget[], Judged<FrozenPlan>> {
    const origin = await findOrigin(input, context);
    if (!origin.ok) return origin;
    const { view, writer } = origin.value;
    const set = yield* readRestoreSet(view, writer, context);
    if (!set.ok) return set;
    const { description, artisan } = context.world.app;
    const target = targetOf(input);
    return accept({
      ...{ app: description.name, host: artisan.host, takesSlot: true, template: 'restore' },
      ...{ target, reason: input.reason ?? '', coveredBy: [] },
      facts: { ...set.value, target, from: view.id, fromNumber: view.number, fromVerb: view.verb },
    });
  },

  verify: verifyArchive,
  run: runRestore,
  settle: settleRestore,
  card: drawRestoreCard,
});

function parse(words: Words): Judged<Restore> {
  const [typed] = words.plain;
  if (typed === undefined) return refuse({ code: 'missing-argument', ...declared });
  const fits = atMost(words, 1, declared);
  if (!fits.ok) return fits;
  const number = /^#?([1-9]\d{0,14})$/.exec(narrow(typed))?.[1];
  return number === undefined
    ? refuse({ code: 'unknown-request', typed })
    : accept({ number: Number(number) });
}

interface Origin {
  readonly view: RequestView;
  readonly writer: FailureWriter;
}

async function refuseNumber(number: number, world: World): Promise<Judged<never>> {
  if (await isIncident(number, world))
    return refuse({ code: 'other-kind', number, is: 'incident', verb: declared.verb });
  // What was only said of incidents has a number, too, and removed nothing.
  return (await world.alerts.findAct(number)) === undefined
    ? refuse({ code: 'unknown-request', typed: `#${number}` })
    : refuse({ code: 'restore-impossible', request: number, why: 'nothing-archived' });
}

/** The request that is meant, where anything of it can come back at all. */
async function findOrigin(
  { number }: Restore,
  { world }: Pick<ReadContext<World>, 'world'>,
): Promise<Judged<Origin>> {
  const view = await world.requests.find({ number });
  if (view === undefined || view.app !== world.app.description.name) return refuseNumber(number, world);
  const no = (why: 'no-write-account' | 'nothing-archived' | 'running') =>
    refuse({ code: 'restore-impossible', request: number, why });
  const { writer } = world.app;
  if (writer === undefined) return no('no-write-account');
  const { execution } = view;
  if (execution?.state === 'executing' || execution?.state === 'unknown') return no('running');
  const restorable = restorableStates(view.verb).some((state) => (view.countsByState[state] ?? 0) > 0);
  return restorable ? accept({ view, writer }) : no('nothing-archived');
}
