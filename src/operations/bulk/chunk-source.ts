import { failedJobId } from '../../core/ids.ts';
import type { RunContext } from '../../core/operation.ts';
import type { TargetRecord } from '../../core/request.ts';
import type { World } from '../world.ts';

/** Calls side by side with disjoint jobs; four gain nothing over three on any machine that was measured. */
export const mostLanes = 3;

/** Jobs that one call of artisan is given, archived. */
export type Chunk = readonly TargetRecord[];

/** Hands out what is still frozen, oldest first, each target once; the next chunk is archived while others run. */
export interface ChunkSource {
  /** Undefined: nothing is left. `most`: no more than so many, and nothing is prepared ahead. */
  take(most?: number): Promise<Chunk | undefined>;
  /** What a call did not get to; archived already. */
  giveBack(targets: Chunk): void;
  /** How long a call took for so many jobs: where they go quickly, chunks become larger. */
  learn(jobs: number, tookMs: number): void;
}

export interface ChunkSourceParts {
  readonly context: RunContext<World>;
  /** Of the request. */
  readonly total: number;
  /** No chunk is larger, however quick they are. */
  readonly atMost: number;
}

/** The first chunk is smaller: what is wrong with a whole set shows in it. */
const firstChunk = 100;
const usualChunk = 500;
/** Half the boots of PHP; 37 KB of arguments, and its output still fits into what the runner keeps. */
const largestChunk = 1_000;
/** Stop waits for the call that runs, so where jobs take longer than this it is kept short. */
const quickMsPerJob = 6;

export function createChunkSource({ context, total, atMost }: ChunkSourceParts): ChunkSource {
  const { control, requests, execution, world, signal } = context;
  const returned: TargetRecord[] = [];
  let after = failedJobId(0);
  let handedOut = 0;
  let areQuick = false;
  let ahead: Promise<Chunk | undefined> | undefined;
  let line: Promise<unknown> = Promise.resolve();

  const prepare = async (most: number): Promise<Chunk | undefined> => {
    const page = await control.targetPage(execution.requestId, { after, limit: most, states: ['frozen'] });
    const last = page.at(-1);
    if (last === undefined) return undefined;
    after = last.failedId;
    await requests.archive(
      execution,
      world.app.failures.rows(
        page.map(({ failedId }) => failedId),
        signal,
      ),
    );
    return page;
  };
  /** The last ones are even, so that no lane is alone with a large one at the end. */
  const size = (): number => {
    if (handedOut === 0) return firstChunk;
    const share = Math.ceil((total - handedOut) / mostLanes);
    return areQuick ? Math.min(largestChunk, Math.max(usualChunk, share)) : usualChunk;
  };
  const next = (most: number | undefined): Promise<Chunk | undefined> =>
    prepare(most ?? Math.min(atMost, size()));
  const takeNow = async (most: number | undefined): Promise<Chunk | undefined> => {
    if (returned.length > 0) return returned.splice(0, most ?? Math.min(atMost, usualChunk));
    const chunk = await (ahead ?? next(most));
    ahead = undefined;
    handedOut += chunk?.length ?? 0;
    if (most === undefined && chunk !== undefined) {
      ahead = next(undefined);
      // Nobody may be left to take it; whoever is hears of its failure.
      ahead.catch(() => undefined);
    }
    return chunk;
  };
  return {
    take(most) {
      const taken = line.then(() => takeNow(most));
      line = taken.catch(() => undefined);
      return taken;
    },
    giveBack: (targets) => void returned.push(...targets),
    learn(jobs, tookMs) {
      if (jobs >= firstChunk) areQuick = tookMs <= jobs * quickMsPerJob;
    },
  };
}
