import { ofFailures } from './failures.ts';
import { ofJobs } from './jobs.ts';
import { ofOutages } from './outages.ts';
import { ofRows } from './rows.ts';
import type { Situation } from './situation.ts';
import { ofWorkers } from './workers.ts';

/** In the order in which the demo offers them. */
export const situations: readonly Situation[] = [
  ...ofWorkers,
  ...ofJobs,
  ...ofFailures,
  ...ofRows,
  ...ofOutages,
];

/** Throws where there is none of this name. */
export function situation(id: string): Situation {
  const found = situations.find((one) => one.id === id);
  if (found === undefined) throw new Error(`there is no situation ${id}`);
  return found;
}
