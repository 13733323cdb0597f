import { type Act, actorOf, contextOf, placeOf } from './act.ts';
import type { Asked } from './approval-ports.ts';
import { createDigest, type Digest } from './digest.ts';
import { failedJobId, type RequestId } from './ids.ts';
import { keepRows } from './keep-rows.ts';
import type { FrozenPlan, ParsedGuarded, SealedGuarded } from './operation.ts';
import type { PipelineParts } from './pipeline-parts.ts';
import { accept, type Judged, type Refusal, refuse } from './refusal.ts';
import type { Place, RequestView } from './request.ts';
import { findStandingSigners } from './standing-signers.ts';

const mayAskLimitMs = 5_000;
/** 100,000 rows take ten seconds. */
const freezeLimitMs = 60_000;
const asksPerHour = 20;

export interface AskedOthers {
  readonly view: RequestView;
  readonly cardChannel: string;
}

/** Freezes what it would touch now, and asks: from here on the request lives in the store. */
export async function askOthers<World>(
  parts: PipelineParts<World>,
  act: Act<World>,
  operation: SealedGuarded<World>,
  parsed: ParsedGuarded<World>,
): Promise<Judged<AskedOthers>> {
  const mayAsk = await parsed.mayAsk(contextOf(act, mayAskLimitMs));
  if (!mayAsk.ok) return mayAsk;
  const id = parts.approving.newId();
  const digest = createDigest();
  const plan = await freeze(parts, act, parsed, id, digest);
  if (!plan.ok) return plan;
  if (digest.count === 0) return refuse({ code: 'nothing-to-do', verb: operation.verb, leftOut: 0 });
  return record(parts, act, operation, { id, digest, plan: plan.value });
}

/** Row by row into the store: no set is held whole. */
async function freeze<World>(
  parts: PipelineParts<World>,
  act: Act<World>,
  parsed: ParsedGuarded<World>,
  id: RequestId,
  digest: Digest,
): Promise<Judged<FrozenPlan>> {
  const context = contextOf(act, freezeLimitMs);
  try {
    return await keepRows(parsed.freeze(context), digest, (rows) =>
      parts.approving.approvals.freeze(id, rows),
    );
  } catch (error) {
    // What was frozen of it until then is swept; the person asks again.
    if (context.signal.aborted) return refuse({ code: 'part-missing', missing: [] });
    throw error;
  }
}

interface Frozen {
  readonly id: RequestId;
  readonly digest: Digest;
  readonly plan: FrozenPlan;
}

async function record<World>(
  parts: PipelineParts<World>,
  act: Act<World>,
  operation: SealedGuarded<World>,
  { id, digest, plan }: Frozen,
): Promise<Judged<AskedOthers>> {
  const { approvals, policy, policyVersion, cards, kick } = parts.approving;
  const { coveredBy, ...planned } = plan;
  const requester = actorOf(parts, act.invocation, act.member);
  const places = cardPlaces(act, parts.approving.channel);
  const asked = await approvals.ask(
    {
      ...planned,
      ...{ id, verb: operation.verb, words: act.words.text, requester, policyVersion },
      ...{ count: digest.count, highest: failedJobId(digest.highest), digest: digest.end() },
      ...{ place: placeOf(act.invocation), cards: places, quorum: policy.quorum[operation.quorum] },
      ...{ expiresSeconds: policy.expiresSeconds, runWithinSeconds: policy.runWithinSeconds },
      pages: parts.approving.pages,
      preapprovals: await findStandingSigners(parts, coveredBy, requester.person),
    },
    { perHour: asksPerHour },
  );
  if (!asked.ok) return refuse(refusalOf(asked));
  cards.changed(id);
  if (asked.view.state === 'approved') kick();
  return accept({ view: asked.view, cardChannel: places[0].channel });
}

/**
 * The approvals channel, and the thread it was asked from; without such a channel where it was asked. One is enough where
 * both are the same channel, but for an incident's thread, which tells all that is done about it.
 */
function cardPlaces(
  { invocation, incident }: Pick<Act<unknown>, 'invocation' | 'incident'>,
  channel: string | undefined,
): readonly [Place, ...Place[]] {
  const asked = placeOf(invocation);
  if (channel === undefined) return [asked];
  const main = { teamId: asked.teamId, channel };
  const isThere = asked.channel === channel && incident === undefined;
  return asked.threadTs === undefined || isThere ? [main] : [main, asked];
}

function refusalOf(asked: Extract<Asked, { readonly ok: false }>): Refusal {
  switch (asked.why) {
    case 'open':
      return { code: 'open-request', request: asked.number };
    case 'rate':
      return { code: 'too-many-requests', limit: asked.limit };
    case 'frozen': {
      const { reason, by, at } = asked.freeze;
      return { code: 'app-frozen', reason, byUserId: by.userId, at };
    }
    case 'policy':
      return { code: 'policy-outdated' };
  }
}
