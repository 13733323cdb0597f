import { type FailedJobId, failedJobId } from '../core/ids.ts';
import type { RequestView } from '../core/request.ts';
import type { QueueMark } from './ports.ts';

/** A mark as plain data, so that it can stand in a request's facts and serve another process after a crash. */
export const markToFacts = (mark: QueueMark): Readonly<Record<string, unknown>> => ({
  tables: Object.fromEntries(mark.tables),
  lists: Object.fromEntries(mark.lists),
});

/** The mark in a request's facts; undefined where none could be noted. */
export function findMark(facts: Readonly<Record<string, unknown>>): QueueMark | undefined {
  const mark = facts['mark'];
  if (!isRecord(mark)) return undefined;
  return { tables: numbers(mark['tables']), lists: numbers(mark['lists']) };
}

/** Noted before a push, so that what was pushed can be found again. */
export interface NotedBefore {
  readonly mark: QueueMark | undefined;
  /** Highest `failed_jobs.id` then. */
  readonly highest: FailedJobId | undefined;
}

/** In the request's facts; or in its run's progress, where it only found later what it pushes. */
export function notedBefore({ facts, execution }: RequestView): NotedBefore {
  const progress = execution?.progress ?? {};
  const highest = progress['highest'] ?? facts['highest'];
  return {
    mark: findMark(progress) ?? findMark(facts),
    highest: typeof highest === 'number' ? failedJobId(highest) : undefined,
  };
}

function numbers(value: unknown): ReadonlyMap<string, number> {
  if (!isRecord(value)) return new Map();
  return new Map(
    Object.entries(value).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  );
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
