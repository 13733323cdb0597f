import type { IncidentFacts } from '../core/incident.ts';

const hourMs = 3_600_000;
/** So many changes between firing and not in an hour: from then on only the root is edited. */
export const flappingFrom = 4;

/**
 * Changes that were not told, since the incident was left open instead: their times as an incident keeps them among its
 * facts, in seconds since 1970.
 */
export function untold(facts: IncidentFacts, now: Date): readonly number[] {
  const text = facts['untold'];
  if (typeof text !== 'string' || text === '') return [];
  const since = (now.getTime() - hourMs) / 1_000;
  return text
    .split(',')
    .map(Number)
    .filter((second) => second > since);
}

export const untoldText = (seconds: readonly number[]): string => seconds.slice(-60).join(',');

export const secondsOf = (date: Date): number => Math.floor(date.getTime() / 1_000);
