import type { Locale } from '../core/people.ts';
import type { Fact } from '../core/reply.ts';
import type { RequestView, VoteView } from '../core/request.ts';
import { joinRich, person, type Rich } from '../core/rich.ts';
import { approvalText } from '../text/approval.ts';
import { time } from '../text/format.ts';
import type { World } from './world.ts';

/** Who asked for how much, who has voted, and until when. */
export function voterFacts(view: RequestView, world: World, locale: Locale): readonly Fact[] {
  const t = approvalText[locale];
  const zone = world.app.description.timezone;
  const { expiresAt, runBy, execution } = view;
  const decider = decidedBy(view.decision);
  const approving = view.votes.filter(({ decision }) => decision === 'approve');
  return [
    { label: t.facts.requester, value: [person(view.requester.userId)] },
    { label: t.facts.set, value: t.set(view.count, view.digest.slice(0, 12)) },
    ...(view.preapproval === null
      ? []
      : [{ label: t.facts.preapproval, value: t.preapproval(view.preapproval.number) }]),
    ...(approving.length === 0 ? [] : [{ label: t.facts.votes, value: votes(approving, locale) }]),
    ...(view.state === 'pending' && view.quorum > 1
      ? [{ label: t.facts.needs, value: t.needs(approvalsOf(view), view.quorum) }]
      : []),
    ...(view.state === 'pending' && expiresAt !== null
      ? [{ label: t.facts.until, value: [time(expiresAt, zone)] }]
      : []),
    ...(view.state === 'approved' && runBy !== null
      ? [{ label: t.facts.runBy, value: [time(runBy, zone)] }]
      : []),
    ...(decider !== undefined && (view.state === 'rejected' || view.state === 'cancelled')
      ? [{ label: t.facts[view.state], value: [person(decider)] }]
      : []),
    ...(execution?.stoppedBy == null
      ? []
      : [{ label: t.facts.stopped, value: [person(execution.stoppedBy.userId)] }]),
  ];
}

export const approvalsOf = ({ votes }: RequestView): number =>
  votes.filter(({ decision, voided }) => decision === 'approve' && !voided).length;

const votes = (cast: readonly VoteView[], locale: Locale): Rich =>
  joinRich(
    cast.map(({ actor, voided }) => approvalText[locale].vote(actor.userId, voided)),
    '\n',
  );

/** Who rejected or cancelled, from the store's plain data. */
export function decidedBy(decision: Readonly<Record<string, unknown>>): string | undefined {
  const by = decision['by'];
  const userId = typeof by === 'object' && by !== null ? Reflect.get(by, 'userId') : undefined;
  return typeof userId === 'string' ? userId : undefined;
}
