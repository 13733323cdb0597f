import type { FailedJobId } from '../core/ids.ts';
import type { ReadContext } from '../core/operation.ts';
import { mustRead, PartMissing } from '../core/reading.ts';
import { accept, type Judged, refuse } from '../core/refusal.ts';
import type { FrozenTarget } from '../core/request.ts';
import { createSetTally, type SetFacts } from './bulk/set-tally.ts';
import { frozen } from './failed-jobs-request.ts';
import type { FlushPlan } from './flush-plan.ts';
import { type Flush, flushSelection, mayUseStatement } from './flush-words.ts';
import type { SeenMark, TargetCandidate } from './ports.ts';
import type { World } from './world.ts';

/** From the choice of N until artisan starts: `callArtisan` gives its records and the host 13 s and then 10 s at most. */
const leadBeforeArtisanSeconds = 40;
/** Of rows that nothing can name to artisan, so many are named to people. */
const namedStaying = 20;

/** The set as it is now, and how it would be flushed. */
export interface FlushSet {
  readonly facts: SetFacts;
  readonly plan: FlushPlan;
}

/** What was seen of the set so far, for whom the time is over before its end. */
export interface Sight {
  seen?: SeenMark;
  facts?: () => SetFacts;
}

/**
 * Streams every row that is meant, also those that artisan can't be told by name; returns what they look like and how
 * they would go. Newcomers are not among them: the highest id is read before all else.
 */
export async function* readFlushSet(
  input: Flush,
  { world, signal }: ReadContext<World>,
  sight: Sight = {},
): AsyncGenerator<readonly FrozenTarget[], Judged<FlushSet>> {
  const { cuts, failures } = world.app;
  const tally = createSetTally(world);
  const ids: FailedJobId[] = [];
  const nameless: TargetCandidate[] = [];
  try {
    const seen = mustRead(await cuts.mark(signal));
    sight.seen = seen;
    sight.facts = tally.facts;
    const isMeant = olderThan(input, seen);
    for await (const { rows } of failures.candidates(flushSelection(input, seen.highest), signal)) {
      const meant = rows.filter(isMeant);
      for (const candidate of meant) {
        tally.add(candidate, undefined);
        ids.push(candidate.failedId);
        if (isNameless(candidate, world)) nameless.push(candidate);
      }
      if (meant.length > 0) yield meant.map(frozen);
    }
    if (ids.length === 0) return refuse({ code: 'nothing-to-do', verb: 'flush', leftOut: 0 });
    return accept({
      facts: tally.facts(),
      plan: await planOf(input, { ids, nameless, seen }, world, signal),
    });
  } catch (error) {
    if (error instanceof PartMissing) return refuse({ code: 'part-missing', missing: [error.missing] });
    throw error;
  }
}

function olderThan({ olderSeconds }: Flush, { at }: SeenMark): (candidate: TargetCandidate) => boolean {
  if (olderSeconds === undefined) return () => true;
  const limit = at.getTime() - olderSeconds * 1000;
  return ({ failedInstant }) => failedInstant.getTime() <= limit;
}

/** Under `database-uuids` artisan acts by uuid: without one of its own a row can't be meant alone. */
export function isNameless(target: Pick<TargetCandidate, 'uuid' | 'uuidCount'>, { app }: World): boolean {
  return app.description.failed.driver === 'database-uuids' && (target.uuid === null || target.uuidCount > 1);
}

interface Found {
  readonly ids: readonly FailedJobId[];
  readonly nameless: readonly TargetCandidate[];
  readonly seen: SeenMark;
}

async function planOf(input: Flush, found: Found, world: World, signal: AbortSignal): Promise<FlushPlan> {
  const { ids, seen } = found;
  const leastHours = Math.max(2, Math.floor((input.olderSeconds ?? 0) / 3600));
  const common = { older: input.olderSeconds !== undefined, leastHours, seen };
  const without = (noStatement: FlushPlan['noStatement'], laravel: string): FlushPlan => ({
    ...{ ...common, laravel, inStatement: 0 },
    ...(noStatement === undefined ? {} : { noStatement }),
    ...rest(found, 0, undefined),
  });
  if (!mayUseStatement(input)) return without('filter', '');
  const laravel = mustRead(await world.app.artisan.version(signal));
  if (!knowsHours(laravel)) return without('old-laravel', laravel);
  const ask = { frozen: ids, leastHours, leadSeconds: leadSeconds(world), seen: [seen] };
  const cut = mustRead(await world.app.cuts.choose(ask, signal));
  if (cut.kind === 'none') return { ...without(cut.why, laravel), oddIds: cut.ids };
  return {
    ...{ ...common, laravel, hours: cut.hours, inStatement: cut.takes },
    ...rest(found, cut.takes, cut.hours),
  };
}

/** From the choice of N until artisan has looked at its clock: our own records, its start, and all that it may take. */
export const leadSeconds = ({ app }: World): number =>
  leadBeforeArtisanSeconds + app.description.artisan.timeoutSeconds;

function rest(
  { ids, nameless, seen }: Found,
  taken: number,
  hours: number | undefined,
): Pick<FlushPlan, 'oneByOne' | 'staying' | 'stayingIds'> {
  const limit = hours === undefined ? Number.NEGATIVE_INFINITY : seen.at.getTime() - hours * 3_600_000;
  const staying = nameless.filter(({ failedInstant }) => failedInstant.getTime() > limit);
  return {
    oneByOne: Math.max(0, ids.length - taken - staying.length),
    staying: staying.length,
    stayingIds: staying.slice(0, namedStaying).map(({ failedId }) => failedId),
  };
}

/** `queue:flush --hours=` came with Laravel 9; 8 refuses it. */
export const knowsHours = (version: string): boolean => Number(/^\d+/.exec(version)?.[0] ?? 0) >= 9;
