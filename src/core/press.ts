import { type Authorized, actorOf, askerOf, isOurs, lookLimitMs, noted, provenance } from './act.ts';
import { authorizeAct } from './authorize-act.ts';
import type { Invocation } from './invocation.ts';
import type { PressContext, PressOperation } from './operation.ts';
import { outage } from './outage.ts';
import type { Member } from './people.ts';
import type { PipelineParts } from './pipeline-parts.ts';
import { accept, type Judged, type Refusal, refuse } from './refusal.ts';
import type { RequestView } from './request.ts';

type Press = NonNullable<Invocation['press']>;

/**
 * A request's button. It carries the request's id alone: what it does follows from the request as the store has it, and
 * from who pressed it, by facts of this moment.
 */
export async function press<World>(
  parts: PipelineParts<World>,
  invocation: Invocation,
  pressed: Press,
  known: Member | undefined,
  claimed: Authorized['claimed'],
): Promise<Judged<null>> {
  const operation = parts.presses.find(({ verb }) => verb === pressed.verb);
  const demand = {
    verb: pressed.verb,
    role: operation?.who ?? ('everybody' as const),
    changes: operation?.changes ?? false,
  };
  const judged = await authorizeAct(parts, invocation, demand);
  const no = (refusal: Refusal, member: Member | undefined): Judged<never> =>
    noted(parts, invocation, member, pressed.verb, refusal, demand.changes ? 'AUTH_DENIED' : 'READ');
  if (!judged.ok) return noted(parts, invocation, known, pressed.verb, judged.refusal, 'AUTH_DENIED');
  const { member, rights } = judged.value;
  if (operation === undefined) return no({ code: 'out-of-date' }, member);
  const authorized: Authorized = { invocation, member, rights, locale: member.locale, claimed };
  const ours = await isOurs(authorized);
  if (!ours.ok) return no(ours.refusal, member);
  if (!ours.value) return accept(null);
  const done = await outage(pressOn(parts, authorized, operation, pressed));
  return done.ok ? done : no(done.refusal, member);
}

async function pressOn<World>(
  parts: PipelineParts<World>,
  authorized: Authorized,
  operation: PressOperation<World>,
  pressed: Press,
): Promise<Judged<null>> {
  // Nothing is trusted of it: the store finds a request by this text, or none.
  const view = await parts.approving.requests.find({ id: pressed.requestId as RequestView['id'] });
  if (view === undefined) return refuse({ code: 'unknown-request', typed: pressed.requestId });
  const world = parts.worlds.get(view.app);
  if (world === undefined) return refuse({ code: 'out-of-date' });
  const reply = await operation.press(view, contextOf(parts, authorized, pressed, world));
  if (!reply.ok) return reply;
  parts.approving.cards.changed(view.id);
  parts.approving.kick();
  if (reply.value !== undefined) await authorized.invocation.surface.answer(reply.value, authorized.locale);
  return accept(null);
}

function contextOf<World>(
  parts: PipelineParts<World>,
  authorized: Authorized,
  { argument }: Press,
  world: World,
): PressContext<World> {
  const { invocation, member, locale } = authorized;
  const { approvals, control, policyVersion, cards } = parts.approving;
  return {
    ...{ world, locale, argument, approvals, control, policyVersion },
    ...{ signal: AbortSignal.timeout(lookLimitMs), asker: askerOf(authorized) },
    actor: actorOf(parts, invocation, member),
    pressed: {
      ...{ teamId: invocation.user.teamId, channel: invocation.channel },
      messageTs: invocation.messageTs ?? '',
    },
    provenance: provenance(invocation),
    changed: (id) => cards.changed(id),
  };
}
