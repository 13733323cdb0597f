import { findJobUuid, type JobUuid } from '../core/ids.ts';
import type { RequestView } from '../core/request.ts';
import type { QueueMark, UpcomingJob, Worked } from './ports.ts';
import { findMark, markToFacts } from './queue-mark.ts';

/** What is known of a `once` beyond its call, written as the execution's progress, so that another process can judge it. */
export interface OnceRecord {
  /** The jobs that a worker would have taken next, in its order, right before the call. */
  readonly before: readonly Candidate[];
  readonly mark: QueueMark;
  /** Highest `failed_jobs.id` then. */
  readonly highest: number;
  /** What the worker said afterwards. */
  readonly worked: Worked | undefined;
  /** The call's end was seen. */
  readonly durationMs: number | undefined;
}

export interface Candidate {
  readonly key: string;
  readonly uuid: JobUuid | undefined;
  readonly jobClass: string;
  readonly attempts: number;
  readonly businessKey: string | null;
}

type Plain = Readonly<Record<string, unknown>>;

export const candidateOf = ({ key, uuid, jobClass, attempts, businessKey }: UpcomingJob): Candidate => ({
  ...{ key, uuid, jobClass, attempts, businessKey },
});

export function recordToPlain({ before, mark, highest, worked, durationMs }: OnceRecord): Plain {
  return {
    ...{
      before: before.map((one) => ({ ...one, uuid: one.uuid ?? null })),
      mark: markToFacts(mark),
      highest,
    },
    ...(worked === undefined
      ? {}
      : { worked: { ...worked, key: worked.key ?? null, milliseconds: worked.milliseconds ?? null } }),
    ...(durationMs === undefined ? {} : { durationMs }),
  };
}

/** Undefined: nothing was written, so nothing was called. */
export function readRecord({ execution }: RequestView): OnceRecord | undefined {
  const plain: Plain = execution?.progress ?? {};
  const { before, highest, durationMs } = plain;
  const mark = findMark(plain);
  if (!Array.isArray(before) || mark === undefined || typeof highest !== 'number') return undefined;
  return {
    ...{ before: before.flatMap(readCandidate), mark, highest, worked: readWorked(plain['worked']) },
    durationMs: typeof durationMs === 'number' ? durationMs : undefined,
  };
}

function readCandidate(value: unknown): readonly Candidate[] {
  if (!isRecord(value)) return [];
  const { key, uuid, jobClass, attempts, businessKey } = value;
  if (typeof key !== 'string' || typeof jobClass !== 'string' || typeof attempts !== 'number') return [];
  return [
    {
      ...{ key, jobClass, attempts, uuid: findJobUuid(typeof uuid === 'string' ? uuid : undefined) },
      businessKey: typeof businessKey === 'string' ? businessKey : null,
    },
  ];
}

function readWorked(value: unknown): Worked | undefined {
  if (!isRecord(value)) return undefined;
  const { key, jobClass, said, milliseconds } = value;
  if (typeof jobClass !== 'string' || (said !== 'began' && said !== 'done' && said !== 'failed'))
    return undefined;
  return {
    ...{ jobClass, said, key: typeof key === 'string' ? key : undefined },
    milliseconds: typeof milliseconds === 'number' ? milliseconds : undefined,
  };
}

const isRecord = (value: unknown): value is Plain => typeof value === 'object' && value !== null;
