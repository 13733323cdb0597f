import { type FailedJobId, failedJobId, type JobUuid, type RequestId, type RunId } from '../core/ids.ts';
import type { RunContext } from '../core/operation.ts';
import { mustRead } from '../core/reading.ts';
import type { RequestView, TargetRecord } from '../core/request.ts';
import type { TargetChange } from '../core/store-ports.ts';
import type { FailureWriter, RowToInsert } from './ports.ts';
import { addSkipped, findOrigin, findSkipped, type NotBack, type Skipped } from './restore-plan.ts';
import { readQueued } from './restore-set.ts';
import { type ArchivedTarget, archivedTargets } from './restore-verify.ts';
import { findRestored } from './restored-rows.ts';
import { isSameRow } from './same-row.ts';
import type { World } from './world.ts';

/** Rows that are claimed and inserted at a time: so many are out of reach at most when it is cut off between the two. */
const rowsAtOnce = 100;
const bytesAtOnce = 1_000_000;
/** The writer gives an insert up after 20 s; the server may go on with it for its lock wait, which is added later. */
const insertLifeSeconds = 30;
const tellEveryMs = 2_000;

interface Run {
  readonly context: RunContext<World>;
  readonly writer: FailureWriter;
  readonly from: RequestId;
  readonly fromNumber: number;
  readonly queued: ReadonlySet<JobUuid>;
  /** Rows that were claimed by this execution, maybe by another process. */
  readonly claimed: Set<FailedJobId>;
  calls: number;
  skipped: Skipped;
  done: number;
  readonly of: number;
  told: number;
}

/** Puts the frozen rows back; each is claimed before its insert, so that none can come back twice, whatever happens. */
export async function runRestore(context: RunContext<World>): Promise<void> {
  const { requests, execution, world, signal, control } = context;
  const view = await requests.find({ id: execution.requestId });
  const origin = view && findOrigin(view.facts);
  const { writer } = world.app;
  if (view === undefined || origin === undefined || writer === undefined)
    throw new Error(`request #${execution.number} can not be restored here`);
  const calls = await requests.calls(execution.executionId);
  const run: Run = {
    ...{ context, writer, from: origin.requestId, fromNumber: origin.number },
    queued: await readQueued(frozenPages(view, context), world, signal),
    claimed: new Set(calls.flatMap(({ failedIds }) => failedIds)),
    ...{ calls: calls.length, skipped: findSkipped(view.execution?.progress['skipped']) },
    ...{ done: 0, of: (await control.countsByState(view.id)).frozen ?? 0, told: Number.NEGATIVE_INFINITY },
  };
  for await (const page of archivedTargets(view, context, ['frozen'])) {
    for (const batch of cut(page)) {
      const word = await control.mayGoOn(execution);
      if (word.kind !== 'go') return tell(run, word.kind);
      await restoreBatch(batch, run);
      await tell(run, undefined);
    }
  }
  await tell(run, 'done');
}

async function* frozenPages(
  view: RequestView,
  { control }: RunContext<World>,
): AsyncGenerator<readonly TargetRecord[]> {
  for (let after = failedJobId(0); ; ) {
    const page = await control.targetPage(view.id, { after, limit: 5_000, states: ['frozen'] });
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    after = last.failedId;
  }
}

