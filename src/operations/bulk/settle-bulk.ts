import { type FailedJobId, failedJobId } from '../../core/ids.ts';
import type { RunContext, Settled } from '../../core/operation.ts';
import { mustRead } from '../../core/reading.ts';
import type { ArtisanCallRecord, RequestView, TargetRecord, TargetState } from '../../core/request.ts';
import { changes } from '../call-artisan.ts';
import { outcomeOfCounts } from '../jobs-outcome.ts';
import { firstPresent, judgeUnclean } from '../retry-effect.ts';
import type { World } from '../world.ts';
import type { RunState } from './run-state.ts';
import { seenElsewhere, settleUnclean } from './unclean.ts';

const rowsAtOnce = 1_000;
/** More new failures than this are not counted. */
const newestCounted = 1_000;

/**
 * Judges by the data, from the store's records alone, what no living call has judged: calls that were cut off, calls whose
 * end was recorded and whose rows were not, and rows that no call reached. Throws `PartMissing` when the data can't be read.
 */
export async function settleBulk(
  context: RunContext<World>,
  view: RequestView,
  state: RunState,
): Promise<Settled> {
  await settleCalls(context, state, () => true);
  const isCutOff = await settleNeverCalled(context);
  const { control, requests, execution } = context;
  const [counts, calls] = await Promise.all([
    control.countsByState(execution.requestId),
    requests.calls(execution.executionId),
  ]);
  const since = await countNew(context, view, counts.failed_again ?? 0);
  const pushes = calls.filter(({ failedIds }) => failedIds.length > 0);
  const ran = pushes.some(({ state: one }) => one === 'ended');
  const why = state.why ?? pushes.find(({ state: one }) => one === 'not-started')?.output;
  const { state: outcome, detail } = outcomeOfCounts(counts, view.count, ran, why);
  // A run that reaches its end, or has a reason to stop before, leaves none.
  const ended = state.ended ?? (isCutOff ? cutOff(outcome, why) : undefined);
  return {
    state: outcome,
    detail: {
      ...{ ...detail, ...since },
      ...(ended === undefined ? {} : { ended }),
      ...(state.paused.size === 0 ? {} : { leftPaused: [...state.paused] }),
    },
  };
}

/** Where nothing was sent, what the host said is the reason. */
function cutOff(outcome: Settled['state'], why: string | undefined): RunState['ended'] {
  if (outcome !== 'not_started') return 'cut-off';
  return why === undefined ? 'cut-off-early' : undefined;
}

/** For a process that goes on with a run: what calls that ended well have left unjudged. */
export const settleEnded = (context: RunContext<World>, state: RunState): Promise<void> =>
  settleCalls(context, state, (call) => call.state === 'ended');

async function settleCalls(
  context: RunContext<World>,
  state: RunState,
  isMeant: (call: ArtisanCallRecord) => boolean,
): Promise<void> {
  const calls = (await context.requests.calls(context.execution.executionId)).filter(
    (call) => call.failedIds.length > 0 && isMeant(call),
  );
  if (calls.length === 0) return;
  const open = await openTargets(context);
  for (const call of calls) await settleCall(context, state, call, open);
}

/** Frozen ones, and those at double risk: an unclean call's are judged again with the rest of it. */
async function openTargets(context: RunContext<World>): Promise<ReadonlyMap<FailedJobId, TargetRecord>> {
  const open = new Map<FailedJobId, TargetRecord>();
  for await (const page of pagesOf(context, ['frozen', 'double_risk']))
    for (const target of page) open.set(target.failedId, target);
  return open;
}

async function settleCall(
  context: RunContext<World>,
  state: RunState,
  call: ArtisanCallRecord,
  open: ReadonlyMap<FailedJobId, TargetRecord>,
): Promise<void> {
  const targets = call.failedIds.flatMap((id) => open.get(id) ?? []);
  const frozen = targets.filter((target) => target.state === 'frozen');
  if (frozen.length === 0) return;
  const noted = targets.filter((target) => target.state === 'double_risk').map(({ failedId }) => failedId);
  if (call.state === 'intended' || call.state === 'unknown') {
    const first = noted.length > 0 ? noted : await noteFirst(context, targets);
    await settleUnclean(context, state, { lifeEndsAt: call.lifeEndsAt, called: targets }, new Set(first));
    return;
  }
  // A call whose rows were judged has moved at least one of them; where none has, nobody came to judge.
  if (call.state === 'ended' && frozen.length === call.failedIds.length)
    await judgeLate(context, state, frozen);
}

async function noteFirst(
  context: RunContext<World>,
  targets: readonly TargetRecord[],
): Promise<readonly FailedJobId[]> {
  const ids = targets.map(({ failedId }) => failedId);
  const first = firstPresent(
    targets,
    mustRead(await context.world.app.failures.present(ids, context.signal)),
  );
  if (first === undefined) return [];
  await context.requests.setTargets(context.execution, changes(new Map([[first, 'double_risk']])));
  return [first];
}

async function judgeLate(
  context: RunContext<World>,
  state: RunState,
  frozen: readonly TargetRecord[],
): Promise<void> {
  const ids = frozen.map(({ failedId }) => failedId);
  const present = mustRead(await context.world.app.failures.present(ids, context.signal));
  const seen = await seenElsewhere(context, state, frozen);
  const states = judgeUnclean(
    frozen,
    present,
    ({ jobUuid }) => jobUuid !== null && seen.has(jobUuid),
    new Set(),
  );
  await context.requests.setTargets(context.execution, changes(states));
  context.changed();
}

/** No call can have acted on them any more. True: there were some. */
async function settleNeverCalled(context: RunContext<World>): Promise<boolean> {
  let some = false;
  for await (const page of pagesOf(context, ['frozen'])) {
    const ids = page.map(({ failedId }) => failedId);
    const present = mustRead(await context.world.app.failures.present(ids, context.signal));
    const states = ids.map((id): [FailedJobId, TargetState] => [
      id,
      present.has(id) ? 'present' : 'gone_before',
    ]);
    await context.requests.setTargets(context.execution, changes(new Map(states)));
    some = true;
  }
  return some;
}

export async function* pagesOf(
  { control, execution }: RunContext<World>,
  states: readonly TargetState[],
): AsyncGenerator<readonly TargetRecord[]> {
  for (let after = failedJobId(0); ; ) {
    const page = await control.targetPage(execution.requestId, { after, limit: rowsAtOnce, states });
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.failedId;
    yield page;
  }
}

/** Failures that came after the set was frozen, without its own that failed again; none where it can't be read, since that must not hold the outcome up. */
async function countNew(
  { world, signal }: RunContext<World>,
  view: RequestView,
  again: number,
): Promise<Readonly<Record<string, unknown>>> {
  const { frozenUpTo } = view.facts;
  if (typeof frozenUpTo !== 'number') return {};
  const read = await world.app.failures.newer(failedJobId(frozenUpTo), newestCounted + 1, signal);
  if (!read.ok) return {};
  const capped = read.value.length > newestCounted;
  const others = Math.max(0, Math.min(read.value.length, newestCounted) - again);
  return { newSince: others, newSinceCapped: capped };
}
