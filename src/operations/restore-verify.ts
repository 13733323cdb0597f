import type { ArchivedRow } from '../core/approval-ports.ts';
import { createDigest } from '../core/digest.ts';
import { type FailedJobId, failedJobId } from '../core/ids.ts';
import type { Verified, VerifyContext } from '../core/operation.ts';
import type { RequestView, TargetRecord, TargetState } from '../core/request.ts';
import { findOrigin } from './restore-plan.ts';
import { isSameRow } from './same-row.ts';
import type { World } from './world.ts';

const pageBytes = 4_000_000;
const targetsAtOnce = 1_000;
const namedIds = 20;

/** A target with the row that the archive has of it; undefined: it has none. */
export interface ArchivedTarget {
  readonly target: TargetRecord;
  readonly row: ArchivedRow | undefined;
}

/** Targets of a restore with their rows, by id, in pages cut by bytes. `states` left out: all of them. */
export async function* archivedTargets(
  view: RequestView,
  { control }: Pick<World, 'control'>,
  states?: readonly TargetState[],
): AsyncGenerator<readonly ArchivedTarget[]> {
  const origin = findOrigin(view.facts);
  if (origin === undefined) throw new Error(`request #${view.number} does not say what it restores`);
  for (let after = failedJobId(0); ; ) {
    const targets = await control.targetPage(view.id, {
      ...{ after, limit: targetsAtOnce },
      ...(states === undefined ? {} : { states }),
    });
    const [first] = targets;
    if (first === undefined) return;
    const rows = await control.archived(origin.requestId, failedJobId(first.failedId - 1), pageBytes);
    const upTo = rows.at(-1)?.id ?? failedJobId(Number.MAX_SAFE_INTEGER);
    const byId = new Map(rows.map((row) => [row.id, row]));
    const page = targets.filter(({ failedId }) => failedId <= upTo);
    // The archive's next row lies beyond all of these targets.
    const reached = page.length === 0 ? targets : page;
    yield reached.map((target) => ({ target, row: byId.get(target.failedId) }));
    after = reached.at(-1)?.failedId ?? upTo;
  }
}

/** What a restore is about is in the archive: each row is read from it, and hashed again, right before the claim. */
export async function verifyArchive(view: RequestView, context: VerifyContext<World>): Promise<Verified> {
  const digest = createDigest();
  const changed: FailedJobId[] = [];
  for await (const page of archivedTargets(view, context.world)) {
    context.signal.throwIfAborted();
    for (const { target, row } of page) {
      if (row?.intact !== true || !isSameRow(row, target)) changed.push(target.failedId);
      digest.add(target);
    }
  }
  if (changed.length > 0) return { kind: 'changed', why: 'archive', ids: changed.slice(0, namedIds) };
  return { kind: 'unchanged', digest: digest.end(), gone: 0 };
}
