import { type FailedJobId, failedJobId, type RunId } from '../core/ids.ts';
import type { RunContext } from '../core/operation.ts';
import { mustRead } from '../core/reading.ts';
import type { TargetRecord, TargetState } from '../core/request.ts';
import { callAndLook, changes } from './call-artisan.ts';
import type { FlushNotes } from './flush-notes.ts';
import type { FlushPlan } from './flush-plan.ts';
import { leadSeconds } from './flush-set.ts';
import type { ArtisanResult, Cut } from './ports.ts';
import type { World } from './world.ts';

const targetsAtOnce = 5_000;
/** Another split than the one that was approved. */
const mostDifferent = 0.1;
/** The run's first call, and the only one that names no rows. */
const statementNumber = 1;

export const statementRunId = (context: RunContext<World>): RunId =>
  `${context.execution.executionId}-${statementNumber}` as RunId; // this is what a run id is

/** `unclean`: nobody saw its end, so nothing more is removed until the data tells. `ended`: why is noted. */
export type StatementDone = 'done' | 'unclean' | 'ended';

/**
 * The old rows, by artisan's own flush: N is chosen right before the call, so that rows outside the frozen set can't be
 * among them. What it took is seen in the data.
 */
export async function flushByStatement(
  context: RunContext<World>,
  plan: FlushPlan,
  notes: FlushNotes,
): Promise<StatementDone> {
  const { world, signal, execution, requests } = context;
  const calls = await requests.calls(execution.executionId);
  const before = calls.find(({ runId }) => runId === statementRunId(context));
  // Another process made the call and saw its end; only what it took may not be noted yet.
  if (before?.state === 'ended') return takeNote(context, notes, undefined);
  if (!(await notes.mayGoOn())) return 'ended';
  const frozen = await readFrozen(context);
  await notes.begin('statement', 0, frozen.length);
  const { leastHours, seen } = plan;
  const cut = mustRead(
    await world.app.cuts.choose(
      { frozen, leastHours, leadSeconds: leadSeconds(world), seen: [seen] },
      signal,
    ),
  );
  if (isAnotherSplit(cut, plan)) {
    const [ids, text] = cut.kind === 'none' ? [cut.ids, cut.why] : [[], `${cut.takes}/${cut.present}`];
    await notes.end({ why: 'split', text, ids });
    return 'ended';
  }
  if (cut.kind === 'none') return 'done';
  const { hours } = cut;
  // It names no rows: what it may take follows from N, and was looked at just now.
  const argv = ['queue:flush', `--hours=${hours}`];
  const { result } = await callAndLook(context, [], statementNumber, argv, (limits) =>
    world.app.artisan.flush(hours, limits),
  );
  if (result.kind === 'unknown') return 'unclean';
  if (result.kind === 'not-started') {
    await notes.end({ why: 'not-started', text: result.why });
    return 'ended';
  }
  return takeNote(context, notes, { hours, result });
}

/** As shares of what is there, since rows that others removed meanwhile are in neither. */
function isAnotherSplit(cut: Cut, plan: FlushPlan): boolean {
  const count = plan.inStatement + plan.oneByOne + plan.staying;
  const planned = count === 0 ? 0 : plan.inStatement / count;
  const now = cut.kind === 'none' || cut.present === 0 ? 0 : cut.takes / cut.present;
  return cut.present > 0 && Math.abs(now - planned) > mostDifferent;
}

async function readFrozen(context: RunContext<World>): Promise<readonly FailedJobId[]> {
  const ids: FailedJobId[] = [];
  for await (const page of frozenPages(context)) ids.push(...page.map(({ failedId }) => failedId));
  return ids;
}

/** Targets that nothing has been noted of, in id order. */
export async function* frozenPages({
  control,
  execution,
}: RunContext<World>): AsyncGenerator<readonly TargetRecord[]> {
  for (let after = failedJobId(0); ; ) {
    const page = await control.targetPage(execution.requestId, {
      ...{ after, limit: targetsAtOnce, states: ['frozen'] },
    });
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    after = last.failedId;
  }
}

/** What is gone was taken: it is in the archive, whoever was first. */
async function takeNote(
  context: RunContext<World>,
  notes: FlushNotes,
  told: { readonly hours: number; readonly result: ArtisanResult } | undefined,
): Promise<StatementDone> {
  const { world, signal, requests, execution } = context;
  let took = 0;
  for await (const page of frozenPages(context)) {
    const present = mustRead(
      await world.app.failures.present(
        page.map(({ failedId }) => failedId),
        signal,
      ),
    );
    const gone = page.filter(({ failedId }) => !present.has(failedId));
    const states = new Map<FailedJobId, TargetState>(gone.map(({ failedId }) => [failedId, 'forgotten']));
    if (states.size > 0) await requests.setTargets(execution, changes(states));
    took += states.size;
    await notes.step(page.length);
  }
  if (told === undefined) return 'done';
  await notes.tell({ statement: { hours: told.hours, took } });
  if (took > 0) return 'done';
  const { result } = told;
  await notes.end({ why: 'no-effect', text: result.kind === 'ended' ? result.stdout || result.stderr : '' });
  return 'ended';
}
