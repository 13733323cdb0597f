import { createDigest } from '../../core/digest.ts';
import { type FailedJobId, failedJobId } from '../../core/ids.ts';
import type { Verified, VerifyContext } from '../../core/operation.ts';
import type { RequestView, TargetRecord } from '../../core/request.ts';
import type { PresentRow } from '../ports.ts';
import { isUnchanged } from '../retry-effect.ts';
import type { World } from '../world.ts';

/** Small pages are garbage before they are old; larger ones make the process grow. */
const rowsAtOnce = 1_000;
const named = 20;

/** Reads the frozen rows again, a page at a time, and builds their digest from what the data say now. */
export async function verifySet(
  view: RequestView,
  { world, signal }: VerifyContext<World>,
): Promise<Verified> {
  const digest = createDigest();
  const changed: FailedJobId[] = [];
  let gone = 0;
  for (let after = failedJobId(0); ; ) {
    signal.throwIfAborted();
    const page = await world.control.targetPage(view.id, { after, limit: rowsAtOnce });
    const present = await world.app.failures.present(
      page.map(({ failedId }) => failedId),
      signal,
    );
    if (!present.ok) return { kind: 'unreadable', why: `${present.missing.part}: ${present.missing.why}` };
    for (const target of page) {
      const row = present.value.get(target.failedId);
      if (row === undefined) gone += 1;
      else if (!isUnchanged(target, present.value)) changed.push(target.failedId);
      digest.add(asItIs(target, row));
    }
    const last = page.at(-1);
    if (last === undefined || page.length < rowsAtOnce) break;
    after = last.failedId;
  }
  if (changed.length > 0) return { kind: 'changed', why: 'data', ids: changed.slice(0, named) };
  return { kind: 'unchanged', digest: digest.end(), gone };
}

const asItIs = (target: TargetRecord, row: PresentRow | undefined): TargetRecord =>
  row === undefined ? target : { ...target, payloadSha256: row.payloadSha256 };
