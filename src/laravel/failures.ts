import type { AppDescription } from '../core/app-description.ts';
import type { Log } from '../core/log.ts';
import type { FailureReader } from '../operations/ports.ts';
import type { AppDatabase } from './database.ts';
import { createFailedJobs } from './failed-jobs.ts';
import { createTargets } from './failure-candidates.ts';
import { createFailurePages } from './failure-pages.ts';
import { createFailureStream } from './failure-stream.ts';
import { createFailureTally, type FailureTally } from './failure-tally.ts';

/** `failed_jobs` read for people and for operations. */
export function createFailures(parts: {
  readonly database: AppDatabase;
  readonly description: AppDescription;
  readonly log: Log;
}): { readonly reader: FailureReader; readonly tally: FailureTally } {
  const tally = createFailureTally(parts);
  const reader = {
    ...createFailedJobs(parts.database, parts.description),
    ...createFailurePages(parts),
    ...createTargets(parts.database, parts.description),
    ...createFailureStream(parts.database, parts.description),
    groups: tally.groups,
  };
  return { reader, tally };
}
