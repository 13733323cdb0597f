import type { ArtisanCallRecord, RequestView } from './request.ts';

const hourMs = 3_600_000;

/**
 * Whether an approved run that was cut off goes on. Only between two calls: one whose end nobody saw is judged by the data
 * and nothing of the run is done again unasked. Only under the policy that it was approved under. And only soon: what
 * people approved is not begun after its time, nor gone on with when they have long stopped watching. `now` by the store's
 * clock; `isHarmless`: of a call that touches no job and can be made again.
 */
export function mayResume(
  view: RequestView,
  calls: readonly ArtisanCallRecord[],
  now: Date,
  policyVersion: string,
  isHarmless: (call: ArtisanCallRecord) => boolean = () => false,
): boolean {
  if (view.policyVersion !== policyVersion) return false;
  if (calls.some((call) => isUnseen(call) && !isHarmless(call))) return false;
  if (calls.length === 0) return view.runBy !== null && now <= view.runBy;
  const last = Math.max(...calls.map(({ lifeEndsAt }) => lifeEndsAt.getTime()));
  return now.getTime() <= last + hourMs;
}

/** Nobody saw its end. */
export const isUnseen = ({ state }: Pick<ArtisanCallRecord, 'state'>): boolean =>
  state === 'intended' || state === 'unknown';
