import { type Act, actorOf, answerLimitMs, contextOf, placeOf, refused } from './act.ts';
import type { Order } from './execution-runner-parts.ts';
import type { ParsedWrite, PlannedWrite, SealedWrite } from './operation.ts';
import { outage } from './outage.ts';
import type { PipelineParts } from './pipeline-parts.ts';
import { accept, type Judged, refuse } from './refusal.ts';
import type { Reply } from './reply.ts';
import { within } from './within.ts';

/** What one person may do alone: planned, recorded, and run by the execution runner. */
export async function write<World>(
  parts: PipelineParts<World>,
  act: Act<World>,
  operation: SealedWrite<World>,
): Promise<Judged<null>> {
  const parsed = operation.parse(act.words, act.world);
  if (!parsed.ok) return refused(parts, act, parsed.refusal);
  const claim = await act.claimed;
  if (claim === 'taken') return accept(null);
  const planned = await plan(act, parsed.value);
  if (!planned.ok) return refused(parts, act, planned.refusal);
  // What changes something runs once or not at all: without the store's word nothing runs. A brake can be put on twice.
  if (claim === 'unknown' && planned.value.brake === undefined) {
    return refused(parts, act, { code: 'store-unreachable' });
  }
  return startOrRefuse(parts, act, operation, planned.value);
}

async function startOrRefuse<World>(
  parts: PipelineParts<World>,
  act: Act<World>,
  operation: SealedWrite<World>,
  planned: PlannedWrite<World>,
): Promise<Judged<null>> {
  const braked = await outage(brake(parts, act, planned).then(accept));
  if (!braked.ok) return refused(parts, act, braked.refusal);
  const started = await outage(start(parts, act, operation, planned));
  if (started.ok) return accept(null);
  if (braked.value === undefined) return refused(parts, act, started.refusal);
  // It is done, only not recorded as a request: colleagues must see that all the same.
  refused(parts, act, started.refusal);
  const { surface } = act.invocation;
  if (!(await surface.post(braked.value, parts.locale))) await surface.answer(braked.value, parts.locale);
  return accept(null);
}

function plan<World>(act: Act<World>, parsed: ParsedWrite<World>): ReturnType<ParsedWrite<World>['plan']> {
  const late = refuse({ code: 'part-missing', missing: [] });
  return within(parsed.plan(contextOf(act)), answerLimitMs, late);
}

/** The kill switch is thrown before anything is recorded; its answer is said where no card can be. */
async function brake<World>(
  parts: PipelineParts<World>,
  act: Act<World>,
  planned: PlannedWrite<World>,
): Promise<Reply | undefined> {
  const actor = actorOf(parts, act.invocation, act.member);
  return planned.brake?.({ world: act.world, locale: parts.locale, actor });
}

function start<World>(
  parts: PipelineParts<World>,
  act: Act<World>,
  operation: SealedWrite<World>,
  planned: Order<World>['planned'],
): Promise<Judged<null>> {
  const requester = actorOf(parts, act.invocation, act.member);
  const place = placeOf(act.invocation);
  return parts.executions.start({
    ...{ operation, planned, place, world: act.world, requester, words: act.words.text },
  });
}
