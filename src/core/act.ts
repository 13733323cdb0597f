import type { AuditActor, AuditEntry, AuditEvent } from './audit.ts';
import type { Incident } from './incident.ts';
import type { Invocation } from './invocation.ts';
import type { Asker, ReadContext, SealedOperation } from './operation.ts';
import { type Locale, type Member, personOf, type Rights } from './people.ts';
import type { PipelineParts } from './pipeline-parts.ts';
import { type Judged, type Refusal, refuse } from './refusal.ts';
import type { Place, RequestView } from './request.ts';
import { within } from './within.ts';
import type { Words } from './words.ts';

/** Everything known about one invocation of an operation, after its person was found to have the right. */
export interface Act<World> extends Authorized {
  readonly app: string;
  readonly world: World;
  readonly operation: SealedOperation<World>;
  readonly words: Words;
}

export interface Authorized {
  readonly invocation: Invocation;
  /** The incident in whose thread it was said, or on whose message the button stands. */
  readonly incident?: Incident | undefined;
  readonly member: Member;
  readonly rights: Rights;
  readonly locale: Locale;
  /** Whether this delivery is the first one. */
  readonly claimed: Promise<Claim>;
}

/** An answer comes within ten seconds; so long may a reading operation look. */
export const lookLimitMs = 8_000;
/** Later than this the pipeline answers in its place. */
export const answerLimitMs = 9_000;
/** So long may the store take to say whether something was delivered twice. */
const dedupeLimitMs = 2_000;

export type Claim = 'ours' | 'taken' | 'unknown';

export function claimOnce<World>(parts: PipelineParts<World>, key: string): Promise<Claim> {
  const asked = parts.inbound.claim(key).then(
    (ours): Claim => (ours ? 'ours' : 'taken'),
    (): Claim => 'unknown',
  );
  return within(asked, dedupeLimitMs, 'unknown');
}

/** For what changes something: it is done once or not at all, so without the store's word it is not done. */
export async function isOurs({ claimed }: Authorized): Promise<Judged<boolean>> {
  const claim = await claimed;
  return claim === 'unknown' ? refuse({ code: 'store-unreachable' }) : { ok: true, value: claim === 'ours' };
}

export const changes = ({ effect }: { readonly effect: string }): boolean => effect !== 'read';

/** Notes a refusal in the audit and hands it on; where something would have been changed it says that nothing was. */
export function refused<World>(
  parts: PipelineParts<World>,
  act: Act<World>,
  refusal: Refusal,
): Judged<never> {
  const isChange = changes(act.operation);
  const told =
    isChange && refusal.code === 'part-missing' ? ({ ...refusal, change: true } as const) : refusal;
  const event = isChange ? 'AUTH_DENIED' : 'READ';
  return noted(parts, act.invocation, act.member, act.operation.verb, told, event);
}

export function noted<World>(
  parts: PipelineParts<World>,
  invocation: Invocation,
  member: Member | undefined,
  verb: string,
  refusal: Refusal,
  event: AuditEvent,
  about?: RequestView,
): Judged<never> {
  const { press, text } = invocation;
  parts.audit.note({
    ...{ event, verb, actor: actorOf(parts, invocation, member) },
    ...(about === undefined
      ? { app: '', target: '' }
      : { app: about.app, target: `request=#${about.number}`, requestId: about.id }),
    outcome: `refused:${refusal.code}`,
    detail: {
      ...provenance(invocation),
      ...(press === undefined ? { typed: text.slice(0, 500) } : { request: press.requestId.slice(0, 64) }),
    },
  });
  return refuse(refusal);
}

export function entryOf<World>(
  act: Act<World>,
  event: AuditEvent,
  target: string,
  outcome: string,
): AuditEntry {
  const { user } = act.invocation;
  const actor = { ...user, person: user.userId, name: act.member.name };
  return {
    ...{ event, actor, verb: act.operation.verb, app: act.app, target, outcome },
    detail: provenance(act.invocation),
  };
}

export function actorOf<World>(
  parts: Pick<PipelineParts<World>, 'roster'>,
  invocation: Invocation,
  member: Member | undefined,
): AuditActor {
  const person = personOf(parts.roster, invocation.user.userId);
  return { ...invocation.user, person, name: member?.name ?? '' };
}

export const provenance = (invocation: Invocation): Record<string, unknown> => ({
  source: invocation.source,
  channel: invocation.channel,
  ...(invocation.threadTs === undefined ? {} : { thread: invocation.threadTs }),
  ...(invocation.messageTs === undefined ? {} : { message: invocation.messageTs }),
  delivery: invocation.dedupeKey,
});

export function askerOf({ invocation, member, rights }: Authorized): Asker {
  const { operator, approver } = rights;
  return { ...invocation.user, name: member.name, operator, approver };
}

export const placeOf = ({ user, channel, threadTs }: Invocation): Place => ({
  ...{ teamId: user.teamId, channel },
  ...(threadTs === undefined ? {} : { threadTs }),
});

/** For who may look so many milliseconds. */
export function contextOf<World>(
  act: Authorized & { readonly world: World },
  milliseconds: number = lookLimitMs,
  locale: Locale = act.locale,
): ReadContext<World> {
  return { world: act.world, locale, signal: AbortSignal.timeout(milliseconds), asker: askerOf(act) };
}
