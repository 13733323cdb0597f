import type { FailedJobId, RunId } from '../core/ids.ts';
import type { RunContext } from '../core/operation.ts';
import type { Read } from '../core/reading.ts';
import type { FrozenTarget, TargetState } from '../core/request.ts';
import type { TargetChange } from '../core/store-ports.ts';
import { callHost } from './call-host.ts';
import type { ArtisanResult, CallLimits, PresentRow } from './ports.ts';
import type { World } from './world.ts';

/**
 * One artisan call between its recorded intent and its recorded result. Neither its process nor, after the server's
 * lock wait, its statement can live longer than what the intent says.
 */
export async function callArtisan(
  context: RunContext<World>,
  targets: readonly FrozenTarget[],
  number: number | string,
  argv: readonly string[],
  call: (limits: CallLimits) => Promise<ArtisanResult>,
): Promise<ArtisanResult> {
  return (await callAndLook(context, targets, number, argv, call)).result;
}

/** The same, with which rows were there right after it. */
export async function callAndLook(
  context: RunContext<World>,
  targets: readonly FrozenTarget[],
  number: number | string,
  argv: readonly string[],
  call: (limits: CallLimits) => Promise<ArtisanResult>,
): Promise<{
  readonly runId: RunId;
  readonly result: ArtisanResult;
  readonly present: Read<ReadonlyMap<FailedJobId, PresentRow>>;
}> {
  const { world, signal } = context;
  const failedIds = targets.map((target) => target.failedId);
  let present: Read<ReadonlyMap<FailedJobId, PresentRow>> | undefined;
  const { runId, result } = await callHost<ArtisanResult>(context, {
    ...{ number, argv, failedIds, call, countsBefore: { present: failedIds.length } },
    timeoutSeconds: world.app.description.artisan.timeoutSeconds,
    async look() {
      present = await world.app.failures.present(failedIds, signal);
      return present.ok ? { present: present.value.size } : {};
    },
  });
  return { runId, result, present: present ?? (await world.app.failures.present(failedIds, signal)) };
}

/** States as the store takes them. */
export const changes = (
  states: ReadonlyMap<FailedJobId, TargetState>,
): ReadonlyMap<FailedJobId, TargetChange> => new Map([...states].map(([id, state]) => [id, { state }]));
