import { queueLabel, shortClass } from '../../core/app-description.ts';
import type { FailedJobId } from '../../core/ids.ts';
import { mustRead } from '../../core/reading.ts';
import { queueOf } from '../failed-jobs-request.ts';
import type { TargetCandidate } from '../ports.ts';
import type { World } from '../world.ts';
import type { DrillFacts } from './drill-facts.ts';

const rowsAtOnce = 200;

/** Looks for failures of the drill's queue and classes that came after it began. Throws `PartMissing`. */
export interface MadeFailures {
  /** The first of them, oldest first; undefined: none yet. */
  first(signal: AbortSignal): Promise<TargetCandidate | undefined>;
}

/** Asked again and again, it looks at each new row once. */
export function createMadeFailures(world: World, facts: DrillFacts): MadeFailures {
  const others = new Set<FailedJobId>();
  let after = facts.highest;
  return {
    async first(signal) {
      for (;;) {
        const rows = mustRead(await world.app.failures.newer(after, rowsAtOnce, signal));
        const unseen = rows.map(({ id }) => id).filter((id) => !others.has(id));
        const found = await matching(world, facts, unseen, signal);
        if (found[0] !== undefined) return found[0];
        for (const id of unseen) others.add(id);
        const last = rows.at(-1);
        // Rows can come in out of order, so the newest ones are looked at again until there are too many.
        if (last === undefined || rows.length < rowsAtOnce) return undefined;
        after = last.id;
      }
    },
  };
}

/** All that are there now, at most 200: what a drill that was cut off may have left. Throws `PartMissing`. */
export async function listMade(
  world: World,
  facts: DrillFacts,
  signal: AbortSignal,
): Promise<readonly FailedJobId[]> {
  const rows = mustRead(await world.app.failures.newer(facts.highest, rowsAtOnce, signal));
  const found = await matching(
    world,
    facts,
    rows.map(({ id }) => id),
    signal,
  );
  return found.map(({ failedId }) => failedId);
}

async function matching(
  world: World,
  { queue, classes }: DrillFacts,
  ids: readonly FailedJobId[],
  signal: AbortSignal,
): Promise<readonly TargetCandidate[]> {
  if (ids.length === 0) return [];
  const references = ids.map((id) => ({ kind: 'id', id }) as const);
  const candidates = mustRead(await world.app.failures.targets(references, signal));
  const names = new Set(classes.map((name) => shortClass(name).toLowerCase()));
  return candidates
    .filter(
      (candidate) =>
        queueLabel(queueOf(candidate, world)) === queueLabel(queue) &&
        (names.size === 0 || names.has(shortClass(candidate.jobClass).toLowerCase())),
    )
    .sort((a, b) => a.failedId - b.failedId);
}
