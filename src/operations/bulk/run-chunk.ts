import type { FailedJobId } from '../../core/ids.ts';
import type { RunContext } from '../../core/operation.ts';
import { mustRead } from '../../core/reading.ts';
import type { TargetRecord, TargetState } from '../../core/request.ts';
import { callAndLook, changes } from '../call-artisan.ts';
import { artisanId, queuesOf } from '../failed-jobs-request.ts';
import type { ArtisanResult } from '../ports.ts';
import { firstPresent, isUnchanged, judgeEnded } from '../retry-effect.ts';
import type { World } from '../world.ts';
import type { Chunk } from './chunk-source.ts';
import type { Pauses } from './pauses.ts';

/** How one call ended. `left` of it is still frozen and was not acted on. */
export type ChunkEnd =
  | { readonly kind: 'done'; readonly pushed: Chunk; readonly tookMs: number }
  /** By an exception. `decoding`: a row was at fault, and is marked. */
  | { readonly kind: 'stopped'; readonly pushed: Chunk; readonly left: Chunk; readonly decoding: boolean }
  | { readonly kind: 'not-started'; readonly left: Chunk; readonly why: string }
  /** Somebody stopped the run while the chunk was made ready. */
  | { readonly kind: 'held'; readonly left: Chunk }
  /** Nobody saw its end: what of it may be judged, and when, `settleUnclean` knows. */
  | {
      readonly kind: 'unclean';
      readonly runId: string;
      readonly called: Chunk;
      readonly noted: FailedJobId | undefined;
    };

/** Pushes a chunk by one call of artisan, with everything asked and read again right before it. */
export function runChunk(
  chunk: Chunk,
  number: string,
  pauses: Pauses,
  mayGoOn: () => Promise<boolean>,
  context: RunContext<World>,
): Promise<ChunkEnd> {
  return pauses.around(queuesOf(chunk, context.world), async () =>
    (await mayGoOn()) ? push(chunk, number, context) : { kind: 'held', left: chunk },
  );
}

async function push(chunk: Chunk, number: string, context: RunContext<World>): Promise<ChunkEnd> {
  const { requests, execution, world } = context;
  const targets = await leaveOutMoved(chunk, context);
  if (targets.length === 0) return { kind: 'done', pushed: [], tookMs: 0 };
  const ids = targets.map((target) => artisanId(target, world));
  const argv = ['queue:retry', ...ids];
  const { runId, result, present } = await callAndLook(context, targets, number, argv, (limits) =>
    world.app.artisan.retry(ids, limits),
  );
  if (result.kind === 'not-started') return { kind: 'not-started', left: targets, why: result.why };
  if (result.kind === 'unknown') {
    // At once, before artisan's end could hide which job it was at.
    const noted = present.ok ? firstPresent(targets, present.value) : undefined;
    if (noted !== undefined) await requests.setTargets(execution, changes(new Map([[noted, 'double_risk']])));
    return { kind: 'unclean', runId, called: targets, noted };
  }
  return judge(targets, result, mustRead(present), context);
}

/** Rows that are gone, or are not what was frozen any more, are not named to artisan. */
async function leaveOutMoved(chunk: Chunk, context: RunContext<World>): Promise<Chunk> {
  const { requests, execution, world, signal } = context;
  const ids = chunk.map(({ failedId }) => failedId);
  const before = mustRead(await world.app.failures.present(ids, signal));
  const moved = chunk.filter((target) => !isUnchanged(target, before));
  if (moved.length === 0) return chunk;
  const states = moved.map(({ failedId }): [FailedJobId, TargetState] => [
    failedId,
    before.has(failedId) ? 'present' : 'gone_before',
  ]);
  await requests.setTargets(execution, changes(new Map(states)));
  return chunk.filter((target) => !moved.includes(target));
}

async function judge(
  targets: Chunk,
  result: Extract<ArtisanResult, { readonly kind: 'ended' }>,
  present: Parameters<typeof judgeEnded>[1],
  { requests, execution, world }: RunContext<World>,
): Promise<ChunkEnd> {
  const states = judgeEnded(targets, present, result, (target) => artisanId(target, world));
  const isIn = (target: TargetRecord, ...wanted: readonly TargetState[]): boolean => {
    const state = states.get(target.failedId);
    return state !== undefined && wanted.includes(state);
  };
  const pushed = targets.filter((target) => isIn(target, 'pushed'));
  const { stoppedAt } = result;
  // Where it stopped early, what it did not get to stays frozen, for another call.
  const left = stoppedAt === undefined ? [] : targets.filter((target) => isIn(target, 'present'));
  const final = [...states].filter(([, state]) => stoppedAt === undefined || state !== 'present');
  await requests.setTargets(execution, changes(new Map(final)));
  if (stoppedAt === undefined) return { kind: 'done', pushed, tookMs: result.durationMs };
  return { kind: 'stopped', pushed, left, decoding: stoppedAt.decoding };
}
