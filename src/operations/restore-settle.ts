import type { FailedJobId } from '../core/ids.ts';
import type { RunContext, Settled } from '../core/operation.ts';
import { mustRead } from '../core/reading.ts';
import type { TargetRecord } from '../core/request.ts';
import type { TargetChange } from '../core/store-ports.ts';
import { frozenPages } from './flush-statement.ts';
import { addSkipped, findOrigin, findSkipped, type Skipped } from './restore-plan.ts';
import { restoredAs } from './restore-run.ts';
import { findRestored } from './restored-rows.ts';
import { outlive } from './settle-calls.ts';
import type { World } from './world.ts';

/**
 * Rows that were about to be inserted when it was cut off are judged by the data, once no insert of theirs can live any
 * more: there, or not there and never inserted again. The others were not touched, and can be asked for once more.
 */
export async function settleRestore(context: RunContext<World>): Promise<Settled> {
  const { requests, execution, control } = context;
  const [calls, view] = await Promise.all([
    requests.calls(execution.executionId),
    requests.find({ id: execution.requestId }),
  ]);
  for (const call of calls) if (call.state !== 'ended') await outlive(context, call);
  const begun = new Set(calls.flatMap(({ failedIds }) => failedIds));
  let skipped = findSkipped(view?.execution?.progress['skipped']);
  for await (const page of frozenPages(context)) skipped = await judgePage(page, begun, skipped, context);
  const counts = await control.countsByState(execution.requestId);
  const { restored = 0, not_restored: notRestored = 0 } = counts;
  const from = view && findOrigin(view.facts);
  const ended = view?.execution?.progress['ended'];
  const detail = {
    ...{ requested: restored + notRestored, ...counts, skipped },
    ...(from === undefined ? {} : { from: from.number }),
    ...(typeof ended === 'string' ? { ended } : {}),
  };
  if (restored > 0) await control.restored(execution, from?.requestId, detail);
  if (notRestored === 0) return { state: 'succeeded', detail };
  if (restored > 0) return { state: 'partial', detail };
  return { state: calls.length > 0 ? 'failed' : 'not_started', detail };
}

async function judgePage(
  page: readonly TargetRecord[],
  begun: ReadonlySet<FailedJobId>,
  before: Skipped,
  context: RunContext<World>,
): Promise<Skipped> {
  const { requests, execution, world, signal } = context;
  const own = page.filter(({ failedId }) => begun.has(failedId));
  // Waits for whoever still writes these rows.
  mustRead(
    await world.app.failures.presentAfterLocks(
      own.map(({ failedId }) => failedId),
      signal,
    ),
  );
  const there = mustRead(await findRestored(own, world, signal));
  const states = new Map<FailedJobId, TargetChange>();
  let skipped = before;
  for (const { failedId: id } of page) {
    const as = there.get(id);
    if (as !== undefined) states.set(id, restoredAs(id, as));
    else {
      states.set(id, { state: 'not_restored' });
      skipped = addSkipped(skipped, begun.has(id) ? 'interrupted' : 'not-reached', [id]);
    }
  }
  await requests.setTargets(execution, states);
  context.changed();
  return skipped;
}
