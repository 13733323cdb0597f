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
  const { verb } = pressed;
  const demand = { verb, role: operation?.who ?? 'everybody', changes: operation?.changes ?? false };
  // Nothing is trusted of it: the store finds a request by this text, or none.
  const id = pressed.requestId as RequestView['id'];
  const [judged, found] = await Promise.all([
    authorizeAct(parts, invocation, demand),
    outage(parts.approving.requests.find({ id }).then(accept)),
  ]);
  const view = found.ok ? found.value : undefined;
  const no = (refusal: Refusal, member = known): Judged<never> => {
    const event = demand.changes || !judged.ok ? 'AUTH_DENIED' : 'READ';
    return noted(parts, invocation, member, verb, refusal, event, view);
  };
  if (!judged.ok) return no(judged.refusal);
  const { member, rights } = judged.value;
  if (!found.ok) return no(found.refusal, member);
  if (operation === undefined) return no({ code: 'out-of-date' }, member);
  const authorized: Authorized = { invocation, member, rights, locale: member.locale, claimed };
  const ours = await isOurs(authorized);
  if (!ours.ok) return no(ours.refusal, member);
  if (!ours.value) return accept(null);
  if (view === undefined) return no({ code: 'unknown-request', typed: pressed.requestId }, member);
  const done = await outage(pressOn(parts, authorized, operation, view));
  return done.ok ? done : no(done.refusal, member);
}

async function pressOn<World>(
  parts: PipelineParts<World>,
  authorized: Authorized,
  operation: PressOperation<World>,
  view: RequestView,
): Promise<Judged<null>> {
  const { invocation, member, locale } = authorized;
  const world = parts.worlds.get(view.app);
  if (world === undefined) return refuse({ code: 'out-of-date' });
  const reply = await operation.press(view, contextOf(parts, authorized, world));
  if (!reply.ok) return reply;
  if (operation.changes) {
    parts.approving.cards.changed(view.id);
    parts.approving.kick();
  } else {
    parts.audit.note({
      ...{ event: 'READ', verb: operation.verb, actor: actorOf(parts, invocation, member), app: view.app },
      ...{ target: `request=#${view.number}`, requestId: view.id, outcome: 'answered' },
      detail: provenance(invocation),
    });
  }
  if (reply.value !== undefined) await invocation.surface.answer(reply.value, locale);
  return accept(null);
}

function contextOf<World>(
  parts: PipelineParts<World>,
  authorized: Authorized,
  world: World,
): PressContext<World> {
  const { invocation, member, locale } = authorized;
  const { approvals, control, policyVersion, cards } = parts.approving;
  return {
    ...{ world, locale, approvals, control, policyVersion, argument: invocation.press?.argument ?? '' },
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