function* cut(page: readonly ArchivedTarget[]): Generator<readonly ArchivedTarget[]> {
  let batch: ArchivedTarget[] = [];
  let bytes = 0;
  for (const one of page) {
    const size = (one.row?.payload.length ?? 0) + (one.row?.exception.length ?? 0);
    if (batch.length > 0 && (batch.length >= rowsAtOnce || bytes + size > bytesAtOnce)) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    batch.push(one);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

async function restoreBatch(batch: readonly ArchivedTarget[], run: Run): Promise<void> {
  const { context, writer } = run;
  const { requests, execution, signal, world } = context;
  const states = new Map<FailedJobId, TargetChange>();
  const skip = (why: NotBack, ids: readonly FailedJobId[]): void => {
    run.skipped = addSkipped(run.skipped, why, ids);
    for (const id of ids) states.set(id, { state: 'not_restored' });
  };
  const taken = mustRead(await writer.taken(batch.map(identityOf), signal));
  const ids = batch.map(({ target }) => target.failedId);
  const present = mustRead(await world.app.failures.present(ids, signal));
  const isCut = ({ target, row }: ArchivedTarget): boolean =>
    row !== undefined && row.restoredAt !== null && run.claimed.has(target.failedId);
  const own = mustRead(
    await findRestored(
      batch.filter(isCut).map(({ target }) => target),
      world,
      signal,
    ),
  );
  const rows: RowToInsert[] = [];
  for (const one of batch) {
    const { target, row } = one;
    const { failedId: id, uuid, jobUuid, payloadSha256 } = target;
    const there = present.get(id);
    const isThere = there?.uuid === uuid && there.payloadSha256 === payloadSha256;
    if (row?.intact !== true || !isSameRow(row, target)) skip('archive', [id]);
    // Claimed by this execution before it was cut off: the data tell, and it is never inserted again.
    else if (isCut(one)) {
      const as = own.get(id);
      if (as === undefined) skip('interrupted', [id]);
      else states.set(id, restoredAs(id, as));
    } else if (row.restoredAt !== null) skip('before', [id]);
    else if (isThere || (uuid !== null && taken.uuids.has(uuid))) skip('exists', [id]);
    else if (jobUuid !== null && run.queued.has(jobUuid)) skip('queued', [id]);
    else rows.push({ ...row, keepsId: !taken.ids.has(id) });
  }
  if (rows.length > 0) await claimAndInsert(rows, run, states, skip);
  await requests.setTargets(execution, states);
  run.done += batch.length;
}

const identityOf = ({
  target,
}: ArchivedTarget): { readonly id: FailedJobId; readonly uuid: string | null } => ({
  id: target.failedId,
  uuid: target.uuid,
});

/** INTENT → claim → insert → RESULT. Where the insert's end is not seen it throws, and the data tell later. */
async function claimAndInsert(
  rows: readonly RowToInsert[],
  run: Run,
  states: Map<FailedJobId, TargetChange>,
  skip: (why: NotBack, ids: readonly FailedJobId[]) => void,
): Promise<void> {
  const { requests, execution, control, signal } = run.context;
  const ids = rows.map(({ id }) => id);
  run.calls += 1;
  const runId = `${execution.executionId}-${run.calls}` as RunId; // this is what a run id is
  await requests.intend(execution, {
    ...{ runId, failedIds: ids, argv: ['insert', 'failed_jobs', `#${run.fromNumber}`] },
    ...{ lifeSeconds: insertLifeSeconds, countsBefore: { present: 0, rows: rows.length } },
  });
  const began = performance.now();
  const claimed = await control.claimRestore(execution, run.from, ids);
  const inserted = mustRead(
    await run.writer.insert(
      rows.filter(({ id }) => claimed.has(id)),
      signal,
    ),
  );
  await requests.record(execution, {
    ...{ runId, state: 'ended', rc: 0, stdout: '', stderr: '', countsAfter: { present: inserted.size } },
    durationMs: Math.round(performance.now() - began),
  });
  for (const id of ids) {
    const as = inserted.get(id);
    if (as !== undefined) states.set(id, restoredAs(id, as));
    else skip(claimed.has(id) ? 'exists' : 'before', [id]);
  }
}

/** A number that another row has got meanwhile is not given twice: the row comes back under a new one. */
export const restoredAs = (id: FailedJobId, as: FailedJobId): TargetChange => ({
  state: 'restored',
  ...(as === id ? {} : { failedAgainAs: as }),
});

async function tell(run: Run, ended: 'stopped' | 'frozen' | 'done' | undefined): Promise<void> {
  const { control, execution, clock, changed } = run.context;
  const now = clock.now().getTime();
  if (ended === undefined && now - run.told < tellEveryMs) return;
  run.told = now;
  await control.progress(execution, {
    ...{ done: run.done, of: run.of, skipped: run.skipped },
    ...(ended === undefined || ended === 'done' ? {} : { ended }),
  });
  changed();
}
