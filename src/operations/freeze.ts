import type { Freeze } from '../core/approval-ports.ts';
import { sealWrite } from '../core/operation.ts';
import type { Locale } from '../core/people.ts';
import { accept } from '../core/refusal.ts';
import type { Fact, Reply } from '../core/reply.ts';
import type { RequestView } from '../core/request.ts';
import { person } from '../core/rich.ts';
import { time } from '../text/format.ts';
import { freezeText } from '../text/freeze.ts';
import { parseReason } from './reason.ts';
import type { World } from './world.ts';

interface Planned {
  readonly reason: string;
  readonly app: string;
}

/**
 * The kill switch. It is thrown before anything is recorded and waits for nothing: not for the slot, not for the audit
 * log. What runs stops before its next chunk; the other brakes go on working.
 */
export const freeze = sealWrite<{ readonly reason: string }, Planned, World>({
  verb: 'freeze',
  typed: ['freeze'],
  usage: 'REASON',
  who: 'operator',
  filters: [],
  effect: 'write',

  parse(words) {
    const reason = parseReason(words.plain, 'freeze');
    return reason.ok ? accept({ reason: reason.value }) : reason;
  },

  target: () => 'kill switch',

  plan: async ({ reason }, { world }) => accept({ reason, app: world.app.description.name }),

  brake: async ({ reason, app }, { world, actor, locale }) =>
    unrecorded(await world.switches.freeze(app, reason, actor), world, locale),

  request: ({ reason, app }) => ({
    ...{ app, reason, host: '', takesSlot: false, template: '', targets: [], facts: {} },
  }),

  run: async () => undefined,

  async settle({ world, execution }) {
    const frozen = await world.switches.find(execution.app);
    const detail = { frozen: frozen !== undefined, since: frozen?.at.toISOString() ?? null };
    return { state: 'succeeded', detail };
  },

  card: drawCard,
});

/** Told in place of a card, where none can be recorded. */
function unrecorded({ reason, by, at }: Freeze, world: World, locale: Locale): Reply {
  const t = freezeText[locale];
  const { name, environment, timezone } = world.app.description;
  const since: Fact = { label: t.since, value: [time(at, timezone)] };
  return {
    heading: t.isFrozen(name),
    mood: 'warning',
    parts: [
      { kind: 'quote', text: reason },
      { kind: 'facts', facts: [{ label: t.by, value: [person(by.userId)] }, since] },
      { kind: 'text', text: t.unrecorded },
      { kind: 'text', text: t.consequence },
    ],
    notes: [t.environment(name, environment)],
  };
}

/** It tells what was done, not how things stand: a later `unfreeze` has a card of its own. */
function drawCard(view: RequestView, world: World, locale: Locale): Reply {
  const t = freezeText[locale];
  const { name, environment } = world.app.description;
  return {
    heading: t.froze(view.number, name),
    mood: 'warning',
    parts: [
      ...(view.reason === null ? [] : [{ kind: 'quote', text: view.reason } as const]),
      { kind: 'facts', facts: [{ label: t.by, value: [person(view.requester.userId)] }] },
      { kind: 'text', text: t.consequence },
    ],
    notes: [t.environment(name, environment), t.everything(view.number)],
  };
}
