import type { Zone } from './zoned-time.ts';

/**
 * Bounds for comparing naive times in SQL. In the hour that the end of summer time repeats, a naive time means two
 * instants; a row that may be old enough (or new enough) counts, so that nothing stuck is passed over once a year.
 */

const quarterMs = 900_000;

/** The last naive time that can mean this instant or an earlier one. */
export function latestNaive(instant: Date, zone: Zone): string {
  const began = backWhile(instant, (at) => occurrence(at, zone) === 'second');
  // What is shown a second before the clocks were put back is the last of the hour that comes twice.
  return began === undefined ? zone.toNaive(instant) : zone.toNaive(new Date(began - 1_000));
}

/** The first naive time that can mean this instant or a later one. */
export function earliestNaive(instant: Date, zone: Zone): string {
  const began = backWhile(instant, (at) => occurrence(at, zone) === 'first');
  return zone.toNaive(began === undefined ? instant : new Date(began));
}

function occurrence(atMs: number, zone: Zone): 'only' | 'first' | 'second' {
  const [first, second] = zone.meanings(zone.toNaive(new Date(atMs)));
  if (first === second) return 'only';
  return Math.abs(second - atMs) < Math.abs(first - atMs) ? 'second' : 'first';
}

/** Where the stretch around this instant began in which `holds` is true, in ms; undefined if it is not true here. Clocks change on a whole quarter. */
function backWhile(instant: Date, holds: (atMs: number) => boolean): number | undefined {
  let began = Math.floor(instant.getTime() / quarterMs) * quarterMs;
  if (!holds(began)) return undefined;
  while (holds(began - quarterMs)) began -= quarterMs;
  return began;
}
