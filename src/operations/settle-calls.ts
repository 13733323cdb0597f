import type { FailedJobId, JobUuid } from '../core/ids.ts';
import { failedJobId } from '../core/ids.ts';
import type { RunContext } from '../core/operation.ts';
import { mustRead } from '../core/reading.ts';
import type { ArtisanCallRecord, RequestView, TargetRecord, TargetState } from '../core/request.ts';
import { changes } from './call-artisan.ts';
import { queueOf } from './failed-jobs-request.ts';
import type { LocatedBy } from './ports.ts';
import { notedBefore } from './queue-mark.ts';
import { firstPresent, type Present } from './retry-effect.ts';
import type { World } from './world.ts';

/** How one verb judges the rows of a call whose end nobody saw. */
export type JudgeUnclean = (
  inOrder: readonly TargetRecord[],
  present: Present,
  wasPushed: (target: TargetRecord) => boolean,
  noted: ReadonlySet<FailedJobId>,
) => ReadonlyMap<FailedJobId, TargetState>;

/** Whether a row that is still present after an unclean call may have been acted on. */
export interface UncleanRules {
  readonly judge: JudgeUnclean;
  readonly notesFirstPresent: boolean;
}

/** A call's statement is looked at again this often while it may still live. */
const lookAgainMs = 1_000;

/**
 * Judges what no living call has judged: calls cut off by a crash or a lost connection, and rows that no call reached.
 * Works from the store's records and the data alone. Throws `PartMissing` when the data can't be read.
 */
export async function settleCalls(context: RunContext<World>, rules: UncleanRules): Promise<void> {
  const { requests, execution } = context;
  const calls = await requests.calls(execution.executionId);
  const called = new Set(calls.flatMap(({ failedIds }) => failedIds));
  for (const call of calls) await settleCall(context, call, rules);
  const targets = await requests.targets(execution.requestId);
  const never = targets.filter(({ failedId, state }) => state === 'frozen' && !called.has(failedId));
  if (never.length === 0) return;
  const present = await readPresent(context, never);
  const states = never.map(({ failedId }): [FailedJobId, TargetState] => [
    failedId,
    present.has(failedId) ? 'present' : 'gone_before',
  ]);
  await requests.setTargets(execution, changes(new Map(states)));
}

async function settleCall(
  context: RunContext<World>,
  call: ArtisanCallRecord,
  rules: UncleanRules,
): Promise<void> {
  const { requests, execution } = context;
  const unclean = call.state === 'intended' || call.state === 'unknown';
  const open = await openTargets(context, call, unclean);
  if (open.length === 0) return;
  const noted = unclean ? await noteFirstPresent(context, open, rules) : new Set<FailedJobId>();
  if (unclean) await outlive(context, call);
  const present = unclean ? await readPresentAfterLocks(context, open) : await readPresent(context, open);
  const wasPushed = await findEvidence(context, open);
  await requests.setTargets(execution, changes(rules.judge(open, present, wasPushed, noted)));
  context.changed();
}

/** In the order in which artisan was given them. A double risk noted at once is judged again with the rest. */
async function openTargets(
  { requests, execution }: RunContext<World>,
  call: ArtisanCallRecord,
  unclean: boolean,
): Promise<readonly TargetRecord[]> {
  const targets = await requests.targets(execution.requestId);
  const byId = new Map(targets.map((target) => [target.failedId, target]));
  return call.failedIds.flatMap((id) => {
    const target = byId.get(id);
    const isOpen = target?.state === 'frozen' || (unclean && target?.state === 'double_risk');
    return target !== undefined && isOpen ? [target] : [];
  });
}

/** Marked at once, before artisan's end could hide which job it was at. */
async function noteFirstPresent(
  context: RunContext<World>,
  open: readonly TargetRecord[],
  rules: UncleanRules,
): Promise<ReadonlySet<FailedJobId>> {
  const before = open.filter(({ state }) => state === 'double_risk').map(({ failedId }) => failedId);
  if (!rules.notesFirstPresent || before.length > 0) return new Set(before);
  const first = firstPresent(open, await readPresent(context, open));
  if (first === undefined) return new Set();
  await context.requests.setTargets(context.execution, changes(new Map([[first, 'double_risk']])));
  return new Set([first]);
}

/** Waits until neither artisan's process nor a statement that it left in the server can still be alive. */
export async function outlive(
  context: RunContext<World>,
  call: Pick<ArtisanCallRecord, 'lifeEndsAt'>,
): Promise<void> {
  const lockWait = mustRead(await context.world.app.failures.lockWaitSeconds(context.signal));
  const over = call.lifeEndsAt.getTime() + lockWait * 1000;
  while ((await context.requests.now()).getTime() < over)
    await context.clock.wait(lookAgainMs, context.signal);
}

/** A job that is in its queue, or that failed anew, was pushed. */
async function findEvidence(
  context: RunContext<World>,
  open: readonly TargetRecord[],
): Promise<(target: TargetRecord) => boolean> {
  const { requests, execution, world, signal } = context;
  const view = await requests.find({ id: execution.requestId });
  const seen = view === undefined ? new Set<JobUuid>() : await seenElsewhere(view, open, world, signal);
  return ({ jobUuid }) => jobUuid !== null && seen.has(jobUuid);
}

async function seenElsewhere(
  view: RequestView,
  open: readonly TargetRecord[],
  world: World,
  signal: AbortSignal,
): Promise<ReadonlySet<JobUuid>> {
  const { mark, highest } = notedBefore(view);
  const uuids = open.flatMap(({ jobUuid }) => (jobUuid === null ? [] : [jobUuid]));
  const after = highest ?? failedJobId(Number.MAX_SAFE_INTEGER);
  const [located, again] = await Promise.all([
    mark === undefined ? undefined : world.app.queues.locate(mark, locatedBy(open, world), signal),
    world.app.failures.failedAgain(uuids, after, signal),
  ]);
  return new Set([...(located === undefined ? [] : mustRead(located).keys()), ...mustRead(again).keys()]);
}

export const locatedBy = (targets: readonly TargetRecord[], world: World): readonly LocatedBy[] =>
  targets.flatMap((target) =>
    target.jobUuid === null ? [] : [{ ...queueOf(target, world), uuid: target.jobUuid }],
  );

async function readPresent(context: RunContext<World>, targets: readonly TargetRecord[]): Promise<Present> {
  const ids = targets.map(({ failedId }) => failedId);
  return mustRead(await context.world.app.failures.present(ids, context.signal));
}

async function readPresentAfterLocks(
  context: RunContext<World>,
  targets: readonly TargetRecord[],
): Promise<Present> {
  const ids = targets.map(({ failedId }) => failedId);
  return mustRead(await context.world.app.failures.presentAfterLocks(ids, context.signal));
}
