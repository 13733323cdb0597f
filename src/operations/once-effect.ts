import { shortClass } from '../core/app-description.ts';
import type { FailedJobId, JobUuid } from '../core/ids.ts';
import type { Candidate, OnceRecord } from './once-record.ts';

/** Where the jobs that waited before are now. */
export interface OnceSight {
  /** Due and in nobody's hands, by key and by uuid: with how many attempts. */
  readonly waiting: ReadonlyMap<string, number>;
  /** Put back or pushed anew since, due now or later. */
  readonly back: ReadonlySet<JobUuid>;
  /** In a worker's hands, by key and by uuid. */
  readonly held: ReadonlySet<string>;
  readonly failed: ReadonlyMap<JobUuid, FailedJobId>;
}

/** What became of one of them. `untouched`: it waits as it did. */
export type Became = 'untouched' | 'back' | 'held' | 'failed' | 'gone';

export type OnceJudged =
  /** `sure`: the worker itself named it; else it is the only one that moved, which another worker may have done. */
  | {
      readonly kind: 'ran';
      readonly job: Candidate;
      readonly became: Exclude<Became, 'untouched'>;
      readonly sure: boolean;
    }
  /** The worker named a job that was not among those seen before: its word is all there is. */
  | { readonly kind: 'said'; readonly jobClass: string; readonly said: 'began' | 'done' | 'failed' }
  | { readonly kind: 'nothing' }
  /** Several moved, since other workers are there, and the worker named none. */
  | { readonly kind: 'unclear'; readonly jobs: number };

/** By the data; what the worker said only tells which job to look at. Pure. */
export function judgeOnce({ before, worked }: OnceRecord, sight: OnceSight): OnceJudged {
  const moved = before.flatMap((job) => {
    const became = becameOf(job, sight);
    return became === 'untouched' ? [] : [{ job, became }];
  });
  if (worked !== undefined) {
    const isNamed = ({ key, jobClass }: Candidate): boolean =>
      worked.key === undefined ? shortClass(jobClass) === shortClass(worked.jobClass) : key === worked.key;
    const named = moved.filter(({ job }) => isNamed(job));
    const [only] = named;
    if (only !== undefined && named.length === 1) return { kind: 'ran', ...only, sure: true };
    return { kind: 'said', jobClass: worked.jobClass, said: worked.said };
  }
  const [only] = moved;
  if (only === undefined) return { kind: 'nothing' };
  return moved.length === 1 ? { kind: 'ran', ...only, sure: false } : { kind: 'unclear', jobs: moved.length };
}

export function becameOf({ key, uuid, attempts }: Candidate, sight: OnceSight): Became {
  if (uuid !== undefined && sight.failed.has(uuid)) return 'failed';
  if (sight.held.has(key) || (uuid !== undefined && sight.held.has(uuid))) return 'held';
  const now = sight.waiting.get(key) ?? (uuid === undefined ? undefined : sight.waiting.get(uuid));
  if (now !== undefined) return now > attempts ? 'back' : 'untouched';
  return uuid !== undefined && sight.back.has(uuid) ? 'back' : 'gone';
}
