import type { FailedJobId, RunId } from '../../core/ids.ts';
import type { RunContext } from '../../core/operation.ts';
import type { World } from '../world.ts';
import type { Chunk, ChunkSource } from './chunk-source.ts';
import type { Pauses } from './pauses.ts';
import { type ChunkEnd, runChunk } from './run-chunk.ts';
import type { RunState } from './run-state.ts';
import { settleUnclean } from './unclean.ts';

export interface Lanes {
  /** Pushes until nothing is left, `most` jobs were handed out, or the run ends. */
  run(lanes: number, most?: number): Promise<void>;
}

export interface LanesParts {
  readonly context: RunContext<World>;
  readonly state: RunState;
  readonly source: ChunkSource;
  readonly pauses: Pauses;
  /** Asked before every chunk; false ends the lane. */
  readonly mayGoOn: () => Promise<boolean>;
  /** Resolves when so many more may be pushed. */
  readonly untilRoom: () => Promise<void>;
  readonly onPushed: (pushed: Chunk) => void;
}

/**
 * A stop without progress weighs 1 where a row was at fault (it is marked and left out, so each brings us on), and 5 where
 * something else is: two of those in a row end the run, which would otherwise turn 10,000 jobs into 10,000 calls.
 */
const mostFruitless = 10;
const weightOf = (decoding: boolean): number => (decoding ? 1 : 5);

export function createLanes(parts: LanesParts): Lanes {
  const { context, state, source, pauses } = parts;
  let fruitless = 0;
  let number = 0;
  const unclean = new Map<RunId, { readonly called: Chunk; readonly noted: FailedJobId | undefined }>();

  const weigh = (pushed: number, weight: number): void => {
    fruitless = pushed > 0 ? 0 : fruitless + weight;
    if (fruitless >= mostFruitless) state.ended ??= 'fruitless';
  };
  const take = async (end: ChunkEnd): Promise<void> => {
    switch (end.kind) {
      case 'done':
        parts.onPushed(end.pushed);
        source.learn(end.pushed.length, end.tookMs);
        if (end.pushed.length > 0) fruitless = 0;
        return;
      case 'stopped':
        parts.onPushed(end.pushed);
        source.giveBack(end.left);
        return weigh(end.pushed.length, weightOf(end.decoding));
      case 'not-started':
        state.why = end.why;
        source.giveBack(end.left);
        return weigh(0, weightOf(false));
      case 'held':
        return source.giveBack(end.left);
      case 'unclean':
        unclean.set(end.runId as RunId, end); // it came from the call that was recorded under it
        return weigh(0, weightOf(false));
    }
  };
  const lane = async (limit: { left: number } | undefined, stop: AbortSignal): Promise<void> => {
    for (;;) {
      if (stop.aborted || (limit !== undefined && limit.left <= 0)) return;
      await parts.untilRoom();
      if (!(await parts.mayGoOn())) return;
      const chunk = await source.take(limit?.left);
      if (chunk === undefined) return;
      if (limit !== undefined) limit.left -= chunk.length;
      number += 1;
      const end = await runChunk(chunk, String(number), pauses, parts.mayGoOn, context);
      await take(end);
      if (limit !== undefined && 'left' in end) limit.left += end.left.length;
    }
  };

  /** What unclean calls surely did not act on goes on, in a process that lives so long. */
  const settleAll = async (): Promise<boolean> => {
    let gaveBack = false;
    const calls = await context.requests.calls(context.execution.executionId);
    for (const [runId, { called, noted }] of unclean) {
      if (!(await parts.mayGoOn())) return false;
      const record = calls.find((call) => call.runId === runId);
      if (record === undefined) throw new Error('a recorded call is not on record');
      state.phase = 'uncertain';
      const marks = new Set(noted === undefined ? [] : [noted]);
      const left = await settleUnclean(context, state, { lifeEndsAt: record.lifeEndsAt, called }, marks);
      unclean.delete(runId);
      source.giveBack(left);
      gaveBack ||= left.length > 0;
    }
    state.phase = 'pushing';
    return gaveBack;
  };

  return {
    async run(lanes, most) {
      const calls = await context.requests.calls(context.execution.executionId);
      number = Math.max(number, calls.length);
      const limit = most === undefined ? undefined : { left: most };
      for (;;) {
        // When one lane breaks, the others end after their chunk: nothing of them outlives this.
        const broken = new AbortController();
        const ran = await Promise.allSettled(
          Array.from({ length: lanes }, () =>
            lane(limit, broken.signal).catch((error: unknown) => {
              broken.abort();
              throw error;
            }),
          ),
        );
        for (const one of ran) if (one.status === 'rejected') throw one.reason;
        if (unclean.size === 0 || state.ended !== undefined) return;
        if (!(await settleAll())) return;
      }
    },
  };
}
