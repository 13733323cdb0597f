import { type FailedJobId, failedJobId } from '../core/ids.ts';
import type { RunContext } from '../core/operation.ts';
import type { FailedRow, TargetRecord } from '../core/request.ts';
import { changes } from './call-artisan.ts';
import type { FlushNotes } from './flush-notes.ts';
import { isSameRow } from './same-row.ts';
import type { World } from './world.ts';

const targetsAtOnce = 1_000;
const archivedPageBytes = 4_000_000;
const namedChanged = 20;

/**
 * Copies every frozen row, whole, before anything is removed. Each row must be the one that was frozen; one that is gone
 * was removed by others. False: the run ends here, and why is noted. Goes on after the last row that is in the archive.
 */
export async function archiveFrozen(context: RunContext<World>, notes: FlushNotes): Promise<boolean> {
  if (notes.now().archived === true) return true;
  const { execution, requests, control } = context;
  const from = await findArchivedUpTo(context, notes);
  const counts = await control.countsByState(execution.requestId);
  await notes.begin('archiving', notes.now().done, notes.now().of || (counts.frozen ?? 0));
  const state = { mayGoOn: true, changed: [] as FailedJobId[] };
  await requests.archive(execution, frozenRows(context, notes, from, state));
  if (state.changed.length > 0) {
    await notes.end({ why: 'changed', ids: state.changed.slice(0, namedChanged) });
    return false;
  }
  if (!state.mayGoOn) return false;
  await notes.tell({ archived: true });
  return true;
}

/** Noted after each page; pages that came after the last note are found in the archive itself. */
async function findArchivedUpTo(
  { execution, control }: RunContext<World>,
  notes: FlushNotes,
): Promise<FailedJobId> {
  let upTo = failedJobId(notes.now().archivedUpTo ?? 0);
  for (;;) {
    const page = await control.archived(execution.requestId, upTo, archivedPageBytes);
    const last = page.at(-1);
    if (last === undefined) return upTo;
    upTo = last.id;
  }
}

async function* frozenRows(
  context: RunContext<World>,
  notes: FlushNotes,
  from: FailedJobId,
  state: { mayGoOn: boolean; readonly changed: FailedJobId[] },
): AsyncGenerator<readonly FailedRow[]> {
  const { execution, requests, control, world, signal } = context;
  for (let after = from; ; ) {
    const page = await control.targetPage(execution.requestId, {
      ...{ after, limit: targetsAtOnce, states: ['frozen'] },
    });
    const last = page.at(-1);
    if (last === undefined) return;
    const missing = new Map(page.map((target) => [target.failedId, target]));
    for await (const rows of world.app.failures.rows([...missing.keys()], signal)) {
      for (const row of rows) {
        if (!isTheFrozen(row, missing.get(row.id))) state.changed.push(row.id);
        missing.delete(row.id);
      }
      if (state.changed.length > 0) return;
      yield rows;
    }
    const gone = new Map([...missing.keys()].map((id) => [id, 'gone_before' as const]));
    if (gone.size > 0) await requests.setTargets(execution, changes(gone));
    after = last.failedId;
    await notes.tell({ archivedUpTo: after }, false);
    await notes.step(page.length);
    state.mayGoOn = await notes.mayGoOn();
    if (!state.mayGoOn) return;
  }
}

function isTheFrozen(row: FailedRow, target: TargetRecord | undefined): boolean {
  return target !== undefined && isSameRow(row, target);
}
