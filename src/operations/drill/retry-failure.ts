import { mustRead } from '../../core/reading.ts';
import type { UnsafeJob } from '../../core/refusal.ts';
import type { TargetRecord } from '../../core/request.ts';
import { capText } from '../../core/strip.ts';
import { doubleRisks, whyUnsafe } from '../failed-jobs-request.ts';
import { pushed } from '../jobs-outcome.ts';
import { retryChunk } from '../retry-chunk.ts';
import { judgeUnclean } from '../retry-effect.ts';
import { settleCalls } from '../settle-calls.ts';
import type { DrillRun, EndMark } from './drill-run.ts';
import { onlyTarget } from './only-target.ts';

/** A drill's retry waits so long for the application's slot, like typed words. */
const slotLimitMs = 10_000;
const askSlotEveryMs = 250;

/** Step 3: archived and pushed by the same means as `retry`, with the same rules. */
export async function retryFailure(run: DrillRun): Promise<EndMark> {
  const target = await onlyTarget(run.context);
  const unsafe = await findUnsafe(run, target);
  if (unsafe !== undefined) {
    run.saw({ code: 'unsafe', id: target.failedId, why: unsafe });
    return 'failed';
  }
  const slot = await takeSlot(run);
  if (slot !== undefined) return slot;
  await noteBefore(run);
  await push(run, target);
  await run.context.control.letSlotGo(run.context.execution);
  const { state } = await onlyTarget(run.context);
  if (pushed.has(state)) {
    run.saw({ code: 'archived-and-pushed', id: target.failedId });
    return 'done';
  }
  run.saw({ code: 'not-pushed', id: target.failedId, state, said: await saidBy(run) });
  return 'failed';
}

async function findUnsafe(
  { context: { world, signal } }: DrillRun,
  { failedId: id }: TargetRecord,
): Promise<UnsafeJob['why'] | undefined> {
  const found = mustRead(await world.app.failures.targets([{ kind: 'id', id }], signal));
  const candidate = found[0];
  // Gone meanwhile: the retry says so of its row.
  if (candidate === undefined) return undefined;
  const risky = await doubleRisks([candidate], world);
  if (!risky.ok) throw new Error('the store did not say whether this job is at double risk');
  return whyUnsafe(candidate, 'retry', world, risky.value.has(id));
}

const shownOutput = 300;

/** What the last call said, or why it did not start. */
async function saidBy({ context: { requests, execution } }: DrillRun): Promise<string> {
  const calls = await requests.calls(execution.executionId);
  return capText(calls.at(-1)?.output.trim() ?? '', shownOutput);
}

/** Undefined: it is ours. */
async function takeSlot(run: DrillRun): Promise<EndMark | undefined> {
  const { control, execution } = run.context;
  let holder: number | undefined;
  const taken = await run.until({ forMs: slotLimitMs, everyMs: askSlotEveryMs }, async () => {
    holder = await control.askSlot(execution);
    return holder === undefined ? true : undefined;
  });
  if (taken.kind === 'found') return undefined;
  if (taken.kind === 'halted') return 'stopped';
  run.saw({ code: 'busy', request: holder ?? 0 });
  return 'failed';
}

/** Right before the push, so that the job is found again; the failure itself lies below this mark. */
async function noteBefore({ context, facts, state, save }: DrillRun): Promise<void> {
  const { queues, failures } = context.world.app;
  const [mark, highest] = await Promise.all([
    queues.mark([facts.queue], context.signal),
    failures.highest(context.signal),
  ]);
  Object.assign(state, { mark: mustRead(mark), highest: mustRead(highest) });
  await save();
}

async function push({ context }: DrillRun, target: TargetRecord): Promise<void> {
  const { requests, execution, world, signal } = context;
  await requests.archive(execution, world.app.failures.rows([target.failedId], signal));
  const clean = await retryChunk([target], 'retry', context);
  // Contact was lost: it waits until nothing of the call can live, and then the data tell.
  if (!clean) await settleCalls(context, { judge: judgeUnclean, notesFirstPresent: true });
}
