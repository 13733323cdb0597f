/**
 * What artisan's `queue:retry` did, seen in the data. Exit code and text are hints; a row that is gone counts only with
 * artisan's own word for it, or with the job seen elsewhere.
 */
import type { FailedJobId } from '../core/ids.ts';
import type { FrozenTarget, TargetState } from '../core/request.ts';
import type { ArtisanResult, PresentRow } from './ports.ts';

export type Present = ReadonlyMap<FailedJobId, PresentRow>;

/** The row is there and is still the one that was frozen. */
export function isUnchanged(target: FrozenTarget, present: Present): boolean {
  const row = present.get(target.failedId);
  if (row === undefined || row.payloadSha256 !== target.payloadSha256 || row.uuid !== target.uuid)
    return false;
  return row.connection === target.connection && row.queue === target.queue;
}

/** Judges the targets of a call whose end was seen. */
export function judgeEnded(
  targets: readonly FrozenTarget[],
  present: Present,
  result: Extract<ArtisanResult, { readonly kind: 'ended' | 'not-started' }>,
  artisanId: (target: FrozenTarget) => string,
): ReadonlyMap<FailedJobId, TargetState> {
  // Older versions print no id when they stop: it was at the first one that is still there.
  const stopped = result.kind === 'ended' ? result.stoppedAt : undefined;
  const first = targets.find((target) => present.has(target.failedId));
  const stoppedId =
    stopped === undefined || first === undefined ? undefined : (stopped.id ?? artisanId(first));
  const judge = (target: FrozenTarget): TargetState => {
    const isPresent = present.has(target.failedId);
    if (result.kind === 'not-started') return isPresent ? 'present' : 'unconfirmed';
    const id = artisanId(target);
    if (!isPresent) return result.confirmed.has(id) ? 'pushed' : 'unconfirmed';
    // It said that it pushed this one, and its row is still there.
    if (result.confirmed.has(id)) return 'double_risk';
    if (stoppedId !== id) return 'present';
    return stopped?.decoding === true ? 'stuck' : 'double_risk';
  };
  return new Map(targets.map((target) => [target.failedId, judge(target)]));
}

/**
 * Judges the targets of a call whose end nobody saw, once nothing of it can live any more. `inOrder`: as artisan was
 * given them. `noted`: the first one that was still present right after contact was lost.
 */
export function judgeUnclean<Target extends FrozenTarget>(
  inOrder: readonly Target[],
  present: Present,
  wasPushed: (target: Target) => boolean,
  noted: ReadonlySet<FailedJobId>,
): ReadonlyMap<FailedJobId, TargetState> {
  const first = firstPresent(inOrder, present);
  const judge = (target: Target): TargetState => {
    if (!present.has(target.failedId)) return wasPushed(target) ? 'pushed' : 'unconfirmed';
    const risky = target.failedId === first || noted.has(target.failedId) || wasPushed(target);
    return risky ? 'double_risk' : 'present';
  };
  return new Map(inOrder.map((target) => [target.failedId, judge(target)]));
}

/** Artisan goes through its ids in order: the first one whose row is still there may have been pushed already. */
export const firstPresent = (inOrder: readonly FrozenTarget[], present: Present): FailedJobId | undefined =>
  inOrder.find((target) => present.has(target.failedId))?.failedId;
