import type { Decided, DecisionKind } from '../../core/approval-ports.ts';
import type { PressContext } from '../../core/operation.ts';
import { accept, type Judged, type Refusal, refuse } from '../../core/refusal.ts';
import type { Reply } from '../../core/reply.ts';
import type { RequestView } from '../../core/request.ts';
import { time } from '../../text/format.ts';
import { freezeText } from '../../text/freeze.ts';
import { askStore } from '../ask-store.ts';
import type { World } from '../world.ts';

/** One vote, withdrawal, rejection or cancellation. The card tells what came of it. */
export async function decide(
  kind: DecisionKind,
  view: RequestView,
  context: PressContext<World>,
): Promise<Judged<Reply | undefined>> {
  const { actor, pressed, policyVersion, provenance: detail } = context;
  const decided = await context.approvals.decide({
    ...{ kind, requestId: view.id, actor, pressed, policyVersion, detail },
  });
  if (!decided.ok) return refuse(refusalOf(decided, view));
  return accept(decided.view.state === 'approved' ? await sayFrozen(decided.view, context) : undefined);
}

/** What was approved while changes are frozen waits for that alone; who approved it can have it lifted in time. */
async function sayFrozen(
  view: RequestView,
  { world, locale }: PressContext<World>,
): Promise<Reply | undefined> {
  const read = await askStore(world.switches.find(view.app));
  if (!read.ok || read.value === undefined) return undefined;
  const { at, by, reason } = read.value;
  const { timezone } = world.app.description;
  const t = freezeText[locale];
  return {
    heading: t.waits(view.number, view.runBy === null ? undefined : time(view.runBy, timezone)),
    mood: 'warning',
    parts: [{ kind: 'text', text: t.state(time(at, timezone), by.userId, reason) }],
  };
}

function refusalOf(
  decided: Extract<Decided, { readonly ok: false }>,
  { id, number: request }: RequestView,
): Refusal {
  switch (decided.why) {
    case 'no-request':
      return { code: 'unknown-request', typed: id };
    case 'not-its-card':
      return { code: 'not-its-card' };
    case 'own-request':
      return { code: 'own-request', request };
    case 'not-requester':
      return { code: 'only-requester', request };
    case 'voted-already':
      return { code: 'voted-already', request };
    case 'no-vote':
      return { code: 'no-vote', request };
    case 'too-late':
      return { code: 'request-moved-on', request, state: decided.view.state };
    case 'policy':
      return { code: 'policy-outdated' };
  }
}
