import type { Freeze } from '../core/approval-ports.ts';
import { sealWrite } from '../core/operation.ts';
import type { Locale } from '../core/people.ts';
import { accept, refuse } from '../core/refusal.ts';
import type { Mood, Reply } from '../core/reply.ts';
import type { RequestView } from '../core/request.ts';
import { person, type Rich } from '../core/rich.ts';
import { freezeText } from '../text/freeze.ts';
import { atMost } from './arguments.ts';
import { askStore, demandPolicyInForce } from './ask-store.ts';
import type { World } from './world.ts';

const declared = { verb: 'unfreeze', usage: '' } as const;

interface Planned {
  readonly app: string;
  readonly freeze: Freeze;
}

/** Lifts the kill switch: an approver's word, and never without its sealed record. */
export const unfreeze = sealWrite<null, Planned, World>({
  ...declared,
  typed: ['unfreeze'],
  who: 'approver',
  filters: [],
  effect: 'write',

  parse: (words) => atMost(words, 0, declared),
  target: () => 'kill switch',

  async plan(_, { world }) {
    const app = world.app.description.name;
    const read = await askStore(world.switches.find(app));
    if (!read.ok) return refuse({ code: 'store-unreachable' });
    const inForce = await demandPolicyInForce(world);
    if (!inForce.ok) return inForce;
    return read.value === undefined ? refuse({ code: 'not-frozen' }) : accept({ app, freeze: read.value });
  },

  request: ({ app, freeze }) => ({
    ...{ app, host: '', takesSlot: false, template: '', targets: [] },
    facts: { by: freeze.by.userId, reason: freeze.reason, since: freeze.at.toISOString() },
  }),

  async run(_, { world, execution }) {
    await world.switches.unfreeze(execution.app, execution.requester);
  },

  async settle({ world, execution }) {
    const frozen = await world.switches.find(execution.app);
    return { state: frozen === undefined ? 'succeeded' : 'not_started', detail: {} };
  },

  card: drawCard,
});

function drawCard(view: RequestView, world: World, locale: Locale): Reply {
  const t = freezeText[locale];
  const { name, environment } = world.app.description;
  const { by, reason } = view.facts;
  return {
    heading: headline(view, name, locale),
    mood: moodOf(view),
    parts: [
      ...(typeof reason === 'string' ? [{ kind: 'quote', text: reason } as const] : []),
      {
        kind: 'facts',
        facts: [
          { label: t.liftedBy, value: [person(view.requester.userId)] },
          ...(typeof by === 'string' ? [{ label: t.wasFrozenBy, value: [person(by)] }] : []),
        ],
      },
    ],
    notes: [t.environment(name, environment), t.everything(view.number)],
  };
}

function headline(view: RequestView, app: string, locale: Locale): Rich {
  const t = freezeText[locale];
  if (view.execution?.state === 'succeeded') return t.unfroze(view.number, app);
  return view.execution?.state === 'not_started'
    ? t.stillFrozen(view.number, app)
    : t.lifting(view.number, app);
}

function moodOf({ execution }: RequestView): Mood {
  if (execution?.state === 'succeeded') return 'good';
  return execution?.state === 'not_started' ? 'bad' : 'working';
}
