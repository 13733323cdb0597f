import { failedJobId } from '../../core/ids.ts';
import type { RunContext } from '../../core/operation.ts';
import type { TargetRecord } from '../../core/request.ts';
import type { World } from '../world.ts';

/** Jobs that one call of artisan is given, archived. */
export type Chunk = readonly TargetRecord[];

/** Hands out what is still frozen, oldest first, each target once; the next chunk is archived while others run. */
export interface ChunkSource {
  /** Undefined: nothing is left. `most`: no more than so many, and nothing is prepared ahead. */
  take(most?: number): Promise<Chunk | undefined>;
  /** What a call did not get to; archived already. */
  giveBack(targets: Chunk): void;
}

/** The first chunk is smaller: what is wrong with a whole set shows in it. */
export const firstChunk = 100;
/** 18 KB of arguments; larger ones gain nothing. */
export const largestChunk = 500;

export function createChunkSource(context: RunContext<World>, largest: number): ChunkSource {
  const { control, requests, execution, world, signal } = context;
  const returned: TargetRecord[] = [];
  let after = failedJobId(0);
  let handedOut = 0;
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
  const next = (most: number | undefined): Promise<Chunk | undefined> =>
    prepare(most ?? Math.min(largest, handedOut === 0 ? firstChunk : largestChunk));
  const takeNow = async (most: number | undefined): Promise<Chunk | undefined> => {
    if (returned.length > 0) return returned.splice(0, most ?? Math.min(largest, largestChunk));
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
  };
}
