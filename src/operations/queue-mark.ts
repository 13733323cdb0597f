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

function numbers(value: unknown): ReadonlyMap<string, number> {
  if (!isRecord(value)) return new Map();
  return new Map(
    Object.entries(value).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  );
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
