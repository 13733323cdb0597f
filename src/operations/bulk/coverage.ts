import { queueLabel, shortClass } from '../../core/app-description.ts';
import type { Preapproval } from '../../core/approval-ports.ts';
import type { RequestId } from '../../core/ids.ts';
import { queueOf } from '../failed-jobs-request.ts';
import { findQueue } from '../job-buttons.ts';
import type { SelectedCandidate } from '../ports.ts';
import type { World } from '../world.ts';

/** Finds the preapprovals inside which every row of a set lies, while the set streams by. */
export interface Coverage {
  /** What has to be looked for in each exception. */
  readonly texts: readonly string[];
  add(candidate: SelectedCandidate): void;
  /** Ids of those that cover all of what was added, the first to end first; never for an empty set or a costly queue. */
  covering(): readonly RequestId[];
}

export function createCoverage(live: readonly Preapproval[], world: World): Coverage {
  let left = live;
  let count = 0;
  return {
    texts: [...new Set(live.flatMap(({ filter }) => filter.error ?? []))],
    add(candidate) {
      count += 1;
      if (left.length === 0) return;
      const isCostly = findQueue(world, queueOf(candidate, world))?.costly === true;
      left = isCostly ? [] : left.filter(({ filter }) => isInside(candidate, filter, world));
    },
    covering: () =>
      count === 0 ? [] : left.filter(({ most, used }) => used + count <= most).map(({ id }) => id),
  };
}

function isInside(
  candidate: SelectedCandidate,
  { queue, jobClass, error }: Preapproval['filter'],
  world: World,
): boolean {
  if (queue !== undefined && queueLabel(queue) !== queueLabel(queueOf(candidate, world))) return false;
  if (jobClass !== undefined && lower(jobClass) !== lower(candidate.jobClass)) return false;
  return error === undefined || candidate.contains.has(error);
}

const lower = (name: string): string => shortClass(name).toLowerCase();
