import type { FailedJobId, JobReference } from '../core/ids.ts';
import type { Read } from '../core/reading.ts';
import type { FrozenTarget } from '../core/request.ts';
import type { World } from './world.ts';

/**
 * Under which numbers these rows are in the table: their own, or a new one where that was taken. Known by the row's own
 * uuid and its payload.
 */
export async function findRestored(
  targets: readonly FrozenTarget[],
  { app }: World,
  signal: AbortSignal,
): Promise<Read<ReadonlyMap<FailedJobId, FailedJobId>>> {
  const references = targets.flatMap(({ failedId: id, uuid }): readonly JobReference[] => [
    { kind: 'id', id },
    ...(uuid === null ? [] : [{ kind: 'uuid', uuid } as const]),
  ]);
  const read = await app.failures.targets(references, signal);
  if (!read.ok) return read;
  const isTheSame = (one: FrozenTarget, other: FrozenTarget): boolean =>
    one.uuid === other.uuid && one.payloadSha256 === other.payloadSha256;
  const found = new Map<FailedJobId, FailedJobId>();
  for (const target of targets) {
    const same = read.value.filter((row) => isTheSame(row, target));
    const row =
      same.find(({ failedId }) => failedId === target.failedId) ??
      (target.uuid === null ? undefined : same[0]);
    if (row !== undefined) found.set(target.failedId, row.failedId);
  }
  return { ok: true, value: found };
}
